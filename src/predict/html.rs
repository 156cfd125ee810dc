//! Classified articles as one HTML page that needs nothing else, written piece by piece: [`begin`], [`article`] for each
//! article, [`end`]. So a page of many thousand articles takes the memory of one.
//!
//! Cutting the text into runs is left to `annotate`, escaping and the common style to `page`; markup and the style of
//! this page are in `html/`. Labels are data: their colours and shapes follow from their place alone.

use std::sync::LazyLock;

use serde::Serialize;

use super::annotate::{Found, Kind, Part, Run, inside, paragraphs_of};
use super::report::{ActorStance, Evidence, StanceReport};
use crate::label::Labels;
use crate::model::trained::Contribution;
use crate::page::Template;
use crate::text::article::Article;

static BEGIN: LazyLock<Template> = LazyLock::new(|| Template::new(include_str!("html/begin.html")));
static ARTICLE: LazyLock<Template> = LazyLock::new(|| Template::new(include_str!("html/article.html")));
const END: &str = include_str!("html/end.html");

/// So many contributions are shown one by one; the rest of them as one sum.
const SHOWN: usize = 10;

/// The page up to the first article: head, style, title and a key to the labels.
pub fn begin(title: &str, labels: &Labels) -> String {
    #[derive(Serialize)]
    struct Begin<'a> {
        title: &'a str,
        labels: Vec<Chip<'a>>,
    }
    let chips = (0..labels.len()).map(|label| Chip::new(labels, label)).collect();
    BEGIN.render(Begin { title, labels: chips }) + "\n"
}

/// One article: its actors, its text with the evidence marked, and how the scores came about where the report says so.
/// Where the confidence is below `min_confidence`, the stance is withheld.
pub fn article(article: &Article, report: &StanceReport, labels: &Labels, min_confidence: f64) -> String {
    let (paragraphs, after) = paragraphs_of(article, report);
    let title = article.title.as_deref();
    let facts = [title.map(|_| article.id.as_str()), article.date.as_deref(), article.outlet.as_deref()];
    let actors: Vec<ActorView> = report.actors.iter().map(|a| ActorView::new(a, labels, min_confidence)).collect();
    let withheld = actors.iter().any(|a| a.stance.is_none());
    let paragraph = |p: super::annotate::Paragraph<'_>| ParagraphView {
        before: p.before.to_string(),
        title: p.title,
        runs: p.runs.into_iter().map(|run| RunView::new(run, labels)).collect(),
    };
    let view = ArticleView {
        heading: title.unwrap_or(&article.id),
        facts: facts.into_iter().flatten().filter(|fact| !fact.is_empty()).collect(),
        labels: labels.names(),
        actors,
        withheld: withheld.then(|| min_confidence.to_string()),
        paragraphs: paragraphs.into_iter().map(paragraph).collect(),
        after,
        explained: explained(article, report, labels),
    };
    ARTICLE.render(view) + "\n"
}

/// The page behind the last article.
pub fn end() -> String {
    END.to_string()
}

/// Everything that the template of an article shows.
#[derive(Serialize)]
struct ArticleView<'a> {
    heading: &'a str,
    facts: Vec<&'a str>,
    labels: &'a [String],
    actors: Vec<ActorView<'a>>,
    /// The least confidence, if a stance is withheld for it.
    withheld: Option<String>,
    paragraphs: Vec<ParagraphView>,
    after: &'a str,
    explained: Vec<Explained<'a>>,
}

/// A label with its colour and shape.
#[derive(Serialize)]
struct Chip<'a> {
    name: &'a str,
    hue: &'static str,
    icon: &'static str,
}

impl<'a> Chip<'a> {
    /// The neutral label is dim, the first red, the last green, others take turns, as on the terminal.
    fn new(labels: &'a Labels, label: usize) -> Self {
        let (hue, icon) = match label {
            l if Some(l) == labels.neutral() => ("dim", "○"),
            0 => ("red", "▼"),
            l if l + 1 == labels.len() => ("green", "▲"),
            l => [("yellow", "◆"), ("blue", "■"), ("magenta", "●"), ("cyan", "★")][l % 4],
        };
        Chip { name: labels.name(label), hue, icon }
    }
}

/// A row of the table of actors.
#[derive(Serialize)]
struct ActorView<'a> {
    actor: &'a str,
    /// `None` if it is withheld.
    stance: Option<Chip<'a>>,
    confidence: String,
    percent: String,
    counts: &'a [usize],
}

impl<'a> ActorView<'a> {
    fn new(stance: &'a ActorStance, labels: &'a Labels, min_confidence: f64) -> Self {
        ActorView {
            actor: &stance.actor,
            stance: (stance.confidence >= min_confidence).then(|| Chip::new(labels, stance.label)),
            confidence: share(stance.confidence),
            percent: percent(stance.confidence),
            counts: &stance.counts,
        }
    }
}

#[derive(Serialize)]
struct ParagraphView {
    before: String,
    title: bool,
    runs: Vec<RunView>,
}

/// A run of text; `class` says how it looks, `second` is another colour where its actors differ.
#[derive(Serialize)]
struct RunView {
    class: &'static str,
    hue: Option<&'static str>,
    second: Option<&'static str>,
    parts: Vec<PartView>,
    tags: Vec<Tag>,
}

#[derive(Serialize)]
struct PartView {
    text: String,
    actors: Option<String>,
}

