//! The outcome of a checklist as text and as one HTML page, from the same cells.
//!
//! Layout is that of `sheet`; the numbers are those of [`super::checklist`].

use super::checklist::{ChecklistReport, Passes};
use super::figures::{count, counted, number};
use super::sheet::{Section, Sheet, Tile};
use super::table::{TEXT, Table};

/// Writes the outcome as text; the last line ends with a line feed.
pub fn text(report: &ChecklistReport) -> String {
    sheet(report).text()
}

/// Writes the outcome as an HTML page that loads nothing.
pub fn html(report: &ChecklistReport) -> String {
    sheet(report).html()
}

fn sheet(report: &ChecklistReport) -> Sheet {
    let all = &report.all;
    let of = |part: usize, whole: usize| format!("{} of {}", count(part as u64), count(whole as u64));
    let mut tiles = vec![Tile::new("items passed", percent(all.passed, all.n), &of(all.passed, all.n))];
    if all.pairs > 0 {
        tiles.push(Tile::new("whole pairs", percent(all.pairs_passed, all.pairs), &of(all.pairs_passed, all.pairs)));
    }
    Sheet {
        title: "Checklist".into(),
        summary: format!("{}, {}", counted(all.n, "item"), counted(report.rules.len(), "rule")),
        about: report.about.clone(),
        tiles,
        sections: vec![rules(report), failures(report)],
        method: "The items are chosen, not drawn: rates say which rules were learned, and have no intervals.".into(),
    }
}

fn percent(part: usize, whole: usize) -> String {
    format!("{:.1} %", 100.0 * part as f64 / whole.max(1) as f64)
}

fn rules(report: &ChecklistReport) -> Section {
    let row = |score: &super::checklist::RuleScore| {
        let Passes { n, passed, pairs, pairs_passed, .. } = score.passes;
        let counts = |n: usize| count(n as u64);
        vec![score.rule.clone(), counts(n), counts(passed), percent(passed, n), counts(pairs), counts(pairs_passed)]
    };
    Section {
        heading: "Per rule".into(),
        lead: "A pair is passed if all of its items are; it stands under the rule of its first item.",
        plot: None,
        table: Table::new(&["", "items", "passed", "rate", "pairs", "whole"], report.rules.iter().map(row)),
        align: "lr",
    }
}

fn failures(report: &ChecklistReport) -> Section {
    let clean = |text: &str| -> String { text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect() };
    let rows = report.failures.iter().map(|failure| {
        let actor = failure.actor.as_deref().unwrap_or_default();
        let p = number(failure.probability, false);
        [failure.id.as_str(), &failure.rule, &failure.expected, &failure.predicted, &p, actor, &failure.text]
            .map(clean)
            .to_vec()
    });
    Section {
        heading: format!("Failed: {}", counted(report.failures.len(), "item")),
        lead: "With the probability that the model gave to its answer.",
        plot: None,
        table: Table::new(&["", "rule", "expected", "predicted", "p", "actor", TEXT], rows),
        align: "l",
    }
}

#[cfg(test)]
mod tests {
    use super::super::checklist::tests::small;
    use super::*;

    #[test]
    fn the_outcome_as_text() {
        insta::assert_snapshot!(text(&small()));
    }

    #[test]
    fn the_page_needs_nothing_else_and_escapes_texts() {
        let page = html(&small());
        assert!(page.contains("text of &lt;e&gt;") && page.contains("irony"));
        assert!(["<script", "<link", "http", "<e>"].iter().all(|foreign| !page.contains(foreign)));
    }
}
