//! A piece of input that is to become one article, before it is parsed: pieces are found by one thread and parsed by
//! many.

#[cfg(feature = "html")]
use super::html;
use super::markdown;
use crate::error::{Error, Place, Result};
use crate::text::article::{Article, Fields};
use crate::text::lines::Line;
use crate::text::reader::FieldNames;

/// One article before it is parsed.
pub enum Raw {
    /// A whole text file.
    Text(Whole),
    /// A whole Markdown file.
    Markdown(Whole),
    /// A whole web page.
    #[cfg(feature = "html")]
    Html(Whole),
    /// A JSON object.
    Json(Line),
    /// A record of a table.
    Record(Fields, Place),
}

/// A whole file.
pub struct Whole {
    /// Its name, the article's id.
    pub id: String,
    /// What is in it.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

impl Raw {
    /// About how many bytes it takes.
    pub fn size(&self) -> usize {
        match self {
            Raw::Text(whole) | Raw::Markdown(whole) => whole.text.len(),
            #[cfg(feature = "html")]
            Raw::Html(whole) => whole.text.len(),
            Raw::Json(line) => line.text.len(),
            Raw::Record(fields, _) => fields.text.len(),
        }
    }

    /// Where it stands.
    pub fn place(&self) -> &Place {
        match self {
            Raw::Text(whole) | Raw::Markdown(whole) => &whole.place,
            #[cfg(feature = "html")]
            Raw::Html(whole) => &whole.place,
            Raw::Record(_, place) => place,
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
            Raw::Text(whole) => Article::from_text(whole.id, whole.text),
            Raw::Markdown(whole) => markdown::article(&whole.text, &whole.id, names),
            #[cfg(feature = "html")]
            Raw::Html(whole) => html::article(&whole.text, &whole.id, &place, names)?,
            Raw::Json(line) => Article::from_json_line(&line.text, &line.place, names)?,
            Raw::Record(fields, place) => Article::from_fields(fields, &place.to_string()),
        };
        if article.text.trim().is_empty() {
            return Err(Error::input(place, "there is no text in it", "take it out, or pass it over with --skip-bad"));
        }
        Ok(article)
    }
}
