//! Web pages to the article in them: text by the crate `dom_smoothie`, which follows Mozilla's Readability; headline, date
//! and site by what the page says of itself. What is boilerplate inside the text is decided where all texts are.

mod tree;
mod meta;
mod charset;

pub use charset::declared;

use dom_query::Document;
use dom_smoothie::{Config, Readability, TextMode};

use crate::error::{Error, Place, Result};
use crate::text::article::{Article, Fields};
use crate::text::reader::FieldNames;
use meta::Meta;
use tree::{Excess, MAX_DEPTH, MAX_NODES};

/// The article of a page; its spans are those of the text that was taken out. A `<meta>` of a name that the user gives
/// fills its field (`--date-field dc.date`).
///
/// # Errors
/// A page that is nested too deep or too large, as pages made to do harm are.
pub fn article(source: &str, id: &str, place: &Place, names: &FieldNames) -> Result<Article> {
    let page = tree::parse(source).map_err(|excess| refused(excess, place))?;
    let usual = FieldNames::default();
    let told = |name: &str, usual: &str| if name.is_empty() || name == usual { None } else { meta::named(&page, name) };
    let (told_id, told_title, told_date) =
        (told(&names.id, &usual.id), told(&names.title, &usual.title), told(&names.date, &usual.date));
    let meta = Meta::of(&page);
    let found = extracted(page);
    let fields = Fields {
        id: told_id.or_else(|| Some(id.to_string())),
        title: told_title.or(meta.title).or(found.title),
        date: told_date.or(meta.date),
        outlet: meta.site,
        crisis: None,
        text: found.text,
    };
    Ok(Article { stripped: true, ..Article::from_fields(fields, id) })
}

fn refused(excess: Excess, place: &Place) -> Error {
    let what = match excess {
        Excess::Deep => format!("the page is nested more than {MAX_DEPTH} deep"),
        Excess::Large => format!("the page has more than {MAX_NODES} elements"),
    };
    Error::input(place.clone(), what, "give its text, or pass it over with --skip-bad")
}

/// What the extractor finds.
#[derive(Default)]
struct Found {
    title: Option<String>,
    text: String,
}

fn extracted(page: Document) -> Found {
    let config = Config { text_mode: TextMode::Formatted, ..Config::default() };
    // Only an address can be wrong, and none is given.
    let Ok(mut reader) = Readability::with_document(page, None, Some(config)) else { return Found::default() };
    let title = reader.get_article_title().trim().to_string();
    let text = reader.parse().map(|article| article.text_content.to_string()).unwrap_or_default();
    Found { title: (!title.is_empty()).then_some(title), text }
}
