//! Sorting the columns of a row: some hundred small numbers, many million times.

/// Bits that one pass sorts by: tables of 64 counts are summed up in no time.
const DIGIT: u32 = 6;
const DIGITS: usize = 1 << DIGIT;

/// Fewer numbers than this are compared with each other; more are not counted in 16 bits.
const WORTH: std::ops::Range<usize> = 24..1 << 16;

/// Sorts columns, which are below a quarter of a million for most models. `spare` is overwritten.
pub(super) fn sort(columns: &mut [u32], spare: &mut Vec<u32>) {
    let used = u32::BITS - columns.iter().fold(0, |all, column| all | column).leading_zeros();
    match used.div_ceil(DIGIT) {
        0..=3 if WORTH.contains(&columns.len()) => by_digits::<3>(columns, spare),
        4 if WORTH.contains(&columns.len()) => by_digits::<4>(columns, spare),
        _ => columns.sort_unstable(),
    }
}

/// Sorts by so many digits from the lowest up (LSD radix sort), which compares nothing and so guesses no branch wrong.
/// All digits are counted in one go: for numbers this few, passes cost more than sums.
fn by_digits<const PASSES: usize>(columns: &mut [u32], spare: &mut Vec<u32>) {
    let digit = |column: u32, pass: usize| (column >> (pass as u32 * DIGIT)) as usize % DIGITS;
    let mut places = [[0u16; DIGITS]; PASSES];
    for column in columns.iter() {
        for (pass, places) in places.iter_mut().enumerate() {
            places[digit(*column, pass)] += 1;
        }
    }
    spare.clear();
    spare.resize(columns.len(), 0);
    let (mut from, mut to) = (&mut *columns, spare.as_mut_slice());
    for (pass, places) in places.iter_mut().enumerate() {
        let mut before = 0;
        for place in places.iter_mut() {
            before += std::mem::replace(place, before);
        }
        for column in from.iter() {
            let place = &mut places[digit(*column, pass)];
            to[usize::from(*place)] = *column;
            *place += 1;
        }
        (from, to) = (to, from);
    }
    if PASSES % 2 == 1 {
        columns.copy_from_slice(spare);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_sorts(
            mut columns in prop_oneof![
                prop::collection::vec(0u32..200_000, 0..300),
                prop::collection::vec(0u32..1 << 24, 0..300),
                prop::collection::vec(any::<u32>(), 0..300),
            ],
        ) {
            let mut expected = columns.clone();
            expected.sort_unstable();
            sort(&mut columns, &mut vec![7; 3]);
            prop_assert_eq!(columns, expected);
        }
    }

    #[test]
    fn a_table_holds_the_largest_count() {
        let mut same = vec![9; WORTH.end - 1];
        same.push(3);
        for length in [WORTH.end - 1, WORTH.end] {
            let mut columns = same[WORTH.end - length..].to_vec();
            sort(&mut columns, &mut Vec::new());
            assert!(columns.is_sorted() && columns[0] == 3 && columns.len() == length);
        }
    }
}
