//! What the labels say of all units, not only of those that were labelled: the share of each stance, with a standard
//! error.
//!
//! Round k draws from the units that no earlier round drew, with known probabilities. So `t_k = (sum of y over earlier
//! rounds) + (sum of y / pi over round k)` has the true total as its mean, given the earlier rounds, whatever the model
//! made of their labels; this is the ordered estimator of Des Raj (1956, JASA 51), and the `t_k` are uncorrelated.
//! Rounds are weighed by their size.

use std::collections::BTreeMap;

use rusqlite::Connection;
use serde::Serialize;

use super::resolved::{Resolved, resolved};
use super::sampling::{Total, horvitz_thompson};
use crate::error::Result;

/// An estimated share of all units.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Share {
    /// The share. Shares of all labels need not sum to 1: each is unbiased by itself.
    pub share: f64,
    /// Its standard error; none where a round has too few labels for one.
    pub se: Option<f64>,
}

/// A round with its labels.
#[derive(Debug, Default)]
struct Round {
    /// Units in the pool that it was drawn from.
    pool: usize,
    size: usize,
    /// Units that have a label, with their inclusion probabilities.
    labelled: Vec<(Resolved, f64)>,
}

/// The estimated share of each label; none before a unit that was drawn has a label.
pub(super) fn estimate(connection: &Connection, labels: &[String]) -> Result<Option<BTreeMap<String, Share>>> {
    let rounds = rounds(connection)?;
    let share = |label: &String| Some((label.clone(), share(&rounds, label)?));
    Ok(labels.iter().map(share).collect())
}

fn rounds(connection: &Connection) -> Result<Vec<Round>> {
    let mut units = resolved(connection)?;
    let mut rounds: BTreeMap<i64, Round> = BTreeMap::new();
    let mut statement = connection.prepare(
        "SELECT r.id, r.pool, r.size, d.unit, d.probability FROM round r JOIN draw d ON d.round = r.id ORDER BY r.id, d.place",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let round = rounds.entry(row.get(0)?).or_default();
        (round.pool, round.size) = (row.get(1)?, row.get(2)?);
        if let Some(unit) = units.remove(&row.get(3)?) {
            round.labelled.push((unit, row.get(4)?));
        }
    }
    Ok(rounds.into_values().collect())
}

