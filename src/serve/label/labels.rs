//! What is to be labelled next, and labels.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;

use super::ask;
use super::schema::{LabelKept, LabelSent, NextParams, WithdrawSent};
use crate::serve::app::Shared;
use crate::serve::body::{Params, Part, json};
use crate::serve::problem::Answer;
use crate::store::queue::Next;
use crate::store::{NewLabel, Unit};

/// The unit that a coder is to label next
///
/// It is held for the coder for a quarter of an hour; who asks again without labelling it gets it again.
#[utoipa::path(
    get,
    path = "/v1/next",
    tag = "label",
    params(NextParams),
    responses((status = 200, description = "A unit, or why there is none", body = Object)),
)]
pub async fn next(State(app): Shared, Params(params): Params<NextParams>) -> Answer<Json<Next>> {
    ask(&app, move |labelling| labelling.store.next(params.coder, &labelling.in_use)).await
}

/// Keep a label
///
/// It is on the disk before it is answered. A later label of the same coder for the same unit withdraws it.
#[utoipa::path(
    post,
    path = "/v1/labels",
    tag = "label",
    request_body = LabelSent,
    responses((status = 200, description = "It is kept", body = LabelKept)),
)]
pub async fn label(State(app): Shared, headers: HeaderMap, body: Body) -> Answer<Json<LabelKept>> {
    let sent: LabelSent = json(&headers, body, &app.settings).await?;
    let LabelSent { client, unit, coder, stance, skipped, flagged, note, seconds } = sent;
    let new = NewLabel { client, unit, coder, stance, skipped, flagged, note, seconds };
    ask(&app, move |labelling| {
        let label = labelling.store.label(&new, &labelling.labels()?)?;
        Ok(LabelKept { label, unit: new.unit })
    })
    .await
}

/// A label that was undone.
#[derive(Debug, Serialize)]
pub struct Withdrawn {
    label: i64,
    unit: Unit,
}

/// Undo a label; its unit comes next
#[utoipa::path(
    post,
    path = "/v1/labels/{id}/withdraw",
    tag = "label",
    params(("id" = i64, Path, description = "Number of the label")),
    request_body = WithdrawSent,
    responses((status = 200, description = "The label's number and its unit", body = Object)),
)]
pub async fn withdraw(
    State(app): Shared,
    Part(label): Part<i64>,
    headers: HeaderMap,
    body: Body,
) -> Answer<Json<Withdrawn>> {
    let sent: WithdrawSent = json(&headers, body, &app.settings).await?;
    ask(&app, move |labelling| {
        let unit = labelling.store.withdraw(label, sent.coder)?;
        let unit = labelling.store.unit(unit, labelling.classifier()?.gazetteer())?;
        Ok(Withdrawn { label, unit })
    })
    .await
}
