//! The report as one HTML page: which numbers stand at its head, which plot stands beside which table.
//!
//! Layout and style are those of `sheet`; plots come from `plots`, which escape their own text, cells from `tables`.

use super::by_actor::ACTOR;
use super::figures::{counted, interval, method, number, per_cent};
use super::plots::{self, Estimate};
use super::report::EvaluationReport;
use super::sheet::{Section, Sheet, Tile};
use super::table::Table;
use super::tables;

/// Writes the report as an HTML page with the given title.
pub fn render(report: &EvaluationReport, title: &str) -> String {
    let sheet = Sheet {
        title: title.to_owned(),
        summary: format!("{} in {}", counted(report.n, "item"), counted(report.groups, "group")),
        about: report.about.clone(),
        tiles: tiles(report),
        sections: sections(report),
        method: method(report.bootstrap, report.groups),
    };
    sheet.html()
}

fn tiles(report: &EvaluationReport) -> Vec<Tile> {
    let tile = |name, value, detail: &str| Tile::new(name, number(value, false), detail);
    let mut tiles = vec![
        tile("macro-F1", report.macro_f1, &interval(report.macro_f1_interval, false)),
        tile("accuracy", report.accuracy, &interval(report.accuracy_interval, false)),
    ];
    let area = report.risk_coverage.as_ref().map(|curve| curve.area);
    for (name, value) in [
        ("log loss", report.log_loss),
        ("Brier score", report.brier),
        ("calibration error", report.ece),
        ("risk-coverage area", area),
    ] {
        tiles.extend(value.map(|value| tile(name, value, "less is better")));
    }
    tiles
}

fn section(heading: impl Into<String>, lead: &'static str, plot: Option<String>, table: Table) -> Section {
    Section { heading: heading.into(), lead, plot, table, align: "lr" }
}

fn sections(report: &EvaluationReport) -> Vec<Section> {
    let mut sections = Vec::new();
    if !report.baselines.is_empty() {
        let lead = "What predictions reach that know less. Margin: macro-F1 of the evaluated predictions minus that of the \
                    baseline, both on the same draws of groups.";
        sections.push(section("Beside the baselines", lead, Some(baselines(report)), tables::baselines(report)));
    }
    let lead = "Precision: of the items predicted so, the share that is so. Recall: of the items that are so, the share found.";
    sections.push(section("Per label", lead, None, tables::labels(report)));
    let lead = "Rows are gold labels, columns predicted ones. Shading and percentages are shares of the row.";
    let plot = plots::heat_map("confusion", "Confusion matrix", &report.confusion);
    sections.push(section("Confusion matrix", lead, Some(plot), tables::matrix(&report.confusion)));
    sections.extend(of_probabilities(report));
    for (i, (field, slices)) in report.by.iter().enumerate() {
        let lead = "The dashed line is macro-F1 over all items. A hollow point has no interval.";
        let estimate = |s: &super::report::Slice| Estimate {
            name: s.value.clone(),
            value: s.macro_f1,
            interval: s.macro_f1_interval,
            main: false,
        };
        let estimates: Vec<Estimate> = slices.iter().map(estimate).collect();
        let title = format!("Macro-F1 by {field}");
        let plot = plots::forest(&format!("by-{i}"), &title, &estimates, Some(report.macro_f1));
        sections.push(section(format!("By {field}"), lead, Some(plot), tables::slices(slices)));
    }
    if let Some(near) = &report.near_duplicates {
        let lead = "Items whose texts stand in the training data, word for word or nearly. Scores on them say little.";
        sections.push(section("Near-duplicates of training texts", lead, None, tables::near_duplicates(near)));
        if !near.examples.is_empty() {
            let lead = "The item's text and the training text that it resembles most.";
            sections.push(section("Examples of near-duplicates", lead, None, tables::near_pairs(near)));
        }
    }
    sections
}

/// What there is to say only of predictions with probabilities.
fn of_probabilities(report: &EvaluationReport) -> Vec<Section> {
    let mut sections = Vec::new();
    if let Some(bins) = &report.reliability {
        let lead = "Of the predictions made with a given confidence, how many are right? On the dashed line both agree; below \
                    it the predictions are too sure. Bars show how many items there are.";
        let plot = plots::reliability("reliability", "Reliability diagram", bins);
        sections.push(section("Calibration", lead, Some(plot), tables::reliability(report)));
    }
    if let Some(curve) = &report.risk_coverage {
        let lead = "If only the items with the largest confidence are answered: how many of the answers are wrong?";
        let plot = plots::risk_coverage("risk-coverage", "Risk-coverage curve", &curve.points);
        sections.push(section("Risk and coverage", lead, Some(plot), tables::risk_coverage(report)));
    }
    if let Some(sets) = &report.sets {
        let lead = "Sets of labels made to have the true one in the given share of each label's items: how many have it, and \
                    how many labels are in a set?";
        let heading = format!("Prediction sets for {}", per_cent(sets.asked));
        sections.push(section(heading, lead, None, tables::sets(report)));
    }
    if report.by.iter().any(|(field, _)| field == ACTOR) && report.calibration_by_actor.is_some() {
        let lead = "Are the predictions about an actor as often right as they are sure?";
        sections.push(section("Calibration by actor", lead, None, tables::calibration_by_actor(report)));
    }
    sections
}

fn baselines(report: &EvaluationReport) -> String {
    let evaluated =
        Estimate { name: "evaluated".into(), value: report.macro_f1, interval: report.macro_f1_interval, main: true };
    let rivals = report.baselines.iter().map(|(name, score)| Estimate {
        name: super::figures::words(name),
        value: score.macro_f1,
        interval: score.macro_f1_interval,
        main: false,
    });
    let estimates: Vec<Estimate> = std::iter::once(evaluated).chain(rivals).collect();
    plots::forest("baselines", "Macro-F1 beside the baselines", &estimates, None)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Settings, evaluate, made_up};
    use super::*;

    #[test]
    fn the_page_needs_nothing_else_and_escapes_names() {
        let page = render(&made_up::small(), "Evaluation <of> \"x\"");
        for forbidden in
            ["<script", "<link", "http:", "https:", "src=", "url(", "@import", "<i>", "<others>", "NaN", "inf"]
        {
            assert!(!page.contains(forbidden), "{forbidden} is in the page");
        }
        for needed in ["<html lang=\"en\"", "&lt;i&gt;latam", "Evaluation &lt;of&gt;", "prefers-color-scheme", "<desc"]
        {
            assert!(page.contains(needed), "{needed} is missing");
        }
        assert_eq!(page.matches("<svg").count(), 5);
        assert_eq!(page.matches("<table").count(), 8);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn any_report_and_title_render(items in made_up::any_items(), title in any::<String>()) {
            let settings = Settings { by: vec!["actor".into(), "<field>".into()], ..Settings::default() };
            let report = evaluate(&made_up::labels(), &items, &[], &settings).unwrap();
            let page = render(&report, &title);
            prop_assert!(page.ends_with("</html>\n") && !page.contains("<field>"));
        }
    }
}
