//! Judged items as one sample: who of them belongs together, counted for one or more systems at once.
//!
//! What is counted is the same for a single evaluation and for a comparison; what is made of it is left to `assess` and
//! `compare`.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::intervals::{Bootstrap, Grouped, Resamples};
use super::judged::{Judged, Settings};
use super::metrics::Confusion;

/// Value under which a slice shows the items that lack its field.
const NOT_GIVEN: &str = "(not given)";
/// Intervals from fewer groups than this tend to be too narrow (Cameron, Gelbach & Miller 2008); the slice says so.
const FEW_GROUPS: usize = 10;

/// Items with the predictions of one or more systems; the items' own are those of system 0.
pub(super) struct Sample<'a> {
    labels: usize,
    items: &'a [Judged],
    /// A number per item that items of the same group share.
    groups: Vec<usize>,
    /// Per system one label per item.
    systems: Vec<Vec<usize>>,
}

/// Some of the items, with what was drawn from their groups.
pub(super) struct Drawn {
    /// Number of groups that the items fall into.
    pub(super) groups: usize,
    /// All systems scored on the draws; none without two groups or without resamples.
    pub(super) resamples: Option<Resamples>,
    /// What the reader has to know: why there are no draws, or why they are to be read with care.
    pub(super) note: Option<String>,
}

impl<'a> Sample<'a> {
    /// Items over so many labels, and what further systems predict for them.
    pub(super) fn new<'b>(
        labels: usize,
        items: &'a [Judged],
        others: impl IntoIterator<Item = &'b Vec<usize>>,
    ) -> Sample<'a> {
        let own = items.iter().map(|item| item.predicted).collect();
        let systems = std::iter::once(own).chain(others.into_iter().cloned()).collect();
        Sample { labels, items, groups: number_groups(items), systems }
    }

    /// Numbers of all items.
    pub(super) fn everything(&self) -> Vec<usize> {
        (0..self.items.len()).collect()
    }

    /// The chosen items' gold labels against those of a system.
    pub(super) fn confusion(&self, system: usize, chosen: &[usize]) -> Confusion {
        let predicted = &self.systems[system];
        Confusion::from_pairs(self.labels, chosen.iter().map(|&i| (self.items[i].gold, predicted[i])))
    }

    /// All systems scored on draws of the chosen items' groups.
    ///
    /// Groups are sorted by what is in them, so that the interval does not depend on how the items were ordered.
    pub(super) fn draw(&self, chosen: &[usize], bootstrap: &Bootstrap) -> (usize, Option<Resamples>) {
        let mut dense: Vec<usize> = chosen.iter().map(|&i| self.groups[i]).collect();
        dense.sort_unstable();
        dense.dedup();
        let mut grouped = Grouped::new(dense.len(), self.systems.len(), self.labels);
        for &i in chosen {
            let group = dense.partition_point(|g| *g < self.groups[i]);
            for (system, predicted) in self.systems.iter().enumerate() {
                grouped.add(group, system, self.items[i].gold, predicted[i]);
            }
        }
        grouped.sort();
        (dense.len(), bootstrap.draw(&grouped))
    }

    /// The same for a slice, which gets no draws if it is small, and a note where they are few.
    pub(super) fn draw_slice(&self, chosen: &[usize], settings: &Settings) -> Drawn {
        let small = chosen.len() < settings.small;
        let bootstrap =
            Bootstrap { resamples: if small { 0 } else { settings.bootstrap.resamples }, ..settings.bootstrap };
        let (groups, resamples) = self.draw(chosen, &bootstrap);
        let note = match small {
            true => Some(format!("fewer than {} items: no interval", settings.small)),
            false => note(groups),
        };
        Drawn { groups, resamples, note }
    }

    /// The items of each value of a field: the largest slice first, then by name.
    pub(super) fn slices(&self, field: &str) -> Vec<(&'a str, Vec<usize>)> {
        let mut members: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (i, item) in self.items.iter().enumerate() {
            members.entry(item.fields.get(field).map_or(NOT_GIVEN, String::as_str)).or_default().push(i);
        }
        let mut slices: Vec<(&str, Vec<usize>)> = members.into_iter().collect();
        slices.sort_by_key(|(_, chosen)| std::cmp::Reverse(chosen.len())); // stable: equals stay sorted by name
        slices
    }
}

/// What the reader has to know of an interval from so few groups.
pub(super) fn note(groups: usize) -> Option<String> {
    match groups {
        0..2 => Some("one group: no interval".into()),
        2..FEW_GROUPS => Some(format!("fewer than {FEW_GROUPS} groups: the interval may be too narrow")),
        _ => None,
    }
}

fn number_groups<'a>(items: &'a [Judged]) -> Vec<usize> {
    let mut numbers: FxHashMap<&'a str, usize> = FxHashMap::default();
    let mut next = 0;
    let number = |item: &'a Judged| {
        let number = if item.group.is_empty() { next } else { *numbers.entry(&item.group).or_insert(next) };
        next += usize::from(number == next);
        number
    };
    items.iter().map(number).collect()
}
