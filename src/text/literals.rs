//! The literals that line patterns need, and from them the patterns that may match a line: one pass over it for all.
//!
//! Which literals these are follows from the patterns, but working it out takes longer than all else that is done with
//! them when the program starts. So it is done when a table changes (`need`), and stored beside the table
//! (`data/lang/*.literals`); a test in `need` holds the two together.
//!
//! A line of such a file has a literal, the numbers of the patterns that may begin with it, and the numbers of those
//! that may stand around it, with tabs between. In the first line the digest of the patterns stands in place of the
//! literal, and the patterns are those that need none at their start, and none anywhere.

use std::{
    collections::BTreeMap,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError, StartKind};
use xxhash_rust::xxh3::Xxh3;

/// Stands for every character beyond ASCII.
pub(super) const BEYOND: char = '\x7f';
/// What is written for it into the file.
pub(super) const WRITTEN: char = '\u{fffd}';
/// Most patterns of a language.
pub(super) const MOST: usize = 256;

/// A character in the alphabet that literals and reduced patterns are written in. The two characters beyond ASCII
/// that match ASCII letters without regard to case are taken for these letters.
pub(super) fn reduced(c: char) -> char {
    match c {
        '\u{212a}' => 'K',
        '\u{17f}' => 's',
        c if c.is_ascii() => c,
        _ => BEYOND,
    }
}

/// A set of patterns by their numbers, below [`MOST`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Set([u64; MOST / 64]);

impl Set {
    pub fn contains(&self, number: usize) -> bool {
        self.0[number / 64] >> (number % 64) & 1 == 1
    }

    fn join(&mut self, other: &Set) {
        self.0.iter_mut().zip(other.0).for_each(|(a, b)| *a |= b);
    }

    fn and(&self, other: &Set) -> Set {
        Set(std::array::from_fn(|i| self.0[i] & other.0[i]))
    }

    /// From numbers with spaces between.
    fn parse(numbers: &str) -> Option<Set> {
        let mut set = Set::default();
        for number in numbers.split_ascii_whitespace() {
            let number: usize = number.parse().ok().filter(|n| *n < MOST)?;
            set.0[number / 64] |= 1 << (number % 64);
        }
        Some(set)
    }
}

/// What finding a literal says: the patterns that may begin with it, and those that may stand around it.
#[derive(Debug, Clone, Copy)]
struct Meaning {
    starts: Set,
    has: Set,
}

impl Meaning {
    /// Adds what a literal says that stands in a line, at its start or not.
    fn join(&mut self, literal: &Meaning, starts: bool) {
        self.has.join(&literal.has);
        if starts {
            self.starts.join(&literal.starts);
        }
    }
}

/// So many lines are walked over by the automaton that is made fastest: its table takes as long to make as they do.
const FEW: u32 = 1000;

/// The literals of a language's patterns, ready to be looked for.
#[derive(Debug)]
pub(super) struct Literals {
    /// Literals of one byte, which stand in every line: they are looked up by the bytes that a line has.
    bytes: Vec<(u8, Meaning)>,
    /// The others.
    texts: Vec<String>,
    /// One per text.
    meanings: Vec<Meaning>,
    automaton: AhoCorasick,
    /// How many lines it has met, at least up to [`FEW`].
    lines: AtomicU32,
    /// The same as a table of all transitions.
    table: OnceLock<AhoCorasick>,
    /// Patterns that need no literal at the start, and those that need none anywhere.
    free: Meaning,
}

impl Literals {
    /// Reads the stored form of the literals of patterns with this [`digest`]; the error says what is wrong with it.
    pub fn parse(stored: &str, digest: &str) -> Result<Literals, String> {
        let stored = stored.replace(WRITTEN, BEYOND.encode_utf8(&mut [0; 4]));
        let mut lines = stored.lines().map(|l| line(l).ok_or_else(|| format!("{l:?} is no line of literals")));
        let (of, free) = lines.next().ok_or("the table has no literals")??;
        if of != digest {
            return Err(format!("the literals are those of other patterns ({of}, not {digest}): derive them again"));
        }
        let (mut bytes, mut texts, mut meanings) = (Vec::new(), Vec::new(), Vec::new());
        for line in lines {
            match line? {
                (text, meaning) if text.len() == 1 => bytes.push((text.as_bytes()[0], meaning)),
                (text, meaning) => {
                    texts.push(text.to_owned());
                    meanings.push(meaning);
                }
            }
        }
        let automaton = automaton(AhoCorasickKind::NoncontiguousNFA, &texts).map_err(|error| error.to_string())?;
        let (lines, table) = (AtomicU32::new(0), OnceLock::new());
        Ok(Literals { bytes, texts, meanings, automaton, lines, table, free })
    }

