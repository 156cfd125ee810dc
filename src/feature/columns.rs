//! From a feature's key to its column: the look-up that scoring does for every feature occurrence.
//!
//! Keys are hashes already, so the table hashes nothing: a key's low bits are the slot it belongs into, its high bits
//! stand in the slot beside the column, and slots that are taken send it on to the next. A look-up is one cache line,
//! nearly always. What a column means is left to `vocabulary`.

/// An open-addressing table of columns.
#[derive(Debug, Clone, Default)]
pub(super) struct Columns {
    /// Per slot 0 (free), or the high bits of the key above one more than the column. Their number is a power of two.
    slots: Vec<u64>,
    /// How many of a slot's bits are the column's.
    bits: u32,
}

impl Columns {
    /// The table of these keys, each with its place as its column; `None` if a key stands twice.
    pub fn new(keys: &[u64]) -> Option<Columns> {
        if keys.is_empty() {
            return Some(Columns::default());
        }
        // No more than two thirds full: free slots end a search, and there are always some.
        let slots = vec![0; (keys.len() + keys.len().div_ceil(2)).next_power_of_two().max(2)];
        // As many slots as column numbers or more: slot and stored bits together are the whole key, so that another
        // key answers to its column only if it was pushed on to just that slot and is the same above. That is as rare
        // as two features with the same key.
        let mut columns = Columns { slots, bits: usize::BITS - keys.len().leading_zeros() };
        for (column, key) in keys.iter().enumerate() {
            let slot = columns.slot(*key).err()?;
            columns.slots[slot] = *key >> columns.bits << columns.bits | (column as u64 + 1);
        }
        Some(columns)
    }

    /// The column of a key.
    #[inline]
    pub fn get(&self, key: u64) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        self.slot(key).ok()
    }

    /// The column of a key, or the free slot where it would be put.
    #[inline]
    fn slot(&self, key: u64) -> Result<u32, usize> {
        let last = self.slots.len() - 1;
        let mut at = key as usize & last;
        loop {
            let slot = self.slots[at];
            if slot == 0 {
                return Err(at);
            }
            if (slot ^ key) >> self.bits == 0 {
                return Ok((slot & ((1 << self.bits) - 1)) as u32 - 1);
            }
            at = (at + 1) & last;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_a_map(keys in prop::collection::hash_set(any::<u64>(), 0..300), others: Vec<u64>) {
            let keys: Vec<u64> = keys.into_iter().collect();
            let columns = Columns::new(&keys).expect("no key stands twice");
            for (column, key) in keys.iter().enumerate() {
                prop_assert_eq!(columns.get(*key), Some(column as u32));
            }
            for other in others.iter().filter(|o| !keys.contains(o)) {
                prop_assert_eq!(columns.get(*other), None);
            }
        }
    }

    #[test]
    fn keys_that_belong_into_one_slot_are_told_apart() {
        let keys: Vec<u64> = (0..50).map(|i| 7 + (i << 40)).collect();
        let columns = Columns::new(&keys).unwrap();
        assert!((0..50).all(|i| columns.get(keys[i]) == Some(i as u32)));
        assert_eq!(columns.get(7 + (50 << 40)), None);
    }

    #[test]
    fn a_key_that_stands_twice_is_refused() {
        assert!(Columns::new(&[1 << 60, 2 << 60, 1 << 60]).is_none());
        assert_eq!(Columns::new(&[]).unwrap().get(0), None);
    }
}
