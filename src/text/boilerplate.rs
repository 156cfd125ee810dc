//! Which paragraphs of an article are not the article: bylines, credits, teasers, captions, advertising, repeats.
//!
//! Whole paragraphs only; the headline stays. The patterns are data (`data/lang/*.toml`), the order of the lines is
//! looked at here. A repeated sentence inside a paragraph is dropped in `sentence`.

use rustc_hash::FxHashSet;

use super::{
    language::Language,
    paragraph::{ends_sentence, without_bullet},
    pattern::{Line, LinePatterns, Where, Why},
    span::Span,
};

/// A stretch of an article that is not analysed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dropped {
    /// Bytes of the article's text.
    pub span: Span,
    /// Why it is not the article.
    pub why: Why,
}

/// How many lines from the first the top of an article has: beyond them nobody looks for a byline without "By".
const TOP: usize = 8;
/// Longest line without an end mark, in characters, that may be furniture behind the last line of prose.
const LONGEST_FURNITURE: usize = 120;
/// Lines of prose that must stand above furniture, and their share in percent of the lines there: in a text without
/// end marks the last line is as good as the others.
const PROSE_ABOVE: (usize, usize) = (3, 60);

/// Says for every paragraph why it is not the article, or `None` where it is. A text of one paragraph is kept.
pub fn find(text: &str, paragraphs: &[Span], language: &Language) -> Vec<Option<Why>> {
    if paragraphs.len() < 2 {
        return vec![None; paragraphs.len()];
    }
    let patterns = language.boilerplate();
    let lines: Vec<Line> = paragraphs.iter().map(|p| patterns.line(without_bullet(text, *p).of(text))).collect();
    let mut finder = Finder { patterns, whys: vec![None; lines.len()], lines, headline: 0 };
    finder.repeats();
    finder.anywhere();
    finder.ending();
    finder.labelled();
    finder.beside();
    finder.ending();
    finder.whys
}

struct Finder<'a> {
    patterns: &'a LinePatterns,
    lines: Vec<Line<'a>>,
    whys: Vec<Option<Why>>,
    /// Index of the headline: the first line that is more than a date, a byline or a menu.
    headline: usize,
}

