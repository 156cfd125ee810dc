//! The token: in a header from programs, in a cookie from the page, which gets it once by an address with it.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::serve::app::App;
use crate::serve::problem::{Answer, Problem};

const COOKIE: &str = "stance-token";
/// Whoever watches over servers need not know the secret: there is none in this answer.
const OPEN: &str = "/healthz";

/// Lets those in who know the token, if there is one, and refuses others (401).
pub async fn demanded(State(app): State<Arc<App>>, request: Request, next: Next) -> Answer<Response> {
    let Some(token) = &app.settings.token else { return Ok(next.run(request).await) };
    let uri = request.uri();
    if let ("/", Some(secret)) = (uri.path(), uri.query().and_then(|query| query.strip_prefix("token="))) {
        return if token.is(secret) { Ok(welcome(secret)) } else { Err(refusal("the token in the address is wrong")) };
    }
    let headers = request.headers();
    if uri.path() == OPEN || bearer(headers).or_else(|| cookie(headers)).is_some_and(|secret| token.is(secret)) {
        return Ok(next.run(request).await);
    }
    Err(refusal(if bearer(headers).is_some() { "the token is wrong" } else { "no token was sent" }))
}

/// Keeps the token in a cookie that no script and no other site gets, and takes it out of the address.
fn welcome(secret: &str) -> Response {
    let cookie = format!("{COOKIE}={secret}; Path=/; HttpOnly; SameSite=Strict");
    (StatusCode::SEE_OTHER, [(header::SET_COOKIE, cookie), (header::LOCATION, "/".into())]).into_response()
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, secret) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(name, _)| *name == COOKIE).map(|(_, secret)| secret)
}

fn refusal(detail: &str) -> Problem {
    let help = "send Authorization: Bearer TOKEN, or open the address that the server printed when it started";
    Problem::new(StatusCode::UNAUTHORIZED, "token", "A token is needed", detail, help)
}
