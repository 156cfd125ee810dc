//! The part that needs a store: units to label, labels, what is made of them, and new versions of the model.
//!
//! What a label is, and what must hold for it, the store decides; here requests are turned into its calls, which run
//! off the threads that serve connections.

pub mod schema;
pub mod coders;
pub mod files;
pub mod labels;
pub mod units;
pub mod review;
pub mod models;

use std::sync::Arc;

use axum::Json;

use super::app::App;
use super::labelling::Labelling;
use super::problem::{Answer, Problem};
use crate::error::Result;

/// The store of a server.
///
/// # Errors
/// 409 where it has none.
fn of(app: &App) -> Answer<Arc<Labelling>> {
    let help = "start the server with --store FILE.sqlite; the file is made if it is not there";
    app.labelling().ok_or_else(|| Problem::conflict("the server was started without a store", help))
}

/// Asks the store, off the threads that serve connections.
async fn ask<T: Send + 'static>(
    app: &App,
    question: impl FnOnce(&Labelling) -> Result<T> + Send + 'static,
) -> Answer<Json<T>> {
    let labelling = of(app)?;
    let answer = app.work.run(move || question(&labelling)).await??;
    Ok(Json(answer))
}
