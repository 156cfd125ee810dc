//! The part that needs no store: the model, files to articles, articles to reports.

pub mod model;
pub mod sent;
pub mod predict;
pub mod explain;
pub mod articles;
