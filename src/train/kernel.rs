//! The two inner loops of training: gather weighted sums over a row, and scatter a row back. All solvers spend their
//! time here, so the numbers of labels are compiled for.

use super::rows::Cell;

/// Runs `$body` with `$l` a constant: the number of labels `$k`, or for more than four of them the next of 8, 16, 64
/// and 256. Gives `None` for more labels than that.
macro_rules! with_lanes {
    ($k:expr, $l:ident => $body:expr) => {
        match $k {
            0..=2 => Some({
                const $l: usize = 2;
                $body
            }),
            3 => Some({
                const $l: usize = 3;
                $body
            }),
            4 => Some({
                const $l: usize = 4;
                $body
            }),
            5..=8 => Some({
                const $l: usize = 8;
                $body
            }),
            9..=16 => Some({
                const $l: usize = 16;
                $body
            }),
            17..=64 => Some({
                const $l: usize = 64;
                $body
            }),
            65..=256 => Some({
                const $l: usize = 256;
                $body
            }),
            _ => None,
        }
    };
}
pub(super) use with_lanes;

/// Adds `weights[column] * value` over the cells of a row to `sums`.
#[inline(always)]
pub fn gather<const L: usize>(weights: &[[f64; L]], row: &[Cell], sums: &mut [f64; L]) {
    let mut local = *sums;
    for Cell { column, value } in row {
        let of_column = &weights[*column as usize];
        let value = f64::from(*value);
        for j in 0..L {
            local[j] += of_column[j] * value;
        }
    }
    *sums = local;
}

/// Adds `add * value` to the weights of the column of every cell of a row.
#[inline(always)]
pub fn scatter<const L: usize>(weights: &mut [[f64; L]], row: &[Cell], add: &[f64; L]) {
    for Cell { column, value } in row {
        let of_column = &mut weights[*column as usize];
        let value = f64::from(*value);
        for j in 0..L {
            of_column[j] += add[j] * value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(cells: [(u32, f32); 2]) -> [Cell; 2] {
        cells.map(|(column, value)| Cell { column, value })
    }

    #[test]
    fn sums_go_out_and_come_back() {
        let mut weights: Vec<[f64; 3]> = (0..5).map(|i| [i as f64, 10.0 * i as f64, -1.0]).collect();
        let mut sums = [1.0; 3];
        gather(&weights, &cells([(1, 2.0), (4, 0.5)]), &mut sums);
        assert_eq!(sums, [1.0 + 2.0 + 2.0, 1.0 + 20.0 + 20.0, 1.0 - 2.5]);
        scatter(&mut weights, &cells([(0, 1.0), (4, -1.0)]), &[1.0, 2.0, 3.0]);
        assert_eq!(weights[0], [1.0, 2.0, 2.0]);
        assert_eq!(weights[4], [3.0, 38.0, -4.0]);
        assert_eq!(weights[1], [1.0, 10.0, -1.0]);
    }

    #[test]
    fn lanes_are_at_least_the_labels() {
        for k in 0..=256 {
            assert!(with_lanes!(k, L => L >= k && L >= 2).unwrap(), "{k}");
        }
        assert!(with_lanes!(257, L => L).is_none());
    }
}
