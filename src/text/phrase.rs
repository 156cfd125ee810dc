//! A table of phrases, looked up token by token: the common ground of gazetteer and lexicon.
//!
//! Every prefix of a phrase has an entry under the mixed hash of its tokens, so a text position that starts no phrase
//! costs one look-up, nearly always in one cache line: the hashes are good, so their low bits are the slot. What a
//! phrase means is the caller's: the table only gives back the number it was stored under.

use std::borrow::Cow;

/// Mixes the hash of one more token into the hash of a sequence; the order counts.
pub fn mix(sequence: u64, token: u64) -> u64 {
    (sequence.rotate_left(23) ^ token).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// What stands under the hash of a sequence: twice one more than the number of the phrase that ends there (0 if none
/// does), and one more if a longer phrase goes on from there. 0 as a whole: nothing.
#[derive(Debug, Clone, Copy)]
struct Node(u32);

impl Node {
    fn phrase(self) -> Option<u32> {
        (self.0 >> 1).checked_sub(1)
    }

    fn goes_on(self) -> bool {
        self.0 & 1 == 1
    }
}

/// The key of a sequence that has one more token; 0 stands for no key.
fn longer(key: u64, token: u64) -> u64 {
    mix(key, token).max(1)
}

/// Phrases as sequences of token hashes, each with a number below 2^31 - 1.
#[derive(Debug, Clone, Default)]
pub struct PhraseTable {
    /// Open addressing: the key in each slot, 0 where it is free. There are none or a power of two, at most two thirds
    /// of them taken.
    keys: Cow<'static, [u64]>,
    /// What stands under the keys: one [`Node`] a slot.
    nodes: Cow<'static, [u32]>,
    taken: usize,
}

impl PhraseTable {
    fn with_slots(count: usize) -> PhraseTable {
        PhraseTable { keys: vec![0; count].into(), nodes: vec![0; count].into(), taken: 0 }
    }

    /// Stores a phrase under `number` unless it is there already; gives back the number it is stored under.
    pub fn insert(&mut self, tokens: impl IntoIterator<Item = u64>, number: u32) -> u32 {
        let mut key = 0;
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            key = longer(key, token);
            let node = self.node(key);
            if tokens.peek().is_some() {
                *node |= 1;
            } else if let Some(known) = Node(*node).phrase() {
                return known;
            } else {
                *node |= (number + 1) << 1;
            }
        }
        number
    }

    /// The node under a key, put there if it is missing; the caller makes it more than 0.
    fn node(&mut self, key: u64) -> &mut u32 {
        if 3 * (self.taken + 1) > 2 * self.keys.len() {
            let larger = PhraseTable::with_slots((2 * self.keys.len()).max(8));
            let smaller = std::mem::replace(self, larger);
            for (key, node) in smaller.keys.iter().zip(smaller.nodes.iter()).filter(|(key, _)| **key != 0) {
                *self.node(*key) = *node;
            }
        }
        let at = slot(&self.keys, key);
        let stored = &mut self.keys.to_mut()[at];
        self.taken += usize::from(*stored == 0);
        *stored = key;
        &mut self.nodes.to_mut()[at]
    }

    /// Whether any phrase begins with a token.
    #[inline]
    pub fn begins(&self, token: u64) -> bool {
        !self.keys.is_empty() && self.keys[slot(&self.keys, longer(0, token))] != 0
    }

    /// Calls `found(length in tokens, number)` for every phrase that the tokens begin with, shortest first.
    pub fn each_at(&self, tokens: impl IntoIterator<Item = u64>, mut found: impl FnMut(usize, u32)) {
        let (keys, nodes) = (&*self.keys, &*self.nodes);
        if keys.is_empty() {
            return;
        }
        let mut key = 0;
        for (i, token) in tokens.into_iter().enumerate() {
            key = longer(key, token);
            let at = slot(keys, key);
            if keys[at] == 0 {
                return;
            }
            let node = Node(nodes[at]);
            if let Some(number) = node.phrase() {
                found(i + 1, number);
            }
            if !node.goes_on() {
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

    /// Keys and nodes by slots, for the model file.
    pub fn parts(&self) -> (Cow<'static, [u64]>, Cow<'static, [u32]>) {
        (self.keys.clone(), self.nodes.clone())
    }

    /// The table of such parts; `None` if they are none, or if a phrase has a number of `numbers` or more.
    pub fn from_parts(keys: Cow<'static, [u64]>, nodes: Cow<'static, [u32]>, numbers: usize) -> Option<PhraseTable> {
        let known = |(key, node): (&u64, &u32)| {
            (*key == 0) == (*node == 0) && Node(*node).phrase().is_none_or(|p| (p as usize) < numbers)
        };
        let taken = keys.iter().filter(|key| **key != 0).count();
        let has_room = keys.is_empty() || (keys.len().is_power_of_two() && 3 * taken <= 2 * keys.len());
        let whole = keys.len() == nodes.len() && has_room && keys.iter().zip(nodes.iter()).all(known);
        whole.then_some(PhraseTable { keys, nodes, taken })
    }
}

/// The slot of a key, or the free one where it would be put.
#[inline]
fn slot(keys: &[u64], key: u64) -> usize {
    let last = keys.len() - 1;
    let mut at = key as usize & last;
    while keys[at] != 0 && keys[at] != key {
        at = (at + 1) & last;
    }
    at
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_finds_what_a_walk_over_all_phrases_finds(
            phrases in prop::collection::vec(prop::collection::vec(1u64..7, 1..5), 0..60),
            text in prop::collection::vec(1u64..7, 0..8),
        ) {
            let (mut table, mut plain) = (PhraseTable::default(), BTreeMap::new());
            for (number, phrase) in phrases.iter().enumerate() {
                let known = *plain.entry(phrase.clone()).or_insert(number as u32);
                prop_assert_eq!(table.insert(phrase.iter().copied(), number as u32), known);
            }
            let expected: Vec<(usize, u32)> =
                (1..=text.len()).filter_map(|n| plain.get(&text[..n]).map(|number| (n, *number))).collect();
            let (keys, nodes) = table.parts();
            for table in [table, PhraseTable::from_parts(keys, nodes, phrases.len()).unwrap()] {
                let mut found = Vec::new();
                table.each_at(text.iter().copied(), |length, number| found.push((length, number)));
                prop_assert_eq!(&found, &expected);
            }
        }
    }

    #[test]
    fn the_longest_phrase_wins_and_prefixes_alone_are_none() {
        let mut table = PhraseTable::default();
        table.insert([1, 2, 3], 7);
        table.insert([1], 8);
        table.insert([4, 5], 9);
        assert_eq!(table.longest_at([1, 2, 3, 4]), Some((3, 7)));
        assert_eq!(table.longest_at([1, 2, 9]), Some((1, 8)));
        assert_eq!(table.longest_at([4, 6]), None);
        assert_eq!(table.longest_at([]), None);
        assert!(table.begins(1) && table.begins(4) && !table.begins(2) && !PhraseTable::default().begins(1));
    }

    #[test]
    fn a_phrase_keeps_its_first_number() {
        let mut table = PhraseTable::default();
        assert_eq!(table.insert([1, 2], 3), 3);
        assert_eq!(table.insert([1, 2], 5), 3);
    }

    #[test]
    fn damaged_parts_are_refused() {
        let mut table = PhraseTable::default();
        table.insert([1, 2], 0);
        let (keys, nodes) = table.parts();
        let with = |keys: &[u64], nodes: &[u32], numbers| {
            PhraseTable::from_parts(keys.to_vec().into(), nodes.to_vec().into(), numbers).is_some()
        };
        assert!(with(&keys, &nodes, 1) && with(&[], &[], 0));
        assert!(!with(&keys, &nodes, 0) && !with(&keys[1..], &nodes[1..], 1) && !with(&keys, &nodes[1..], 1));
        assert!(!with(&keys, &[0; 8], 1) && !with(&[0; 8], &nodes, 1) && !with(&[9; 8], &[1; 8], 1));
    }
}
