//! The text of an article cut up for showing it: paragraphs, the runs in them, and the mentions in those.
//!
//! Every byte of the text comes out exactly once and in order, whatever the spans of the report are: spans that overlap
//! are put together, and what lies outside the text is cut off. How it all looks is left to `html`.

use super::report::{ActorStance, Evidence, StanceReport};
use crate::text::article::Article;
use crate::text::language::Language;
use crate::text::paragraph::{paragraphs, trimmed};
use crate::text::sentence::Document;
use crate::text::span::Span;

/// Evidence and the actor whose it is.
pub(super) type Found<'a> = (&'a ActorStance, &'a Evidence);

/// A paragraph and the white space in front of it.
pub(super) struct Paragraph<'a> {
    pub(super) before: &'a str,
    /// Whether it repeats the article's title.
    pub(super) title: bool,
    pub(super) runs: Vec<Run<'a>>,
}

/// A piece of a paragraph that is all of one kind.
pub(super) struct Run<'a> {
    pub(super) kind: Kind<'a>,
    pub(super) parts: Vec<Part<'a>>,
}

/// What a run is.
pub(super) enum Kind<'a> {
    /// A sentence that is evidence, by its actors in the order of their mentions; `ends` where no more of it follows.
    Evidence { found: Vec<Found<'a>>, ends: bool },
    /// A sentence that mentions no actor.
    Sentence,
    /// White space between sentences.
    Space,
    /// Text that was not analysed.
    LeftOut,
}

/// A piece of a run, and the actors that it mentions.
pub(super) struct Part<'a> {
    pub(super) text: &'a str,
    pub(super) actors: Vec<&'a str>,
}

/// The paragraphs of an article and the white space behind the last one.
pub(super) fn paragraphs_of<'a>(article: &'a Article, report: &'a StanceReport) -> (Vec<Paragraph<'a>>, &'a str) {
    let text = article.text.as_str();
    let cutter = Cutter::new(article, report);
    let title = article.title.as_deref().map(str::trim);
    let body = text.floor_char_boundary(article.title_len);
    let mut all = paragraphs(text, Span::new(0, body));
    all.extend(paragraphs(text, Span::new(body, text.len())));
    let mut at = 0;
    let mut cut = Vec::with_capacity(all.len());
    for span in all {
        let title = cut.is_empty() && title == Some(span.of(text));
        cut.push(Paragraph { before: &text[at..span.start], title, runs: cutter.runs(span) });
        at = span.end;
    }
    (cut, &text[at..])
}

struct Cutter<'a> {
    text: &'a str,
    evidence: Vec<(Span, Vec<Found<'a>>)>,
    sentences: Vec<(Span, Vec<()>)>,
    mentions: Vec<(Span, Vec<&'a str>)>,
}

impl<'a> Cutter<'a> {
    fn new(article: &'a Article, report: &'a StanceReport) -> Self {
        let text = article.text.as_str();
        let found = || report.actors.iter().flat_map(|actor| actor.evidence.iter().map(move |e| (actor, e)));
        let mut evidence = joined(text, found().map(|(actor, e)| (e.sentence, (actor, e))));
        evidence.iter_mut().for_each(|(_, found)| found.sort_by_key(|(_, e)| e.mention));
        let document = Document::new(article, Language::english());
        Cutter {
            text,
            evidence,
            sentences: joined(text, document.sentences.iter().map(|s| (s.span, ()))),
            mentions: joined(text, found().map(|(actor, e)| (e.mention, actor.actor.as_str()))),
        }
    }

    /// A paragraph cut into evidence, and what lies between into sentences and the rest.
    fn runs(&self, paragraph: Span) -> Vec<Run<'a>> {
        let mut runs = Vec::new();
        for (span, mark) in pieces(paragraph, &self.evidence) {
            if let Some((whole, found)) = mark {
                let kind = Kind::Evidence { found: found.clone(), ends: span.end == whole.end };
                runs.push(Run { kind, parts: self.parts(span) });
                continue;
            }
            for (span, mark) in pieces(span, &self.sentences) {
                let kind = match mark {
                    Some(_) => Kind::Sentence,
                    None if span.of(self.text).trim().is_empty() => Kind::Space,
                    None => Kind::LeftOut,
                };
                runs.push(Run { kind, parts: vec![Part { text: span.of(self.text), actors: Vec::new() }] });
            }
        }
        runs
    }

    fn parts(&self, span: Span) -> Vec<Part<'a>> {
        let part = |(span, mark): (Span, Option<&(Span, Vec<&'a str>)>)| {
            let mut actors = mark.map_or(Vec::new(), |(_, actors)| actors.clone());
            actors.dedup();
            Part { text: span.of(self.text), actors }
        };
        pieces(span, &self.mentions).into_iter().map(part).collect()
    }
}

