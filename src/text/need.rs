//! What a line must have for a pattern to match it: literals that it begins with, literals that stand in it.
//!
//! Derived from the pattern's syntax tree, so that a pattern is only compiled and tried where it may match. All
//! literals are in the alphabet of [`reduced`]: lower case, every character beyond ASCII the same stand-in.
//!
//! This is compiled for tests only: the program reads what was derived here and stored (`literals`). The test that
//! derives it again, for every language, stores it if it is told to:
//!
//!     STANCE_RENEW_LITERALS=1 cargo test --release --lib stored_literals

use std::collections::{BTreeMap, BTreeSet};

use regex_syntax::ast::{self, Ast, ClassSetItem, ClassUnicodeKind, RepetitionKind, RepetitionRange, parse::Parser};

use super::literals::{BEYOND, WRITTEN, reduced};

/// Most literals in one set; beyond them a condition is not worth its memory.
const MOST: usize = 64;
/// As many bytes of a literal tell nearly as much as all of them.
const ENOUGH: usize = 8;

/// What a pattern asks of the text it matches; `None` where nothing is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Need {
    /// All texts it matches.
    exact: Option<Vec<String>>,
    /// With one of these the text begins; not filled if all texts are known.
    starts: Option<Vec<String>>,
    /// One of these stands in it; not filled if all texts are known.
    has: Option<Vec<String>>,
}

impl Need {
    fn exactly(texts: Vec<String>) -> Need {
        Need { exact: Some(texts), ..Need::default() }
    }

    /// The texts it matches, if they are known and none is empty.
    fn solid(&self) -> Option<&[String]> {
        self.exact.as_deref().filter(|texts| texts.iter().all(|t| !t.is_empty()))
    }

    /// With one of these the text begins.
    pub fn starts(&self) -> Option<&[String]> {
        self.solid().or(self.starts.as_deref())
    }

    /// One of these stands in it.
    pub fn has(&self) -> Option<&[String]> {
        self.solid().or(self.has.as_deref())
    }
}

/// Derives needs; knows the parts that patterns are made of.
pub(super) struct Needs<'a> {
    parts: &'a BTreeMap<String, String>,
    known: BTreeMap<String, Need>,
}

impl<'a> Needs<'a> {
    pub fn new(parts: &'a BTreeMap<String, String>) -> Self {
        Needs { parts, known: BTreeMap::new() }
    }

    /// The need of a pattern; the error names it.
    pub fn of(&mut self, pattern: &str) -> Result<Need, String> {
        let ast = Parser::new().parse(&self.with_classes(pattern)).map_err(|error| error.to_string())?;
        self.node(&ast)
    }

    /// The pattern with `\p{name}` for `{name}`: a class to the parser, which does not ask what classes there are.
    fn with_classes(&self, pattern: &str) -> String {
        let mut out = String::with_capacity(pattern.len() + 64);
        let mut rest = pattern;
        while let Some(at) = rest.find('{') {
            let name = &rest[at + 1..rest[at..].find('}').map_or(at + 1, |end| at + end)];
            out.push_str(&rest[..at]);
            out.push_str(if self.parts.contains_key(name) { r"\p{" } else { "{" });
            rest = &rest[at + 1..];
        }
        out + rest
    }

    fn node(&mut self, ast: &Ast) -> Result<Need, String> {
        Ok(match ast {
            Ast::Empty(_) | Ast::Flags(_) | Ast::Assertion(_) => Need::exactly(vec![String::new()]),
            Ast::Literal(literal) => Need::exactly(vec![lower(literal.c)]),
            Ast::ClassBracketed(class) => bracketed(class),
            Ast::ClassPerl(class) if class.kind == ast::ClassPerlKind::Digit && !class.negated => {
                Need::exactly(('0'..='9').map(String::from).collect())
            }
            Ast::Dot(_) | Ast::ClassPerl(_) => Need::default(),
            Ast::ClassUnicode(class) => match &class.kind {
                ClassUnicodeKind::Named(name) if self.parts.contains_key(name) => self.part(name)?,
                _ => Need::default(),
            },
            Ast::Group(group) => self.node(&group.ast)?,
            Ast::Repetition(repetition) => repeated(self.node(&repetition.ast)?, &repetition.op.kind),
            Ast::Alternation(all) => any(all.asts.iter().map(|a| self.node(a)).collect::<Result<_, String>>()?),
            Ast::Concat(all) => self.sequence(&all.asts)?,
        })
    }

