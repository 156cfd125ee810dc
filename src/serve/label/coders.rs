//! Coders and settings.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;

use super::ask;
use super::schema::{CoderSent, SettingsSent};
use crate::serve::app::Shared;
use crate::serve::body::json;
use crate::serve::problem::Answer;
use crate::store::Settings;
use crate::store::coders::Coder;

/// All coders
#[utoipa::path(get, path = "/v1/coders", tag = "label", responses((status = 200, description = "Numbers and names", body = Vec<Object>)))]
pub async fn coders(State(app): Shared) -> Answer<Json<Vec<Coder>>> {
    ask(&app, |labelling| labelling.store.coders()).await
}

/// The coder of a name, who is added if new
#[utoipa::path(
    post,
    path = "/v1/coders",
    tag = "label",
    request_body = CoderSent,
    responses((status = 200, description = "Number and name", body = Object)),
)]
pub async fn add_coder(State(app): Shared, headers: HeaderMap, body: Body) -> Answer<Json<Coder>> {
    let sent: CoderSent = json(&headers, body, &app.settings).await?;
    ask(&app, move |labelling| labelling.store.coder(&sent.name)).await
}

/// The settings
#[utoipa::path(get, path = "/v1/settings", tag = "label", responses((status = 200, description = "The settings", body = SettingsSent)))]
pub async fn settings(State(app): Shared) -> Answer<Json<Settings>> {
    ask(&app, |labelling| labelling.store.settings()).await
}

/// Change the settings; rounds that are drawn already stay as they are
#[utoipa::path(
    put,
    path = "/v1/settings",
    tag = "label",
    request_body = SettingsSent,
    responses((status = 200, description = "The settings", body = SettingsSent)),
)]
pub async fn set_settings(State(app): Shared, headers: HeaderMap, body: Body) -> Answer<Json<Settings>> {
    let sent: SettingsSent = json(&headers, body, &app.settings).await?;
    let SettingsSent { coders_per_unit, round_size, uniform_share } = sent;
    let new = Settings { coders_per_unit, round_size, uniform_share };
    ask(&app, move |labelling| labelling.store.set_settings(&new).map(|()| new)).await
}
