//! The objective that every solver minimises:
//!
//! `sum_i w_i * -ln softmax(W x_i + b)[y_i]  +  alpha / 2 * ||W||^2`
//!
//! The intercept `b` is not penalised; `w_i` is class weight times item weight. In scikit-learn's terms `alpha = 1 / C`.
//!
//! Cost and gradient come from one pass over the rows. Rows are split into a fixed number of parts whose sums are added
//! in order, so the result is the same to the last bit for any number of threads.

use rayon::prelude::*;

use super::kernel::{gather, scatter};
use super::matrix::Csr;

/// Number of parts that rows are split into. Each needs a gradient of its own, so few are better.
const PARTS: usize = 4;

/// The objective for one problem.
#[derive(Debug, Clone, Copy)]
pub struct Objective<'a> {
    /// Feature rows.
    pub x: &'a Csr,
    /// Label of each row, below `labels`.
    pub y: &'a [u32],
    /// Weight of each row.
    pub weights: &'a [f64],
    /// Number of labels.
    pub labels: usize,
    /// Weight of the penalty, positive.
    pub alpha: f64,
}

impl Objective<'_> {
    /// Number of parameters: `(columns + 1) x labels`, weights feature by feature, biases last.
    pub fn parameters(&self) -> usize {
        (self.x.width + 1) * self.labels
    }

    /// The value at `p`, and its gradient into `gradient` (overwritten).
    pub fn evaluate(&self, p: &[f64], gradient: &mut Vec<f64>) -> f64 {
        let penalised = self.x.width * self.labels;
        let step = self.x.rows().div_ceil(PARTS).max(1);
        let part = |k: usize| self.part(p, (k * step).min(self.x.rows())..((k + 1) * step).min(self.x.rows()));
        let parts: Vec<(f64, Vec<f64>)> = (0..PARTS).into_par_iter().map(part).collect();
        gradient.clear();
        gradient.extend(p[..penalised].iter().map(|w| self.alpha * w));
        gradient.resize(p.len(), 0.0);
        let square: f64 = p[..penalised].iter().map(|w| w * w).sum();
        let mut value = 0.5 * self.alpha * square;
        for (cost, part) in parts {
            value += cost;
            gradient.iter_mut().zip(&part).for_each(|(g, d)| *g += d);
        }
        value
    }

    /// Cost and gradient of some rows, without the penalty.
    fn part(&self, p: &[f64], rows: std::ops::Range<usize>) -> (f64, Vec<f64>) {
        let k = self.labels;
        let (weights, bias) = p.split_at(self.x.width * k);
        let mut gradient = vec![0.0; p.len()];
        let mut logits = vec![0.0; k];
        let mut cost = 0.0;
        for row in rows {
            let (columns, values) = self.x.row(row);
            logits.copy_from_slice(bias);
            gather(weights, columns, values, &mut logits);
            cost += self.weights[row] * residual(&mut logits, self.y[row] as usize);
            logits.iter_mut().for_each(|r| *r *= self.weights[row]);
            scatter(&mut gradient, columns, values, &logits);
            let of_bias = &mut gradient[self.x.width * k..];
            of_bias.iter_mut().zip(&logits).for_each(|(g, r)| *g += r);
        }
        (cost, gradient)
    }

    /// Largest difference between two logits of any row at `p`.
    pub fn spread(&self, p: &[f64]) -> f64 {
        let k = self.labels;
        let spread_of = |row: usize| {
            let (columns, values) = self.x.row(row);
            let mut logits = p[self.x.width * k..].to_vec();
            gather(p, columns, values, &mut logits);
            let top = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            top - logits.iter().copied().fold(f64::INFINITY, f64::min)
        };
        (0..self.x.rows()).map(spread_of).fold(0.0, f64::max)
    }
}

/// Turns logits into softmax minus one-hot and gives the cross-entropy of the label.
fn residual(logits: &mut [f64], label: usize) -> f64 {
    let top = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let of_label = logits[label] - top;
    let mut sum = 0.0;
    for z in logits.iter_mut() {
        *z = (*z - top).exp();
        sum += *z;
    }
    logits.iter_mut().for_each(|z| *z /= sum);
    logits[label] -= 1.0;
    sum.ln() - of_label
}

/// Euclidean length.
pub fn norm(v: &[f64]) -> f64 {
    v.iter().map(|g| g * g).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feature::row::Row;

    fn small() -> (Csr, Vec<u32>, Vec<f64>) {
        let rows = [
            Row { columns: vec![0, 2], values: vec![0.6, 0.8] },
            Row { columns: vec![1], values: vec![1.0] },
            Row { columns: vec![0, 1, 2], values: vec![0.2, 0.4, -0.9] },
            Row::default(),
        ];
        (Csr::from_rows(rows, 3), vec![0, 1, 2, 1], vec![1.0, 2.0, 0.5, 1.0])
    }

    #[test]
    fn the_gradient_agrees_with_finite_differences() {
        let (x, y, weights) = small();
        let objective = Objective { x: &x, y: &y, weights: &weights, labels: 3, alpha: 0.3 };
        let p: Vec<f64> = (0..objective.parameters()).map(|i| ((i * 37 % 11) as f64 - 5.0) / 4.0).collect();
        let (mut gradient, mut scratch) = (Vec::new(), Vec::new());
        objective.evaluate(&p, &mut gradient);
        let h = 1e-6;
        for i in 0..p.len() {
            let mut moved = p.clone();
            moved[i] += h;
            let up = objective.evaluate(&moved, &mut scratch);
            moved[i] -= 2.0 * h;
            let down = objective.evaluate(&moved, &mut scratch);
            assert!((gradient[i] - (up - down) / (2.0 * h)).abs() < 1e-7, "parameter {i}");
        }
    }

    #[test]
    fn at_zero_the_cost_is_the_log_of_the_number_of_labels() {
        let (x, y, weights) = small();
        let objective = Objective { x: &x, y: &y, weights: &weights, labels: 3, alpha: 0.3 };
        let value = objective.evaluate(&vec![0.0; objective.parameters()], &mut Vec::new());
        assert!((value - 4.5 * 3f64.ln()).abs() < 1e-12);
    }

    #[test]
    fn huge_logits_stay_finite() {
        let (x, y, weights) = small();
        let objective = Objective { x: &x, y: &y, weights: &weights, labels: 3, alpha: 0.3 };
        let p: Vec<f64> = (0..objective.parameters()).map(|i| if i % 2 == 0 { 1e3 } else { -1e3 }).collect();
        let mut gradient = Vec::new();
        assert!(objective.evaluate(&p, &mut gradient).is_finite());
        assert!(gradient.iter().all(|g| g.is_finite()));
    }
}
