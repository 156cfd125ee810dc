//! Which keys are in no vocabulary for sure: most pairs of words that a text has were never seen in training.
//!
//! One bit answers, from a table that stays in the processor's cache while the vocabulary itself does not. What the
//! remaining keys mean is the vocabulary's matter.

/// A set of keys that answers *perhaps* or *no*: a Bloom filter with one hash, which the key is already.
#[derive(Debug, Clone)]
pub(super) struct Filter {
    /// A power of two of bits.
    words: Vec<u64>,
    /// A key's bit is its number without so many of its low bits.
    shift: u32,
}

/// At least so many bits per key: at most one in six of the keys that are not there comes through. With twice as many,
/// scoring takes the same time: what fewer look-ups save, the larger table costs.
const BITS_PER_KEY: usize = 6;

impl Filter {
    /// The filter of these keys.
    pub fn new(keys: &[u64]) -> Self {
        let bits = (keys.len() * BITS_PER_KEY).next_power_of_two().max(64);
        let mut filter = Filter { words: vec![0; bits / 64], shift: u64::BITS - bits.trailing_zeros() };
        for key in keys {
            let bit = *key >> filter.shift;
            filter.words[(bit / 64) as usize] |= 1 << (bit % 64);
        }
        filter
    }

    /// Takes out keys that are not there, all but a few; the order is kept.
    pub fn keep(&self, keys: &mut Vec<u64>) {
        let mut kept = 0;
        for at in 0..keys.len() {
            let key = keys[at];
            let bit = key >> self.shift;
            // Every key is written and overwritten if it goes: a branch would be guessed wrong every third time.
            keys[kept] = key;
            kept += (self.words[(bit / 64) as usize] >> (bit % 64) & 1) as usize;
        }
        keys.truncate(kept);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::token::hash_of;

    proptest! {
        #[test]
        fn no_key_of_the_set_is_lost_and_the_order_stays(set: Vec<u64>, others: Vec<u64>) {
            let filter = Filter::new(&set);
            let mut keys: Vec<u64> = others.iter().chain(&set).copied().collect();
            let all = keys.clone();
            filter.keep(&mut keys);
            prop_assert!(keys.ends_with(&set));
            let mut rest = all.iter();
            prop_assert!(keys.iter().all(|key| rest.any(|k| k == key)), "a subsequence");
        }
    }

    #[test]
    fn most_keys_that_are_not_there_go() {
        let key = |i: u32| hash_of(&i.to_string());
        let set: Vec<u64> = (0..10_000).map(key).collect();
        let mut others: Vec<u64> = (10_000..20_000).map(key).collect();
        Filter::new(&set).keep(&mut others);
        assert!(others.len() < 10_000 / 6, "{}", others.len());
    }
}
