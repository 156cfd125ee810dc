//! Reports as JSON, the machine-readable contract: byte spans become offsets in Unicode scalar values here, on the way
//! out, and labels become names.

use serde::{Serialize, Serializer};

use super::report::{ActorStance, Evidence, StanceReport};
use crate::label::Labels;
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
    /// The text in which offsets count, where it is not the source's.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    actors: Vec<ActorJson<'a>>,
}

#[derive(Debug, Serialize)]
struct ActorJson<'a> {
    actor: &'a str,
    stance: Option<&'a str>,
    confidence: f64,
    scores: ByLabel<'a, f64>,
    counts: ByLabel<'a, usize>,
    evidence: Vec<EvidenceJson<'a>>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    set: Option<Vec<&'a str>>,
    mention: &'a str,
    mention_start: usize,
    mention_end: usize,
    #[serde(flatten)]
    explanation: Option<ExplanationJson<'a>>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    set: Option<Vec<&'a str>>,
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
        scores: ByLabel { labels, values: &evidence.scores.0 },
        set: names_of(evidence.set.as_deref(), labels),
        explanation: evidence.explanation.as_ref().map(|e| explanation(e, &Offsets::new(text, 0))),
    }
}

fn names_of<'a>(set: Option<&[usize]>, labels: &'a Labels) -> Option<Vec<&'a str>> {
    set.map(|set| set.iter().map(|label| labels.name(*label)).collect())
}

/// One value per label, written as an object with the labels' names in alphabetical order.
#[derive(Debug)]
struct ByLabel<'a, T> {
    labels: &'a Labels,
    values: &'a [T],
}

impl<T: Serialize> Serialize for ByLabel<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.labels.by_name().iter().map(|l| (self.labels.name(*l), &self.values[*l])))
    }
}

/// The report of an article. Where the confidence is below `min_confidence`, the stance is null.
pub fn article<'a>(
    article: &'a Article,
    report: &'a StanceReport,
    labels: &'a Labels,
    min_confidence: f64,
) -> ArticleJson<'a> {
    let offsets = Offsets::new(&article.text, article.title_len);
    ArticleJson {
        id: &article.id,
        title: article.title.as_deref(),
        date: article.date.as_deref(),
        outlet: article.outlet.as_deref(),
        text: article.stripped.then(|| &article.text[article.title_len..]),
        actors: report.actors.iter().map(|a| actor(a, labels, min_confidence, &offsets)).collect(),
    }
}

fn actor<'a>(stance: &'a ActorStance, labels: &'a Labels, min: f64, offsets: &Offsets<'a>) -> ActorJson<'a> {
    ActorJson {
        actor: &stance.actor,
        stance: (stance.confidence >= min).then(|| labels.name(stance.label)),
        confidence: stance.confidence,
        scores: ByLabel { labels, values: &stance.scores.0 },
        counts: ByLabel { labels, values: &stance.counts },
        evidence: stance.evidence.iter().map(|e| evidence(e, labels, offsets)).collect(),
    }
}

fn evidence<'a>(evidence: &'a Evidence, labels: &'a Labels, offsets: &Offsets<'a>) -> EvidenceJson<'a> {
    let (field, start, end) = offsets.of(evidence.sentence);
    let (_, mention_start, mention_end) = offsets.of(evidence.mention);
    EvidenceJson {
        start,
        end,
        field,
        text: evidence.sentence.of(offsets.text),
        stance: labels.name(evidence.label),
        scores: ByLabel { labels, values: &evidence.scores.0 },
        set: names_of(evidence.set.as_deref(), labels),
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
struct Offsets<'a> {
    text: &'a str,
    title_len: usize,
    /// Number of characters that begin before every `STEP`-th byte; empty for ASCII, where they are the bytes.
    marks: Vec<usize>,
}

const STEP: usize = 256;

impl<'a> Offsets<'a> {
    fn new(text: &'a str, title_len: usize) -> Self {
        if text.is_ascii() {
            return Offsets { text, title_len, marks: Vec::new() };
        }
        let mut marks = Vec::with_capacity(text.len() / STEP + 2);
        marks.push(0);
        for (at, piece) in text.as_bytes().chunks(STEP).enumerate() {
            marks.push(marks[at] + characters(piece));
        }
        Offsets { text, title_len, marks }
    }

    fn chars_before(&self, at: usize) -> usize {
        let mark = at / STEP;
        self.marks.get(mark).map_or(at, |count| count + characters(&self.text.as_bytes()[mark * STEP..at]))
    }

    /// The field that a span lies in (`None`: the text) and its offsets there.
    fn of(&self, span: Span) -> (Option<&'static str>, usize, usize) {
        let (start, end) = (self.chars_before(span.start), self.chars_before(span.end));
        if span.start < self.title_len {
            return (Some("title"), start, end);
        }
        let before = self.chars_before(self.title_len);
        (None, start - before, end - before)
    }
}

/// How many characters begin in these bytes of UTF-8: all bytes but those that continue one (`10xxxxxx`).
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| **b & 0xc0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_by_the_name_of_their_label_in_alphabetical_order() {
        let labels = Labels::new(["supports", "opposes", "neutral"]).unwrap();
        let scores = ByLabel { labels: &labels, values: &[0.25, 0.5, f64::NAN] };
        assert_eq!(serde_json::to_string(&scores).unwrap(), r#"{"neutral":0.5,"opposes":0.25,"supports":null}"#);
    }

    #[test]
    fn offsets_of_ascii_and_of_whole_steps_are_counted_too() {
        for text in ["a".repeat(2 * STEP), "é".repeat(STEP), "a€".repeat(STEP), String::new()] {
            let offsets = Offsets::new(&text, 0);
            for (count, byte) in text.char_indices().map(|(byte, _)| byte).chain([text.len()]).enumerate() {
                assert_eq!(offsets.chars_before(byte), count);
            }
        }
    }

    #[test]
    fn offsets_count_characters_of_the_field_they_are_in() {
        let title = "Café à Paris\n";
        let text = format!("{title}{}", "é".repeat(400) + "end");
        let offsets = Offsets::new(&text, title.len());
        let end = Span::new(text.len() - 3, text.len());
        assert_eq!(offsets.of(end), (None, 400, 403));
        assert_eq!(offsets.of(Span::new(0, 5)), (Some("title"), 0, 4));
        for (at, (byte, _)) in text.char_indices().enumerate() {
            assert_eq!(offsets.chars_before(byte), at);
        }
    }
}
