//! What a request brings: parts of its path, its query, its body; bounded in bytes and in time.

use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;

use super::problem::{Answer, Problem};
use super::settings::Settings;

/// The query of a request, its fields checked.
pub struct Params<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Answer<Self> {
        let read = Query::try_from_uri(&parts.uri);
        let help = "the document at /v1/openapi.json lists what may be asked";
        read.map(|Query(params)| Params(params)).map_err(|e| Problem::input(e.body_text(), help))
    }
}

/// Parts of a request's path, such as the id in `/v1/units/{id}`.
pub struct Part<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Part<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Answer<Self> {
        let read = Path::<T>::from_request_parts(parts, state).await;
        let help = "the document at /v1/openapi.json lists the paths";
        read.map(|Path(part)| Part(part)).map_err(|e| Problem::input(e.body_text(), help))
    }
}

/// The media type of a body, without parameters, in lower case; empty where none is named.
pub fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// A whole body.
///
/// # Errors
/// 413 if it has more bytes than allowed, 408 if it does not come in time, 400 if the connection breaks.
pub async fn whole(body: Body, settings: &Settings) -> Answer<Vec<u8>> {
    let limit = settings.max_body;
    let read = async {
        let (mut stream, mut all) = (body.into_data_stream(), Vec::new());
        while let Some(chunk) = next(&mut stream).await? {
            if all.len() + chunk.len() > limit {
                return Err(Problem::too_large("the body", limit));
            }
            all.extend_from_slice(&chunk);
        }
        Ok(all)
    };
    tokio::time::timeout(settings.timeout, read).await.unwrap_or_else(|_| Err(not_in_time(settings.timeout)))
}

/// A body of JSON.
///
/// # Errors
/// As [`whole`]; 415 for another media type, 400 for what is not JSON or misses a field.
pub async fn json<T: DeserializeOwned>(headers: &HeaderMap, body: Body, settings: &Settings) -> Answer<T> {
    if media_type(headers) != "application/json" {
        return Err(other_media_type(&media_type(headers), "application/json"));
    }
    let bytes = whole(body, settings).await?;
    let help = "the document at /v1/openapi.json says what is expected";
    serde_json::from_slice(&bytes).map_err(|e| Problem::input(format!("the body: {e}"), help))
}

/// 415: a body of another media type than `wanted`.
pub fn other_media_type(got: &str, wanted: &str) -> Problem {
    let detail = if got.is_empty() { "no Content-Type".into() } else { format!("Content-Type {got:?}") };
    let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    Problem::new(status, "media-type", "This media type is not read", detail, format!("send Content-Type: {wanted}"))
}

pub(super) fn not_in_time(timeout: Duration) -> Problem {
    let detail = format!("the body did not come within {} s", timeout.as_secs_f64());
    let help = "send it again, faster or in smaller parts";
    Problem::new(StatusCode::REQUEST_TIMEOUT, "client-too-slow", "The client was too slow", detail, help)
}

pub(super) async fn next(stream: &mut BodyDataStream) -> Answer<Option<Bytes>> {
    let broken = |e| Problem::input(format!("the body broke off: {e}"), "send it again");
    stream.next().await.transpose().map_err(broken)
}
