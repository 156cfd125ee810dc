//! Articles to reports: one, or a stream of them in and out.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::unfold;
use serde::Deserialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinHandle;
use utoipa::IntoParams;

use super::sent::{Form, article, article_on_line};
use crate::serve::app::{App, Shared};
use crate::serve::body::{Params, whole};
use crate::serve::lines::Lines;
use crate::serve::loaded::{Asked, Loaded};
use crate::serve::problem::{Answer, Problem};
use crate::serve::schema::{ArticleSent, Report};

/// The media type of lines of JSON.
pub const LINES: &str = "application/x-ndjson";

/// What may be asked of a prediction.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PredictParams {
    /// Whether evidence shows the contribution of every feature; default false.
    #[serde(default)]
    explain: bool,
    /// Withhold stances of less confidence, 0 to 1; default 0.
    #[serde(default)]
    min_confidence: f64,
}

impl PredictParams {
    fn asked(&self) -> Answer<Asked> {
        if !(0.0..=1.0).contains(&self.min_confidence) {
            let detail = format!("min_confidence = {}", self.min_confidence);
            return Err(Problem::input(detail, "it is a probability, from 0 to 1"));
        }
        Ok(Asked { explain: self.explain, min_confidence: self.min_confidence })
    }
}

/// The stance of every actor in an article, or in each of many
///
/// One article is a JSON object, or plain text. Many are JSON objects on lines (`application/x-ndjson`), as many as you
/// like: answers come as lines too, in the same order, while you still send, so read while you send. A line that cannot
/// be used is answered by `{"error": ...}` and the others go on.
#[utoipa::path(
    post,
    path = "/v1/predict",
    tag = "read",
    params(PredictParams),
    request_body(content(
        (ArticleSent = "application/json"),
        (ArticleSent = "application/x-ndjson"),
        (String = "text/plain"),
    )),
    responses((status = 200, description = "A report, or a line for each line", content(
        (Report = "application/json"),
        (Report = "application/x-ndjson"),
    ))),
)]
pub async fn predict(
    State(app): Shared,
    Params(params): Params<PredictParams>,
    headers: HeaderMap,
    body: Body,
) -> Answer<Response> {
    let asked = params.asked()?;
    match Form::of(&headers)? {
        Form::Lines => Ok(stream(app, asked, body)),
        form => one(&app, asked, form, body).await,
    }
}

/// The report of the one article in a body.
pub(super) async fn one(app: &App, asked: Asked, form: Form, body: Body) -> Answer<Response> {
    let bytes = whole(body, &app.settings).await?;
    let loaded = app.model();
    check_length(&bytes, asked, app)?;
    let line = app.work.run(move || Ok::<_, Problem>(loaded.line(&article(form, &bytes)?, asked))).await??;
    Ok(([(header::CONTENT_TYPE, "application/json")], line).into_response())
}

/// What is to be explained may have only this part of the most bytes of a body: its answer is more than a hundred times
/// as long.
const EXPLAINED: usize = 20;

/// Refuses what would make too long an answer.
fn check_length(bytes: &[u8], asked: Asked, app: &App) -> Answer<()> {
    let limit = app.settings.max_body / EXPLAINED;
    match asked.explain && bytes.len() > limit {
        true => Err(Problem::too_large("what is to be explained", limit)),
        false => Ok(()),
    }
}

/// So many lines of a stream, or bytes of them, are read ahead of the answers that have been taken.
const LINES_AHEAD: usize = 32;
const BYTES_AHEAD: usize = 1 << 20;

/// The line of an answer, on its way. Its bytes count as read ahead until it is taken.
type Pending = JoinHandle<(Vec<u8>, Option<OwnedSemaphorePermit>)>;

fn stream(app: Arc<App>, asked: Asked, body: Body) -> Response {
    let (sender, receiver) = mpsc::channel(LINES_AHEAD);
    let lines = Lines::new(body, &app.settings);
    tokio::spawn(read(app, asked, lines, sender));
    let answers = unfold(receiver, |mut receiver: mpsc::Receiver<Pending>| async {
        let pending = receiver.recv().await?;
        let line = match pending.await {
            Ok((line, _)) => line,
            Err(_) => Problem::fault("the work on this line failed").line(),
        };
        Some((Ok::<_, Infallible>(Bytes::from(line)), receiver))
    });
    ([(header::CONTENT_TYPE, LINES)], Body::from_stream(answers)).into_response()
}

/// Reads lines and has them worked on, until no more come or nobody takes the answers any more.
async fn read(app: Arc<App>, asked: Asked, mut lines: Lines, sender: mpsc::Sender<Pending>) {
    let room = Arc::new(Semaphore::new(BYTES_AHEAD));
    let loaded = app.model();
    for number in 1.. {
        let next = tokio::select! {
            next = lines.next() => next,
            () = sender.closed() => return,
        };
        let pending = match next {
            Ok(None) => return,
            Ok(Some(line)) if line.trim_ascii().is_empty() => continue,
            Ok(Some(line)) => {
                // A line that is longer than all the room takes it all.
                let bytes = line.len().min(BYTES_AHEAD) as u32;
                let taken = room.clone().acquire_many_owned(bytes).await.ok();
                tokio::spawn(answer(app.clone(), loaded.clone(), asked, number, line, taken))
            }
            // Nothing follows: the next line is none.
            Err(problem) => tokio::spawn(async move { (problem.line(), None) }),
        };
        if sender.send(pending).await.is_err() {
            return;
        }
    }
}

async fn answer(
    app: Arc<App>,
    loaded: Arc<Loaded>,
    asked: Asked,
    number: usize,
    line: Vec<u8>,
    taken: Option<OwnedSemaphorePermit>,
) -> (Vec<u8>, Option<OwnedSemaphorePermit>) {
    let answer = async {
        check_length(&line, asked, &app)?;
        app.work.run(move || article_on_line(number, &line).map(|article| loaded.line(&article, asked))).await?
    };
    (answer.await.unwrap_or_else(|problem| problem.line()), taken)
}
