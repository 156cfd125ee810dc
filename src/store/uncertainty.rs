//! How much a label of each unit of the pool would tell: the model's doubt, shared among texts that are nearly the
//! same.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::error::Result;
use crate::evaluate::near_duplicates::Index;
use crate::feature::item::Item;
use crate::feature::pairing::{instances_of_text, runs};
use crate::label::Scores;
use crate::predict::Classifier;
use crate::predict::classifier::Workspace;

/// What the model makes of a unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Doubt {
    /// 1 - the lead of the most probable label over the next, by the number of units of this actor whose text is nearly
    /// the same. Positive.
    pub(super) weight: f64,
    /// The most probable label.
    pub(super) label: usize,
}

/// Texts that share half of their shingles count as nearly the same.
const NEAR: f64 = 0.5;

/// The doubt about each unit. Units of one text stand next to each other.
pub(super) fn doubts(units: &[Item], classifier: &Classifier) -> Result<Vec<Doubt>> {
    let runs: Vec<&[Item]> = runs(units).collect();
    let of_run = |workspace: &mut Workspace, run: &&[Item]| {
        let instances = instances_of_text(run, classifier.gazetteer(), classifier.finder());
        instances.iter().map(|instance| classifier.instance(instance, workspace)).collect::<Vec<Scores>>()
    };
    let scores: Vec<Vec<Scores>> = runs.par_iter().map_init(Workspace::default, of_run).collect();
    let copies = copies(units)?;
    let doubt =
        |(scores, copies): (Scores, usize)| Doubt { weight: doubt(&scores) / copies as f64, label: scores.best() };
    Ok(scores.into_iter().flatten().zip(copies).map(doubt).collect())
}

/// 1 less the margin (Scheffer, Decomain & Wrobel 1999), kept above 0 so that nothing is out of reach.
fn doubt(scores: &Scores) -> f64 {
    let mut sorted = scores.0.clone();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let margin = sorted.first().unwrap_or(&0.0) - sorted.get(1).unwrap_or(&0.0);
    (1.0 - margin).max(1e-3)
}

/// For each unit the number of units, itself included, of the same actor and with nearly the same text.
fn copies(units: &[Item]) -> Result<Vec<usize>> {
    let mut number = HashMap::new();
    let mut texts: Vec<&str> = Vec::new();
    for unit in units {
        number.entry(unit.text.as_str()).or_insert_with(|| {
            texts.push(&unit.text);
            texts.len() - 1
        });
    }
    let mut actors: Vec<HashMap<Option<&str>, usize>> = vec![HashMap::new(); texts.len()];
    for unit in units {
        *actors[number[unit.text.as_str()]].entry(unit.actor.as_deref()).or_default() += 1;
    }
    let index = Index::new(texts.iter().copied(), NEAR)?;
    let near: Vec<Vec<usize>> =
        texts.par_iter().map(|text| index.matches(text).into_iter().map(|found| found.text).collect()).collect();
    let count = |unit: &Item| {
        let near = &near[number[unit.text.as_str()]];
        let of = |text: &usize| actors[*text].get(&unit.actor.as_deref()).copied().unwrap_or_default();
        // A text without words resembles nothing, not even itself.
        near.iter().map(of).sum::<usize>().max(1)
    };
    Ok(units.iter().map(count).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubt_is_one_less_the_margin() {
        assert!((doubt(&Scores(vec![0.2, 0.7, 0.1])) - 0.5).abs() < 1e-12);
        assert!((doubt(&Scores(vec![0.5, 0.5])) - 1.0).abs() < 1e-12);
        assert_eq!(doubt(&Scores(vec![1.0, 0.0])), 1e-3);
    }

    #[test]
    fn copies_are_counted_per_actor() {
        let unit = |text: &str, actor: &str| Item {
            id: String::new(),
            text: text.into(),
            actor: Some(actor.into()),
            span: None,
            target: None,
            label: None,
            group: String::new(),
            weight: 1.0,
            fields: Default::default(),
        };
        let long = "Paris said on Monday that it would send no soldiers to the region under any condition";
        let units = [
            unit(long, "france"),
            unit(long, "eu"),
            unit(&format!("{long} whatever"), "france"),
            unit("Oslo waits for a mandate.", "france"),
            unit("...", "france"),
        ];
        assert_eq!(copies(&units).unwrap(), [2, 1, 2, 1, 1]);
    }
}
