//! Sorting the columns of a row: some hundred small numbers, many million times.

/// Bits that one pass sorts by: tables of 64 counts are cleared and summed up in no time.
const DIGIT: u32 = 6;
const DIGITS: usize = 1 << DIGIT;

/// Fewer numbers than this are compared with each other.
const FEW: usize = 24;

/// Sorts columns from the low digits up (LSD radix sort), which compares nothing and so guesses no branch wrong.
/// `spare` is overwritten.
pub(super) fn sort(columns: &mut [u32], spare: &mut Vec<u32>) {
    if columns.len() < FEW {
        return columns.sort_unstable();
    }
    spare.clear();
    spare.resize(columns.len(), 0);
    let used = u32::BITS - columns.iter().fold(0, |all, column| all | column).leading_zeros();
    let passes = used.div_ceil(DIGIT);
    let (mut from, mut to) = (&mut *columns, spare.as_mut_slice());
    for pass in 0..passes {
        scatter(from, to, pass * DIGIT);
        (from, to) = (to, from);
    }
    if passes % 2 == 1 {
        columns.copy_from_slice(spare);
    }
}

/// Writes `from` to `to` in the order of the digit above `shift` bits, equal digits in the order they stand in.
fn scatter(from: &[u32], to: &mut [u32], shift: u32) {
    let digit = |column: u32| (column >> shift) as usize % DIGITS;
    let mut places = [0u32; DIGITS];
    for column in from {
        places[digit(*column)] += 1;
    }
    let mut before = 0;
    for place in &mut places {
        before += std::mem::replace(place, before);
    }
    for column in from {
        let place = &mut places[digit(*column)];
        to[*place as usize] = *column;
        *place += 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_sorts(mut columns in prop::collection::vec(0u32..200_000, 0..300), wild: Vec<u32>) {
            columns.extend(wild);
            let mut expected = columns.clone();
            expected.sort_unstable();
            sort(&mut columns, &mut vec![7; 3]);
            prop_assert_eq!(columns, expected);
        }
    }

    #[test]
    fn zeros_alone_need_no_pass() {
        let mut zeros = [0; 50];
        sort(&mut zeros, &mut Vec::new());
        assert_eq!(zeros, [0; 50]);
    }
}
