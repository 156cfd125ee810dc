//! The linear function: one logit per label is a bias plus a weighted sum over a row's values.

use std::borrow::Cow;

use crate::feature::row::Row;
use crate::label::Scores;

/// Weights and biases over a range of columns. Weights are kept feature by feature (`width x labels`), so that scoring
/// reads one short stretch of memory per feature.
#[derive(Debug, Clone, PartialEq)]
pub struct Linear {
    labels: usize,
    first_column: u32,
    weights: Cow<'static, [f32]>,
    bias: Vec<f32>,
}

impl Linear {
    /// From weights of shape `width x labels` and one bias per label; column `first_column` is the first row of weights.
    ///
    /// # Panics
    /// If the lengths do not fit each other; the model file checks before it calls.
    pub fn new(first_column: u32, weights: impl Into<Cow<'static, [f32]>>, bias: Vec<f32>) -> Self {
        let weights = weights.into();
        assert!(!bias.is_empty() && weights.len().is_multiple_of(bias.len()));
        Linear { labels: bias.len(), first_column, weights, bias }
    }

    /// Number of labels.
    pub fn labels(&self) -> usize {
        self.labels
    }

    /// First column that has weights.
    pub fn first_column(&self) -> u32 {
        self.first_column
    }

    /// Number of columns that have weights.
    pub fn width(&self) -> usize {
        self.weights.len() / self.labels
    }

    /// One bias per label.
    pub fn bias(&self) -> &[f32] {
        &self.bias
    }

    /// The weights, `width x labels`.
    pub fn weights(&self) -> &[f32] {
        &self.weights
    }

    /// The weights of a column, one per label; zeros (an empty slice) outside the range.
    pub fn of_column(&self, column: u32) -> &[f32] {
        let Some(at) = column.checked_sub(self.first_column) else { return &[] };
        let start = at as usize * self.labels;
        self.weights.get(start..start + self.labels).unwrap_or(&[])
    }

    /// Writes one logit per label into `out`.
    pub fn logits(&self, row: &Row, out: &mut Vec<f64>) {
        out.clear();
        out.extend(self.bias.iter().map(|b| f64::from(*b)));
        if let Ok(three) = <&mut [f64; 3]>::try_from(out.as_mut_slice()) {
            return self.add_three(row, three);
        }
        for (column, value) in row.columns.iter().zip(&row.values) {
            for (logit, weight) in out.iter_mut().zip(self.of_column(*column)) {
                *logit += f64::from(*weight) * f64::from(*value);
            }
        }
    }

    /// Adds the weighted sums for the usual number of labels, which then stay in registers.
    fn add_three(&self, row: &Row, out: &mut [f64; 3]) {
        let (weights, _) = self.weights.as_chunks::<3>();
        let mut sums = *out;
        for (column, value) in row.columns.iter().zip(&row.values) {
            // A column below the first wraps round to one that is far too large.
            if let Some(of_column) = weights.get(column.wrapping_sub(self.first_column) as usize) {
                for (sum, weight) in sums.iter_mut().zip(of_column) {
                    *sum += f64::from(*weight) * f64::from(*value);
                }
            }
        }
        *out = sums;
    }

    /// The probabilities of the labels.
    pub fn scores(&self, row: &Row) -> Scores {
        let mut logits = Vec::with_capacity(self.labels);
        self.logits(row, &mut logits);
        Scores::softmax(&logits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logits_are_bias_plus_weighted_sum_and_other_columns_count_nothing() {
        let linear = Linear::new(1, vec![1.0, -1.0, 0.5, 2.0], vec![0.25, -0.25]);
        let row = Row { columns: vec![0, 1, 2, 9], values: vec![5.0, 2.0, 4.0, 5.0] };
        let mut logits = Vec::new();
        linear.logits(&row, &mut logits);
        assert_eq!(logits, [0.25 + 2.0 + 2.0, -0.25 - 2.0 + 8.0]);
    }

    #[test]
    fn three_labels_are_no_exception() {
        let linear = Linear::new(1, vec![1.0, -1.0, 3.0, 0.5, 2.0, 0.0], vec![0.25, -0.25, 0.0]);
        let row = Row { columns: vec![0, 1, 2, 9], values: vec![5.0, 2.0, 4.0, 5.0] };
        let mut logits = Vec::new();
        linear.logits(&row, &mut logits);
        assert_eq!(logits, [0.25 + 2.0 + 2.0, -0.25 - 2.0 + 8.0, 6.0]);
    }
}
