//! A piece of input that is to become one article, before it is parsed: pieces are found by one thread and parsed by
//! many.

use super::markdown;
use crate::error::{Error, Place, Result};
use crate::text::article::{Article, Fields};
use crate::text::lines::Line;
use crate::text::reader::FieldNames;

/// One article before it is parsed.
pub enum Raw {
    /// A whole text file.
    Text { id: String, text: String, place: Place },
    /// A whole Markdown file.
    Markdown { id: String, text: String, place: Place },
    /// A JSON object.
    Json(Line),
    /// A record of a table.
    Record { fields: Fields, place: Place },
}

impl Raw {
    /// About how many bytes it takes.
    pub fn size(&self) -> usize {
        match self {
            Raw::Text { text, .. } | Raw::Markdown { text, .. } => text.len(),
            Raw::Json(line) => line.text.len(),
            Raw::Record { fields, .. } => fields.text.len(),
        }
    }

    /// Where it stands.
    pub fn place(&self) -> &Place {
        match self {
            Raw::Text { place, .. } | Raw::Markdown { place, .. } | Raw::Record { place, .. } => place,
            Raw::Json(line) => &line.place,
        }
    }

    /// Parses it.
    ///
    /// # Errors
    /// A JSON object without a text, or nothing in text and title.
    pub fn article(self, names: &FieldNames) -> Result<Article> {
        let place = self.place().clone();
        let article = match self {
            Raw::Text { id, text, .. } => Article::from_text(id, text),
            Raw::Markdown { id, text, .. } => markdown::article(&text, &id, names),
            Raw::Json(line) => Article::from_json_line(&line.text, &line.place, names)?,
            Raw::Record { fields, place } => Article::from_fields(fields, &place.to_string()),
        };
        if article.text.trim().is_empty() {
            return Err(Error::input(place, "there is no text in it", "take it out, or pass it over with --skip-bad"));
        }
        Ok(article)
    }
}
