//! A table of phrases, looked up token by token: the common ground of gazetteer and lexicon.
//!
//! Every prefix of a phrase has an entry under the mixed hash of its tokens, so a text position that starts no phrase
//! costs one look-up. What a phrase means is the caller's: the table only gives back the number it was stored under.

use rustc_hash::FxHashMap;

/// Mixes the hash of one more token into the hash of a sequence; the order counts.
pub fn mix(sequence: u64, token: u64) -> u64 {
    (sequence.rotate_left(23) ^ token).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[derive(Debug, Clone, Copy, Default)]
struct Node {
    /// Number of the phrase that ends here.
    phrase: Option<u32>,
    /// Whether a longer phrase goes on from here.
    more: bool,
}

/// Phrases as sequences of token hashes, each with a number.
#[derive(Debug, Clone, Default)]
pub struct PhraseTable {
    nodes: FxHashMap<u64, Node>,
}

impl PhraseTable {
    /// Stores a phrase under `number` unless it is there already; gives back the number it is stored under.
    pub fn insert(&mut self, tokens: &[u64], number: u32) -> u32 {
        let mut key = 0;
        for (i, token) in tokens.iter().enumerate() {
            key = mix(key, *token);
            let node = self.nodes.entry(key).or_default();
            if i + 1 < tokens.len() {
                node.more = true;
            } else {
                return *node.phrase.get_or_insert(number);
            }
        }
        number
    }

    /// Calls `found(length in tokens, number)` for every phrase that the tokens begin with, shortest first.
    pub fn each_at(&self, tokens: impl IntoIterator<Item = u64>, mut found: impl FnMut(usize, u32)) {
        let mut key = 0;
        for (i, token) in tokens.into_iter().enumerate() {
            key = mix(key, token);
            let Some(node) = self.nodes.get(&key) else { return };
            if let Some(number) = node.phrase {
                found(i + 1, number);
            }
            if !node.more {
                return;
            }
        }
    }

    /// The longest phrase that the tokens begin with: its length in tokens and its number.
    pub fn longest_at(&self, tokens: impl IntoIterator<Item = u64>) -> Option<(usize, u32)> {
        let mut longest = None;
        self.each_at(tokens, |length, number| longest = Some((length, number)));
        longest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_phrase_wins_and_prefixes_alone_are_none() {
        let mut table = PhraseTable::default();
        table.insert(&[1, 2, 3], 7);
        table.insert(&[1], 8);
        table.insert(&[4, 5], 9);
        assert_eq!(table.longest_at([1, 2, 3, 4]), Some((3, 7)));
        assert_eq!(table.longest_at([1, 2, 9]), Some((1, 8)));
        assert_eq!(table.longest_at([4, 6]), None);
        assert_eq!(table.longest_at([]), None);
    }

    #[test]
    fn a_phrase_keeps_its_first_number() {
        let mut table = PhraseTable::default();
        assert_eq!(table.insert(&[1, 2], 3), 3);
        assert_eq!(table.insert(&[1, 2], 5), 3);
    }
}
