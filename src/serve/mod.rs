//! A server for programs and, by its page, for people: articles in, stances out, over HTTP on this machine.
//!
//! A request comes in through `server`, passes the layers of `safety`, is told apart by the table of `routes`, and is
//! answered by a handler of `read/`, `label/` or `assets`. Handlers wait for nothing without a time-out, and have the
//! processor's work done by `work`. All errors are `problem`s. Nothing in here prints or opens files.

pub mod problem;
pub mod token;
pub mod settings;
pub mod work;
pub mod loaded;
pub mod jobs;
pub mod labelling;
pub mod app;
pub mod body;
pub mod lines;
pub mod schema;
pub mod assets;
pub mod read;
pub mod label;
pub mod document;
pub mod routes;
mod safety;
mod patient;
mod server;

pub use labelling::Labelling;
pub use loaded::Loaded;
pub use server::Server;
pub use settings::Settings;
pub use token::Token;
