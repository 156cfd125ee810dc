//! What a model knows of an actor or a crisis that it was not trained on: the outcome of a leave-one-out study.
//!
//! Who trains the models is left to the caller; here are the numbers of each value, their mean, and how they are shown.
//! Beside each stands the score on the same items by models that saw other groups of the same value (grouped
//! cross-validation): the difference is what not knowing the value costs.

use serde::Serialize;

use super::compare::Comparison;
use super::figures::{MACRO_F1, brackets, count, counted, interval, number};
use super::intervals::{Bootstrap, Interval};
use super::plots::{self, Estimate};
use super::report::as_object;
use super::sample::note;
use super::sheet::{Section, Sheet, Tile};
use super::table::{NOTE, Table};

/// Scores on the items of one value, by a model that was not trained on it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeftOut {
    /// The value that was left out.
    pub value: String,
    /// Number of its items, on which the model was tested.
    pub n: usize,
    /// Number of groups that they fall into.
    pub groups: usize,
    /// Number of items that the model was trained on.
    pub train_items: usize,
    /// Share of items labelled right, in [0, 1].
    pub accuracy: f64,
    /// Mean F1 over the labels that occur, in [0, 1].
    pub macro_f1: f64,
    /// Bootstrap interval of it.
    pub macro_f1_interval: Option<Interval>,
    /// Macro-F1 on the same items by models that know the value from other groups.
    pub known_macro_f1: f64,
    /// Left out minus known, in [-1, 1].
    pub difference: f64,
    /// Bootstrap interval of the difference, paired.
    pub difference_interval: Option<Interval>,
    /// What the reader has to know about the intervals.
    pub note: Option<String>,
}

impl LeftOut {
    /// From a comparison of the model that was not trained on the value (a) with those that were (b).
    pub fn new(value: String, train_items: usize, comparison: &Comparison) -> Self {
        LeftOut {
            value,
            n: comparison.n,
            groups: comparison.groups,
            train_items,
            accuracy: comparison.a.accuracy,
            macro_f1: comparison.a.macro_f1,
            macro_f1_interval: comparison.a.macro_f1_interval,
            known_macro_f1: comparison.b.macro_f1,
            difference: comparison.difference.macro_f1,
            difference_interval: comparison.difference.macro_f1_interval,
            note: note(comparison.groups),
        }
    }
}

/// The outcome of the study.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeaveOneOut {
    /// What was studied, in the caller's words and order; an object in JSON.
    #[serde(serialize_with = "as_object")]
    pub about: Vec<(String, String)>,
    /// The field whose values were left out.
    pub by: String,
    /// Least number of items of a value.
    pub min_items: usize,
    /// Number of values with fewer items, which were not studied.
    pub too_small: usize,
    /// How the intervals were made.
    pub bootstrap: Bootstrap,
    /// Unweighted mean of the values' macro-F1.
    pub mean: f64,
    /// The same of macro-F1 by models that know the values.
    pub mean_known: f64,
    /// The values, those of most items first.
    pub values: Vec<LeftOut>,
}

