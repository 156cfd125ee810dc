//! Units by number, and what coders mend in them; actors and their names.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;

use super::schema::{AliasSent, EditSent};
use super::{ask, of};
use crate::error::Result;
use crate::serve::app::Shared;
use crate::serve::body::{Part, json};
use crate::serve::labelling::Labelling;
use crate::serve::problem::Answer;
use crate::store::Unit;
use crate::store::edits::{self, Added, Edit, Named};
use crate::store::units::Given;

/// A unit with its labels.
#[derive(Debug, Serialize)]
pub struct WithLabels {
    #[serde(flatten)]
    unit: Unit,
    labels: Vec<Given>,
}

/// A unit with its labels
#[utoipa::path(
    get,
    path = "/v1/units/{id}",
    tag = "label",
    params(("id" = i64, Path, description = "Number of the unit")),
    responses((status = 200, description = "The unit", body = Object)),
)]
pub async fn unit(State(app): Shared, Part(id): Part<i64>) -> Answer<Json<WithLabels>> {
    ask(&app, move |labelling| {
        let unit = labelling.store.unit(id, labelling.classifier()?.gazetteer())?;
        Ok(WithLabels { unit, labels: labelling.store.labels_of(id)? })
    })
    .await
}

/// Mend the mention of a unit
#[utoipa::path(
    patch,
    path = "/v1/units/{id}",
    tag = "label",
    params(("id" = i64, Path, description = "Number of the unit")),
    request_body = EditSent,
    responses((status = 200, description = "The unit as it is now", body = Object)),
)]
pub async fn edit(State(app): Shared, Part(id): Part<i64>, headers: HeaderMap, body: Body) -> Answer<Json<Unit>> {
    let EditSent { coder, start, end, actor } = json(&headers, body, &app.settings).await?;
    let edit = Edit { coder, start, end, actor };
    ask(&app, move |labelling| labelling.store.edit(id, &edit, labelling.classifier()?.gazetteer())).await
}

/// All actors that are known
#[utoipa::path(get, path = "/v1/actors", tag = "label", responses((status = 200, description = "Ids and names", body = Vec<Object>)))]
pub async fn actors(State(app): Shared) -> Answer<Json<Vec<Named>>> {
    ask(&app, |labelling| Ok(edits::actors(labelling.classifier()?.gazetteer()))).await
}

/// Add a name to an actor, or a new actor, and look for it in all articles
#[utoipa::path(
    post,
    path = "/v1/actors",
    tag = "label",
    request_body = AliasSent,
    responses((status = 200, description = "The actor, the name, and how many units were found by it", body = Object)),
)]
pub async fn add_alias(State(app): Shared, headers: HeaderMap, body: Body) -> Answer<Json<Added>> {
    let AliasSent { actor, name, alias } = json(&headers, body, &app.settings).await?;
    let add = move |labelling: &Labelling| -> Result<Added> {
        labelling.store.add_alias(&actor, name.as_deref(), &alias, &labelling.in_use)
    };
    let added = ask(&app, add).await?;
    let labelling = of(&app)?;
    app.switch(app.work.run(move || labelling.loaded()).await??);
    Ok(added)
}
