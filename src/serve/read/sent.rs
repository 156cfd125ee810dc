//! The forms in which one article is sent: JSON or plain text.

use crate::error::Place;
use crate::serve::body::{media_type, other_media_type};
use crate::serve::problem::{Answer, Problem};
use crate::text::article::Article;
use crate::text::reader::FieldNames;
use axum::http::HeaderMap;

/// What articles without an id are called.
pub const NAME: &str = "request";

/// The form of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One article, a JSON object.
    Json,
    /// One article, its text.
    Text,
    /// A JSON object on each line.
    Lines,
}

impl Form {
    /// The form that the Content-Type header names.
    ///
    /// # Errors
    /// 415 for others.
    pub fn of(headers: &HeaderMap) -> Answer<Form> {
        match media_type(headers).as_str() {
            "application/json" => Ok(Form::Json),
            "text/plain" => Ok(Form::Text),
            "application/x-ndjson" | "application/jsonl" => Ok(Form::Lines),
            other => Err(other_media_type(other, "application/json, application/x-ndjson or text/plain")),
        }
    }
}

/// The article in a body that holds one.
///
/// # Errors
/// 400 for what is not UTF-8, no JSON object, or has no text.
pub fn article(form: Form, bytes: &[u8]) -> Answer<Article> {
    let text = utf8(bytes, &Place::file(NAME))?;
    match form {
        Form::Text => not_empty(Article::from_text(NAME, text), &Place::file(NAME)),
        Form::Json | Form::Lines => from_json(text, &Place::file(NAME)),
    }
}

/// The article on a line; `number` counts from 1.
///
/// # Errors
/// As [`article`], with the line's number.
pub fn article_on_line(number: usize, bytes: &[u8]) -> Answer<Article> {
    let place = Place::line(NAME, number);
    from_json(utf8(bytes, &place)?, &place)
}

fn from_json(text: &str, place: &Place) -> Answer<Article> {
    not_empty(Article::from_json_line(text, place, &FieldNames::default())?, place)
}

fn utf8<'a>(bytes: &'a [u8], place: &Place) -> Answer<&'a str> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let at = |e: std::str::Utf8Error| e.valid_up_to() + 1;
    std::str::from_utf8(bytes)
        .map_err(|e| Problem::input(format!("{place}: it is not UTF-8 (byte {})", at(e)), "send it in UTF-8"))
}

fn not_empty(article: Article, place: &Place) -> Answer<Article> {
    match article.text.trim().is_empty() {
        true => Err(Problem::input(format!("{place}: there is no text in it"), "send the article's text")),
        false => Ok(article),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_without_an_id_are_called_by_their_line() {
        assert_eq!(article(Form::Json, br#"{"text": "One."}"#).unwrap().id, "request");
        assert_eq!(article(Form::Text, "One é.".as_bytes()).unwrap().text, "One é.");
        assert_eq!(article_on_line(3, br#"{"text": "One."}"#).unwrap().id, "request:3");
        assert_eq!(article_on_line(3, br#"{"id": 7, "text": "One."}"#).unwrap().id, "7");
    }

    #[test]
    fn what_is_no_article_is_told_by_its_line() {
        for (line, part) in [
            (&b"{"[..], "request:9: not JSON"),
            (b"[1]", "request:9: not a JSON object"),
            (b"\xff", "request:9: it is not UTF-8 (byte 1)"),
            (br#"{"body": "x"}"#, "request:9: no field \"text\""),
            (br#"{"text": " "}"#, "request:9: there is no text in it"),
            (br#"{"text": "One.", "id": []}"#, "request:9: field \"id\" is []"),
        ] {
            let problem = article_on_line(9, line).unwrap_err();
            assert!(problem.status == 400 && problem.detail.starts_with(part), "{problem:?}");
        }
    }
}
