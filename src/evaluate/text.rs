//! The report as plain text: aligned columns, at most 100 wide, no colour codes.
//!
//! Cells come from `tables`, alignment from `columns`; what is done here is fitting them into the width of a terminal.

use super::by_actor::ACTOR;
use super::columns::{Columns, length, name};
use super::figures::{count, counted, method, number, per_cent, with_interval};
use super::report::{ConfusionTable, EvaluationReport};
use super::sheet::{WIDTH, about};
use super::table::NAME;
use super::tables;

/// With more labels than this the matrix would be too wide; its largest confusions are listed instead.
const MANY: usize = 12;
/// How many of them.
const LISTED: usize = 20;

/// Writes the report as text; the last line ends with a line feed.
pub fn render(report: &EvaluationReport) -> String {
    let mut out = format!("Evaluation of {} in {}\n", counted(report.n, "item"), counted(report.groups, "group"));
    out += &about(&report.about);
    let mut section = |title: &str, body: String| {
        if !body.is_empty() {
            out += &format!("\n{title}\n{body}");
        }
    };
    section("Scores", scores(report));
    section("Beside the baselines (margin: macro-F1 above theirs)", tables::baselines(report).text("lrlrlr"));
    section("Per label", tables::labels(report).text("lr"));
    if report.labels.len() > MANY {
        section("Most frequent confusions", confusions(&report.confusion));
    } else {
        section("Confusion matrix (rows: gold, columns: predicted)", matrix(&report.confusion));
    }
    section("Calibration (of items this sure, how many are right?)", tables::reliability(report).text("lr"));
    section("Risk and coverage (when only the surest are answered)", tables::risk_coverage(report).text("rr"));
    if let Some(sets) = &report.sets {
        let title = format!("Prediction sets (asked to cover {} of each label)", per_cent(sets.asked));
        section(&title, tables::sets(report).text("lr"));
    }
    if report.by.iter().any(|(field, _)| field == ACTOR) {
        section("Calibration by actor", tables::calibration_by_actor(report).text("lrrrrl"));
    }
    for (field, slices) in &report.by {
        section(&format!("By {}", name(field, NAME)), tables::slices(slices).text("lrrrrl"));
    }
    if let Some(near) = &report.near_duplicates {
        section("Near-duplicates of training texts", tables::near_duplicates(near).text("l"));
    }
    out += &format!("\n{}\n", method(report.bootstrap, report.groups));
    out
}

fn scores(report: &EvaluationReport) -> String {
    let mut columns = Columns::new("l");
    columns.row(["macro-F1", &with_interval(report.macro_f1, report.macro_f1_interval, false)]);
    columns.row(["accuracy", &with_interval(report.accuracy, report.accuracy_interval, false)]);
    for (what, value, meaning) in [
        ("log loss", report.log_loss, "nats, less is better"),
        ("Brier score", report.brier, "0 to 2, less is better"),
        ("calibration error", report.ece, "0 to 1, less is better"),
        ("risk-coverage area", report.risk_coverage.as_ref().map(|c| c.area), "0 to 1, less is better"),
    ] {
        if let Some(value) = value {
            columns.row([what, &format!("{}  {meaning}", number(value, false))]);
        }
    }
    columns.render()
}

fn matrix(confusion: &ConfusionTable) -> String {
    let mut table = tables::matrix(confusion);
    let width: usize = table.head.iter().map(|label| 2 + length(label).min(NAME)).sum();
    // Long names do not fit side by side: then rows are numbered and columns carry the numbers.
    if NAME + width > WIDTH {
        for (i, row) in table.rows.iter_mut().enumerate() {
            row[0] = format!("{:>2} {}", i + 1, row[0]);
            table.head[i + 1] = (i + 1).to_string();
        }
    }
    table.text("lr")
}

/// The largest cells off the diagonal.
fn confusions(confusion: &ConfusionTable) -> String {
    let rows = confusion.rows.iter().enumerate();
    let cells = rows.flat_map(|(gold, row)| row.iter().enumerate().map(move |(predicted, n)| (*n, gold, predicted)));
    let mut wrong: Vec<(u64, usize, usize)> =
        cells.filter(|(n, gold, predicted)| *n > 0 && gold != predicted).collect();
    wrong.sort_by_key(|&(n, gold, predicted)| (std::cmp::Reverse(n), gold, predicted));
    let mut columns = Columns::new("rll");
    columns.row(["items", "gold", "predicted"]);
    for (n, gold, predicted) in wrong.into_iter().take(LISTED) {
        columns.row([count(n), name(&confusion.labels[gold], NAME), name(&confusion.labels[predicted], NAME)]);
    }
    columns.render()
}

#[cfg(test)]
mod tests {
    use super::super::made_up;
    use super::*;

    #[test]
    fn the_report_as_text() {
        insta::assert_snapshot!(render(&made_up::small()));
    }

    #[test]
    fn no_line_is_wider_than_a_hundred_characters() {
        let mut report =
            made_up::report(400, &["a name that is a good deal longer than a column", "b"], &["actor", "kind"]);
        let long = |i: usize| format!("label number {i} with a very long name");
        report.confusion.labels = (0..3).map(long).collect();
        report.about.push(("data".into(), "x".repeat(500)));
        let check = |text: String| text.lines().for_each(|l| assert!(length(l) <= WIDTH, "{l}"));
        check(render(&report));
        report.labels = (0..20).map(long).collect();
        report.confusion = ConfusionTable { labels: report.labels.clone(), rows: vec![vec![3; 20]; 20] };
        check(render(&report));
    }
}
