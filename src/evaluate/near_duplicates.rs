//! Texts that stand in both training and test data, word for word or nearly: scores on them say little.
//!
//! Candidates are found by MinHash signatures cut into bands (Leskovec, Rajaraman & Ullman 2020, *Mining of Massive
//! Datasets*, section 3.4), and each is then compared exactly. Memory is linear in the texts of the index; the others may
//! come in a stream, from any number of threads.

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::judged::Judged;
use super::metrics::Confusion;
use super::minhash::{BANDS, Shingles};
use crate::error::{Error, Result};

/// Least resemblance that may be asked for: below it, too many pairs would be missed.
pub const LOWEST: f64 = 0.3;

/// Texts (those of the test data) that others are held against.
pub struct Index {
    texts: Vec<Shingles>,
    /// Texts by band and its hash.
    bands: Vec<FxHashMap<u64, Vec<u32>>>,
    at_least: f64,
}

/// A text of the index that resembles another one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Match {
    /// Its number in the index.
    pub text: usize,
    /// The resemblance, in (0, 1].
    pub resemblance: f64,
}

impl Index {
    /// An index of these texts for a resemblance of at least `at_least`.
    ///
    /// # Errors
    /// A resemblance that is not from [`LOWEST`] to 1.
    pub fn new<'a>(texts: impl IntoIterator<Item = &'a str>, at_least: f64) -> Result<Self> {
        if !(LOWEST..=1.0).contains(&at_least) {
            return Err(Error::setting("near-duplicate", at_least, format!("give a share from {LOWEST} to 1")));
        }
        let texts: Vec<Shingles> = texts.into_iter().map(Shingles::of).collect();
        let mut bands: Vec<FxHashMap<u64, Vec<u32>>> = vec![FxHashMap::default(); BANDS];
        for (number, shingles) in texts.iter().enumerate() {
            for (band, hash) in bands.iter_mut().zip(shingles.bands()) {
                band.entry(hash).or_default().push(number as u32);
            }
        }
        Ok(Index { texts, bands, at_least })
    }

    /// The texts of the index that a text resembles, in the order of their numbers.
    pub fn matches(&self, text: &str) -> Vec<Match> {
        let shingles = Shingles::of(text);
        if shingles.is_empty() {
            return Vec::new();
        }
        let candidates = self.bands.iter().zip(shingles.bands()).filter_map(|(band, hash)| band.get(&hash));
        let mut candidates: Vec<u32> = candidates.flatten().copied().collect();
        candidates.sort_unstable();
        candidates.dedup();
        let compared = candidates.into_iter().map(|number| {
            let text = number as usize;
            Match { text, resemblance: self.texts[text].resemblance(&shingles) }
        });
        compared.filter(|found| found.resemblance >= self.at_least).collect()
    }
}

/// What the report says of near-duplicates.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NearDuplicates {
    /// Least resemblance that counts as near.
    pub at_least: f64,
    /// Number of training texts that the items were held against.
    pub train_texts: usize,
    /// Number of items whose text resembles a training text.
    pub items: usize,
    /// Their share of all items, in [0, 1].
    pub share: f64,
    /// Macro-F1 on the other items; none if there are no others.
    pub macro_f1_without: Option<f64>,
    /// The nearest pairs, those of most resemblance first.
    pub examples: Vec<NearPair>,
}

/// An item of the test data and the training text that it resembles most.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NearPair {
    /// The item's id.
    pub id: String,
    /// The item's text.
    pub text: String,
    /// The training text.
    pub train_text: String,
    /// Their resemblance, in (0, 1].
    pub resemblance: f64,
}

/// How many examples a report has.
const EXAMPLES: usize = 20;

impl NearDuplicates {
    /// What there is to say of judged items, given for each of them the nearest training text, if one is near.
    pub fn new(at_least: f64, train_texts: usize, items: &[Judged], nearest: Vec<Option<NearPair>>) -> Self {
        let clean = items.iter().zip(&nearest).filter(|(_, near)| near.is_none());
        let clean: Vec<(usize, usize)> = clean.map(|(item, _)| (item.gold, item.predicted)).collect();
        let labels = clean.iter().map(|(gold, predicted)| gold.max(predicted) + 1).max();
        let near = items.len() - clean.len();
        let mut examples: Vec<NearPair> = nearest.into_iter().flatten().collect();
        examples.sort_by(|a, b| b.resemblance.total_cmp(&a.resemblance)); // stable: equals stay in the order of the data
        examples.truncate(EXAMPLES);
        NearDuplicates {
            at_least,
            train_texts,
            items: near,
            share: near as f64 / items.len().max(1) as f64,
            macro_f1_without: labels.map(|labels| Confusion::from_pairs(labels, clean).macro_f1()),
            examples,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Lima and Bogota rejected any use of force and urged dialogue and early elections.";

    #[test]
    fn near_texts_are_found_and_others_are_not() {
        let index = Index::new(["Something else was said by somebody else altogether.", TEXT], 0.5).unwrap();
        let near = index.matches("Lima and Bogota rejected any use of force and urged dialogue and free elections.");
        // 14 words are 10 runs; the last but one word is in the last 2 of them: 8 / 12.
        assert_eq!(near, [Match { text: 1, resemblance: 8.0 / 12.0 }]);
        assert_eq!(index.matches(TEXT)[0].resemblance, 1.0);
        for other in ["Lima and Bogota rejected it, and urged dialogue.", "", "!"] {
            assert_eq!(index.matches(other), [], "{other}");
        }
    }

    #[test]
    fn a_resemblance_out_of_range_is_refused() {
        for wrong in [0.0, 0.29, 1.01, f64::NAN] {
            assert!(Index::new([TEXT], wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn items_are_counted_and_left_out_of_the_second_score() {
        let item = |gold, predicted| Judged { gold, predicted, ..Judged::default() };
        let items = [item(0, 0), item(1, 0), item(1, 1), item(0, 0)];
        let pair = |resemblance| {
            Some(NearPair { id: String::new(), text: String::new(), train_text: String::new(), resemblance })
        };
        let near = NearDuplicates::new(0.5, 9, &items, vec![None, pair(0.6), None, pair(0.9)]);
        assert_eq!((near.items, near.share, near.macro_f1_without), (2, 0.5, Some(1.0)));
        assert_eq!(near.examples.iter().map(|e| e.resemblance).collect::<Vec<_>>(), [0.9, 0.6]);
        let all = NearDuplicates::new(0.5, 9, &items[..1], vec![pair(0.6)]);
        assert_eq!((all.share, all.macro_f1_without), (1.0, None));
    }
}
