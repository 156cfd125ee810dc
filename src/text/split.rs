//! Where sentences end: one scan over a paragraph, with the language's table of abbreviations and starters.
//!
//! Looks at one paragraph at a time; paragraphs, boilerplate and tokens are the business of others. Every look back or
//! ahead is bounded, so the scan is linear in the text whatever it holds.

use super::{language::Language, paragraph::trimmed, span::Span, token::hash_of};

/// Longest word in characters that is looked at before or behind a mark.
const WORD: usize = 24;
/// Most words between a quotation and the verb that names its speaker (`US Secretary of State Mike Pompeo said`).
const SPEAKER_WORDS: usize = 7;
/// Most of them that may be long and in lower case (`Trump's security adviser said`): more make a clause of their own.
const LONG_SMALL_WORDS: usize = 2;

/// Appends the sentences of a paragraph to `out`: trimmed, in order, not empty.
pub fn split(text: &str, paragraph: Span, language: &Language, out: &mut Vec<Span>) {
    let mut scan = Scan { text, end: paragraph.end, start: paragraph.start, quote: None, language };
    let mut at = paragraph.start;
    while let Some(c) = scan.char_at(at) {
        if !MAY_MATTER[text.as_bytes()[at] as usize] {
            at = scan.skip(at);
            continue;
        }
        let next = at + c.len_utf8();
        if is_end_mark(c) {
            let mark = scan.mark(at);
            at = mark.behind;
            if scan.ends(&mark) {
                scan.push(at, out);
            }
            scan.quote = if mark.closes_quote { None } else { scan.quote };
            continue;
        }
        scan.note_quote(at, c);
        at = next;
    }
    scan.push(paragraph.end, out);
}

/// First bytes of the end marks and quotation marks; all other characters are passed over byte by byte.
const MAY_MATTER: [bool; 256] = {
    let mut table = [false; 256];
    // In UTF-8 `«` and `»` begin with C2, the dashes, curly quotes and `…` with E2, `。` with E3, the wide marks with EF.
    let firsts = [b'.', b'!', b'?', b'"', 0xc2, 0xe2, 0xe3, 0xef];
    let mut i = 0;
    while i < firsts.len() {
        table[firsts[i] as usize] = true;
        i += 1;
    }
    table
};

fn is_end_mark(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？')
}

fn is_closer(c: char) -> bool {
    matches!(c, '"' | '”' | '’' | '\'' | ')' | ']' | '}' | '»' | '›' | '“')
}

fn is_opener(c: char) -> bool {
    matches!(c, '"' | '“' | '„' | '‘' | '\'' | '(' | '[' | '{' | '«' | '‹' | '»' | '-' | '–' | '—')
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»' | '‘' | '’' | '\'')
}

/// A run of end marks and what closes behind it.
struct Mark {
    /// First byte of the run.
    at: usize,
    /// One past the last mark.
    end: usize,
    /// One past the closing quotes and brackets.
    behind: usize,
    closes_quote: bool,
    /// Whether it is one plain full stop.
    is_stop: bool,
    /// Whether it is `...` or `…`.
    is_ellipsis: bool,
}

struct Scan<'a> {
    text: &'a str,
    end: usize,
    /// First byte of the current sentence.
    start: usize,
    /// First byte of the quotation that is open.
    quote: Option<usize>,
    language: &'a Language,
}