/// The estimate over the rounds that were drawn from as many units as the last one with a label: earlier ones say
/// nothing of units that were imported after them. Units of a round that have no label count as if the others stood for
/// them, which holds where the round is not finished, as its order is random.
fn share(rounds: &[Round], label: &str) -> Option<Share> {
    let used = rounds.iter().take_while(|round| !round.labelled.is_empty()).count();
    let rounds = &rounds[..used];
    let mut before = 0.0;
    let mut drawn = 0;
    let mut estimates: Vec<(usize, usize, Total)> = Vec::new();
    for round in rounds {
        let answered = round.labelled.len() as f64 / round.size as f64;
        let pairs: Vec<(f64, f64)> =
            round.labelled.iter().map(|(unit, pi)| (unit.share(label), pi * answered)).collect();
        let own = horvitz_thompson(&pairs);
        estimates.push((round.pool + drawn, round.size, Total { total: before + own.total, ..own }));
        before += pairs.iter().map(|(y, _)| y).sum::<f64>() / answered;
        drawn += round.size;
    }
    let all = estimates.last()?.0;
    estimates.retain(|(units, ..)| *units == all);
    let weights: f64 = estimates.iter().map(|(_, size, _)| *size as f64).sum();
    let total: f64 = estimates.iter().map(|(_, size, own)| *size as f64 / weights * own.total).sum();
    let variance: Option<f64> =
        estimates.iter().map(|(_, size, own)| Some((*size as f64 / weights).powi(2) * own.variance?)).sum();
    Some(Share { share: total / all as f64, se: variance.map(|variance| variance.sqrt() / all as f64) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sampling::{generator, inclusion_probabilities, systematic};

    fn unit(stance: &str) -> Resolved {
        Resolved { stances: vec![stance.into()], decision: None }
    }

    fn round(pool: usize, size: usize, labelled: &[(&str, f64)]) -> Round {
        Round { pool, size, labelled: labelled.iter().map(|(stance, pi)| (unit(stance), *pi)).collect() }
    }

    #[test]
    fn one_round_by_hand_and_a_second_one() {
        // 10 units, 2 drawn with 0.2 each: one is "a", so 1 / 0.2 = 5 of 10.
        let first = round(10, 2, &[("a", 0.2), ("b", 0.2)]);
        let got = share(&[first], "a").unwrap();
        assert!((got.share - 0.5).abs() < 1e-12);
        // By the formula of simple random sampling: 10^2 * 0.8 * 0.5 / 2 = 20, so sqrt(20) / 10.
        assert!((got.se.unwrap() - 20f64.sqrt() / 10.0).abs() < 1e-12, "{got:?}");
        // Two more of the other 8, both "a": t_2 = 1 + 2 / 0.25 = 9; the mean of 5 and 9 is 7.
        let rounds = [round(10, 2, &[("a", 0.2), ("b", 0.2)]), round(8, 2, &[("a", 0.25), ("a", 0.25)])];
        assert!((share(&rounds, "a").unwrap().share - 0.7).abs() < 1e-12);
    }

    #[test]
    fn half_a_round_stands_for_all_of_it_and_new_units_start_anew() {
        let half = [round(10, 4, &[("a", 0.4), ("b", 0.4)])];
        assert!((share(&half, "a").unwrap().share - 0.5).abs() < 1e-12, "2 of 4 answered: 1 / 0.2 of 10");
        // 90 units were imported after the first round: t_2 = 1 + 2 / 0.02 = 101 of 100, t_1 knows of 10 units only.
        let grown = [round(10, 2, &[("a", 0.2), ("b", 0.2)]), round(98, 2, &[("a", 0.02), ("b", 0.02)])];
        assert!((share(&grown, "a").unwrap().share - 0.51).abs() < 1e-12);
        assert_eq!(share(&[round(10, 2, &[])], "a"), None);
    }

    #[test]
    fn several_rounds_that_depend_on_earlier_labels_are_unbiased_and_the_error_is_right() {
        const UNITS: usize = 60;
        const TIMES: i64 = 6_000;
        let truth: Vec<bool> = (0..UNITS).map(|i| i % 4 == 0 || i > 50).collect();
        let (mut sum, mut squares, mut errors) = (0.0, 0.0, 0.0);
        for time in 0..TIMES {
            let mut rng = generator(5, time);
            let mut pool: Vec<usize> = (0..UNITS).collect();
            let (mut rounds, mut seen): (Vec<Round>, usize) = (Vec::new(), 0);
            for _ in 0..3 {
                // Sizes change with what was found before, as those of a model trained on it would.
                let sizes: Vec<f64> = pool.iter().map(|i| 1.0 + ((i * 7 + seen) % 5) as f64).collect();
                let pi = inclusion_probabilities(&sizes, 10);
                let drawn = systematic(&pi, &mut rng);
                let name = |at: &usize| if truth[pool[*at]] { "a" } else { "b" };
                seen += drawn.iter().filter(|at| truth[pool[**at]]).count();
                let labelled: Vec<(&str, f64)> = drawn.iter().map(|at| (name(at), pi[*at])).collect();
                rounds.push(round(pool.len(), 10, &labelled));
                for at in drawn.iter().rev() {
                    pool.remove(*at);
                }
            }
            let got = share(&rounds, "a").unwrap();
            (sum, squares, errors) = (sum + got.share, squares + got.share.powi(2), errors + got.se.unwrap().powi(2));
        }
        let n = TIMES as f64;
        let (mean, expected) = (sum / n, truth.iter().filter(|t| **t).count() as f64 / UNITS as f64);
        let variance = squares / n - mean * mean;
        assert!((mean - expected).abs() < 5.0 * (variance / n).sqrt(), "{mean} for {expected}");
        let ratio = errors / n / variance;
        assert!((0.75..1.4).contains(&ratio), "the mean estimated variance is {ratio} of the true one");
    }
}