/// Marks in order, trimmed and cut to the text; those that overlap become one, empty ones go.
fn joined<T>(text: &str, marks: impl Iterator<Item = (Span, T)>) -> Vec<(Span, Vec<T>)> {
    let mut marks: Vec<(Span, T)> = marks.map(|(span, what)| (trimmed(text, inside(text, span)), what)).collect();
    marks.retain(|(span, _)| span.start < span.end);
    marks.sort_by_key(|(span, _)| *span);
    let mut out: Vec<(Span, Vec<T>)> = Vec::with_capacity(marks.len());
    for (span, what) in marks {
        match out.last_mut() {
            Some((last, all)) if span.start < last.end => {
                last.end = last.end.max(span.end);
                all.push(what);
            }
            _ => out.push((span, vec![what])),
        }
    }
    out
}

/// The nearest span that lies in the text and on its characters' boundaries.
pub(super) fn inside(text: &str, span: Span) -> Span {
    let start = text.floor_char_boundary(span.start);
    Span::new(start, text.floor_char_boundary(span.end).max(start))
}

/// `within`, cut where marks begin and end; each piece with the mark it lies in. Marks are in order and apart.
fn pieces<T>(within: Span, marks: &[(Span, T)]) -> Vec<(Span, Option<&(Span, T)>)> {
    let mut out = Vec::new();
    let mut at = within.start;
    let first = marks.partition_point(|(span, _)| span.end <= within.start);
    for mark in marks[first..].iter().take_while(|(span, _)| span.start < within.end) {
        let (start, end) = (mark.0.start.max(at), mark.0.end.min(within.end));
        if at < start {
            out.push((Span::new(at, start), None));
        }
        out.push((Span::new(start, end), Some(mark)));
        at = end;
    }
    if at < within.end {
        out.push((Span::new(at, within.end), None));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_that_overlap_become_one_and_wild_ones_are_cut_to_the_text() {
        let text = "é one two ";
        let marks =
            [(Span { start: 7, end: 99 }, 'c'), (Span { start: 1, end: 5 }, 'a'), (Span { start: 3, end: 6 }, 'b')];
        let wild = [(Span { start: 50, end: 40 }, 'd'), (Span { start: 2, end: 3 }, 'e')];
        let got = joined(text, marks.into_iter().chain(wild));
        assert_eq!(got, [(Span::new(0, 6), vec!['a', 'b']), (Span::new(7, 10), vec!['c'])]);
    }

    #[test]
    fn pieces_cover_the_whole_and_name_their_marks() {
        let marks = [(Span::new(0, 2), 'a'), (Span::new(3, 5), 'b'), (Span::new(5, 9), 'c'), (Span::new(9, 9), 'd')];
        let got: Vec<_> =
            pieces(Span::new(1, 7), &marks).into_iter().map(|(s, m)| (s.start, s.end, m.map(|m| m.1))).collect();
        assert_eq!(got, [(1, 2, Some('a')), (2, 3, None), (3, 5, Some('b')), (5, 7, Some('c'))]);
        assert!(pieces(Span::new(4, 4), &marks[..1]).is_empty());
    }
}
