//! `stance inspect`: what a model is, how it was made, and what weighs most in it.

use std::fmt::Write;
use std::path::PathBuf;

use clap::ValueEnum;
use serde_json::json;

use super::output::{BOLD, DIM, label_style};
use super::{Answer, output, shared, tune};
use crate::error::Result;
use crate::feature::registry::FAMILIES;
use crate::model::Model;
use crate::model::calibration::Calibration;
use crate::model::card::{RecordedChecklist, RulePasses};

/// Show a model's card, settings and heaviest features
#[derive(clap::Args)]
#[command(after_help = "Examples:
  stance inspect
  stance inspect my.safetensors --top 30
  stance inspect my.safetensors --format json")]
pub struct Args {
    /// Model file [default: the bundled model]
    model: Option<PathBuf>,
    /// How many features to show per label
    #[arg(long, value_name = "N", default_value_t = 15)]
    top: usize,
    /// Form of the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// Prints what there is to say of a model.
///
/// # Errors
/// A file that is no model; a failed write.
pub fn run(args: &Args) -> Result<Answer> {
    let (model, name) = shared::load_model(args.model.as_deref())?;
    match args.format {
        Format::Text => output::print(&text(&model, &name, args.top))?,
        Format::Json => output::print(&format!("{:#}\n", json(&model, args.top)))?,
    }
    Ok(Answer::Done)
}

fn json(model: &Model, top: usize) -> serde_json::Value {
    let heaviest = |label: usize| {
        let pairs = model.heaviest(label, top).into_iter();
        pairs.map(|(feature, weight)| json!({ "feature": feature, "weight": weight })).collect::<Vec<_>>()
    };
    let by_label: serde_json::Map<_, _> =
        model.labels.names().iter().enumerate().map(|(l, name)| (name.clone(), heaviest(l).into())).collect();
    json!({
        "labels": model.labels.names(),
        "neutral": model.labels.neutral().map(|l| model.labels.name(l)),
        "features": model.featurizer.vocabulary().len(),
        "actors": model.gazetteer.actors().len(),
        "settings": model.featurizer.settings(),
        "card": model.card,
        "heaviest": by_label,
    })
}

fn text(model: &Model, name: &str, top: usize) -> String {
    let mut out = String::new();
    let card = &model.card;
    let mut line = |key: &str, value: String| {
        let _ = writeln!(out, "{DIM}{key:<14}{DIM:#}{value}");
    };
    line("model", format!("{BOLD}{name}{BOLD:#}"));
    line("labels", model.labels.names().join(", "));
    line("trained by", format!("{} with `{}`", card.software, card.command));
    line("data", format!("{} items", card.items));
    for file in &card.data {
        line("", format!("{}: {} items, BLAKE3 {}", file.name, file.items, file.blake3));
    }
    let counts = model.labels.names().iter().zip(&card.counts.overall);
    line("label counts", counts.map(|(n, c)| format!("{n} {c}")).collect::<Vec<_>>().join(", "));
    let settings = model.featurizer.settings();
    line("features", format!("{} of min-count {}", model.featurizer.vocabulary().len(), settings.min_count));
    let scale = card.scale.as_ref().map_or(String::new(), |scale| format!(", features scaled by {scale}"));
    line("objective", format!("alpha {}, class weight {}{}", card.alpha, card.class_weight, scale));
    let solved = &card.solved;
    let state = if solved.converged { "converged" } else { "NOT converged" };
    let iterations = solved.iterations.map_or(String::new(), |n| format!(", {n} iterations"));
    let gradient = solved.relative_gradient;
    line(
        "solver",
        format!(
            "{}, {state}{iterations}, loss {:.4}, relative gradient {gradient:.1e}",
            solved.solver, solved.objective
        ),
    );
    if let Some(calibration) = &card.calibration {
        lines_of(calibration).into_iter().for_each(|(key, value)| line(key, value));
    }
    if !card.trials.is_empty() {
        tune::lines(&card.trials).into_iter().for_each(|tried| line("tuning", tried));
    }
    for score in &card.scores {
        line(
            "scores",
            format!(
                "{}: macro-F1 {:.4}, accuracy {:.4} ({} items)",
                score.data, score.macro_f1, score.accuracy, score.n
            ),
        );
    }
    if let Some(RecordedChecklist { data, pairs, pairs_passed, rules }) = &card.checklist {
        line("checklist", format!("{data}: {pairs_passed} of {pairs} pairs passed as a whole"));
        for RulePasses { rule, n, passed } in rules {
            line("", format!("{rule}: {passed} of {n} items passed"));
        }
    }
    line("gazetteer", format!("{} actors", model.gazetteer.actors().len()));
    out.push_str(&families(&settings.families));
    out.push_str(&heaviest(model, top));
    out
}

/// How probabilities were calibrated, as lines of the card.
fn lines_of(calibration: &Calibration) -> [(&'static str, String); 2] {
    let Calibration { method, folds, scale, shift, before, after, .. } = calibration;
    let numbers = |values: &[f64]| values.iter().map(|v| format!("{v:.4}")).collect::<Vec<_>>().join(", ");
    let how = match scale.iter().all(|s| *s == scale[0]) {
        true => format!("{method} {:.4}", 1.0 / scale[0]),
        false => format!("{method}, scale {}, shift {}", numbers(scale), numbers(shift)),
    };
    let (was, is) = (before, after);
    let losses = [(was.log_loss, is.log_loss), (was.brier, is.brier), (was.ece, is.ece)];
    let [log_loss, brier, ece] = losses.map(|(was, is)| format!("{is:.4} (was {was:.4})"));
    let fit = format!("log loss {log_loss}, Brier score {brier}, calibration error {ece}");
    [("calibration", format!("{how}, on {folds}-fold out-of-fold logits")), ("out of fold", fit)]
}

fn families(used: &[String]) -> String {
    let mut out = format!("\n{BOLD}families{BOLD:#}\n");
    for family in FAMILIES.iter().filter(|f| used.iter().any(|n| n == f.name)) {
        let _ = writeln!(out, "  {:<16}{DIM}{}{DIM:#}", family.name, family.about);
    }
    out
}

fn heaviest(model: &Model, top: usize) -> String {
    let mut out = String::new();
    for label in 0..model.labels.len() {
        let style = label_style(&model.labels, label);
        let _ = writeln!(out, "\n{style}{}{style:#}", model.labels.name(label));
        for (feature, weight) in model.heaviest(label, top) {
            let _ = writeln!(out, "  {weight:>7.3}  {feature}");
        }
    }
    out
}
