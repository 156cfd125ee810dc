//! Patterns of lines that are not the article, as a language's table gives them, matched in linear time.
//!
//! There are many, they are long, and few of them ever meet a line they match, so none is compiled before it is needed.
//! A line is tried against a pattern in three steps, each of which only hides what the next would refuse: the literals
//! that the pattern needs (`literals`; one pass over the line for all patterns), the pattern and the line reduced to ASCII
//! with all bounds of repetitions taken off (small, quickly compiled), and the pattern itself; for a line that is ASCII
//! already, the pattern reduced to ASCII says the same and compiles faster.
//!
//! Knows neither articles nor the order of lines: whether a place is the top or the end is decided in `boilerplate`.

use std::{collections::BTreeMap, ops::Range, sync::OnceLock};

use serde::Deserialize;

use super::{
    automaton::{AsciiPattern, Automaton},
    literals::{BEYOND, Literals, MOST, Set, digest, reduced},
};

/// Why a stretch of text is not analysed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Why {
    /// A header block, or a date in front of the lede.
    Metadata,
    /// Who wrote it.
    Byline,
    /// Who else worked on it: agencies, editors, corrections.
    Credit,
    /// A pointer to another story, or its teaser.
    Related,
    /// Newsletters, apps, cookies, advertisements, calls for letters.
    Promotion,
    /// A caption, or the credit of a picture or film.
    Caption,
    /// Rights and reprints.
    Copyright,
    /// A date or time standing alone.
    Date,
    /// Words of a share bar or a menu.
    Share,
    /// The same line or sentence as earlier in the article.
    Repeat,
    /// A line without an end mark behind the last line of prose.
    Furniture,
}

/// Where in an article a pattern holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Where {
    /// Any line.
    Anywhere,
    /// Any line but the first two.
    Inside,
    /// The first lines, behind the headline.
    Top,
    /// Between the headline and the first line with an end mark.
    Head,
    /// Next to a line that is not the article for another reason.
    Beside,
    /// Behind the last line of prose.
    End,
}

/// The form on disk.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PatternTable {
    keep: Vec<String>,
    labels: Vec<String>,
    pub parts: BTreeMap<String, String>,
    rules: Vec<RuleTable>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleTable {
    why: Why,
    #[serde(rename = "where")]
    place: Where,
    #[serde(default = "usual_max")]
    max: usize,
    lines: Vec<String>,
}

fn usual_max() -> usize {
    300
}

impl PatternTable {
    /// All patterns in the order of their numbers.
    pub fn patterns(&self) -> impl Iterator<Item = &String> {
        self.keep.iter().chain(&self.labels).chain(self.rules.iter().flat_map(|rule| &rule.lines))
    }

    /// What the literals stored beside the table have to name.
    pub fn digest(&self) -> String {
        digest(&self.parts, self.patterns())
    }
}

/// A rule for lines: these patterns say why.
#[derive(Debug, Clone)]
struct Rule {
    why: Why,
    place: Where,
    max: usize,
    patterns: Range<usize>,
}

/// A pattern and what has been compiled of it.
#[derive(Debug)]
struct Pattern {
    source: String,
    reduced: OnceLock<AsciiPattern>,
    ascii: OnceLock<AsciiPattern>,
    exact: OnceLock<Automaton>,
}

/// A trimmed line with all that the patterns look at.
#[derive(Debug)]
pub(super) struct Line<'a> {
    pub text: &'a str,
    /// The line in the alphabet of `literals`; empty if it is too long for any pattern.
    reduced: String,
    /// The patterns whose literals stand in it.
    candidates: Set,
}

impl Pattern {
    fn new(source: String) -> Pattern {
        Pattern { source, reduced: OnceLock::new(), ascii: OnceLock::new(), exact: OnceLock::new() }
    }
}

/// All patterns of one language.
#[derive(Debug)]
pub struct LinePatterns {
    parts: BTreeMap<String, String>,
    patterns: Vec<Pattern>,
    keep: Range<usize>,
    labels: Range<usize>,
    rules: Vec<Rule>,
    /// Length of the longest line that a rule takes.
    longest: usize,
    literals: Literals,
}

