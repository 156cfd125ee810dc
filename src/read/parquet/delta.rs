//! How many numbers a run of delta-packed ones claims to have, and where it ends, without unpacking it: a reader that
//! believes the claim allocates room for all of them.

/// The claims of a page whose values are lengths, delta-packed, and bytes behind them. `prefixes` where another run of
/// numbers stands before the lengths. `None` where a run does not fit its bytes.
pub fn claims(bytes: &[u8], prefixes: bool) -> Option<u64> {
    let (mut most, mut rest) = run(bytes)?;
    if prefixes {
        let (count, after) = run(rest)?;
        (most, rest) = (most.max(count), after);
    }
    let _ = rest;
    Some(most)
}

/// The count of a run, and the bytes behind it (Parquet's encodings, DELTA_BINARY_PACKED).
fn run(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (block, rest) = varint(bytes)?;
    let (parts, rest) = varint(rest)?;
    let (count, rest) = varint(rest)?;
    let (_, mut rest) = varint(rest)?;
    let per_part = block.checked_div(parts).filter(|n| *n > 0 && n.is_multiple_of(8) && *n <= 1 << 24)?;
    let mut left = count.saturating_sub(1);
    while left > 0 {
        rest = varint(rest)?.1;
        let (widths, after) = rest.split_at_checked(usize::try_from(parts).ok()?)?;
        rest = after;
        for width in widths {
            if left == 0 {
                break;
            }
            let length = u64::from(*width) * (per_part / 8);
            // The last part may be cut short.
            rest = rest.get(usize::try_from(length).ok()?..).or((left <= per_part).then_some(&[]))?;
            left = left.saturating_sub(per_part);
        }
    }
    Some((count, rest))
}

fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    for (i, byte) in bytes.iter().enumerate().take(10) {
        value |= u64::from(byte & 0x7f) << (7 * i);
        if *byte < 0x80 {
            return Some((value, &bytes[i + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of Parquet's encodings page: 1 to 5 have deltas of 1, so that the widths are 0; block 128, 4 parts.
    const FIVE: [u8; 9] = [0x80, 0x01, 0x04, 0x05, 0x02, 0x02, 0, 0, 0];

    #[test]
    fn a_run_is_counted_and_passed_over() {
        let bytes = [&FIVE[..], &[0, b'x', b'y']].concat();
        assert_eq!(run(&bytes), Some((5, &b"xy"[..])));
        assert_eq!(claims(&[&bytes[..10], &bytes[..]].concat(), true), Some(5));
    }

    #[test]
    fn a_run_without_its_bytes_is_none() {
        assert_eq!(run(&FIVE), None, "a width is missing");
        // 2^40 numbers, each block of 128 of which would need five bytes.
        let absurd = [0x80, 0x01, 0x04, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20, 0x02, 0x02, 0, 0, 0, 0];
        assert_eq!(run(&absurd), None);
        assert_eq!(run(&[]), None);
        assert_eq!(run(&[0x80, 0x01, 0x00, 0x05, 0x02]), None, "no parts");
    }
}
