//! From a feature's key to its column: the look-up that scoring does for every feature occurrence.
//!
//! Keys are hashes already, so the table hashes nothing: a key's low bits are the slot it belongs into, its high bits
//! stand in the slot beside the column, and slots that are taken send it on to the next. A look-up is one cache line,
//! nearly always. What a column means is left to `vocabulary`.

use std::borrow::Cow;

/// An open-addressing table of columns.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Columns {
    /// Per slot 0 (free), or the high bits of the key above one more than the column. Their number is a power of two.
    slots: Cow<'static, [u64]>,
    /// How many of a slot's bits are the column's.
    bits: u32,
    count: usize,
}

/// How many bits the numbers up to `count` take.
fn bits(count: usize) -> u32 {
    usize::BITS - count.leading_zeros()
}

impl Columns {
    /// The table of these keys, each with its place as its column; `None` if a key stands twice.
    pub fn new(keys: impl ExactSizeIterator<Item = u64>) -> Option<Columns> {
        let count = keys.len();
        if count == 0 {
            return Some(Columns::default());
        }
        // No more than two thirds full: free slots end a search, and there are always some.
        let slots = vec![0; (count + count.div_ceil(2)).next_power_of_two().max(2)];
        // As many slots as column numbers or more: slot and stored bits together are the whole key, so that another
        // key answers to its column only if it was pushed on to just that slot and is the same above. That is as rare
        // as two features with the same key.
        let mut columns = Columns { slots: slots.into(), bits: bits(count), count };
        for (column, key) in keys.enumerate() {
            let slot = columns.slot(key).err()?;
            columns.slots.to_mut()[slot] = key >> columns.bits << columns.bits | (column as u64 + 1);
        }
        Some(columns)
    }

    /// The table of a model file's slots; `None` if they are not those of `count` columns.
    pub fn from_slots(slots: Cow<'static, [u64]>, count: usize) -> Option<Columns> {
        let bits = bits(count);
        let (mut taken, mut with_column, mut last) = (0, 0, 0);
        for slot in slots.iter() {
            let column = slot & ((1 << bits) - 1);
            taken += usize::from(*slot != 0);
            with_column += usize::from(column != 0);
            last = last.max(column);
        }
        let in_range = taken == count && with_column == count && last <= count as u64;
        let has_free = slots.len().is_power_of_two() && slots.len() > count;
        (in_range && (has_free || slots.is_empty())).then_some(Columns { slots, bits, count })
    }

    /// The slots, for the model file: 0 where free, else one more than the column in as many low bits as the number of
    /// columns takes, and above them those bits of the key. A key belongs into the slot that its low bits number, or
    /// into the next free one.
    pub fn slots(&self) -> &[u64] {
        &self.slots
    }

    /// Number of columns.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is no column at all.
    pub fn is_empty(&self) -> bool {
        self.count == 0
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
            let columns = Columns::new(keys.iter().copied()).expect("no key stands twice");
            let back = Columns::from_slots(columns.slots().to_vec().into(), keys.len());
            prop_assert_eq!(back.as_ref(), Some(&columns));
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
        let columns = Columns::new(keys.iter().copied()).unwrap();
        assert!((0..50).all(|i| columns.get(keys[i]) == Some(i as u32)));
        assert_eq!(columns.get(7 + (50 << 40)), None);
    }

    #[test]
    fn a_key_that_stands_twice_is_refused() {
        assert!(Columns::new([1 << 60, 2 << 60, 1 << 60].into_iter()).is_none());
        assert_eq!(Columns::new([].into_iter()).unwrap().get(0), None);
    }

    #[test]
    fn slots_of_other_columns_are_refused() {
        let slots = Columns::new([1 << 60, 2 << 60, 3 << 60].into_iter()).unwrap().slots().to_vec();
        let read = |change: fn(&mut Vec<u64>), count| {
            let mut slots = slots.clone();
            change(&mut slots);
            Columns::from_slots(slots.into(), count)
        };
        assert_eq!(slots[..4], [1 << 60 | 1, 2 << 60 | 2, 3 << 60 | 3, 0]);
        assert!(read(|_| (), 3).is_some() && read(|s| s.clear(), 0).is_some());
        assert!(read(|_| (), 2).is_none() && read(|_| (), 4).is_none());
        assert!(read(|s| s.truncate(3), 3).is_none() && read(|s| s.clear(), 3).is_none());
        assert!(read(|s| s[1] = 0, 3).is_none() && read(|s| s[1] &= !3, 3).is_none());
        assert!(read(|s| s.extend([0; 4]), 4).is_none());
    }
}