impl Finder<'_> {
    fn repeats(&mut self) {
        let mut seen = FxHashSet::default();
        for (line, why) in self.lines.iter().zip(&mut self.whys) {
            if !seen.insert(line.text) {
                *why = Some(Why::Repeat);
            }
        }
    }

    /// Lines that their own words and their place from the top give away.
    fn anywhere(&mut self) {
        let is_no_headline = |why: &Why| matches!(why, Why::Date | Why::Byline | Why::Share | Why::Copyright);
        let found = |i: &usize| self.patterns.why(&self.lines[*i], Where::Anywhere).filter(is_no_headline);
        self.headline = (0..self.lines.len()).find(|i| found(i).is_none()).unwrap_or(0);
        let mut prose = false;
        for i in (0..self.lines.len()).filter(|i| *i != self.headline) {
            if self.whys[i].is_some() {
                continue;
            }
            let at = |place, here: bool| if here { self.patterns.why(&self.lines[i], place) } else { None };
            let why = at(Where::Anywhere, true).or_else(|| at(Where::Inside, i > self.headline + 1));
            prose |= why.is_none() && i > self.headline && ends_sentence(self.lines[i].text);
            let why = why.or_else(|| at(Where::Head, !prose && i > self.headline));
            self.whys[i] = why.or_else(|| at(Where::Top, (self.headline + 1..self.headline + TOP).contains(&i)));
        }
    }

    /// From the last line upwards, as long as lines are not prose. Short lines that end with a question or exclamation
    /// mark are headlines of other stories if a dropped line stands above them before any prose does.
    fn ending(&mut self) {
        let prose_above = self.prose_above();
        let mut maybe = Vec::new();
        for i in (self.headline + 1..self.lines.len()).rev() {
            let line = &self.lines[i];
            self.whys[i] = self.whys[i].or_else(|| self.patterns.why(line, Where::End));
            if self.whys[i].is_some() {
                maybe.drain(..).for_each(|m: usize| self.whys[m] = Some(Why::Furniture));
            } else if prose_above[i] && is_bare(line.text) {
                self.whys[i] = Some(Why::Furniture);
            } else if prose_above[i] && is_bare(line.text.trim_end_matches(['?', '!'])) {
                maybe.push(i);
            } else {
                return;
            }
        }
    }

    /// Short lines without an end mark below a label such as "Related articles", down to the next line of prose.
    fn labelled(&mut self) {
        let mut under = false;
        for i in self.headline + 1..self.lines.len() {
            let line = &self.lines[i];
            if self.whys[i].is_some() {
                under |= self.patterns.is_label(line);
            } else if under && is_bare(line.text.trim_end_matches(['?', '!'])) {
                self.whys[i] = Some(Why::Related);
            } else {
                under = false;
            }
        }
    }

    /// For every line, whether what stands above it (headline aside) is mostly prose with end marks.
    fn prose_above(&self) -> Vec<bool> {
        let (mut prose, mut all) = (0, 0);
        let lines = self.lines.iter().zip(&self.whys).enumerate();
        let above = lines.map(|(i, (line, why))| {
            let enough = prose >= PROSE_ABOVE.0 && prose * 100 >= all * PROSE_ABOVE.1;
            if i > self.headline && why.is_none() {
                all += 1;
                prose += usize::from(ends_sentence(line.text));
            }
            enough
        });
        above.collect()
    }

    /// Lines that mean nothing alone but belong to a dropped line above or below.
    fn beside(&mut self) {
        let is_dropped = |why: Option<&Option<Why>>| why.is_some_and(|w| w.is_some_and(|w| w != Why::Repeat));
        let count = self.lines.len();
        for i in (0..count).chain((0..count).rev()) {
            let near = is_dropped(self.whys.get(i + 1)) || (i > 0 && is_dropped(self.whys.get(i - 1)));
            if i != self.headline && self.whys[i].is_none() && near {
                self.whys[i] = self.patterns.why(&self.lines[i], Where::Beside);
            }
        }
    }
}

/// Whether a line is short and ends without a mark, as links and labels do.
fn is_bare(line: &str) -> bool {
    line.ends_with(char::is_alphanumeric) && !line.contains(". ") && line.chars().count() <= LONGEST_FURNITURE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::paragraph::paragraphs;

    fn whys(text: &str) -> Vec<Option<Why>> {
        find(text, &paragraphs(text, Span::new(0, text.len())), Language::english())
    }

    #[test]
    fn table_of_articles_and_what_goes() {
        let prose = "The envoys left. Nobody spoke.\nThe ships sailed.\nThe planes stayed.";
        let cases: &[(&str, &str, Option<Why>)] = &[
            ("Talks fail\nBy Jane Roe\nThe envoys left.", "By Jane Roe", Some(Why::Byline)),
            ("By Jane Roe\nTalks fail\nThe envoys left.", "Talks fail", None),
            ("Read more: talks fail\nThe envoys left.", "Read more: talks fail", None),
            ("Sign up to fight\nThe envoys left.", "Sign up to fight", None),
            (&format!("Talks fail\n{prose}\nOil is up"), "Oil is up", Some(Why::Furniture)),
            (&format!("Talks fail\n{prose}\nOil is up\nPrices rose."), "Oil is up", None),
            ("Talks fail\nOil is up\nWar is near", "War is near", None),
            ("Talks fail\n5 May 2019\nThe envoys left.", "5 May 2019", Some(Why::Date)),
            ("Read more: talks fail", "Read more: talks fail", None),
        ];
        for (text, line, expected) in cases {
            let index = text.lines().position(|l| l == *line).unwrap();
            assert_eq!(whys(text)[index], *expected, "{line:?} in {text:?}");
        }
    }

    #[test]
    fn a_repeated_line_goes_and_the_first_stays() {
        assert_eq!(whys("Talks fail\nThe envoys left.\nTalks fail"), [None, None, Some(Why::Repeat)]);
    }
}
