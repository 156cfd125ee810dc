//! The two inner loops of training: gather weighted sums over a row, and scatter a row back. All solvers spend their
//! time here, so the usual numbers of labels are compiled for.

/// Adds `sum_c weights[c] * value_c` to `out`, for weights of `out.len()` values per column.
pub fn gather(weights: &[f64], columns: &[u32], values: &[f32], out: &mut [f64]) {
    match out.len() {
        2 => gather_fixed::<2>(weights, columns, values, out),
        3 => gather_fixed::<3>(weights, columns, values, out),
        4 => gather_fixed::<4>(weights, columns, values, out),
        k => {
            for (column, value) in columns.iter().zip(values) {
                let of_column = &weights[*column as usize * k..][..k];
                out.iter_mut().zip(of_column).for_each(|(z, w)| *z += w * f64::from(*value));
            }
        }
    }
}

fn gather_fixed<const K: usize>(weights: &[f64], columns: &[u32], values: &[f32], out: &mut [f64]) {
    let (by_column, _) = weights.as_chunks::<K>();
    let mut sums = [0.0; K];
    sums.copy_from_slice(out);
    for (column, value) in columns.iter().zip(values) {
        let of_column = &by_column[*column as usize];
        let value = f64::from(*value);
        for j in 0..K {
            sums[j] += of_column[j] * value;
        }
    }
    out.copy_from_slice(&sums);
}

/// Adds `add * value_c` to the weights of every column of a row.
pub fn scatter(weights: &mut [f64], columns: &[u32], values: &[f32], add: &[f64]) {
    match add.len() {
        2 => scatter_fixed::<2>(weights, columns, values, add),
        3 => scatter_fixed::<3>(weights, columns, values, add),
        4 => scatter_fixed::<4>(weights, columns, values, add),
        k => {
            for (column, value) in columns.iter().zip(values) {
                let of_column = &mut weights[*column as usize * k..][..k];
                of_column.iter_mut().zip(add).for_each(|(w, a)| *w += a * f64::from(*value));
            }
        }
    }
}

fn scatter_fixed<const K: usize>(weights: &mut [f64], columns: &[u32], values: &[f32], add: &[f64]) {
    let (by_column, _) = weights.as_chunks_mut::<K>();
    let mut fixed = [0.0; K];
    fixed.copy_from_slice(add);
    for (column, value) in columns.iter().zip(values) {
        let of_column = &mut by_column[*column as usize];
        let value = f64::from(*value);
        for j in 0..K {
            of_column[j] += fixed[j] * value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_labels_gives_the_sums() {
        for k in 1..=6 {
            let mut weights: Vec<f64> = (0..5 * k).map(|i| i as f64).collect();
            let mut out = vec![1.0; k];
            gather(&weights, &[1, 4], &[2.0, 0.5], &mut out);
            for (j, sum) in out.iter().enumerate() {
                assert_eq!(*sum, 1.0 + 2.0 * (k + j) as f64 + 0.5 * (4 * k + j) as f64);
            }
            let before = weights.clone();
            scatter(&mut weights, &[0, 4], &[1.0, -1.0], &out);
            for j in 0..k {
                assert_eq!(weights[j], before[j] + out[j]);
                assert_eq!(weights[4 * k + j], before[4 * k + j] - out[j]);
                assert_eq!(weights[k + j], before[k + j]);
            }
        }
    }
}
