//! An article and how it is read from plain text or from the fields of a record.
//!
//! Opens no files and reads no lines: that is `reader` and the command line. What is boilerplate and where sentences
//! end is decided later.

use super::{
    front::front,
    paragraph::{ends_sentence, paragraphs},
    span::Span,
    token::fold,
};

/// One article as it came in.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Article {
    /// The user's id, or the file name, or `file:line`.
    pub id: String,
    /// Headline, if the source gives it apart from the text or the first line looks like one.
    pub title: Option<String>,
    /// Date as given; the year is found by [`Article::year`].
    pub date: Option<String>,
    /// Newspaper, agency or site.
    pub outlet: Option<String>,
    /// Name of the crisis, if the source gives it (`venezuela-2019`).
    pub crisis: Option<String>,
    /// The whole text that is analysed. Where the source gives a title that the text does not begin with, the title
    /// and a line break stand before it.
    pub text: String,
    /// Bytes at the front of `text` that were put there from `title` (0 if none): spans behind it, less this number,
    /// are spans of the source's text.
    pub title_len: usize,
    /// Whether `text` was made from a source with markup, so that spans of it are not spans of the source.
    pub stripped: bool,
}

/// The fields of a record (a JSON line, a CSV row) before anything is concluded from them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fields {
    /// Identifier, if there is one.
    pub id: Option<String>,
    /// Headline.
    pub title: Option<String>,
    /// Date in any form.
    pub date: Option<String>,
    /// Newspaper, agency or site.
    pub outlet: Option<String>,
    /// Name of the crisis.
    pub crisis: Option<String>,
    /// The text, with or without the headline.
    pub text: String,
}

impl Article {
    /// An article from plain text. Title, date and outlet come from a header block (`Title:`, `Date:`, `Outlet:` lines
    /// at the top, which are not analysed), else the title from a first line that looks like a headline and the date
    /// from a leading `date 2019-05-05` or an ISO date in the id.
    pub fn from_text(id: impl Into<String>, text: impl Into<String>) -> Article {
        let (id, text) = (id.into(), text.into());
        let mut article = Article::from_fields(Fields { id: Some(id), text, ..Fields::default() }, "");
        if article.title.is_none() {
            article.title = headline(&article.text);
        }
        article
    }

    /// An article from the fields of a record; `id` stands in where the record has none. Empty fields count as
    /// missing; what is missing is taken from a header block at the top of the text, if it has one.
    pub fn from_fields(fields: Fields, id: &str) -> Article {
        let given = |field: Option<String>| field.map(|f| f.trim().to_string()).filter(|f| !f.is_empty());
        let front = front(&fields.text);
        let id = given(fields.id).unwrap_or_else(|| id.to_string());
        let date = given(fields.date).or(front.date).or_else(|| iso_date(&id).map(str::to_string));
        let title = given(fields.title).or(front.title);
        let body = &fields.text[front.len..];
        let (text, title_len) = match &title {
            Some(title) if !begins_with(body, title) => (format!("{title}\n{}", fields.text), title.len() + 1),
            _ => (fields.text, 0),
        };
        let outlet = given(fields.outlet).or(front.outlet);
        Article { id, title, date, outlet, crisis: given(fields.crisis), text, title_len, stripped: false }
    }

    /// The year of the date: its first number of four digits from 1000 to 2999.
    pub fn year(&self) -> Option<i32> {
        let numbers = self.date.as_deref()?.split(|c: char| !c.is_ascii_digit());
        numbers.filter(|n| n.len() == 4).filter_map(|n| n.parse().ok()).find(|year| (1000..3000).contains(year))
    }
}

/// Whether a text begins with a title, capitals, accents and white space aside.
fn begins_with(text: &str, title: &str) -> bool {
    // Folding all of a long text to compare its first line would be waste: white space and folding at most triple it.
    let enough = text.trim_start().chars().take(3 * title.chars().count() + 16).collect::<String>();
    let words = |s: &str| fold(s).split_whitespace().collect::<Vec<_>>().join(" ");
    words(&enough).strip_prefix(&words(title)).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// The first line, if other lines follow and it is short and without a full stop.
fn headline(text: &str) -> Option<String> {
    let body = Span::new(front(text).len, text.len());
    let all = paragraphs(text, body);
    let first = all.first().filter(|_| all.len() > 1)?.of(text);
    let short = first.chars().count() <= 140;
    let open = !ends_sentence(first) || first.ends_with(['!', '?']);
    (short && open).then(|| first.to_string())
}

/// The first date of the form 2019-05-05 in a name.
fn iso_date(name: &str) -> Option<&str> {
    let is_date = |piece: &&[u8]| {
        piece.iter().enumerate().all(|(i, b)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() })
            && matches!(piece[0], b'1' | b'2')
    };
    let at = name.as_bytes().windows(10).position(|piece| is_date(&piece))?;
    name.get(at..at + 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_put_in_front_only_where_it_is_missing() {
        let read = |title: &str, text: &str| {
            Article::from_fields(Fields { title: Some(title.into()), text: text.into(), ..Fields::default() }, "f:1")
        };
        let put = read("Talks fail", "The envoys left.");
        assert_eq!((put.text.as_str(), put.title_len, put.id.as_str()), ("Talks fail\nThe envoys left.", 11, "f:1"));
        for text in ["Talks fail\nThe envoys left.", "  TALKS  FAIL\nThe envoys left."] {
            let there = read("Talks fail", text);
            assert_eq!((there.text.as_str(), there.title_len), (text, 0));
        }
        assert_eq!(read("Talks fail", "Talks failing again was no surprise.").title_len, 11);
        assert_eq!(read(" ", "The envoys left.").title, None);
    }

    #[test]
    fn a_header_block_is_read_and_its_title_is_analysed() {
        let article =
            Article::from_text("a", "Title: Talks fail\nDate: 5 May 2019\nOutlet: The Wire\n\nThe envoys left.");
        assert_eq!(article.title.as_deref(), Some("Talks fail"));
        assert_eq!(article.outlet.as_deref(), Some("The Wire"));
        assert_eq!(article.year(), Some(2019));
        assert_eq!(article.title_len, 11);
    }

    #[test]
    fn dates_come_from_the_front_or_the_name() {
        assert_eq!(Article::from_text("x", " date 2019-05-06 The envoys left.").date.as_deref(), Some("2019-05-06"));
        assert_eq!(Article::from_text("wire-2019-05-05.txt", "The envoys left.").date.as_deref(), Some("2019-05-05"));
        assert_eq!(Article::from_text("é9-05-05", "The envoys left.").date, None);
        assert_eq!(Article::from_text("x", "The envoys left.").year(), None);
    }

    #[test]
    fn a_first_line_without_full_stop_is_the_title_and_stays() {
        let article = Article::from_text("x", "Talks fail\nThe envoys left.");
        assert_eq!((article.title.as_deref(), article.title_len), (Some("Talks fail"), 0));
        assert_eq!(Article::from_text("x", "The envoys left.\nNobody spoke.").title, None);
        assert_eq!(Article::from_text("x", "Talks fail").title, None);
    }
}
