//! Choosing settings by successive halving (Jamieson & Talwalkar 2016, "Non-stochastic best arm identification and
//! hyperparameter optimization"): all settings are tried on a ninth of the groups, the best third of them on a third,
//! and the best of those on all. A trial is a grouped, stratified cross-validation: every item is scored by a model that
//! saw no item of its group.
//!
//! The best of many trials is partly the luckiest, so the choice goes by the rule of one standard error (Breiman,
//! Friedman, Olshen & Stone 1984, section 3.4.3): of the settings that are as good as the best up to its standard error
//! over the folds, the one to start from is taken if it is among them, and the simplest otherwise. To that end the setting
//! to start from goes into the last round whatever its scores.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::crossfit::{Choice, Cut, Logits};
use super::dataset::Dataset;
use super::folds::grouped_folds;
use super::params::{ModelValidParams, Setting};
use super::space::settings;
use crate::error::{Error, Result};
use crate::evaluate::Confusion;
use crate::label::Labels;
use crate::model::card::Trial;

/// Number of folds.
pub const FOLDS: usize = 5;
/// Parts that the groups are cut into, and how many of them each round takes.
const PARTS: usize = 9;
const ROUNDS: [usize; 3] = [1, 3, 9];
/// Of the settings of a round, one in so many goes on.
const KEEP_ONE_IN: usize = 3;
/// A round on fewer items than this is left out: it would choose by chance, and saves little.
const FEW_ITEMS: usize = 500;

/// A search: its rounds of items, and the settings to try.
pub struct Search<'a> {
    params: &'a ModelValidParams,
    dataset: &'a Dataset,
    labels: &'a Labels,
    seed: u64,
    /// The items of each round, rising.
    rounds: Vec<Vec<usize>>,
    settings: Vec<Setting>,
}

/// What a search found.
pub struct Found {
    /// Every trial, round by round.
    pub trials: Vec<Trial>,
    /// The parameters with the best setting of the last round.
    pub best: ModelValidParams,
}

impl<'a> Search<'a> {
    /// A search around these parameters.
    ///
    /// # Errors
    /// An item with another label; fewer groups than [`FOLDS`].
    pub fn new(params: &'a ModelValidParams, dataset: &'a Dataset, labels: &'a Labels, seed: u64) -> Result<Self> {
        let y = dataset.targets(labels)?;
        let groups = dataset.groups();
        let mut distinct: Vec<&String> = groups.iter().collect();
        distinct.sort_unstable();
        distinct.dedup();
        if distinct.len() < FOLDS {
            let what = format!("{} groups of items are too few to choose settings by", distinct.len());
            return Err(Error::data(what, format!("give at least {FOLDS} groups, or leave out --tune")));
        }
        let mut rounds = Vec::new();
        // Enough groups for every part to have enough for all folds, however large some of them are.
        if distinct.len() >= 2 * PARTS * FOLDS {
            let part_of = grouped_folds(&groups, &y, labels.len(), PARTS, seed)?;
            let items = |parts: usize| (0..y.len()).filter(|i| part_of[*i] < parts).collect::<Vec<_>>();
            rounds.extend(ROUNDS.into_iter().filter(|parts| *parts < PARTS).map(items));
            rounds.retain(|items| items.len() >= FEW_ITEMS);
        }
        rounds.push((0..y.len()).collect());
        Ok(Search { params, dataset, labels, seed, rounds, settings: settings(params) })
    }

    /// How many settings a round tries.
    fn tried(&self, round: usize) -> usize {
        (0..round).fold(self.settings.len(), |tried, _| tried.div_ceil(KEEP_ONE_IN))
    }

    /// The work to be done, in items of trials.
    pub fn steps(&self) -> u64 {
        self.rounds.iter().enumerate().map(|(round, items)| (self.tried(round) * items.len()) as u64).sum()
    }

    /// Tries the settings, round by round; calls `tick` with the items that are done.
    ///
    /// # Errors
    /// As training.
    pub fn run(&self, tick: &(dyn Fn(u64) + Sync)) -> Result<Found> {
        let mut settings: Vec<&Setting> = self.settings.iter().collect();
        let mut trials = Vec::new();
        for (round, items) in self.rounds.iter().enumerate() {
            let scores = self.round(items, &settings, tick)?;
            let tried =
                settings.iter().zip(&scores).map(|(setting, score)| trial(setting, items.len(), score, &scores[0]));
            trials.extend(tried);
            if round + 1 < self.rounds.len() {
                settings = best_of(&settings, &scores, self.tried(round + 1));
            }
        }
        let last = &trials[trials.len() - settings.len()..];
        let at = chosen(last).ok_or_else(|| Error::data("nothing was tried", "give more items"))?;
        Ok(Found { best: self.params.clone().with_setting(settings[at]), trials })
    }

