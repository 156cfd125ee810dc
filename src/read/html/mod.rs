//! Web pages to the article in them: text by the crate `dom_smoothie`, which follows Mozilla's Readability; headline, date
//! and site by what the page says of itself. What is boilerplate inside the text is decided where all texts are.

mod attributes;
mod tree;
mod meta;
mod prune;
mod charset;

pub use charset::declared;

use dom_query::Document;
use dom_smoothie::{Config, Readability, TextMode};

use crate::error::{Error, Place, Result};
use crate::text::article::{Article, Fields};
use crate::text::reader::FieldNames;
use attributes::MAX_ATTRIBUTES;
use meta::Meta;
use tree::{Excess, MAX_DEPTH, MAX_NODES};

/// A shorter text in bytes is no article, if there is a longer one.
const ENOUGH: usize = 100;

/// The article of a page; its spans are those of the text that was taken out. A `<meta>` of a name that the user gives
/// fills its field (`--date-field dc.date`).
///
/// # Errors
/// A page without an article; one that is nested too deep or too large, as pages made to do harm are.
pub fn article(source: &str, id: &str, place: &Place, names: &FieldNames) -> Result<Article> {
    let page = tree::parse(source).map_err(|excess| refused(excess, place))?;
    let usual = FieldNames::default();
    let told = |name: &str, usual: &str| if name.is_empty() || name == usual { None } else { meta::named(&page, name) };
    let (told_id, told_title, told_date) =
        (told(&names.id, &usual.id), told(&names.title, &usual.title), told(&names.date, &usual.date));
    let meta = Meta::of(&page);
    let mut reader = reader_of(page);
    let headline = headline(&reader);
    prune::prune(&reader.doc);
    let mut text = extracted(&mut reader);
    if text.len() < ENOUGH {
        // What was taken out may have been the article.
        let whole = tree::parse(source).map(|page| extracted(&mut reader_of(page))).unwrap_or_default();
        text = if whole.len() > text.len() { whole } else { text };
    }
    if text.is_empty() {
        let help = "save it as the browser shows it, or give its text, or pass it over with --skip-bad";
        return Err(Error::input(place.clone(), "there is no article in the page", help));
    }
    let fields = Fields {
        id: told_id.or_else(|| Some(id.to_string())),
        title: told_title.or(meta.title).or(headline),
        date: told_date.or(meta.date),
        outlet: meta.site,
        crisis: None,
        text,
    };
    Ok(Article { stripped: true, ..Article::from_fields(fields, id) })
}

fn refused(excess: Excess, place: &Place) -> Error {
    let what = match excess {
        Excess::Deep => format!("the page is nested more than {MAX_DEPTH} deep"),
        Excess::Attributes => format!("a tag of the page has more than {MAX_ATTRIBUTES} attributes"),
        Excess::Large => format!("the page has more than {MAX_NODES} elements"),
    };
    Error::input(place.clone(), what, "give its text, or pass it over with --skip-bad")
}

fn reader_of(page: Document) -> Readability {
    let config = Config { text_mode: TextMode::Formatted, ..Config::default() };
    Readability { doc: page, doc_url: None, config }
}

/// The headline where the page does not state it: what `<title>` says, without the name of the site beside it.
fn headline(reader: &Readability) -> Option<String> {
    let first = |name: &str| {
        let text = reader.doc.select_single(name).text();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let (head, title) = (first("h1"), first("title"));
    // Behind the headline stands a mark and then the site: `Talks fail | The Wire`.
    let is_before_a_mark = |rest: &str| {
        rest.is_empty() || rest.strip_prefix(' ').is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    };
    let is_whole = !head.is_empty() && title.strip_prefix(head.as_str()).is_some_and(is_before_a_mark);
    let found = if title.is_empty() || is_whole { head } else { reader.get_article_title().into() };
    Some(found.trim().to_string()).filter(|title| !title.is_empty())
}

/// The text that the extractor takes for the article, a paragraph a line; empty where it finds none.
fn extracted(reader: &mut Readability) -> String {
    reader.parse().map(|article| article.text_content.trim().to_string()).unwrap_or_default()
}
