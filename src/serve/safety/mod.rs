//! What every request passes before a handler sees it, and every answer on its way out; from the outside in.

mod headers;
mod host;
mod token;
mod forgery;
mod limit;

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::response::IntoResponse;
use tower_http::catch_panic::CatchPanicLayer;

use super::app::App;
use super::problem::Problem;

/// Puts a router behind all of it; `port` is the one that is listened on.
pub fn guarded(router: Router<Arc<App>>, app: Arc<App>, port: u16) -> Router {
    let hosts = Arc::new(host::Hosts::new(&app.settings, port));
    let limit = Arc::new(limit::Limit::new(app.settings.max_requests));
    let panicked = |_| Problem::fault("the work on this request failed").into_response();
    router
        .with_state(app.clone())
        .layer(from_fn_with_state(limit, limit::bounded))
        .layer(from_fn(forgery::refused))
        .layer(from_fn_with_state(app, token::demanded))
        .layer(from_fn_with_state(hosts, host::checked))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(map_response(headers::added))
}
