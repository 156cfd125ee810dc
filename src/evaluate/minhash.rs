//! Texts as sets of shingles, and their MinHash signatures: how far two texts resemble each other.
//!
//! Two texts resemble each other as far as they share runs of five words: Jaccard's index over w-shingles (Broder 1997,
//! "On the resemblance and containment of documents"). What is looked for with it is left to `near_duplicates`.

use crate::text::language::Language;
use crate::text::phrase::mix;
use crate::text::span::Span;
use crate::text::token::{TokenKind, tokenize};

/// Words in a shingle; a text of fewer words is one shingle.
pub const SHINGLE: usize = 5;
/// Bands of a signature. A pair of resemblance s agrees in one of them with probability 1 - (1 - s^ROWS)^BANDS:
/// 0.9976 for s = 0.3, and 1 - 1e-8 for s = 0.5.
pub(super) const BANDS: usize = 64;
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

    /// Whether there is none, as in a text without words.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
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
    pub(super) fn bands(&self) -> [u64; BANDS] {
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

#[cfg(test)]
mod tests {
    use super::*;

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
    fn a_signature_agrees_as_often_as_the_texts_resemble_each_other() {
        // Broder (1997), theorem 1: the least value agrees with a probability that is the resemblance. 400 functions:
        // standard error sqrt(0.5 * 0.5 / 400) = 0.025.
        let words = |range: std::ops::Range<usize>| range.map(|i| format!("w{i} ")).collect::<String>();
        let (a, b) = (Shingles::of(&words(0..154)), Shingles::of(&words(50..204)));
        assert!((a.resemblance(&b) - 0.5).abs() < 0.01, "{}", a.resemblance(&b));
        let same = (0..400).filter(|function| a.least(*function) == b.least(*function)).count();
        assert!((170..=230).contains(&same), "{same} of 400");
    }
}
