//! Texts that stand in both training and test data, word for word or nearly: scores on them say little.
//!
//! Two texts resemble each other as far as they share runs of five words: Jaccard's index over w-shingles (Broder 1997,
//! "On the resemblance and containment of documents"). Candidates are found by MinHash signatures cut into bands
//! (Leskovec, Rajaraman & Ullman 2020, *Mining of Massive Datasets*, section 3.4), and each is then compared exactly.
//! Memory is linear in the texts of the index; the others may come in a stream, from any number of threads.

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::judged::Judged;
use super::metrics::Confusion;
use crate::error::{Error, Result};
use crate::text::language::Language;
use crate::text::phrase::mix;
use crate::text::span::Span;
use crate::text::token::{TokenKind, tokenize};

/// Words in a shingle; a text of fewer words is one shingle.
pub const SHINGLE: usize = 5;
/// Least resemblance that may be asked for: below it, too many pairs would be missed.
pub const LOWEST: f64 = 0.3;
/// Bands of a signature. A pair of resemblance s is a candidate with probability 1 - (1 - s^ROWS)^BANDS:
/// 0.9976 for s = 0.3, and 1 - 1e-8 for s = 0.5.
const BANDS: usize = 64;
/// Hash functions in a band.
const ROWS: usize = 2;

/// The distinct shingles of a text, as sorted hashes of folded words; punctuation does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shingles(Vec<u64>);

impl Shingles {
    /// The shingles of a text.
    pub fn of(text: &str) -> Self {
        let mut tokens = Vec::new();
        tokenize(text, Span::new(0, text.len()), Language::english(), &mut tokens);
        let words = tokens.iter().filter(|t| matches!(t.kind, TokenKind::Word | TokenKind::Number));
        let words: Vec<u64> = words.map(|t| t.hash).collect();
        let hash = |words: &[u64]| words.iter().fold(0, |sequence, word| mix(sequence, *word));
        let mut shingles: Vec<u64> = match words.len() {
            0 => Vec::new(),
            1..SHINGLE => vec![hash(&words)],
            _ => words.windows(SHINGLE).map(hash).collect(),
        };
        shingles.sort_unstable();
        shingles.dedup();
        Shingles(shingles)
    }

    /// Jaccard's index: shared shingles by all shingles, in [0, 1]; 0 where there is none.
    pub fn resemblance(&self, other: &Shingles) -> f64 {
        let (mut a, mut b, mut shared) = (&self.0[..], &other.0[..], 0);
        while let ([first_a, rest_a @ ..], [first_b, rest_b @ ..]) = (a, b) {
            shared += usize::from(first_a == first_b);
            (a, b) = match first_a.cmp(first_b) {
                std::cmp::Ordering::Less => (rest_a, b),
                std::cmp::Ordering::Greater => (a, rest_b),
                std::cmp::Ordering::Equal => (rest_a, rest_b),
            };
        }
        let all = self.0.len() + other.0.len() - shared;
        if all == 0 { 0.0 } else { shared as f64 / all as f64 }
    }

    /// One hash per band of the MinHash signature.
    fn bands(&self) -> [u64; BANDS] {
        std::array::from_fn(|band| {
            let rows = band * ROWS..(band + 1) * ROWS;
            rows.fold(band as u64, |hash, row| mix(hash, self.least(row as u64)))
        })
    }

    /// The least value that the shingles have under a hash function.
    fn least(&self, function: u64) -> u64 {
        self.0.iter().map(|shingle| scramble(shingle ^ scramble(function + 1))).min().unwrap_or(0)
    }
}

/// A bijection of 64 bits without visible order: the finaliser of SplitMix64 (Steele, Lea & Flood 2014).
fn scramble(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

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
        if shingles.0.is_empty() {
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
    fn resemblance_is_that_of_the_shared_runs_of_words() {
        // By hand: 9 and 8 runs of five words, 4 of them shared by the first pair: 4 / (9 + 8 - 4).
        let a = Shingles::of("one two three four five six seven eight nine ten eleven twelve thirteen");
        let b = Shingles::of("One, two: THREE four five six seven eight - 9 ten eleven twelve");
        assert!((a.resemblance(&b) - 4.0 / 13.0).abs() < 1e-12, "{}", a.resemblance(&b));
        assert_eq!(a.resemblance(&a), 1.0);
        assert_eq!(Shingles::of("one two").resemblance(&Shingles::of("one two!")), 1.0);
        assert_eq!(Shingles::of("one two").resemblance(&Shingles::of("two one")), 0.0);
        assert_eq!(Shingles::of("...").resemblance(&Shingles::of("...")), 0.0);
    }

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
    fn a_signature_agrees_as_often_as_the_texts_resemble_each_other() {
        // Broder (1997), theorem 1: the least value agrees with a probability that is the resemblance. 400 functions:
        // standard error sqrt(0.5 * 0.5 / 400) = 0.025.
        let words = |range: std::ops::Range<usize>| range.map(|i| format!("w{i} ")).collect::<String>();
        let (a, b) = (Shingles::of(&words(0..154)), Shingles::of(&words(50..204)));
        assert!((a.resemblance(&b) - 0.5).abs() < 0.01, "{}", a.resemblance(&b));
        let same = (0..400).filter(|function| a.least(*function) == b.least(*function)).count();
        assert!((170..=230).contains(&same), "{same} of 400");
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