impl LeaveOneOut {
    /// The outcome for these values, which are sorted here; there is at least one.
    pub fn new(
        about: Vec<(String, String)>,
        by: &str,
        min_items: usize,
        bootstrap: Bootstrap,
        values: Vec<LeftOut>,
    ) -> Self {
        let mut values = values;
        values.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.value.cmp(&b.value)));
        let mean = |of: fn(&LeftOut) -> f64| values.iter().map(of).sum::<f64>() / values.len().max(1) as f64;
        let (mean, mean_known) = (mean(|v| v.macro_f1), mean(|v| v.known_macro_f1));
        LeaveOneOut { about, by: by.to_owned(), min_items, too_small: 0, bootstrap, mean, mean_known, values }
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
        let lowest = self.values.iter().min_by(|a, b| a.macro_f1.total_cmp(&b.macro_f1));
        let mut tiles = vec![
            Tile::new("mean macro-F1", number(self.mean, false), "of the values, each left out"),
            Tile::new("mean if known", number(self.mean_known, false), "same items, grouped cross-validation"),
        ];
        tiles.extend(lowest.map(|v| Tile::new("lowest", number(v.macro_f1, false), &v.value)));
        Sheet {
            title: format!("Leave one out: {}", self.by),
            summary: format!(
                "{} of at least {}; {} with fewer left aside",
                counted(self.values.len(), "value"),
                counted(self.min_items, "item"),
                count(self.too_small as u64)
            ),
            about: self.about.clone(),
            tiles,
            sections: vec![self.section()],
            method: format!("{}\n{MACRO_F1}", brackets(self.bootstrap, "the groups of each value")),
        }
    }

    fn section(&self) -> Section {
        let estimate = |v: &LeftOut| Estimate {
            name: v.value.clone(),
            value: v.macro_f1,
            interval: v.macro_f1_interval,
            main: false,
        };
        let estimates: Vec<Estimate> = self.values.iter().map(estimate).collect();
        let title = format!("Macro-F1 on each {} that was left out", self.by);
        let row = |v: &LeftOut| {
            let counts = [v.n, v.groups, v.train_items].map(|n| count(n as u64));
            let own =
                [number(v.macro_f1, false), interval(v.macro_f1_interval, false), number(v.known_macro_f1, false)];
            let note = v.note.clone().unwrap_or_default();
            let apart = [number(v.difference, true), interval(v.difference_interval, true), note];
            [v.value.clone()].into_iter().chain(counts).chain(own).chain(apart).collect()
        };
        let head =
            ["", "items", "groups", "trained on", "macro-F1", "interval", "if known", "difference", "interval", NOTE];
        Section {
            heading: title.clone(),
            lead: "Trained without the value and without the texts of its items, tested on them. If known: the same items, by \
                   models that saw other groups of the value. The dashed line is the mean.",
            plot: Some(plots::forest("left-out", &title, &estimates, Some(self.mean))),
            table: Table::new(&head, self.values.iter().map(row)),
            align: "lrrrrlrrl",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Baseline, Settings, compare, made_up};
    use super::*;

    fn study() -> LeaveOneOut {
        let left_out = |(value, n): (&str, usize)| {
            let items = made_up::items(n, &["us"]);
            let known = Baseline { name: "known".into(), predicted: items.iter().map(|i| i.gold).collect() };
            let comparison = compare(&made_up::labels(), ("left out", &items), &known, &Settings::default()).unwrap();
            LeftOut::new(value.to_owned(), 1000 - n, &comparison)
        };
        let values = [("eu", 60), ("<b>us</b>", 90), ("china", 60), ("niue", 21)].map(left_out).to_vec();
        let about = vec![("data".into(), "train.jsonl".into())];
        LeaveOneOut { too_small: 2, ..LeaveOneOut::new(about, "actor", 50, Bootstrap::default(), values) }
    }

    #[test]
    fn values_are_sorted_by_items_and_weigh_the_same_in_the_mean() {
        let study = study();
        assert_eq!(
            study.values.iter().map(|v| v.value.as_str()).collect::<Vec<_>>(),
            ["<b>us</b>", "china", "eu", "niue"]
        );
        let mean = study.values.iter().map(|v| v.macro_f1).sum::<f64>() / 4.0;
        assert!((study.mean - mean).abs() < 1e-12);
        assert_eq!(study.mean_known, 1.0);
        let notes: Vec<bool> = study.values.iter().map(|v| v.note.is_some()).collect();
        assert_eq!(notes, [false, false, false, true], "niue has 7 groups");
    }

    #[test]
    fn it_is_shown_as_text_and_as_a_page_that_loads_nothing() {
        let study = study();
        insta::assert_snapshot!(study.text());
        let page = study.html();
        assert!(page.contains("&lt;b&gt;us") && page.contains("<svg"));
        assert!(["<b>", "http", "<script", "<link"].iter().all(|foreign| !page.contains(foreign)));
    }
}
