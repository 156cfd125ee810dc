//! How a score grows with the training data: the outcome of a learning-curve study.
//!
//! Who trains the models is left to the caller; here are the scores of each run, their mean and range for each share of
//! the data, and how they are shown.

use serde::Serialize;

use super::figures::{MACRO_F1, count, counted, number};
use super::plots::{self, CurvePoint};
use super::report::as_object;
use super::sheet::{Section, Sheet, Tile};
use super::table::Table;

/// One model: what it was trained on and how it did on the test items.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Run {
    /// Share of the training data that was asked for, in (0, 1].
    pub share: f64,
    /// Seed that chose the groups.
    pub seed: u64,
    /// Number of items trained on.
    pub items: usize,
    /// Number of groups that they fall into.
    pub groups: usize,
    /// Macro-F1 on the test items, in [0, 1].
    pub macro_f1: f64,
    /// Share of test items labelled right, in [0, 1].
    pub accuracy: f64,
}

/// All runs of one share.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Point {
    /// Share of the training data, in (0, 1].
    pub share: f64,
    /// Mean number of items trained on, rounded.
    pub items: usize,
    /// Number of runs.
    pub runs: usize,
    /// Macro-F1.
    pub macro_f1: Spread,
    /// Accuracy.
    pub accuracy: Spread,
}

/// Mean and range over runs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    /// The mean.
    pub mean: f64,
    /// The smallest.
    pub lowest: f64,
    /// The largest.
    pub highest: f64,
}

impl Spread {
    /// Of at least one value.
    fn of(values: impl Iterator<Item = f64> + Clone) -> Self {
        Spread {
            mean: values.clone().sum::<f64>() / values.clone().count().max(1) as f64,
            lowest: values.clone().fold(f64::INFINITY, f64::min),
            highest: values.fold(f64::NEG_INFINITY, f64::max),
        }
    }

    fn range(&self) -> String {
        format!("{} to {}", number(self.lowest, false), number(self.highest, false))
    }
}

/// The outcome of the study.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LearningCurve {
    /// What was studied, in the caller's words and order; an object in JSON.
    #[serde(serialize_with = "as_object")]
    pub about: Vec<(String, String)>,
    /// Number of test items.
    pub test_items: usize,
    /// The shares, the smallest first.
    pub points: Vec<Point>,
    /// Every run.
    pub runs: Vec<Run>,
}

impl LearningCurve {
    /// The outcome of these runs; there is at least one.
    pub fn new(about: Vec<(String, String)>, test_items: usize, runs: Vec<Run>) -> Self {
        let mut runs = runs;
        runs.sort_by(|a, b| a.share.total_cmp(&b.share).then(a.seed.cmp(&b.seed)));
        let point = |runs: &[Run]| Point {
            share: runs[0].share,
            items: (runs.iter().map(|run| run.items).sum::<usize>() as f64 / runs.len() as f64).round() as usize,
            runs: runs.len(),
            macro_f1: Spread::of(runs.iter().map(|run| run.macro_f1)),
            accuracy: Spread::of(runs.iter().map(|run| run.accuracy)),
        };
        let points = runs.chunk_by(|a, b| a.share == b.share).map(point).collect();
        LearningCurve { about, test_items, points, runs }
    }

    /// As text; the last line ends with a line feed.
    pub fn text(&self) -> String {
        self.sheet().text()
    }

    /// As an HTML page that loads nothing.
    pub fn html(&self) -> String {
        self.sheet().html()
    }

    fn sheet(&self) -> Sheet {
        let tile = |name: &str, point: &Point| {
            Tile::new(
                name,
                number(point.macro_f1.mean, false),
                &format!("macro-F1 of {}", counted(point.items, "item")),
            )
        };
        let ends = [("least data", self.points.first()), ("most data", self.points.last())];
        let doubling = self.gain_of_last_doubling().map(|gain| {
            Tile::new("last doubling", number(gain, true), "macro-F1 per doubling between the last two points")
        });
        Sheet {
            title: "Learning curve".into(),
            summary: format!("{}, {}", counted(self.runs.len(), "model"), counted(self.test_items, "test item")),
            about: self.about.clone(),
            tiles: ends.iter().filter_map(|(name, point)| Some(tile(name, (*point)?))).chain(doubling).collect(),
            sections: vec![self.section()],
            method: format!("Ranges are over seeds, which choose the groups that are trained on.\n{MACRO_F1}"),
        }
    }

    /// What macro-F1 gains per doubling of the items between the last two points.
    fn gain_of_last_doubling(&self) -> Option<f64> {
        let [.., before, last] = &self.points[..] else { return None };
        let doublings = (last.items as f64 / before.items as f64).log2();
        (doublings > 0.0).then(|| (last.macro_f1.mean - before.macro_f1.mean) / doublings)
    }

    fn section(&self) -> Section {
        let row = |point: &Point| {
            vec![
                format!("{:.2} %", point.share * 100.0),
                count(point.items as u64),
                count(point.runs as u64),
                number(point.macro_f1.mean, false),
                point.macro_f1.range(),
                number(point.accuracy.mean, false),
                point.accuracy.range(),
            ]
        };
        let on_curve = |point: &Point| CurvePoint {
            items: point.items,
            value: point.macro_f1.mean,
            range: (point.macro_f1.lowest, point.macro_f1.highest),
        };
        let points: Vec<CurvePoint> = self.points.iter().map(on_curve).collect();
        Section {
            heading: "Macro-F1 by training data".into(),
            lead: "Mean over seeds; the bar is the range. Items are on a logarithmic scale: a straight line is the same gain with \
                   every doubling.",
            plot: Some(plots::curve("curve", "Macro-F1 by number of training items", &points)),
            table: Table::new(
                &["share", "items", "runs", "macro-F1", "range", "accuracy", "range"],
                self.points.iter().map(row),
            ),
            align: "rrrrlrl",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn study() -> LearningCurve {
        let run =
            |share, seed, items, macro_f1| Run { share, seed, items, groups: items / 4, macro_f1, accuracy: macro_f1 };
        let runs = vec![run(1.0, 1, 400, 0.7), run(0.25, 2, 104, 0.5), run(0.25, 1, 100, 0.4), run(0.5, 1, 200, 0.6)];
        LearningCurve::new(vec![("data".into(), "<train>.jsonl".into())], 50, runs)
    }

    #[test]
    fn runs_of_a_share_become_a_point() {
        let study = study();
        let shares: Vec<_> = study.points.iter().map(|p| (p.share, p.items, p.runs)).collect();
        assert_eq!(shares, [(0.25, 102, 2), (0.5, 200, 1), (1.0, 400, 1)]);
        let first = study.points[0].macro_f1;
        assert!((first.mean - 0.45).abs() < 1e-12 && (first.lowest, first.highest) == (0.4, 0.5));
        assert!((study.gain_of_last_doubling().unwrap() - 0.1).abs() < 1e-12);
        assert_eq!((study.runs[0].seed, study.runs[1].seed), (1, 2));
    }

    #[test]
    fn it_is_shown_as_text_and_as_a_page_that_loads_nothing() {
        let study = study();
        insta::assert_snapshot!(study.text());
        let page = study.html();
        assert!(page.contains("&lt;train&gt;.jsonl") && page.contains("<svg"));
        assert!(["<train>", "http", "<script", "<link", "NaN"].iter().all(|foreign| !page.contains(foreign)));
        assert!(!LearningCurve::new(Vec::new(), 1, study.runs[..1].to_vec()).html().contains("NaN"));
    }
}