    /// Scores of each setting out of fold on some items. Settings of the same families share their features.
    fn round(&self, items: &[usize], settings: &[&Setting], tick: &(dyn Fn(u64) + Sync)) -> Result<Vec<Score>> {
        let data = Dataset {
            items: items.iter().map(|i| self.dataset.items[*i].clone()).collect(),
            instances: items.iter().map(|i| self.dataset.instances[*i].clone()).collect(),
        };
        let (y, weights) = (data.targets(self.labels)?, data.weights());
        let fold_of = grouped_folds(&data.groups(), &y, self.labels.len(), FOLDS, self.seed)?;
        let mut scores = vec![Score::default(); settings.len()];
        let mut by_families: BTreeMap<&str, BTreeMap<u32, Vec<usize>>> = BTreeMap::new();
        for (at, setting) in settings.iter().enumerate() {
            by_families.entry(&setting.set).or_default().entry(setting.min_count).or_default().push(at);
        }
        for by_count in by_families.values() {
            let Some((least, first)) = by_count.iter().next().and_then(|(least, at)| Some((*least, *at.first()?)))
            else {
                continue;
            };
            let params = self.params.clone().with_setting(&Setting { min_count: least, ..settings[first].clone() });
            let prepared = params.prepare(&data, Some(self.labels))?;
            let block_ends = prepared.featurizer.vocabulary().block_ends();
            let rows = &prepared.rows;
            let (y, weights, labels, fold_of) = (&y[..], &weights[..], self.labels.len(), &fold_of[..]);
            let cut = Cut { rows, block_ends, y, weights, labels, fold_of };
            let of_count = |members: &Vec<usize>| {
                let found = self.scores(&cut, members.iter().map(|at| settings[*at]).collect())?;
                tick((members.len() * y.len()) as u64);
                Ok(members.iter().copied().zip(found).collect::<Vec<_>>())
            };
            let members: Vec<&Vec<usize>> = by_count.values().collect();
            let found: Vec<Vec<(usize, Score)>> = members.into_par_iter().map(of_count).collect::<Result<_>>()?;
            found.into_iter().flatten().for_each(|(at, score)| scores[at] = score);
        }
        Ok(scores)
    }

    /// Scores of settings that differ in nothing but penalty and class weights.
    fn scores(&self, cut: &Cut<'_>, settings: Vec<&Setting>) -> Result<Vec<Score>> {
        let Some(first) = settings.first() else { return Ok(Vec::new()) };
        let choice = |s: &&Setting| Choice { alpha: s.alpha, class_weight: s.class_weight };
        let choices: Vec<Choice> = settings.iter().map(choice).collect();
        let params = self.params.clone().with_setting(first);
        Ok(params.out_of_fold_logits(cut, &choices)?.iter().map(|logits| Score::of(logits, cut.fold_of)).collect())
    }
}

/// Macro-F1 out of fold, over all items and fold by fold.
#[derive(Debug, Clone, Default)]
struct Score {
    all: f64,
    folds: Vec<f64>,
}

impl Score {
    fn of(logits: &Logits, fold_of: &[usize]) -> Self {
        let best = |z: &[f64]| (1..z.len()).fold(0, |best, j| if z[j] > z[best] { j } else { best });
        let pairs: Vec<(usize, usize)> = logits.iter().map(|(z, y, _)| (y, best(z))).collect();
        let macro_f1 =
            |pairs: &mut dyn Iterator<Item = (usize, usize)>| Confusion::from_pairs(logits.labels, pairs).macro_f1();
        let of_fold = |fold: usize| {
            macro_f1(&mut pairs.iter().zip(fold_of).filter(|(_, of)| **of == fold).map(|(pair, _)| *pair))
        };
        Score { all: macro_f1(&mut pairs.iter().copied()), folds: (0..FOLDS).map(of_fold).collect() }
    }
}

