//! A table of phrases, looked up token by token: the common ground of gazetteer and lexicon.
//!
//! Every prefix of a phrase has an entry under the mixed hash of its tokens, so a text position that starts no phrase
//! costs one look-up, nearly always in one cache line: the hashes are good, so their low bits are the slot. What a
//! phrase means is the caller's: the table only gives back the number it was stored under.

/// Mixes the hash of one more token into the hash of a sequence; the order counts.
pub fn mix(sequence: u64, token: u64) -> u64 {
    (sequence.rotate_left(23) ^ token).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// What stands under the hash of a sequence: twice one more than the number of the phrase that ends there (0 if none
/// does), and one more if a longer phrase goes on from there. 0 as a whole: nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Node(u32);

impl Node {
    fn phrase(self) -> Option<u32> {
        (self.0 >> 1).checked_sub(1)
    }

    fn goes_on(self) -> bool {
        self.0 & 1 == 1
    }
}

/// How many slots so many entries need.
fn room(entries: usize) -> usize {
    (entries + entries.div_ceil(2)).next_power_of_two().max(8)
}

/// Phrases as sequences of token hashes, each with a number below 2^31 - 1.
#[derive(Debug, Clone, Default)]
pub struct PhraseTable {
    /// Open addressing; their number is 0 or a power of two, and at most two thirds are taken.
    slots: Vec<(u64, Node)>,
    taken: usize,
}

impl PhraseTable {
    /// A table with room for so many prefixes of phrases.
    pub fn with_capacity(prefixes: usize) -> PhraseTable {
        PhraseTable { slots: vec![(0, Node(0)); room(prefixes)], taken: 0 }
    }

    /// Stores a phrase under `number` unless it is there already; gives back the number it is stored under.
    pub fn insert(&mut self, tokens: impl IntoIterator<Item = u64>, number: u32) -> u32 {
        let mut key = 0;
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            key = mix(key, token);
            let node = self.node(key);
            if tokens.peek().is_some() {
                node.0 |= 1;
            } else if let Some(known) = node.phrase() {
                return known;
            } else {
                node.0 |= (number + 1) << 1;
            }
        }
        number
    }

    /// The node under a key, put there if it is missing; the caller makes it more than 0.
    fn node(&mut self, key: u64) -> &mut Node {
        if 3 * (self.taken + 1) > 2 * self.slots.len() {
            let slots = vec![(0, Node(0)); (2 * self.slots.len()).max(8)];
            for (key, node) in std::mem::replace(&mut self.slots, slots) {
                let at = self.slot(key);
                self.slots[at] = (key, node);
            }
        }
        let at = self.slot(key);
        let (stored, node) = &mut self.slots[at];
        self.taken += usize::from(node.0 == 0);
        *stored = key;
        node
    }

    /// The slot of a key, or the free one where it would be put.
    #[inline]
    fn slot(&self, key: u64) -> usize {
        let last = self.slots.len() - 1;
        let mut at = key as usize & last;
        while self.slots[at].1 != Node(0) && self.slots[at].0 != key {
            at = (at + 1) & last;
        }
        at
    }

    /// Whether any phrase begins with a token.
    #[inline]
    pub fn begins(&self, token: u64) -> bool {
        !self.slots.is_empty() && self.slots[self.slot(mix(0, token))].1 != Node(0)
    }

    /// Calls `found(length in tokens, number)` for every phrase that the tokens begin with, shortest first.
    pub fn each_at(&self, tokens: impl IntoIterator<Item = u64>, mut found: impl FnMut(usize, u32)) {
        if self.slots.is_empty() {
            return;
        }
        let mut key = 0;
        for (i, token) in tokens.into_iter().enumerate() {
            key = mix(key, token);
            let node = self.slots[self.slot(key)].1;
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

    /// Keys, rising, and nodes, for the model file.
    pub fn parts(&self) -> (Vec<u64>, Vec<u32>) {
        let mut taken: Vec<(u64, u32)> =
            self.slots.iter().filter(|s| s.1 != Node(0)).map(|(key, node)| (*key, node.0)).collect();
        taken.sort_unstable();
        taken.into_iter().unzip()
    }

    /// The table of such parts; `None` if they are none, or if a phrase has a number of `numbers` or more.
    pub fn from_parts(keys: &[u64], nodes: &[u32], numbers: usize) -> Option<PhraseTable> {
        let known = |node: &u32| *node != 0 && Node(*node).phrase().is_none_or(|p| (p as usize) < numbers);
        if keys.len() != nodes.len() || !keys.is_sorted_by(|a, b| a < b) || !nodes.iter().all(known) {
            return None;
        }
        let mut table = PhraseTable { taken: keys.len(), ..PhraseTable::with_capacity(keys.len()) };
        for (key, node) in keys.iter().zip(nodes) {
            let at = table.slot(*key);
            table.slots[at] = (*key, Node(*node));
        }
        Some(table)
    }
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
            for table in [table, PhraseTable::from_parts(&keys, &nodes, phrases.len()).unwrap()] {
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
        assert!(PhraseTable::from_parts(&keys, &nodes, 1).is_some());
        assert!(PhraseTable::from_parts(&keys, &nodes, 0).is_none());
        assert!(PhraseTable::from_parts(&keys[1..], &nodes, 1).is_none());
        assert!(PhraseTable::from_parts(&[keys[1], keys[0]], &nodes, 1).is_none());
        assert!(PhraseTable::from_parts(&keys, &[0, nodes[1]], 1).is_none());
    }
}