impl LinePatterns {
    /// Takes over a table and the literals stored beside it; the error says what is wrong with their form. Patterns are
    /// compiled when they are needed.
    pub(super) fn new(table: PatternTable, literals: &str) -> Result<LinePatterns, String> {
        let count = table.patterns().count();
        if count > MOST {
            return Err(format!("{count} patterns; there may be {MOST}"));
        }
        let literals = Literals::parse(literals, &table.digest())?;
        let PatternTable { keep, labels, parts, rules } = table;
        let mut patterns = Vec::new();
        let mut numbered = |lines: Vec<String>| {
            let start = patterns.len();
            patterns.extend(lines.into_iter().map(Pattern::new));
            start..patterns.len()
        };
        let (keep, labels) = (numbered(keep), numbered(labels));
        let rules = rules.into_iter().map(|RuleTable { why, place, max, lines }| {
            let patterns = numbered(lines);
            Rule { why, place, max, patterns }
        });
        let rules: Vec<Rule> = rules.collect();
        let longest = rules.iter().map(|r| r.max).max().unwrap_or(0);
        Ok(LinePatterns { parts, patterns, keep, labels, rules, longest, literals })
    }

    /// Looks for the literals in a trimmed line.
    pub(super) fn line<'a>(&self, text: &'a str) -> Line<'a> {
        let mut line = Line { text, reduced: String::new(), candidates: Set::default() };
        if text.len() > self.longest {
            return line;
        }
        line.reduced.extend(text.chars().map(reduced));
        line.candidates = self.literals.candidates(&line.reduced);
        line
    }

    /// Whether a line announces headlines of other stories (`Related articles`).
    pub(super) fn is_label(&self, line: &Line<'_>) -> bool {
        line.text.len() <= 60 && self.any(&self.labels, line)
    }

    /// Why a line that stands at `place` is not the article, by the first rule that matches it.
    pub(super) fn why(&self, line: &Line<'_>, place: Where) -> Option<Why> {
        let fits = |rule: &&Rule| rule.place == place && line.text.len() <= rule.max;
        let why = self.rules.iter().filter(fits).find(|rule| self.any(&rule.patterns, line))?.why;
        let may_be_news = matches!(why, Why::Related | Why::Promotion | Why::Share | Why::Caption);
        if may_be_news && self.any(&self.keep, line) { None } else { Some(why) }
    }

    /// Whether one of the patterns matches the line.
    fn any(&self, patterns: &Range<usize>, line: &Line<'_>) -> bool {
        patterns.clone().filter(|p| line.candidates.contains(*p)).any(|p| self.is_match(p, line))
    }

    fn is_match(&self, pattern: usize, line: &Line<'_>) -> bool {
        if !self.reduced(pattern).is_match(&line.reduced) {
            return false;
        }
        // A delete character, however improbable, is not to be taken for the stand-in.
        let is_ascii = line.text.is_ascii() && !line.text.contains(BEYOND);
        if is_ascii { self.ascii(pattern).is_match(&line.reduced) } else { self.exact(pattern).is_match(line.text) }
    }

    fn reduced(&self, pattern: usize) -> &AsciiPattern {
        let Pattern { source, reduced, .. } = &self.patterns[pattern];
        reduced.get_or_init(|| ascii(&without_bounds(&with_parts(source, &self.parts, &REDUCED))))
    }

    fn ascii(&self, pattern: usize) -> &AsciiPattern {
        let Pattern { source, ascii: compiled, .. } = &self.patterns[pattern];
        compiled.get_or_init(|| ascii(&with_parts(source, &self.parts, &REDUCED)))
    }

    fn exact(&self, pattern: usize) -> &Automaton {
        let Pattern { source, exact, .. } = &self.patterns[pattern];
        exact.get_or_init(|| Automaton::of_text(&with_parts(source, &self.parts, &NARROW)).expect(TESTED))
    }
}

const TESTED: &str = "a test compiles all patterns of the built-in tables";

/// A pattern with the classes [`REDUCED`], compiled for lines in the alphabet of `literals`.
fn ascii(pattern: &str) -> AsciiPattern {
    let pattern: String = pattern.chars().map(reduced).collect();
    AsciiPattern::new(flat(&pattern)).expect(TESTED)
}

/// The pattern with the brackets of classes inside classes taken off.
fn flat(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let (mut depth, mut escaped) = (0, false);
    for c in pattern.chars() {
        let (opens, closes) = (!escaped && c == '[', !escaped && c == ']' && depth > 0);
        if !(opens && depth > 0 || closes && depth > 1) {
            out.push(c);
        }
        depth = depth + u32::from(opens) - u32::from(closes);
        escaped = !escaped && c == '\\';
    }
    out
}