fn trial(setting: &Setting, items: usize, score: &Score, start: &Score) -> Trial {
    let Setting { set, min_count, alpha, class_weight, .. } = setting;
    let ahead: Vec<f64> = score.folds.iter().zip(&start.folds).map(|(own, start)| own - start).collect();
    let n = ahead.len() as f64;
    let margin = ahead.iter().sum::<f64>() / n;
    let variance = ahead.iter().map(|ahead| (ahead - margin).powi(2)).sum::<f64>() / (n - 1.0);
    Trial {
        features: set.clone(),
        min_count: *min_count,
        alpha: *alpha,
        class_weight: class_weight.name().into(),
        items,
        macro_f1: score.all,
        margin,
        margin_error: (variance / n).sqrt(),
    }
}

/// The first setting, and of the others those with the largest scores: `n` in all, equals in their order.
fn best_of<'s>(settings: &[&'s Setting], scores: &[Score], n: usize) -> Vec<&'s Setting> {
    let mut order: Vec<usize> = (0..settings.len()).collect();
    order.sort_by(|a, b| (*a != 0).cmp(&(*b != 0)).then_with(|| scores[*b].all.total_cmp(&scores[*a].all)));
    order.truncate(n);
    order.into_iter().map(|at| settings[at]).collect()
}

/// The place of the trial to choose among those of the last round, the first of which is that of the setting to start
/// from. Of those whose macro-F1 is at most a standard error below the largest it is the first, if that is one of them, and
/// else the one with the largest minimum count, of equals with the largest alpha: the simplest model.
pub fn chosen(last: &[Trial]) -> Option<usize> {
    let best = last.iter().max_by(|a, b| a.macro_f1.total_cmp(&b.macro_f1))?;
    let good = |at: &usize| last[*at].macro_f1 >= best.macro_f1 - best.margin_error;
    let simple = |at: &usize| (last[*at].min_count, last[*at].alpha, last[*at].macro_f1);
    let order = |a: &usize, b: &usize| simple(a).partial_cmp(&simple(b)).unwrap_or(std::cmp::Ordering::Equal);
    if good(&0) { Some(0) } else { (0..last.len()).filter(good).max_by(order) }
}

#[cfg(test)]
mod tests {
    use super::super::params::ClassWeight;
    use super::*;

    fn setting(alpha: f64) -> Setting {
        let (set, class_weight) = ("as given".to_string(), ClassWeight::None);
        Setting { set, families: Vec::new(), min_count: 2, alpha, class_weight }
    }

    fn score(folds: [f64; 2]) -> Score {
        Score { all: (folds[0] + folds[1]) / 2.0, folds: folds.to_vec() }
    }

    #[test]
    fn the_best_go_on_and_the_first_in_any_case() {
        let all = [0.1, 0.2, 0.3, 0.4, 0.5].map(setting);
        let scores = [0.1, 0.5, 0.7, 0.6, 0.7].map(|all| score([all, all]));
        let kept = best_of(&all.iter().collect::<Vec<_>>(), &scores, 3);
        assert_eq!(kept.iter().map(|s| s.alpha).collect::<Vec<_>>(), [0.1, 0.3, 0.5]);
    }

    #[test]
    fn another_setting_is_chosen_only_if_it_is_clearly_ahead() {
        let start = score([0.5, 0.7]);
        let trial = |alpha, folds| trial(&setting(alpha), 10, &score(folds), &start);
        let first = trial(0.2, [0.5, 0.7]);
        // By hand: ahead by 0.1 and 0.3, so 0.2 with a standard error of sqrt(0.02 / 2) = 0.1.
        let ahead = trial(0.1, [0.6, 1.0]);
        assert!((ahead.margin - 0.2).abs() < 1e-12 && (ahead.margin_error - 0.1).abs() < 1e-12, "{ahead:?}");
        assert_eq!(chosen(&[first.clone(), ahead.clone()]), Some(1));
        // Ahead by 0.3 and -0.1: 0.1 with a standard error of 0.2.
        assert_eq!(chosen(&[first.clone(), trial(0.3, [0.8, 0.6])]), Some(0));
        // A little worse than the best and much simpler; then simpler still, and too much worse.
        assert_eq!(chosen(&[first.clone(), ahead.clone(), trial(0.4, [0.6, 0.9])]), Some(2));
        assert_eq!(chosen(&[first, ahead, trial(0.4, [0.6, 0.75])]), Some(1));
        assert_eq!(chosen(&[]), None);
    }
}
