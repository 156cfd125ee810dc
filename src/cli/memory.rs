//! How much memory training may take: sizes as people write them, and whether the items fit.

use crate::train::matrix::Room;

/// Bytes of memory per byte of items that counting and solving take: a little more than all families together need,
/// more than twice what words alone do (`benches/scale.py` measures that).
const MEMORY_PER_BYTE: u64 = 12;

/// Units and their bytes; those that end like others come first.
const UNITS: [(&str, u64); 7] = [
    ("kib", 1 << 10),
    ("mib", 1 << 20),
    ("gib", 1 << 30),
    ("kb", 1_000),
    ("mb", 1_000_000),
    ("gb", 1_000_000_000),
    ("b", 1),
];

/// Reads a size such as `500MB` or `2GiB`; without a unit it is in bytes.
///
/// # Errors
/// No number, an unknown unit, or less than a byte: what to give instead.
pub fn parse_size(text: &str) -> Result<u64, String> {
    let lower = text.trim().to_ascii_lowercase();
    let unit = UNITS.iter().find_map(|(unit, factor)| Some((lower.strip_suffix(unit)?, *factor)));
    let (number, factor) = unit.unwrap_or((&lower, 1));
    let number: f64 =
        number.trim().parse().map_err(|_| "give a number with a unit, such as 500MB or 2GiB".to_string())?;
    let bytes = number * factor as f64;
    if bytes >= 1.0 { Ok(bytes as u64) } else { Err("give a positive size".into()) }
}

/// Where rows go that are made of so many bytes of items.
pub fn room(items: u64, limit: u64) -> Room {
    let needed = items.saturating_mul(MEMORY_PER_BYTE);
    if needed <= limit { Room::Memory } else { Room::File { sketch: (limit / 4).min(items) as usize } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_of_sizes() {
        for (text, bytes) in [("512", 512), ("10kB", 10_000), ("1.5 MiB", 3 << 19), ("2GiB", 2 << 30), ("7b", 7)] {
            assert_eq!(parse_size(text), Ok(bytes), "{text}");
        }
        for text in ["", "GiB", "-1GB", "0", "2 TB", "NaN", "much"] {
            assert!(parse_size(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_does_not_fit_goes_to_a_file() {
        assert_eq!(room(10, 120), Room::Memory);
        assert_eq!(room(11, 120), Room::File { sketch: 11 });
        assert_eq!(room(u64::MAX, 4_000), Room::File { sketch: 1_000 });
    }
}