/// The pattern with all bounds of repetitions taken off: it matches wherever the pattern does.
fn without_bounds(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(at) = rest.find('{') {
        let end = rest[at..].find('}').map_or(rest.len() - 1, |end| at + end);
        out.push_str(&rest[..at]);
        out.push(if rest[at + 1..].starts_with('0') { '*' } else { '+' });
        rest = &rest[end + 1..];
    }
    out + rest
}

/// Classes as tables write them, narrowed to Latin script. The classes of all Unicode make compiling the patterns, and
/// with it the start of the program, many times slower.
const NARROW: [(&str, &str); 8] = [
    (r"\p{Lu}", r"[A-ZÀ-ÖØ-Þ[\p{Lu}&&[Ā-ɏ]]]"),
    (r"\p{Ll}", r"[a-zß-öø-ÿ[\p{Ll}&&[Ā-ɏ]]]"),
    (r"\p{L}", r"[A-Za-zÀ-ÖØ-öø-ɏ]"),
    (r"\p{M}", r"[\u{300}-\u{36f}]"),
    (r"\w", r"[A-Za-z0-9_À-ÖØ-öø-ɏ]"),
    (r"\d", r"[0-9]"),
    (r"\s", r"[ \t\u{a0}\u{2009}\u{202f}]"),
    (r"\b", r"(?-u:\b)"),
];

/// The same classes in the alphabet of `literals`.
const REDUCED: [(&str, &str); 7] = [
    (r"\p{Lu}", r"[A-Z\x7f]"),
    (r"\p{Ll}", r"[a-z\x7f]"),
    (r"\p{L}", r"[A-Za-z\x7f]"),
    (r"\p{M}", r"\x7f"),
    (r"\w", r"[A-Za-z0-9_\x7f]"),
    (r"\d", r"[0-9]"),
    (r"\s", r"[ \t\x7f]"),
];

/// The pattern with its parts, which may use other parts, four deep, and with other classes.
fn with_parts(pattern: &str, parts: &BTreeMap<String, String>, classes: &[(&str, &str)]) -> String {
    let mut out = pattern.to_string();
    for _ in 0..4 {
        for (name, part) in parts {
            out = out.replace(&format!("{{{name}}}"), part);
        }
    }
    for (wide, narrow) in classes {
        out = out.replace(wide, narrow);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::language::Language;

    /// Lines of articles, of boilerplate and of both with other letters put in.
    fn lines() -> Vec<String> {
        let mut lines = Vec::new();
        for source in [
            include_str!("../../data/articles.jsonl"),
            include_str!("../../data/examples/articles.jsonl"),
            include_str!("../../tests/data/boilerplate.txt"),
        ] {
            let plain = source.replace("\\n", "\n").replace("\\\"", "\"");
            lines.extend(plain.lines().map(|l| l.trim_start_matches(['.', '#', '|', '-', ' ']).trim().to_owned()));
        }
        let other = |l: &String| l.replace('k', "\u{212a}").replace('s', "\u{17f}").replace('e', "é");
        lines.extend(lines.iter().map(other).collect::<Vec<_>>());
        lines
    }

    #[test]
    fn a_line_that_a_pattern_matches_is_hidden_by_no_step() {
        let patterns = Language::english().boilerplate();
        let mut matches = 0;
        for text in lines().iter().filter(|l| l.len() <= patterns.longest) {
            let line = patterns.line(text);
            for number in 0..patterns.patterns.len() {
                let is_match = patterns.exact(number).is_match(text);
                let found = patterns.any(&(number..number + 1), &line);
                assert_eq!(found, is_match, "{text:?}: {:?}", patterns.patterns[number].source);
                matches += usize::from(is_match);
            }
        }
        assert!(matches > 500, "{matches}");
    }

    #[test]
    fn all_patterns_compile_in_all_forms() {
        let patterns = Language::english().boilerplate();
        for number in 0..patterns.patterns.len() {
            patterns.exact(number);
            for form in [patterns.reduced(number), patterns.ascii(number)] {
                let answers: Vec<bool> = (0..100).map(|_| form.is_match("By Jane Roe in Lima (AFP)")).collect();
                assert!(answers.iter().all(|a| *a == answers[0]), "{form:?}");
            }
        }
    }

    #[test]
    fn classes_inside_classes_lose_their_brackets() {
        assert_eq!(flat(r"[[A-Z]a\]\[[0-9]]+(]|\[[ab])"), r"[A-Za\]\[0-9]+(]|\[[ab])");
    }

    #[test]
    fn bounds_of_repetitions_are_taken_off() {
        assert_eq!(without_bounds("a{0,3}b{2}[’'é]{1,4}c"), "a*b+[’'é]+c");
    }
}
