//! Requests forged by a page of another site (CSRF): what changes something must be of a kind that a form cannot send and
//! that a script of another site must ask leave for, which it does not get.

use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use crate::serve::body::media_type;
use crate::serve::problem::{Answer, Problem};

/// What forms, and scripts without leave, can send (Fetch standard, "CORS-safelisted request-header").
const FORMS: [&str; 4] = ["", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];
/// A header that a script of another site cannot send without leave.
const OWN: &str = "x-stance";

fn may_be_forged(method: &Method, headers: &HeaderMap) -> bool {
    let reads = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
    let own = headers.get(OWN).is_some_and(|value| value == "1");
    !reads && !own && FORMS.contains(&media_type(headers).as_str())
}

/// Refuses them (403).
pub async fn refused(request: Request, next: Next) -> Answer<Response> {
    let headers = request.headers();
    if may_be_forged(request.method(), headers) {
        let media_type = media_type(headers);
        let detail =
            if media_type.is_empty() { "no Content-Type".into() } else { format!("Content-Type {media_type:?}") };
        let help = "name the media type, such as Content-Type: application/json, or send the header X-Stance: 1";
        let title = "A form could have sent this";
        return Err(Problem::new(StatusCode::FORBIDDEN, "forgery", title, detail, help));
    }
    Ok(next.run(request).await)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_form_can_send_needs_the_own_header() {
        let headers = |pairs: &[(&'static str, &'static str)]| {
            pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect::<HeaderMap>()
        };
        for media_type in FORMS.into_iter().filter(|m| !m.is_empty()).chain(["TEXT/plain; charset=utf-8"]) {
            assert!(may_be_forged(&Method::POST, &headers(&[("content-type", media_type)])), "{media_type}");
            assert!(!may_be_forged(&Method::POST, &headers(&[("content-type", media_type), ("x-stance", "1")])));
        }
        assert!(may_be_forged(&Method::DELETE, &headers(&[])));
        assert!(!may_be_forged(&Method::POST, &headers(&[("content-type", "application/json")])));
        assert!(!may_be_forged(&Method::GET, &headers(&[])));
    }
}
