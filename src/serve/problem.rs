//! Errors as a client sees them: problem details for HTTP (RFC 9457), each saying what was got and what to do.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::Error;

/// The media type of problems.
pub const PROBLEM: &str = "application/problem+json";

/// What went wrong with a request (RFC 9457). Programs go by `type`, which does not change; people read `detail` and
/// `help`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Problem {
    /// Which kind of problem it is: a relative reference such as `/problems/too-large`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What was got.
    pub detail: String,
    /// The way out.
    pub help: String,
}

/// A result of a handler.
pub type Answer<T> = Result<T, Problem>;

impl Problem {
    /// A problem of any kind; `kind` is the last part of its type.
    pub fn new(
        status: StatusCode,
        kind: &str,
        title: &str,
        detail: impl Into<String>,
        help: impl Into<String>,
    ) -> Problem {
        Problem {
            kind: format!("/problems/{kind}"),
            title: title.into(),
            status: status.as_u16(),
            detail: detail.into(),
            help: help.into(),
        }
    }

    /// 400: the input does not have the form that it should have.
    pub fn input(detail: impl Into<String>, help: impl Into<String>) -> Problem {
        Problem::new(StatusCode::BAD_REQUEST, "input", "The input cannot be used", detail, help)
    }

    /// 404: there is no such thing.
    pub fn not_found(detail: impl Into<String>, help: impl Into<String>) -> Problem {
        Problem::new(StatusCode::NOT_FOUND, "not-found", "There is no such thing", detail, help)
    }

    /// 409: what is asked for is not possible as things stand.
    pub fn conflict(detail: impl Into<String>, help: impl Into<String>) -> Problem {
        Problem::new(StatusCode::CONFLICT, "conflict", "Not possible as things stand", detail, help)
    }

    /// 413: more bytes than allowed.
    pub fn too_large(what: &str, limit: usize) -> Problem {
        let detail = format!("{what} has more than {limit} bytes");
        let help = "send it in parts, or start the server with a larger --max-body";
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "Too much was sent", detail, help)
    }

    /// 500: a fault of the server.
    pub fn fault(detail: impl Into<String>) -> Problem {
        let help = "send it again; if that fails too, report it, with what the server printed";
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "fault", "The server failed", detail, help)
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The problem as a line of an answer that goes on: `{"error": ...}`.
    pub fn line(&self) -> Vec<u8> {
        let mut line = serde_json::json!({ "error": self }).to_string().into_bytes();
        line.push(b'\n');
        line
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Problem {
        match error {
            Error::Input { place, what, help } => Problem::input(format!("{place}: {what}"), for_clients(&help)),
            Error::Table { place, what, help } | Error::Model { place, what, help } => {
                Problem::input(format!("{place}: {what}"), for_clients(&help))
            }
            Error::Setting { name, value, allowed } => {
                Problem::input(format!("{name} = {value}"), for_clients(&allowed))
            }
            Error::Data { what, help } => Problem::input(what, for_clients(&help)),
            Error::Missing { what, help } => Problem::not_found(format!("there is no {what}"), for_clients(&help)),
            other => Problem::fault(other.to_string()),
        }
    }
}

/// The way out for somebody who has no command line: options stand in no request.
fn for_clients(help: &str) -> String {
    match help.contains("--") {
        true => "mend it and send it again; docs/serving.md says what can be read".into(),
        false => help.into(),
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (self.status(), body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM));
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Place;

    #[test]
    fn errors_of_the_library_keep_their_words_but_name_no_option() {
        let place = Place::line("a.jsonl", 3);
        let problem = Problem::from(Error::input(place.clone(), "not JSON", "every line must be one JSON object"));
        let expected = (400, "a.jsonl:3: not JSON", "every line must be one JSON object");
        assert_eq!((problem.status, problem.detail.as_str(), problem.help.as_str()), expected);
        let problem = Problem::from(Error::input(place, "no field", "name it with --text-field"));
        assert!(!problem.help.contains("--"), "{}", problem.help);
        let io = std::io::Error::other("disk");
        assert_eq!(Problem::from(Error::io("f", io)).status, 500);
    }
}
