//! What the server is: whether it runs, and which model it has.

use axum::Json;
use axum::extract::State;

use crate::serve::app::Shared;
use crate::serve::schema::{Health, ModelReport};

/// Whether the server runs
///
/// Needs no token.
#[utoipa::path(get, path = "/healthz", tag = "read", responses((status = 200, description = "It does", body = Health)))]
pub async fn health() -> Json<Health> {
    Json(Health { status: "ok".into() })
}

/// The model in use
#[utoipa::path(get, path = "/v1/model", tag = "read", responses((status = 200, description = "The model", body = ModelReport)))]
pub async fn model(State(app): Shared) -> Json<ModelReport> {
    let loaded = app.model();
    let model = loaded.model();
    let labels = &model.labels;
    Json(ModelReport {
        name: loaded.name.clone(),
        version: env!("CARGO_PKG_VERSION").into(),
        labels: labels.names().to_vec(),
        neutral: labels.neutral().map(|label| labels.name(label).into()),
        features: model.featurizer.vocabulary().len(),
        card: serde_json::to_value(&model.card).unwrap_or_default(),
        store: app.labelling().is_some(),
    })
}