/// What a sentence shows of one actor.
#[derive(Serialize)]
struct Tag {
    actor: String,
    stance: String,
    hue: &'static str,
    icon: &'static str,
    probability: String,
}

impl RunView {
    fn new(run: Run<'_>, labels: &Labels) -> Self {
        let part = |part: Part<'_>| {
            let actors = (!part.actors.is_empty()).then(|| part.actors.join(", "));
            PartView { text: part.text.to_string(), actors }
        };
        let parts = run.parts.into_iter().map(part).collect();
        let plain = |class, parts| RunView { class, hue: None, second: None, parts, tags: Vec::new() };
        let (found, ends) = match run.kind {
            Kind::Evidence { found, ends } => (found, ends),
            Kind::Sentence => return plain("sentence", parts),
            Kind::Space => return plain("", parts),
            Kind::LeftOut => return plain("out", parts),
        };
        let mut hues: Vec<&'static str> = Vec::new();
        for (_, e) in found.iter().filter(|(_, e)| Some(e.label) != labels.neutral()) {
            let hue = Chip::new(labels, e.label).hue;
            if !hues.contains(&hue) {
                hues.push(hue);
            }
        }
        let tags = if ends { found.iter().map(|found| Tag::new(*found, labels)).collect() } else { Vec::new() };
        RunView { class: "evidence", hue: hues.first().copied(), second: hues.get(1).copied(), parts, tags }
    }
}

impl Tag {
    fn new((actor, evidence): Found<'_>, labels: &Labels) -> Self {
        let Chip { name, hue, icon } = Chip::new(labels, evidence.label);
        let mut probability = share(probability(evidence));
        if let Some(set) = &evidence.set {
            let names: Vec<&str> = set.iter().map(|label| labels.name(*label)).collect();
            probability += &format!(" {{{}}}", names.join(", "));
        }
        Tag { actor: actor.actor.clone(), stance: name.to_string(), hue, icon, probability }
    }
}

/// How the score of one actor in one sentence came about.
#[derive(Serialize)]
struct Explained<'a> {
    tag: Tag,
    sentence: &'a str,
    mention: &'a str,
    rows: Vec<ContributionView<'a>>,
    /// How many contributions are not shown one by one, and their sum.
    rest: Option<(usize, String)>,
    sum: String,
    bias: String,
    logit: String,
}

#[derive(Serialize)]
struct ContributionView<'a> {
    feature: &'a str,
    text: &'a str,
    value: String,
    side: &'static str,
    /// Length of the bar in percent of its side.
    percent: String,
}

fn explained<'a>(article: &'a Article, report: &'a StanceReport, labels: &'a Labels) -> Vec<Explained<'a>> {
    let mut found: Vec<Found<'a>> =
        report.actors.iter().flat_map(|actor| actor.evidence.iter().map(move |e| (actor, e))).collect();
    found.sort_by_key(|(_, e)| (e.sentence, e.mention));
    let one = |found: Found<'a>| {
        let (contributions, bias) = found.1.explanation.as_ref()?;
        Some(explain(&article.text, found, labels, contributions, *bias))
    };
    found.into_iter().filter_map(one).collect()
}

fn explain<'a>(
    text: &'a str,
    found: Found<'a>,
    labels: &'a Labels,
    contributions: &'a [Contribution],
    bias: f64,
) -> Explained<'a> {
    let of = |span| inside(text, span).of(text);
    let (shown, rest) = contributions.split_at(contributions.len().min(SHOWN));
    let longest = shown.iter().map(|c| c.value.abs()).fold(0.0, f64::max);
    let row = |c: &'a Contribution| ContributionView {
        feature: &c.feature,
        text: of(c.span),
        value: signed(c.value),
        side: if c.value < 0.0 { "less" } else { "more" },
        percent: percent(c.value.abs() / longest),
    };
    let total = |all: &[Contribution]| all.iter().map(|c| c.value).sum::<f64>();
    let sum = total(contributions);
    Explained {
        tag: Tag::new(found, labels),
        sentence: of(found.1.sentence),
        mention: of(found.1.mention),
        rows: shown.iter().map(row).collect(),
        rest: (!rest.is_empty()).then(|| (rest.len(), signed(total(rest)))),
        sum: plain(sum),
        bias: plain(bias),
        logit: plain(bias + sum),
    }
}

/// Probability of the label that was chosen.
fn probability(evidence: &Evidence) -> f64 {
    evidence.scores.0.get(evidence.label).copied().unwrap_or(f64::NAN)
}

/// `0.81`.
fn share(value: f64) -> String {
    if value.is_finite() { format!("{value:.2}") } else { "?".into() }
}

/// `81.0`, between 0 and 100 whatever the value.
fn percent(value: f64) -> String {
    let value = if value.is_finite() { value.clamp(0.0, 1.0) } else { 0.0 };
    format!("{:.1}", value * 100.0)
}

/// `+0.031` and `−0.031`.
fn signed(value: f64) -> String {
    // Rounded first: -0.0001 must not come out as −0.000.
    let rounded = (value * 1000.0).round() / 1000.0;
    let mark = if rounded < 0.0 {
        "−"
    } else if rounded > 0.0 {
        "+"
    } else {
        ""
    };
    format!("{mark}{:.3}", rounded.abs())
}

/// `0.031` and `−0.031`.
fn plain(value: f64) -> String {
    signed(value).trim_start_matches('+').to_string()
}

#[cfg(test)]
mod tests;
