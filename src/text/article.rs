//! An article and how it is read from plain text or a JSON line.
//!
//! Opens no files: readers take `&str` or `impl BufRead`. What is boilerplate and where sentences end is decided later.

/// One article as it came in.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Article {
    /// The user's id, or the file name.
    pub id: String,
    /// Headline, if the source gives it apart from the text.
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
}
