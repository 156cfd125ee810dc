//! Rounds: which units are to be labelled next, drawn with known probabilities from those that were not drawn before.

use rusqlite::{Connection, Transaction};
use xxhash_rust::xxh3::xxh3_64;

use super::uncertainty::{Doubt, doubts};
use super::units::span;
use super::{Store, sampling, settings};
use crate::error::Result;
use crate::feature::item::Item;
use crate::predict::Classifier;

/// A unit of the pool, as an item that the model can be asked about.
struct Pooled {
    id: i64,
    item: Item,
}

/// Of a larger pool, a round looks at so many units, drawn at random: asking the model about all would take too long.
/// The probability of this first phase is a factor of what is kept (Särndal, Swensson & Wretman 1992, section 9.3).
const LOOKED_AT: usize = 20_000;

impl Store {
    /// Draws a round, unless another one has been drawn since `last`. `model` is the number of the classifier's
    /// version. False where the pool is empty.
    pub(super) fn draw_round(&self, last: i64, model: i64, classifier: &Classifier) -> Result<bool> {
        let (pool, settings, seed) = self.read(|c| Ok((pool(c)?, settings::settings(c)?, settings::seed(c)?)))?;
        if pool.is_empty() {
            return Ok(false);
        }
        let (all, round) = (pool.len(), last + 1);
        let mut rng = sampling::generator(seed, round);
        let mut looked_at = sampling::simple_random(all, LOOKED_AT, &mut rng).into_iter().peekable();
        let pool = pool.into_iter().enumerate().filter(|(at, _)| looked_at.next_if_eq(at).is_some());
        let (ids, items): (Vec<i64>, Vec<Item>) = pool.map(|(_, unit)| (unit.id, unit.item)).unzip();
        // Takes long, so nobody is kept waiting meanwhile.
        let doubts = doubts(&items, classifier)?;
        let order = order(&items, &doubts);
        let weights: Vec<f64> = order.iter().map(|at| doubts[*at].weight).collect();
        let sizes = sampling::mixed_sizes(&weights, settings.uniform_share);
        let n = (settings.round_size as usize).min(ids.len());
        let probabilities = sampling::inclusion_probabilities(&sizes, n);
        let first = ids.len() as f64 / all as f64;
        self.write(|t| {
            if last_round(t)? != last {
                return Ok(true);
            }
            let drawn = sampling::systematic(&probabilities, &mut rng);
            t.execute(
                "INSERT INTO round(id, size, pool, uniform_share, seed, model) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                (round, drawn.len(), all, settings.uniform_share, seed, Some(model).filter(|m| *m != 0)),
            )?;
            // A random order, so that the first half of a round is a random half.
            let places = sampling::shuffled(drawn.len(), &mut rng);
            let mut insert = t.prepare("INSERT INTO draw(unit, round, place, probability) VALUES (?1, ?2, ?3, ?4)")?;
            for (at, place) in drawn.into_iter().zip(places) {
                insert.execute((ids[order[at]], round, place, first * probabilities[at].min(1.0)))?;
            }
            Ok(true)
        })
    }
}

/// Number of the last round; 0 before the first.
pub(super) fn last_round(connection: &Connection) -> Result<i64> {
    Ok(connection.query_row("SELECT coalesce(max(id), 0) FROM round", [], |row| row.get(0))?)
}

/// Units that no round drew and that do not have all their labels from elsewhere, those of a text next to each other.
fn pool(connection: &Connection) -> Result<Vec<Pooled>> {
    let needed = settings::settings(connection)?.coders_per_unit;
    let mut statement = connection.prepare(
        "SELECT u.id, u.key, u.text, u.mention_start, u.mention_end, u.target_start, u.target_end, u.actor, u.grp
         FROM unit u
         WHERE NOT EXISTS (SELECT 1 FROM draw d WHERE d.unit = u.id)
         AND (SELECT count(*) FROM label l WHERE l.unit = u.id AND l.withdrawn IS NULL AND NOT l.skipped) < ?1
         ORDER BY u.text, u.key",
    )?;
    let pool = statement.query_map([needed], |row| {
        let text: String = row.get(2)?;
        let item = Item {
            id: row.get(1)?,
            actor: row.get(7)?,
            span: span(row, 3, &text)?,
            target: span(row, 5, &text)?,
            text,
            label: None,
            group: row.get(8)?,
            weight: 1.0,
            fields: Default::default(),
        };
        Ok(Pooled { id: row.get(0)?, item })
    })?;
    Ok(pool.collect::<rusqlite::Result<_>>()?)
}

/// By actor, then predicted label, then at random by key: a systematic sample spreads over all of them.
fn order(units: &[Item], doubts: &[Doubt]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..units.len()).collect();
    let key = |at: &usize| (units[*at].actor.as_deref(), doubts[*at].label, xxh3_64(units[*at].id.as_bytes()), *at);
    order.sort_by(|a, b| key(a).cmp(&key(b)));
    order
}

/// What a round gives a label: its number and the unit's inclusion probability in it.
pub(super) fn draw_of(transaction: &Transaction, unit: i64) -> Result<(Option<i64>, Option<f64>)> {
    let mut statement = transaction.prepare_cached("SELECT round, probability FROM draw WHERE unit = ?1")?;
    let mut rows = statement.query([unit])?;
    Ok(match rows.next()? {
        Some(row) => (Some(row.get(0)?), Some(row.get(1)?)),
        None => (None, None),
    })
}