impl Scan<'_> {
    fn char_at(&self, at: usize) -> Option<char> {
        if at >= self.end { None } else { self.text[at..self.end].chars().next() }
    }

    /// The next position from `at` on whose byte may begin a mark; the end if there is none.
    fn skip(&self, at: usize) -> usize {
        let rest = &self.text.as_bytes()[at..self.end];
        at + rest.iter().position(|byte| MAY_MATTER[*byte as usize]).unwrap_or(rest.len())
    }

    fn char_before(&self, at: usize) -> Option<char> {
        self.text[self.start..at].chars().next_back()
    }

    fn push(&mut self, end: usize, out: &mut Vec<Span>) {
        let span = trimmed(self.text, Span::new(self.start.min(end), end));
        if span.start < span.end {
            out.push(span);
        }
        self.start = end;
    }

    fn note_quote(&mut self, at: usize, c: char) {
        let opens = match c {
            '“' | '„' | '«' => true,
            '"' => self.char_before(at).is_none_or(|b| b.is_whitespace() || is_opener(b)),
            '”' | '»' => false,
            _ => return,
        };
        self.quote = if opens { self.quote.or(Some(at)) } else { None };
    }

    fn mark(&self, at: usize) -> Mark {
        let run = |from: usize, accept: fn(char) -> bool| {
            let rest = &self.text[from..self.end];
            from + rest.find(|c| !accept(c)).unwrap_or(rest.len())
        };
        let end = run(at, is_end_mark);
        let behind = run(end, is_closer);
        let marks = &self.text[at..end];
        Mark {
            at,
            end,
            behind,
            closes_quote: self.text[end..behind].contains(is_quote),
            is_stop: marks == ".",
            is_ellipsis: marks.contains('…') || marks.contains(".."),
        }
    }

    /// Whether the sentence ends behind the mark.
    fn ends(&self, mark: &Mark) -> bool {
        let rest = &self.text[mark.behind..self.end];
        let next = rest.trim_start();
        let spaced = next.len() < rest.len();
        let inner = next.trim_start_matches(|c: char| is_opener(c) || c.is_whitespace());
        let Some(first) = inner.chars().next() else { return false };
        if first.is_lowercase() || (is_end_mark(first) && inner.len() == next.len()) {
            return false;
        }
        if !spaced {
            return self.is_glued(mark, first, inner);
        }
        if next.starts_with(['-', '–', '—']) && (mark.closes_quote || !first.is_uppercase()) {
            return false;
        }
        if mark.closes_quote && self.names_speaker(mark, inner) {
            return false;
        }
        let quoted = next.len() > inner.len() && next.starts_with(is_quote);
        if mark.is_ellipsis {
            return quoted || self.ends_at_ellipsis(mark, inner);
        }
        !mark.is_stop || mark.closes_quote || self.ends_at_stop(mark, first, inner, quoted)
    }

    /// Whether a mark without white space behind it ends a sentence all the same (`left.The next day`), as texts taken
    /// from web pages have it: a whole word before, a capitalised word behind. Addresses and numbers do not.
    fn is_glued(&self, mark: &Mark, first: char, inner: &str) -> bool {
        let before = self.word_before(mark.at);
        let letters = before.chars().count() > 2 && before.chars().all(char::is_alphabetic);
        let second = inner.chars().nth(1);
        let ends_low = before.chars().next_back().is_some_and(char::is_lowercase);
        let word = first_word(inner);
        let address = inner[word.len()..].starts_with(['.', '/', '@', ':', '_']);
        (letters && ends_low || mark.behind > mark.end && mark.closes_quote)
            && first.is_uppercase()
            && second.is_none_or(|c| c.is_lowercase() || c.is_whitespace())
            && !address
    }

    /// Whether an ellipsis ends the sentence: not before "I" or, with white space before it (words left out), before
    /// an ordinary capitalised word.
    fn ends_at_ellipsis(&self, mark: &Mark, inner: &str) -> bool {
        let word = first_word(inner);
        let omission = self.char_before(mark.at).is_none_or(char::is_whitespace);
        let starter = self.language.is_starter(hash_of(word)) && word != "I";
        starter || (!omission && word != "I" && !word.starts_with("I'") && !word.starts_with("I’"))
    }

    /// Whether a full stop with white space behind it ends the sentence or belongs to an abbreviation.
    fn ends_at_stop(&self, mark: &Mark, first: char, inner: &str, quoted: bool) -> bool {
        let word = self.word_before(mark.at);
        let begins = self.text[self.start..mark.at].trim_start().len() == word.len();
        let next = hash_of(first_word(inner));
        let starter = self.language.is_starter(next) || quoted;
        let digit = first.is_numeric();
        let mut letters = word.chars();
        let (Some(initial), second) = (letters.next(), letters.next()) else { return true };
        if word.chars().all(char::is_numeric) || (begins && second.is_none()) {
            return !begins;
        }
        if word.contains('.') {
            return !is_dotted(word) || self.ends_at_dotted(word, starter, digit, next);
        }
        let hash = hash_of(word);
        if second.is_none() && initial.is_alphabetic() {
            let is_initial = initial.is_uppercase() || digit || self.language.is_abbreviation(hash);
            return !is_initial || (starter && !digit);
        }
        if self.language.is_title(hash) && initial.is_uppercase() {
            return quoted;
        }
        if !self.language.is_abbreviation(hash) {
            return true;
        }
        let dated = self.language.is_time_word(hash) && !self.language.is_time_word(next);
        !digit && (starter || dated || self.language.is_also_word(hash))
    }

    /// Whether a stop behind a dotted abbreviation (`U.S.`, `p.m.`, `e.g.`) ends the sentence.
    fn ends_at_dotted(&self, word: &str, starter: bool, digit: bool, next: u64) -> bool {
        match hash_of(&word.replace('.', "")) {
            hash if self.language.is_abbreviation(hash) => false,
            _ if digit => false,
            _ if word.ends_with('m') => !self.language.is_time_word(next),
            _ => starter,
        }
    }

    /// The word that ends at `at`, with inner dots; empty if it is longer than any abbreviation.
    fn word_before(&self, at: usize) -> &str {
        let before = &self.text[self.start..at];
        let letters = |c: &char| c.is_alphanumeric() || *c == '.';
        let (mut length, mut count) = (0, 0);
        for c in before.chars().rev().take_while(letters).take(WORD) {
            length += c.len_utf8();
            count += 1;
        }
        if count == WORD { "" } else { &before[before.len() - length..] }
    }

    /// Whether the words behind a closed quotation name its speaker (`"We will act!" President Trump said.`). They do
    /// if the quotation opened the sentence; a plain full stop wants the verb to end the sentence.
    fn names_speaker(&self, mark: &Mark, inner: &str) -> bool {
        let opened = self.text[self.start..].starts_with(|c| is_quote(c) || c == ' ')
            || self.quote.is_some_and(|quote| quote <= self.start);
        if !opened {
            return false;
        }
        let (mut rest, mut long) = (inner, 0);
        for i in 0..=SPEAKER_WORDS {
            let word = first_word(rest);
            let hash = hash_of(word);
            rest = &rest[word.len()..];
            if i > 0 && self.language.is_speech_verb(hash) {
                return !mark.is_stop || rest.starts_with('.');
            }
            long += usize::from(word.chars().next().is_some_and(char::is_lowercase) && word.chars().count() > 3);
            let starter = i == 0 && self.language.is_starter(hash) && word != "I";
            if word.is_empty() || long > LONG_SMALL_WORDS || starter {
                return false;
            }
            rest = rest.strip_prefix(['.', ',']).unwrap_or(rest);
            rest = rest.trim_start_matches([' ', '\u{a0}', '\n', '-']);
        }
        false
    }
}

/// Letters, digits and inner apostrophes at the front, at most [`WORD`] of them.
fn first_word(text: &str) -> &str {
    let inside = text.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '\'' | '’')).take(WORD);
    &text[..inside.map(char::len_utf8).sum()]
}

/// Whether a word with dots inside is an abbreviation (`U.S`, `Ph.D`) and not an address.
fn is_dotted(word: &str) -> bool {
    word.split('.').all(|part| part.chars().count() <= 2 && part.chars().all(char::is_alphabetic))
}
