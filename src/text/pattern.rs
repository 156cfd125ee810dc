//! Patterns of lines that are not the article, as a language's table gives them: compiled once, matched in linear time.
//!
//! Knows neither articles nor the order of lines: whether a place is the top or the end is decided in `boilerplate`.

use std::collections::BTreeMap;

use regex::{RegexSet, RegexSetBuilder};
use serde::Deserialize;

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
    parts: BTreeMap<String, String>,
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

/// A rule for lines, compiled.
#[derive(Debug, Clone)]
struct Rule {
    why: Why,
    place: Where,
    max: usize,
    lines: RegexSet,
}

/// All patterns of one language.
#[derive(Debug, Clone)]
pub struct LinePatterns {
    keep: RegexSet,
    labels: RegexSet,
    rules: Vec<Rule>,
}

impl LinePatterns {
    /// Compiles a table; the error names the pattern.
    pub(super) fn compile(table: &PatternTable) -> Result<LinePatterns, String> {
        let rules = table.rules.iter().map(|rule| {
            let lines = set(&rule.lines, &table.parts)?;
            Ok(Rule { why: rule.why, place: rule.place, max: rule.max, lines })
        });
        Ok(LinePatterns {
            keep: set(&table.keep, &table.parts)?,
            labels: set(&table.labels, &table.parts)?,
            rules: rules.collect::<Result<_, String>>()?,
        })
    }

    /// Whether a line announces headlines of other stories (`Related articles`).
    pub fn is_label(&self, line: &str) -> bool {
        line.len() <= 60 && self.labels.is_match(line)
    }

    /// Why a trimmed line that stands at `place` is not the article, by the first rule that matches it.
    pub fn why(&self, line: &str, place: Where) -> Option<Why> {
        let matching = |rule: &&Rule| rule.place == place && line.len() <= rule.max && rule.lines.is_match(line);
        let why = self.rules.iter().find(matching)?.why;
        let may_be_news = matches!(why, Why::Related | Why::Promotion | Why::Share | Why::Caption);
        if may_be_news && self.keep.is_match(line) { None } else { Some(why) }
    }
}

/// The patterns as one set, each over the whole line, with `{name}` replaced by the part of that name.
fn set(patterns: &[String], parts: &BTreeMap<String, String>) -> Result<RegexSet, String> {
    let whole: Vec<String> = patterns.iter().map(|p| format!("^(?:{})$", with_parts(p, parts))).collect();
    RegexSetBuilder::new(whole).size_limit(64 << 20).dfa_size_limit(16 << 20).build().map_err(|error| error.to_string())
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

/// The pattern with its parts, which may use other parts, four deep, and with narrow classes.
fn with_parts(pattern: &str, parts: &BTreeMap<String, String>) -> String {
    let mut out = pattern.to_string();
    for _ in 0..4 {
        for (name, part) in parts {
            out = out.replace(&format!("{{{name}}}"), part);
        }
    }
    for (wide, narrow) in NARROW {
        out = out.replace(wide, narrow);
    }
    out
}
