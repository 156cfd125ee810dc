//! Reports as JSON, the machine-readable contract: byte spans become offsets in Unicode scalar values here, on the way
//! out, and labels become names.

use serde::{Serialize, Serializer};

use super::report::{ActorStance, Evidence, StanceReport};
use crate::label::{Labels, Scores};
use crate::model::trained::Contribution;
use crate::text::article::Article;
use crate::text::span::Span;

/// An article's report as it is written: one JSON object.
#[derive(Debug, Serialize)]
pub struct ArticleJson<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outlet: Option<&'a str>,
    actors: Actors<'a>,
}

#[derive(Debug, Serialize)]
struct ActorJson<'a> {
    actor: &'a str,
    stance: Option<&'a str>,
    confidence: f64,
    scores: ByLabel<'a, f64>,
    counts: ByLabel<'a, usize>,
    evidence: Sentences<'a>,
}

#[derive(Debug, Serialize)]
struct EvidenceJson<'a> {
    /// Offsets count in the source's text, or in its title where `field` says so.
    start: usize,
    end: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'static str>,
    text: &'a str,
    stance: &'a str,
    scores: ByLabel<'a, f64>,
    mention: &'a str,
    mention_start: usize,
    mention_end: usize,
    #[serde(flatten)]
    explanation: Option<ExplanationJson<'a>>,
}

/// One value per label, as an object with the labels' names in alphabetical order.
#[derive(Debug)]
struct ByLabel<'a, T> {
    labels: &'a Labels,
    values: &'a [T],
}

impl<T: Serialize> Serialize for ByLabel<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Labels are few: finding the next is cheaper than sorting them for every sentence.
        let behind = |last: Option<&String>| self.labels.names().iter().filter(|n| last.is_none_or(|l| l < *n)).min();
        let names = std::iter::successors(behind(None), |last| behind(Some(last)));
        serializer.collect_map(names.filter_map(|n| Some((n, self.values.get(self.labels.index(n)?)?))))
    }
}

/// What the actors of an article have in common.
#[derive(Debug)]
struct Context<'a> {
    labels: &'a Labels,
    min_confidence: f64,
    offsets: Offsets<'a>,
}

/// The actors of an article, put into their form one by one as they are written.
#[derive(Debug)]
struct Actors<'a> {
    actors: &'a [ActorStance],
    context: Context<'a>,
}

impl Serialize for Actors<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.actors.iter().map(|a| actor(a, &self.context)))
    }
}

/// The same for the evidence of an actor.
#[derive(Debug)]
struct Sentences<'a> {
    evidence: &'a [Evidence],
    context: &'a Context<'a>,
}

impl Serialize for Sentences<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.evidence.iter().map(|e| evidence(e, self.context)))
    }
}

/// Contributions and bias sum to `logit`, the score of the stance before the softmax.
#[derive(Debug, Serialize)]
struct ExplanationJson<'a> {
    logit: f64,
    bias: f64,
    contributions: Vec<ContributionJson<'a>>,
}

#[derive(Debug, Serialize)]
struct ContributionJson<'a> {
    feature: &'a str,
    start: usize,
    end: usize,
    text: &'a str,
    value: f64,
}

/// An item's answer as it is written: one JSON object.
#[derive(Debug, Serialize)]
pub struct ItemJson<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<&'a str>,
    stance: Option<&'a str>,
    confidence: f64,
    scores: ByLabel<'a, f64>,
    #[serde(flatten)]
    explanation: Option<ExplanationJson<'a>>,
}

/// The answer to an item. Where the confidence is below `min_confidence`, the stance is null.
pub fn item<'a>(
    id: &'a str,
    actor: Option<&'a str>,
    text: &'a str,
    evidence: &'a Evidence,
    labels: &'a Labels,
    min_confidence: f64,
) -> ItemJson<'a> {
    let confidence = evidence.scores.confidence();
    ItemJson {
        id,
        actor,
        stance: (confidence >= min_confidence).then(|| labels.name(evidence.label)),
        confidence,
        scores: scores(labels, &evidence.scores),
        explanation: evidence.explanation.as_ref().map(|e| explanation(e, &Offsets::new(text, 0))),
    }
}

/// Probabilities by label name.
fn scores<'a>(labels: &'a Labels, scores: &'a Scores) -> ByLabel<'a, f64> {
    ByLabel { labels, values: &scores.0 }
}

/// The report of an article. Where the confidence is below `min_confidence`, the stance is null.
pub fn article<'a>(
    article: &'a Article,
    report: &'a StanceReport,
    labels: &'a Labels,
    min_confidence: f64,
) -> ArticleJson<'a> {
    let context = Context { labels, min_confidence, offsets: Offsets::new(&article.text, article.title_len) };
    ArticleJson {
        id: &article.id,
        title: article.title.as_deref(),
        date: article.date.as_deref(),
        outlet: article.outlet.as_deref(),
        actors: Actors { actors: &report.actors, context },
    }
}

