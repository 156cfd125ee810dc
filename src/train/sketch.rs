//! A sketch of how often features occur, in memory of a fixed size: many features share a counter, so a feature occurs
//! at most as often as its counter says. Those that cannot be frequent enough are left out of the exact count, which
//! then needs no memory for the great many features that occur once.

use std::sync::atomic::{AtomicU8, Ordering};

/// Counters, which stop at their highest value.
pub struct Sketch {
    counters: Vec<AtomicU8>,
    mask: u64,
}

impl Sketch {
    /// A sketch of about so many bytes, at least 1,024.
    pub fn new(bytes: usize) -> Self {
        let counters = (bytes.max(1024) / 2 + 1).next_power_of_two();
        Sketch { counters: (0..counters).map(|_| AtomicU8::new(0)).collect(), mask: counters as u64 - 1 }
    }

    fn counter(&self, key: u64) -> &AtomicU8 {
        // Keys are hashes; their high bits are the better mixed ones.
        &self.counters[((key >> 20) & self.mask) as usize]
    }

    /// Counts one occurrence. The order of calls, and from how many threads they come, changes nothing.
    pub fn add(&self, key: u64) {
        let counter = self.counter(key);
        let mut now = counter.load(Ordering::Relaxed);
        while now < u8::MAX {
            match counter.compare_exchange_weak(now, now + 1, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return,
                Err(other) => now = other,
            }
        }
    }

    /// Whether a key may have been counted `times` or more often.
    pub fn may_reach(&self, key: u64, times: u32) -> bool {
        u32::from(self.counter(key).load(Ordering::Relaxed)) >= times.min(u32::from(u8::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_is_counted_too_low() {
        let sketch = Sketch::new(0);
        let keys: Vec<u64> = (1..5000u64).map(|i| i.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
        for (i, key) in keys.iter().enumerate() {
            (0..i % 4).for_each(|_| sketch.add(*key));
        }
        for (i, key) in keys.iter().enumerate() {
            assert!(sketch.may_reach(*key, (i % 4) as u32));
        }
    }

    #[test]
    fn with_room_enough_rare_keys_are_known_as_such() {
        let sketch = Sketch::new(1 << 20);
        sketch.add(1 << 30);
        (0..1000).for_each(|_| sketch.add(1 << 31));
        assert!(sketch.may_reach(1 << 30, 1) && !sketch.may_reach(1 << 30, 2));
        assert!(sketch.may_reach(1 << 31, 1000));
    }
}
