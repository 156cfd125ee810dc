//! The report as plain text: aligned columns, at most 100 wide, no colour codes.
//!
//! Numbers are formatted by `figures` and aligned by `columns`; nothing is computed here.

use super::columns::{Columns, length, name};
use super::figures::{count, counted, interval, method, number, with_interval, words};
use super::report::{ConfusionTable, EvaluationReport, Slice};

/// Widest line.
const WIDTH: usize = 100;
/// Names from the data are cut to this many characters.
const NAME: usize = 24;
/// With more labels than this the matrix would be too wide; its largest confusions are listed instead.
const MANY: usize = 12;
/// How many of them.
const LISTED: usize = 20;

/// Writes the report as text; the last line ends with a line feed.
pub fn render(report: &EvaluationReport) -> String {
    let mut out = format!("Evaluation of {} in {}\n", counted(report.n, "item"), counted(report.groups, "group"));
    let mut about = Columns::new("l");
    report.about.iter().for_each(|(what, value)| about.row([name(what, NAME), name(value, WIDTH - NAME - 4)]));
    out += &about.render();
    let mut section = |title: &str, body: String| {
        if !body.is_empty() {
            out += &format!("\n{title}\n{body}");
        }
    };
    section("Scores", scores(report));
    section("Beside the baselines (margin: macro-F1 above theirs)", baselines(report));
    section("Per label", labels(report));
    let many = report.labels.len() > MANY;
    section(
        if many { "Most frequent confusions" } else { "Confusion matrix (rows: gold, columns: predicted)" },
        if many { confusions(&report.confusion) } else { matrix(&report.confusion) },
    );
    section("Calibration (of items this sure, how many are right?)", calibration(report));
    for (field, slices) in &report.by {
        section(&format!("By {}", name(field, NAME)), by(slices));
    }
    out += &format!(
        "\n{}\nMacro-F1 is the mean of F1 over the labels that occur in gold or prediction.\n",
        method(report)
    );
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
    ] {
        if let Some(value) = value {
            columns.row([what.to_owned(), format!("{}  {meaning}", number(value, false))]);
        }
    }
    columns.render()
}

fn baselines(report: &EvaluationReport) -> String {
    if report.baselines.is_empty() {
        return String::new();
    }
    let mut columns = Columns::new("lrlrlr");
    columns.row(["", "macro-F1", "", "margin", "", "accuracy"]);
    for (baseline, score) in &report.baselines {
        columns.row([
            name(&words(baseline), NAME),
            number(score.macro_f1, false),
            interval(score.macro_f1_interval, false),
            number(score.difference, true),
            interval(score.difference_interval, true),
            number(score.accuracy, false),
        ]);
    }
    columns.render()
}

fn labels(report: &EvaluationReport) -> String {
    let mut columns = Columns::new("lr");
    columns.row(["", "precision", "recall", "F1", "support", "predicted"]);
    for (label, score) in &report.per_label {
        let shares = [score.precision, score.recall, score.f1].map(|share| number(share, false));
        let counts = [score.support, score.predicted].map(count);
        columns.row(std::iter::once(name(label, NAME)).chain(shares).chain(counts));
    }
    columns.render()
}

fn matrix(confusion: &ConfusionTable) -> String {
    let names: Vec<String> = confusion.labels.iter().map(|label| name(label, NAME)).collect();
    let widths: Vec<usize> = names.iter().map(|name| length(name)).collect();
    // Long names do not fit side by side: then rows are numbered and columns carry the numbers.
    let numbered = widths.iter().sum::<usize>() + 2 * widths.len() + NAME + 2 > WIDTH;
    let head = |(i, name): (usize, &String)| if numbered { (i + 1).to_string() } else { name.clone() };
    let mut columns = Columns::new("lr");
    columns.row(std::iter::once(String::new()).chain(names.iter().enumerate().map(head)));
    for (i, (name, row)) in names.iter().zip(&confusion.rows).enumerate() {
        let first = if numbered { format!("{:>2} {name}", i + 1) } else { name.clone() };
        columns.row(std::iter::once(first).chain(row.iter().map(|n| count(*n))));
    }
    columns.render()
}

fn confusions(confusion: &ConfusionTable) -> String {
    let cells =
        confusion.rows.iter().enumerate().flat_map(|(g, row)| row.iter().enumerate().map(move |(p, n)| (*n, g, p)));
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

fn calibration(report: &EvaluationReport) -> String {
    let Some(bins) = &report.reliability else { return String::new() };
    let mut columns = Columns::new("lr");
    columns.row(["confidence", "mean", "right", "items"]);
    for bin in bins {
        // Empty bins say nothing; the JSON has them.
        let (Some(confidence), Some(accuracy)) = (bin.confidence, bin.accuracy) else { continue };
        let shares = [confidence, accuracy].map(|share| number(share, false));
        let range = format!("{:.1} to {:.1}", bin.from, bin.to);
        columns.row([range].into_iter().chain(shares).chain([count(bin.n as u64)]));
    }
    columns.render()
}

fn by(slices: &[Slice]) -> String {
    let mut columns = Columns::new("lrrrrl");
    columns.row(["", "items", "groups", "accuracy", "macro-F1", ""]);
    let mut remarks: Vec<&str> = Vec::new();
    for slice in slices {
        let note = slice.note.as_deref().unwrap_or_default();
        // A note in place of an interval stands in its column; a note about one is a remark below.
        let around = match slice.macro_f1_interval {
            None => note.to_owned(),
            Some(_) if note.is_empty() => interval(slice.macro_f1_interval, false),
            Some(_) => {
                remarks.extend((!remarks.contains(&note)).then_some(note));
                interval(slice.macro_f1_interval, false) + " *"
            }
        };
        let counts = [slice.n, slice.groups].map(|n| count(n as u64));
        let shares = [slice.accuracy, slice.macro_f1].map(|share| number(share, false));
        columns.row([name(&slice.value, NAME)].into_iter().chain(counts).chain(shares).chain([around]));
    }
    remarks.iter().fold(columns.render(), |text, remark| text + &format!("  * {remark}\n"))
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