fn actor<'a>(stance: &'a ActorStance, context: &'a Context<'a>) -> ActorJson<'a> {
    let labels = context.labels;
    ActorJson {
        actor: &stance.actor,
        stance: (stance.confidence >= context.min_confidence).then(|| labels.name(stance.label)),
        confidence: stance.confidence,
        scores: scores(labels, &stance.scores),
        counts: ByLabel { labels, values: &stance.counts },
        evidence: Sentences { evidence: &stance.evidence, context },
    }
}

fn evidence<'a>(evidence: &'a Evidence, context: &'a Context<'a>) -> EvidenceJson<'a> {
    let Context { labels, offsets, .. } = context;
    let (field, start, end) = offsets.of(evidence.sentence);
    let (_, mention_start, mention_end) = offsets.of(evidence.mention);
    EvidenceJson {
        start,
        end,
        field,
        text: evidence.sentence.of(offsets.text),
        stance: labels.name(evidence.label),
        scores: scores(labels, &evidence.scores),
        mention: evidence.mention.of(offsets.text),
        mention_start,
        mention_end,
        explanation: evidence.explanation.as_ref().map(|e| explanation(e, offsets)),
    }
}

fn explanation<'a>((contributions, bias): &'a (Vec<Contribution>, f64), offsets: &Offsets<'a>) -> ExplanationJson<'a> {
    ExplanationJson {
        logit: contributions.iter().map(|c| c.value).sum::<f64>() + bias,
        bias: *bias,
        contributions: contributions.iter().map(|c| contribution(c, offsets)).collect(),
    }
}

fn contribution<'a>(c: &'a Contribution, offsets: &Offsets<'a>) -> ContributionJson<'a> {
    let (_, start, end) = offsets.of(c.span);
    ContributionJson { feature: &c.feature, start, end, text: c.span.of(offsets.text), value: c.value }
}

/// From bytes of the analysed text to characters of the source's fields; characters are counted once per article.
#[derive(Debug)]
struct Offsets<'a> {
    text: &'a str,
    title_len: usize,
    title_chars: usize,
    /// Number of characters that begin before every `STEP`-th byte; empty where characters are bytes.
    marks: Vec<usize>,
}

const STEP: usize = 128;

impl<'a> Offsets<'a> {
    fn new(text: &'a str, title_len: usize) -> Self {
        let mut marks = Vec::new();
        if !text.is_ascii() {
            let mut count = 0;
            marks.reserve(text.len() / STEP + 1);
            for piece in text.as_bytes().chunks(STEP) {
                marks.push(count);
                count += beginnings(piece);
            }
            // A text of whole steps ends at a mark.
            marks.push(count);
        }
        let mut offsets = Offsets { text, title_len, title_chars: 0, marks };
        offsets.title_chars = offsets.chars_before(title_len);
        offsets
    }

    fn chars_before(&self, at: usize) -> usize {
        let mark = at / STEP;
        self.marks.get(mark).map_or(at, |count| count + beginnings(&self.text.as_bytes()[mark * STEP..at]))
    }

    /// The field that a span lies in (`None`: the text) and its offsets there.
    fn of(&self, span: Span) -> (Option<&'static str>, usize, usize) {
        let (start, end) = (self.chars_before(span.start), self.chars_before(span.end));
        if span.start < self.title_len {
            return (Some("title"), start, end);
        }
        (None, start - self.title_chars, end - self.title_chars)
    }
}

/// How many characters begin in a piece of at most `STEP` bytes of UTF-8: all bytes but those that go on.
fn beginnings(piece: &[u8]) -> usize {
    // In a byte there is room for the count, and sixteen bytes are counted at once.
    usize::from(piece.iter().map(|b| u8::from(*b & 0xc0 != 0x80)).sum::<u8>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_count_characters_of_the_field_they_are_in() {
        let title = "Café à Paris\n";
        let text = format!("{title}{}", "é".repeat(400) + "end");
        let offsets = Offsets::new(&text, title.len());
        let end = Span::new(text.len() - 3, text.len());
        assert_eq!(offsets.of(end), (None, 400, 403));
        assert_eq!(offsets.of(Span::new(0, 5)), (Some("title"), 0, 4));
        for text in [&text, "plain text", &"é".repeat(STEP / 2)] {
            let offsets = Offsets::new(text, 0);
            for (at, (byte, _)) in text.char_indices().chain([(text.len(), ' ')]).enumerate() {
                assert_eq!(offsets.chars_before(byte), at);
            }
        }
    }
}