    /// The patterns that may match a line in the alphabet of [`reduced`].
    pub fn candidates(&self, line: &str) -> Set {
        let line = line.to_ascii_lowercase();
        let mut found = self.free;
        let mut has = [false; 256];
        line.bytes().for_each(|b| has[usize::from(b)] = true);
        for (byte, meaning) in self.bytes.iter().filter(|(byte, _)| has[usize::from(*byte)]) {
            found.join(meaning, line.as_bytes()[0] == *byte);
        }
        for literal in self.automaton().find_overlapping_iter(&line) {
            found.join(&self.meanings[literal.pattern().as_usize()], literal.start() == 0);
        }
        found.starts.and(&found.has)
    }

    fn automaton(&self) -> &AhoCorasick {
        if self.lines.load(Ordering::Relaxed) < FEW {
            self.lines.fetch_add(1, Ordering::Relaxed);
            return &self.automaton;
        }
        self.table.get_or_init(|| automaton(AhoCorasickKind::DFA, &self.texts).unwrap_or(self.automaton.clone()))
    }
}

/// Without what finds the first literal faster: all are looked for.
fn automaton(kind: AhoCorasickKind, texts: &[String]) -> Result<AhoCorasick, BuildError> {
    let mut builder = AhoCorasick::builder();
    builder.kind(Some(kind)).start_kind(StartKind::Unanchored).prefilter(false).dense_depth(1);
    builder.build(texts)
}

/// A line of the stored form.
fn line(line: &str) -> Option<(&str, Meaning)> {
    let mut fields = line.split('\t');
    let text = fields.next()?;
    let meaning = Meaning { starts: Set::parse(fields.next()?)?, has: Set::parse(fields.next()?)? };
    Some((text, meaning))
}

/// Tells one table of patterns from another: a hash of all parts and patterns, in hexadecimal.
pub(super) fn digest<'a>(parts: &'a BTreeMap<String, String>, patterns: impl Iterator<Item = &'a String>) -> String {
    let mut hasher = Xxh3::new();
    for text in parts.iter().flat_map(|(name, part)| [name, part]).chain(patterns) {
        hasher.update(text.as_bytes());
        hasher.update(b"\n");
    }
    format!("{:016x}", hasher.digest())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_a_candidate_where_both_its_literals_stand() {
        let stored = "d\t2\t1 2\nby \t0\t0\nread\t1\t\nnews\t\t3\n\u{fffd}s\t3\t\n";
        let literals = Literals::parse(stored, "d").unwrap();
        let candidates = |line: &str| (0..4).filter(|n| literals.candidates(line).contains(*n)).collect::<Vec<_>>();
        assert_eq!(candidates("By Jane Roe"), [0, 2]);
        assert_eq!(candidates("Read by Jane"), [1, 2]);
        assert_eq!(candidates("news of \x7fs"), [2]);
        assert_eq!(candidates("\x7fs news"), [2, 3]);
    }

    #[test]
    fn literals_of_one_byte_count_too_and_many_lines_change_nothing() {
        let literals = Literals::parse("d\t2\t\n \t\t2\n#\t0\t0 1\nby\t1\t\n", "d").unwrap();
        for _ in 0..FEW {
            let candidates = |line: &str| (0..3).filter(|n| literals.candidates(line).contains(*n)).collect::<Vec<_>>();
            assert_eq!(candidates("#1"), [0]);
            assert_eq!(candidates("No. #1"), [2]);
            assert_eq!(candidates("By #1"), [1, 2]);
            assert!(candidates("").is_empty());
        }
        assert!(literals.table.get().is_some());
    }

    #[test]
    fn damage_and_other_patterns_are_named() {
        for (stored, expected) in [
            ("", "no literals"),
            ("e\t\t", "of other patterns (e, not d)"),
            ("d\t\t\nby\t0", "\"by\\t0\" is no line"),
            ("d\t\t\nby\t256\t", "is no line"),
            ("d\t\t\nby\tx\t", "is no line"),
        ] {
            let error = Literals::parse(stored, "d").unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn the_digest_tells_patterns_and_parts_apart() {
        let parts = BTreeMap::from([("a".to_string(), "b".to_string())]);
        let of = |patterns: &[&str]| digest(&parts, patterns.iter().map(|p| p.to_string()).collect::<Vec<_>>().iter());
        assert_eq!(of(&["x", "y"]), of(&["x", "y"]));
        assert!(of(&["x", "y"]) != of(&["xy"]) && of(&["x"]) != of(&["y"]));
    }
}
