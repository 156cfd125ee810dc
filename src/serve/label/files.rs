//! Files in and out: imports, exports, the codebook.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::schema::{Codebook, ExportParams, ImportParams};
use super::{ask, of};
use crate::serve::app::Shared;
use crate::serve::body::{Params, whole};
use crate::serve::problem::Answer;
use crate::serve::read::articles::{base_name, options};
use crate::serve::read::predict::LINES;
use crate::store::Counts;

/// Import a file: articles, items, or what another tool exported
///
/// The body is the file as it is, also packed (`.gz`, `.zst`). A file that comes again adds nothing twice.
#[utoipa::path(
    post,
    path = "/v1/import",
    tag = "label",
    params(ImportParams),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file"),
    responses((status = 200, description = "What was added", body = Object)),
)]
pub async fn import(State(app): Shared, Params(params): Params<ImportParams>, body: Body) -> Answer<Json<Counts>> {
    of(&app)?;
    let bytes = whole(body, &app.settings).await?;
    let options = options(&app.settings);
    let ImportParams { name, kind, coder } = params;
    let name = base_name(name.as_deref().unwrap_or_default());
    let coder = coder.filter(|coder| !coder.trim().is_empty());
    ask(&app, move |labelling| {
        let classifier = labelling.classifier()?;
        labelling.store.import(&name, bytes, kind, coder.as_deref(), &options, &classifier)
    })
    .await
}

/// Labels as items, the same bytes for the same labels
#[utoipa::path(
    get,
    path = "/v1/export",
    tag = "label",
    params(ExportParams),
    responses((status = 200, description = "A line for each label or unit", content_type = "application/x-ndjson", body = Object)),
)]
pub async fn export(State(app): Shared, Params(params): Params<ExportParams>) -> Answer<Response> {
    let lines = ask(&app, move |labelling| labelling.store.export(params.adjudicated)).await?.0;
    let name = if params.adjudicated { "items.jsonl" } else { "labels.jsonl" };
    let disposition = format!("attachment; filename=\"{name}\"");
    Ok(([(header::CONTENT_TYPE, LINES.to_string()), (header::CONTENT_DISPOSITION, disposition)], lines).into_response())
}

/// The codebook: what the labels mean
#[utoipa::path(get, path = "/v1/codebook", tag = "label", responses((status = 200, description = "The codebook", body = Codebook)))]
pub async fn codebook() -> Json<Codebook> {
    Json(Codebook { markdown: include_str!("../../../data/CODEBOOK.md").into() })
}
