//! A report made of figures, plots and tables, as one HTML page that needs nothing else (no script, no link, plots as
//! inline SVG) or as plain text of at most 100 characters a line.
//!
//! Layout and the style that only these pages need are in `report.html`, the rest of the style and the escaping in `page`.
//! What a report shows is left to the reports; their plots escape their own text.

use minijinja::value::Value;
use serde::Serialize;

use super::columns::{Columns, name};
use super::table::{NAME, Table};
use crate::page::{Template, markup};

const TEMPLATE: &str = include_str!("report.html");
/// Widest line of text.
pub(super) const WIDTH: usize = 100;

/// A report, ready to be rendered.
pub(super) struct Sheet {
    pub(super) title: String,
    /// What it is about in a few words, such as the number of items.
    pub(super) summary: String,
    /// Facts at its head.
    pub(super) about: Vec<(String, String)>,
    pub(super) tiles: Vec<Tile>,
    pub(super) sections: Vec<Section>,
    /// How the numbers were made.
    pub(super) method: String,
}

/// A number at the head of the report.
#[derive(Serialize)]
pub(super) struct Tile {
    name: String,
    value: String,
    detail: String,
}

impl Tile {
    pub(super) fn new(name: &str, value: String, detail: &str) -> Self {
        Tile { name: name.to_owned(), value, detail: detail.to_owned() }
    }
}

/// A section: a plot, if there is one, and its table.
pub(super) struct Section {
    pub(super) heading: String,
    /// How to read it; shown on the page only.
    pub(super) lead: &'static str,
    pub(super) plot: Option<String>,
    pub(super) table: Table,
    /// How columns of text are aligned, see [`Columns::new`].
    pub(super) align: &'static str,
}

/// Everything that the template shows.
#[derive(Serialize)]
struct Page {
    title: String,
    summary: String,
    about: Vec<(String, String)>,
    tiles: Vec<Tile>,
    sections: Vec<PageSection>,
    method: String,
}

#[derive(Serialize)]
struct PageSection {
    heading: String,
    lead: &'static str,
    plot: Option<Value>,
    head: Vec<String>,
    rows: Vec<Vec<String>>,
    /// Whether the last column holds sentences, which may run over several lines.
    worded: bool,
}

impl Sheet {
    /// The page.
    pub(super) fn html(self) -> String {
        let Sheet { title, summary, about, tiles, sections, method } = self;
        let section = |Section { heading, lead, plot, table, .. }: Section| PageSection {
            heading,
            lead,
            plot: plot.map(markup),
            worded: table.worded(),
            head: table.head,
            rows: table.rows,
        };
        let sections = sections.into_iter().map(section).collect();
        Template::new(TEMPLATE).render(Page { title, summary, about, tiles, sections, method }) + "\n"
    }

    /// The text; the last line ends with a line feed.
    pub(super) fn text(self) -> String {
        let mut out = format!("{} ({})\n{}", self.title, self.summary, about(&self.about));
        let mut scores = Columns::new("l");
        self.tiles.iter().for_each(|tile| scores.row([&tile.name, &tile.value, &tile.detail].map(String::as_str)));
        out += &format!("\n{}", scores.render());
        for Section { heading, table, align, .. } in self.sections {
            let body = table.text(align);
            if !body.is_empty() {
                out += &format!("\n{heading}\n{body}");
            }
        }
        out + &format!("\n{}\n", self.method)
    }
}

/// The facts at the head of a text.
pub(super) fn about(facts: &[(String, String)]) -> String {
    let mut about = Columns::new("l");
    facts.iter().for_each(|(what, value)| about.row([name(what, NAME), name(value, WIDTH - NAME - 4)]));
    about.render()
}
