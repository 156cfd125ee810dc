//! What is made of labels: progress, disagreements and decisions, agreement.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;

use super::ask;
use super::schema::{DecisionKept, DecisionSent};
use crate::serve::app::Shared;
use crate::serve::body::json;
use crate::serve::problem::Answer;
use crate::store::agreement::Agreement;
use crate::store::decisions::{Disagreement, NewDecision};
use crate::store::progress::Progress;

/// How far labelling has come
///
/// With the share of each stance among all units, estimated from those drawn.
#[utoipa::path(get, path = "/v1/progress", tag = "label", responses((status = 200, description = "Counts, paces, estimates", body = Object)))]
pub async fn progress(State(app): Shared) -> Answer<Json<Progress>> {
    ask(&app, |labelling| labelling.store.progress(&labelling.labels()?)).await
}

/// Units to which coders gave different stances
#[utoipa::path(get, path = "/v1/disagreements", tag = "label", responses((status = 200, description = "Units with labels and decisions", body = Vec<Object>)))]
pub async fn disagreements(State(app): Shared) -> Answer<Json<Vec<Disagreement>>> {
    ask(&app, |labelling| labelling.store.disagreements(labelling.classifier()?.gazetteer())).await
}

/// Decide on a unit
#[utoipa::path(
    post,
    path = "/v1/decisions",
    tag = "label",
    request_body = DecisionSent,
    responses((status = 200, description = "It is kept", body = DecisionKept)),
)]
pub async fn decide(State(app): Shared, headers: HeaderMap, body: Body) -> Answer<Json<DecisionKept>> {
    let DecisionSent { client, unit, coder, stance, note } = json(&headers, body, &app.settings).await?;
    let new = NewDecision { client, unit, coder, stance, note };
    ask(&app, move |labelling| Ok(DecisionKept { decision: labelling.store.decide(&new, &labelling.labels()?)? })).await
}

/// Krippendorff's alpha: overall, per actor, per label
#[utoipa::path(get, path = "/v1/agreement", tag = "label", responses((status = 200, description = "Alphas with intervals", body = Object)))]
pub async fn agreement(State(app): Shared) -> Answer<Json<Agreement>> {
    ask(&app, |labelling| labelling.store.agreement(&labelling.labels()?)).await
}