    /// One behind the other. Texts that are known whole are joined to longer ones as far as that goes.
    fn sequence(&mut self, all: &[Ast]) -> Result<Need, String> {
        let mut run = vec![String::new()];
        let (mut at_start, mut starts, mut has) = (true, None, None);
        for ast in all {
            if let Ast::Literal(literal) = ast {
                let c = reduced(literal.c).to_ascii_lowercase();
                run.iter_mut().for_each(|text| text.push(c));
                continue;
            }
            let need = self.node(ast)?;
            if let Some(joined) = need.exact.as_deref().and_then(|texts| joined(&run, texts)) {
                run = joined;
                continue;
            }
            if at_start {
                let begun = need.starts().and_then(|texts| joined(&run, texts));
                starts = begun.or_else(|| Some(run.clone()));
                at_start = false;
            }
            has = better(has, Some(run));
            run = vec![String::new()];
            match need.exact {
                Some(texts) => run = texts,
                None => has = better(has, need.has),
            }
        }
        if at_start {
            return Ok(Need::exactly(run));
        }
        let starts = starts.filter(|texts| texts.iter().all(|t| !t.is_empty()));
        Ok(Need { exact: None, starts, has: better(has, Some(run)) })
    }

    fn part(&mut self, name: &str) -> Result<Need, String> {
        if let Some(need) = self.known.get(name) {
            return Ok(need.clone());
        }
        let need = self.of(&self.parts[name])?;
        self.known.insert(name.to_owned(), need.clone());
        Ok(need)
    }
}

fn lower(c: char) -> String {
    reduced(c).to_ascii_lowercase().into()
}

/// A class of few single characters is a choice of them.
fn bracketed(class: &ast::ClassBracketed) -> Need {
    let ast::ClassSet::Item(item) = &class.kind else { return Need::default() };
    let items = match item {
        ClassSetItem::Union(union) => union.items.as_slice(),
        one => std::slice::from_ref(one),
    };
    let texts = items.iter().map(|item| match item {
        ClassSetItem::Literal(literal) => Some(lower(literal.c)),
        _ => None,
    });
    match texts.collect::<Option<Vec<String>>>() {
        Some(mut texts) if !class.negated => {
            texts.sort_unstable();
            texts.dedup();
            Need::exactly(texts)
        }
        _ => Need::default(),
    }
}

fn repeated(inner: Need, kind: &RepetitionKind) -> Need {
    match kind {
        RepetitionKind::ZeroOrOne | RepetitionKind::Range(RepetitionRange::Bounded(0, 1)) => match inner.exact {
            Some(mut texts) => {
                texts.push(String::new());
                Need::exactly(texts)
            }
            None => Need::default(),
        },
        RepetitionKind::ZeroOrMore
        | RepetitionKind::Range(
            RepetitionRange::Exactly(0) | RepetitionRange::AtLeast(0) | RepetitionRange::Bounded(0, _),
        ) => Need::default(),
        RepetitionKind::OneOrMore | RepetitionKind::Range(_) => {
            let owned = |texts: Option<&[String]>| texts.map(<[String]>::to_vec);
            Need { exact: None, starts: owned(inner.starts()), has: owned(inner.has()) }
        }
    }
}

/// One of several.
fn any(all: Vec<Need>) -> Need {
    fn union<'n>(all: &'n [Need], of: fn(&'n Need) -> Option<&'n [String]>) -> Option<Vec<String>> {
        let mut texts = Vec::new();
        for need in all {
            texts.extend_from_slice(of(need)?);
        }
        texts.sort_unstable();
        texts.dedup();
        (texts.len() <= MOST).then_some(texts)
    }
    match union(&all, |n| n.exact.as_deref()) {
        Some(texts) => Need::exactly(texts),
        None => Need { exact: None, starts: union(&all, Need::starts), has: union(&all, Need::has) },
    }
}

fn joined(run: &[String], texts: &[String]) -> Option<Vec<String>> {
    if run.len() * texts.len() > MOST {
        return None;
    }
    Some(run.iter().flat_map(|begin| texts.iter().map(move |end| format!("{begin}{end}"))).collect())
}

