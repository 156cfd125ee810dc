//! No more requests at a time than the server was started for; who comes in vain is told when to come again.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use hyper::body::{Frame, SizeHint};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::serve::problem::{Answer, Problem};

/// Paths that may be costly.
const COSTLY: &str = "/v1/";

/// Places for requests.
pub struct Limit {
    places: Arc<Semaphore>,
    all: usize,
}

impl Limit {
    /// So many places.
    pub fn new(places: usize) -> Limit {
        Limit { places: Arc::new(Semaphore::new(places)), all: places }
    }
}

/// Gives a request a place, until its answer is sent, or refuses it (503 with Retry-After).
pub async fn bounded(State(limit): State<Arc<Limit>>, request: Request, next: Next) -> Answer<Response> {
    if !request.uri().path().starts_with(COSTLY) {
        return Ok(next.run(request).await);
    }
    let Ok(place) = limit.places.clone().try_acquire_owned() else {
        let detail = format!("{} requests are being worked on, which is the limit", limit.all);
        let help = "send it again in a second, or start the server with a larger --max-requests";
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "The server is busy", detail, help));
    };
    Ok(next.run(request).await.map(|body| Body::new(Held { body, _place: place })))
}

/// A body with the place that is free again when the last of it is gone.
struct Held {
    body: Body,
    _place: OwnedSemaphorePermit,
}

impl HttpBody for Held {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
