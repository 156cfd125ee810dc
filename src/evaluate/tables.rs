//! The report's tables as cells of text, shared by the text and the HTML rendering so that both show the same numbers.
//!
//! What a table is, and how it looks on a terminal, stands in `table`.

use super::by_actor::FEW;
use super::figures::{count, interval, number, per_cent, words};
use super::minhash::SHINGLE;
use super::near_duplicates::NearDuplicates;
use super::report::{ConfusionTable, EvaluationReport, Slice};
use super::table::{NOTE, TEXT, Table};

/// A row per baseline: macro-F1, margin of the evaluated predictions over it, accuracy.
pub(super) fn baselines(report: &EvaluationReport) -> Table {
    let rows = report.baselines.iter().map(|(name, score)| {
        vec![
            words(name),
            number(score.macro_f1, false),
            interval(score.macro_f1_interval, false),
            number(score.difference, true),
            interval(score.difference_interval, true),
            number(score.accuracy, false),
        ]
    });
    Table::new(&["", "macro-F1", "interval", "margin", "interval", "accuracy"], rows)
}

/// A row per label: precision, recall, F1 and counts.
pub(super) fn labels(report: &EvaluationReport) -> Table {
    let rows = report.per_label.iter().map(|(name, score)| {
        let shares = [score.precision, score.recall, score.f1].map(|share| number(share, false));
        let counts = [score.support, score.predicted].map(count);
        [name.clone()].into_iter().chain(shares).chain(counts).collect()
    });
    Table::new(&["", "precision", "recall", "F1", "support", "predicted"], rows)
}

/// A row per gold label, a column per predicted label.
pub(super) fn matrix(confusion: &ConfusionTable) -> Table {
    let rows = confusion.labels.iter().zip(&confusion.rows);
    let rows = rows.map(|(name, row)| std::iter::once(name.clone()).chain(row.iter().map(|n| count(*n))).collect());
    let mut table = Table::new(&[""], rows);
    table.head.extend(confusion.labels.iter().cloned());
    table
}

/// A row per reliability bin that has items; empty bins say nothing, and the JSON has them.
pub(super) fn reliability(report: &EvaluationReport) -> Table {
    let rows = report.reliability.iter().flatten().filter_map(|bin| {
        let range = format!("{:.1} to {:.1}", bin.from, bin.to);
        Some(vec![range, number(bin.confidence?, false), number(bin.accuracy?, false), count(bin.n as u64)])
    });
    Table::new(&["confidence", "mean", "right", "items"], rows)
}

/// A row for every tenth of the items, those that are answered last first.
pub(super) fn risk_coverage(report: &EvaluationReport) -> Table {
    let points = report.risk_coverage.iter().flat_map(|curve| curve.points.iter().rev().step_by(2));
    let rows = points.map(|p| vec![per_cent(p.coverage), number(p.confidence, false), number(p.risk, false)]);
    Table::new(&["answered", "confidence at least", "wrong"], rows)
}

/// A row per actor with enough items, and one for the others.
pub(super) fn calibration_by_actor(report: &EvaluationReport) -> Table {
    let rows = report.calibration_by_actor.iter().flatten().map(|row| {
        let note =
            if row.actors > 1 { format!("{} actors of fewer than {FEW} items", row.actors) } else { String::new() };
        let [confidence, accuracy, ece] = [row.confidence, row.accuracy, row.ece].map(|value| number(value, false));
        vec![row.actor.clone(), count(row.n as u64), confidence, accuracy, ece, note]
    });
    Table::new(&["", "items", "mean confidence", "right", "calibration error", NOTE], rows)
}

/// A row for all items and one per true label: how many, how many sets have the label, how large the sets are.
pub(super) fn sets(report: &EvaluationReport) -> Table {
    let rows = report.sets.iter().flat_map(|sets| {
        let all = std::iter::once(("all".to_string(), sets.all));
        all.chain(sets.per_label.iter().cloned()).map(|(name, coverage)| {
            let cell = |value: Option<f64>| value.map_or(String::new(), |value| number(value, false));
            vec![name, count(coverage.n as u64), cell(coverage.covered), cell(coverage.mean_size)]
        })
    });
    Table::new(&["", "items", "covered", "mean size"], rows)
}

/// A row per slice: counts, scores, interval of macro-F1, note.
pub(super) fn slices(slices: &[Slice]) -> Table {
    let rows = slices.iter().map(|slice| {
        vec![
            slice.value.clone(),
            count(slice.n as u64),
            count(slice.groups as u64),
            number(slice.accuracy, false),
            number(slice.macro_f1, false),
            interval(slice.macro_f1_interval, false),
            slice.note.clone().unwrap_or_default(),
        ]
    });
    Table::new(&["", "items", "groups", "accuracy", "macro-F1", "interval", NOTE], rows)
}

/// How many items are near-duplicates of training texts, and the score without them.
pub(super) fn near_duplicates(near: &NearDuplicates) -> Table {
    let texts = count(near.train_texts as u64);
    let nearness = format!("Jaccard {} or more over runs of {SHINGLE} words", near.at_least);
    let share = format!("{} ({:.1} %)", count(near.items as u64), near.share * 100.0);
    let without = near.macro_f1_without.map_or("no item is left".into(), |f1| number(f1, false));
    let row = |name: &str, value: String| vec![name.to_owned(), value];
    let rows = [
        row("training texts", texts),
        row("near-duplicate", nearness),
        row("items", share),
        row("macro-F1 without them", without),
    ];
    Table::new(&["", ""], rows)
}

/// A row per example of a near-duplicate.
pub(super) fn near_pairs(near: &NearDuplicates) -> Table {
    let rows = near.examples.iter().map(|pair| {
        let texts = format!("{} — {}", pair.text, pair.train_text);
        vec![pair.id.clone(), number(pair.resemblance, false), texts]
    });
    Table::new(&["", "Jaccard", TEXT], rows)
}
