//! Reports for a terminal: stances with their evidence; colours are taken out where nobody would see them.

use std::fmt::Write;

use super::super::output::{BOLD, DIM, label_style};
use crate::feature::item::Item;
use crate::label::Labels;
use crate::model::trained::Contribution;
use crate::predict::report::{ActorStance, Evidence, StanceReport};
use crate::text::article::Article;

/// How many sentences of an actor are shown, and how many contributions of a sentence.
const SENTENCES: usize = 3;
const CONTRIBUTIONS: usize = 8;

/// What is printed where the confidence is too small.
const WITHHELD: &str = "withheld";

/// An article's report.
pub fn article(article: &Article, report: &StanceReport, labels: &Labels, min_confidence: f64) -> String {
    let mut out = String::new();
    let _ = write!(out, "{BOLD}{}{BOLD:#}", article.id);
    for part in [&article.date, &article.outlet, &article.title].into_iter().flatten() {
        let _ = write!(out, "  {DIM}{}{DIM:#}", one_line(part));
    }
    out.push('\n');
    if report.actors.is_empty() {
        let _ = writeln!(out, "  {DIM}no actor of the gazetteer is mentioned{DIM:#}");
    }
    let width = report.actors.iter().map(|a| a.actor.chars().count()).max().unwrap_or(0);
    for actor in &report.actors {
        write_actor(&mut out, article, actor, labels, min_confidence, width);
    }
    out.push('\n');
    out
}

fn write_actor(out: &mut String, article: &Article, actor: &ActorStance, labels: &Labels, min: f64, width: usize) {
    let (name, style) = named(labels, actor.label, actor.confidence, min);
    let longest = labels.names().iter().map(String::len).max().unwrap_or(0).max(WITHHELD.len());
    let counts = labels.names().iter().zip(&actor.counts).filter(|(_, n)| **n > 0);
    let counts = counts.map(|(label, n)| format!("{n} {label}")).collect::<Vec<_>>().join(", ");
    let _ = writeln!(
        out,
        "  {BOLD}{:<width$}{BOLD:#}  {style}{name:<longest$}{style:#}  {:.2}  {DIM}{counts}{DIM:#}",
        actor.actor, actor.confidence
    );
    for evidence in strongest(actor) {
        let style = label_style(labels, evidence.label);
        let sentence = one_line(evidence.sentence.of(&article.text));
        let probability = evidence.scores.confidence();
        let set = set(evidence, labels);
        let _ = writeln!(out, "    {style}{probability:.2}{style:#} {set}{sentence}");
        if let Some((contributions, bias)) = &evidence.explanation {
            write_contributions(out, labels.name(evidence.label), contributions, *bias);
        }
    }
}

/// The sentences that decided, the most probable first; of neutral actors one.
fn strongest(actor: &ActorStance) -> Vec<&Evidence> {
    let mut own: Vec<&Evidence> = actor.evidence.iter().filter(|e| e.label == actor.label).collect();
    if own.is_empty() {
        own = actor.evidence.iter().collect();
    }
    own.sort_by(|a, b| b.scores.confidence().total_cmp(&a.scores.confidence()));
    own.truncate(SENTENCES);
    own
}

fn write_contributions(out: &mut String, label: &str, contributions: &[Contribution], bias: f64) {
    let sum: f64 = contributions.iter().map(|c| c.value).sum();
    for c in contributions.iter().take(CONTRIBUTIONS) {
        let _ = writeln!(out, "         {:>+7.3}  {}", c.value, c.feature);
    }
    let rest = contributions.len().saturating_sub(CONTRIBUTIONS);
    if rest > 0 {
        let others: f64 = contributions.iter().skip(CONTRIBUTIONS).map(|c| c.value).sum();
        let _ = writeln!(out, "         {others:>+7.3}  {DIM}{rest} others{DIM:#}");
    }
    let _ = writeln!(out, "         {bias:>+7.3}  {DIM}bias{DIM:#}");
    let _ = writeln!(out, "         {:>+7.3}  {DIM}score of {label} before the softmax{DIM:#}", sum + bias);
}

/// An item's answer, one line (more with contributions).
pub fn item(item: &Item, evidence: &Evidence, labels: &Labels, min_confidence: f64) -> String {
    let confidence = evidence.scores.confidence();
    let (name, style) = named(labels, evidence.label, confidence, min_confidence);
    let actor = item.actor.as_deref().unwrap_or("");
    let text = one_line(&item.text);
    let set = set(evidence, labels);
    let mut out = format!("{}  {BOLD}{actor}{BOLD:#}  {style}{name}{style:#}  {confidence:.2}  {set}{text}\n", item.id);
    if let Some((contributions, bias)) = &evidence.explanation {
        write_contributions(&mut out, labels.name(evidence.label), contributions, *bias);
    }
    out
}

/// `{opposes, neutral} `, or nothing where no sets were asked for.
fn set(evidence: &Evidence, labels: &Labels) -> String {
    let names = |set: &Vec<usize>| set.iter().map(|label| labels.name(*label)).collect::<Vec<_>>().join(", ");
    evidence.set.as_ref().map(|set| format!("{DIM}{{{}}}{DIM:#} ", names(set))).unwrap_or_default()
}

fn named(labels: &Labels, label: usize, confidence: f64, min: f64) -> (&str, anstyle::Style) {
    if confidence < min { (WITHHELD, DIM) } else { (labels.name(label), label_style(labels, label)) }
}

/// A text on one line, control characters out: nothing from a text may steer the terminal.
fn one_line(text: &str) -> String {
    text.split_whitespace().map(|w| w.replace(char::is_control, "")).collect::<Vec<_>>().join(" ")
}
