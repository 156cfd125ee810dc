//! The report of an article with what each word adds.

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::super::app::Shared;
use super::super::body::other_media_type;
use super::super::loaded::Asked;
use super::super::problem::Answer;
use super::super::schema::{ArticleSent, Report};
use super::predict::{LINES, one};
use super::sent::Form;

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