/// The set whose shortest literal is longer; the smaller set where that is equal.
fn better(a: Option<Vec<String>>, b: Option<Vec<String>>) -> Option<Vec<String>> {
    let rank = |texts: &Vec<String>| {
        let shortest = texts.iter().map(String::len).min().unwrap_or(0);
        (shortest, usize::MAX - texts.len())
    };
    let best = if a.as_ref().map(rank) >= b.as_ref().map(rank) { a } else { b };
    best.filter(|texts| texts.iter().all(|t| !t.is_empty()))
}

/// The stored form of the literals of patterns with this digest.
fn stored(digest: &str, parts: &BTreeMap<String, String>, patterns: &[&String]) -> Result<String, String> {
    let mut needs = Needs::new(parts);
    // `None` sorts before all literals: the patterns that need none, in the first line.
    let mut lines: BTreeMap<Option<String>, [BTreeSet<usize>; 2]> = BTreeMap::from([(None, Default::default())]);
    for (number, pattern) in patterns.iter().enumerate() {
        let need = needs.of(pattern).map_err(|error| format!("{pattern}: {error}"))?;
        for (place, texts) in [need.starts(), need.has()].into_iter().enumerate() {
            let texts = texts.map(|all| all.iter().map(|t| Some(t[..t.len().min(ENOUGH)].to_owned())).collect());
            for text in texts.unwrap_or_else(|| vec![None]) {
                lines.entry(text).or_default()[place].insert(number);
            }
        }
    }
    let numbers = |set: &BTreeSet<usize>| set.iter().map(usize::to_string).collect::<Vec<_>>().join(" ");
    let line = |(text, [starts, has]): (&Option<String>, &[BTreeSet<usize>; 2])| {
        format!("{}\t{}\t{}\n", text.as_deref().unwrap_or(digest), numbers(starts), numbers(has))
    };
    Ok(lines.iter().map(line).collect::<String>().replace(BEYOND, WRITTEN.encode_utf8(&mut [0; 4])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::language::LANGUAGES;

    /// Where this variable is set, literals that differ are stored anew.
    const RENEW: &str = "STANCE_RENEW_LITERALS";

    #[test]
    fn the_stored_literals_are_what_the_patterns_need() {
        for language in LANGUAGES {
            let table = language.table().unwrap().boilerplate;
            let patterns: Vec<&String> = table.patterns().collect();
            let derived = stored(&table.digest(), &table.parts, &patterns).unwrap();
            let path = format!("{}/data/lang/{}.literals", env!("CARGO_MANIFEST_DIR"), language.name);
            if std::env::var_os(RENEW).is_some() {
                std::fs::write(&path, &derived).unwrap();
            }
            let kept = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(kept == derived, "{path} is not of this table: run the test again with {RENEW}=1 to renew it");
        }
    }

    /// The literals at the start and inside, joined by `|`, `-` for none.
    fn need(pattern: &str) -> [String; 2] {
        let parts = BTreeMap::from([("day".to_string(), "(?:Mon|Sun)(?:day)?".to_string())]);
        let need = Needs::new(&parts).of(pattern).unwrap();
        [need.starts(), need.has()].map(|texts| texts.map_or("-".to_string(), |t| t.join("|")))
    }

    #[test]
    fn table_of_patterns_and_what_they_need() {
        for (pattern, starts, has) in [
            ("By .*", "by ", "by "),
            ("(?i:Sign[ -]?up)", "sign up|sign-up|signup", "sign up|sign-up|signup"),
            (
                "(?:please )?(?:read|see) more.*",
                "please read more|please see more|read more|see more",
                "please read more|please see more|read more|see more",
            ),
            (".*newsletter.*", "-", "newsletter"),
            ("(?:ab|c)+d", "ab|c", "d"),
            ("(?:ab)*cd?e", "-", "cde|ce"),
            (r"\p{Lu}+ in \d{2}", "-", " in "),
            (r"on {day}\b.*", "on mon|on monday|on sun|on sunday", "on mon|on monday|on sun|on sunday"),
            ("[^a]b{2}", "-", "b"),
            ("[a-z]x?", "-", "-"),
            ("’s", "\u{7f}s", "\u{7f}s"),
        ] {
            let got = need(pattern);
            let sorted = |s: &str| {
                let mut all: Vec<String> = s.split('|').map(str::to_owned).collect();
                all.sort_unstable();
                all
            };
            assert_eq!([sorted(&got[0]), sorted(&got[1])], [sorted(starts), sorted(has)], "{pattern}");
        }
    }
}
