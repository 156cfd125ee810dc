//! The report of an article with what each word adds.

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::predict::{LINES, one};
use super::sent::Form;
use crate::serve::app::Shared;
use crate::serve::body::other_media_type;
use crate::serve::loaded::Asked;
use crate::serve::problem::Answer;
use crate::serve::schema::{ArticleSent, Report};

/// The stance of every actor in an article, with what each feature adds to it
#[utoipa::path(
    post,
    path = "/v1/explain",
    tag = "read",
    request_body(content((ArticleSent = "application/json"), (String = "text/plain"))),
    responses((status = 200, description = "A report with contributions", body = Report)),
)]
pub async fn explain(State(app): Shared, headers: HeaderMap, body: Body) -> Answer<Response> {
    match Form::of(&headers)? {
        Form::Lines => Err(other_media_type(LINES, "application/json, or send lines to /v1/predict?explain=true")),
        form => one(&app, Asked { explain: true, min_confidence: 0.0 }, form, body).await,
    }
}
