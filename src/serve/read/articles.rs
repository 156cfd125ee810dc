//! A file that is sent, in any form that is read, to its articles.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::stream::unfold;
use serde::Deserialize;
use tokio::sync::mpsc;
use utoipa::IntoParams;

use super::predict::LINES;
use crate::error::Result;
use crate::read::{Notes, Options, Raw, raw_articles_of};
use crate::serve::app::Shared;
use crate::serve::body::{Params, whole};
use crate::serve::problem::{Answer, Problem};
use crate::serve::schema::ArticleRead;
use crate::serve::settings::Settings;
use crate::serve::work::Work;
use crate::text::article::Article;

/// What is said of a file.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FileParams {
    /// The file's name, without folders: its ending tells the form, and it is the id of an article that is a whole file.
    name: Option<String>,
}

/// A packed file may unpack to so many times the most bytes of a body.
const UNPACKED: u64 = 20;
/// So many articles are read ahead of those that have been taken.
const AHEAD: usize = 4;
/// The longest name, in characters.
const LONGEST_NAME: usize = 200;

/// The articles in a file
///
/// The body is the file as it is, also packed (`.gz`, `.zst`). A piece that cannot be read is answered by
/// `{"error": ...}` and the others go on.
#[utoipa::path(
    post,
    path = "/v1/articles",
    tag = "read",
    params(FileParams),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file"),
    responses((status = 200, description = "A line for each article", content_type = "application/x-ndjson", body = ArticleRead)),
)]
pub async fn articles(State(app): Shared, Params(params): Params<FileParams>, body: Body) -> Answer<Response> {
    let bytes = whole(body, &app.settings).await?;
    let (sender, receiver) = mpsc::channel(AHEAD);
    let options = options(&app.settings);
    let name = base_name(params.name.as_deref().unwrap_or_default());
    tokio::task::spawn_blocking(move || read(&name, bytes, &options, &app.work, &sender));
    let lines = unfold(receiver, |mut receiver: mpsc::Receiver<Bytes>| async {
        let line = receiver.recv().await?;
        Some((Ok::<_, Infallible>(line), receiver))
    });
    Ok(([(header::CONTENT_TYPE, LINES)], Body::from_stream(lines)).into_response())
}

/// How a file that is sent is read.
pub(in crate::serve) fn options(settings: &Settings) -> Options {
    let max_line = settings.max_body as u64;
    Options { max_line, max_unpacked: max_line.saturating_mul(UNPACKED), ..Options::default() }
}

/// The last part of a name, whatever parts folders; it is only ever compared and shown.
pub(in crate::serve) fn base_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
    if plain.trim().is_empty() || plain == "-" { "file".into() } else { plain }
}

/// Reads one article after the other; while it waits for whoever takes them, others may work.
fn read(name: &str, bytes: Vec<u8>, options: &Options, work: &Work, sender: &mpsc::Sender<Bytes>) {
    let mut pieces = raw_articles_of(name, bytes, options, &Notes::default());
    while let Some(line) = work.turn(|| pieces.next().map(|raw| line(raw, options))) {
        if sender.blocking_send(line.into()).is_err() {
            return; // Nobody takes them any more.
        }
    }
}

fn line(raw: Result<Raw>, options: &Options) -> Vec<u8> {
    match raw.and_then(|raw| raw.article(&options.names)) {
        Ok(article) => {
            let mut line = serde_json::to_vec(&as_read(article)).unwrap_or_default();
            line.push(b'\n');
            line
        }
        Err(error) => Problem::from(error).line(),
    }
}

/// The article as it is sent on to `/v1/predict`: offsets count in the text behind a title that was put before it.
fn as_read(article: Article) -> ArticleRead {
    let Article { id, title, date, outlet, mut text, title_len, .. } = article;
    text.drain(..title_len);
    ArticleRead { id, title, date, outlet, text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_name_only_the_last_part_is_kept() {
        for (name, base) in [
            ("news/a.csv", "a.csv"),
            ("C:\\news\\a.csv", "a.csv"),
            ("../../etc/passwd", "passwd"),
            ("a\n\0.csv", "a.csv"),
            ("", "file"),
            ("x/", "file"),
            ("-", "file"),
        ] {
            assert_eq!(base_name(name), base, "{name:?}");
        }
        assert_eq!(base_name(&"é".repeat(1000)).chars().count(), LONGEST_NAME);
    }
}
