//! The objective that every solver minimises:
//!
//! `sum_i w_i * -ln softmax(W x_i + b)[y_i]  +  alpha / 2 * ||W||^2`
//!
//! The intercept `b` is not penalised; `w_i` is class weight times item weight. In scikit-learn's terms `alpha = 1 / C`.
//!
//! Cost and gradient come from one pass over the rows. Rows are split into a fixed number of parts whose sums are added
//! in order, so the result is the same to the last bit for any number of threads.

use rayon::prelude::*;

use super::exp::exp;
use super::kernel::{gather, scatter, with_lanes};
use super::rows::Rows;
use crate::error::{Error, Result};

/// Number of parts that rows are split into. Each needs a gradient of its own, so few are better.
const PARTS: usize = 4;
/// The logit of what fills up an array of labels.
const NONE: f64 = -1e300;

/// The objective for one problem.
#[derive(Debug, Clone, Copy)]
pub struct Objective<'a> {
    /// Feature rows.
    pub x: &'a Rows,
    /// Label of each row, below `labels`.
    pub y: &'a [u32],
    /// Weight of each row.
    pub weights: &'a [f64],
    /// Number of labels.
    pub labels: usize,
    /// Weight of the penalty, positive.
    pub alpha: f64,
}

/// Most labels that a problem may have.
pub const MOST_LABELS: usize = 256;

impl Objective<'_> {
    /// Number of parameters: `(columns + 1) x labels`, weights feature by feature, biases last.
    pub fn parameters(&self) -> usize {
        (self.x.width() + 1) * self.labels
    }

    /// The value at `p`, and its gradient into `gradient` (overwritten).
    ///
    /// # Errors
    /// Rows that cannot be read; more labels than [`MOST_LABELS`].
    pub fn evaluate(&self, p: &[f64], gradient: &mut Vec<f64>) -> Result<f64> {
        let value = with_lanes!(self.labels, L => self.evaluate_lanes::<L>(p, gradient));
        value.ok_or_else(|| too_many_labels(self.labels))?
    }

    fn evaluate_lanes<const L: usize>(&self, p: &[f64], gradient: &mut Vec<f64>) -> Result<f64> {
        let k = self.labels;
        let penalised = self.x.width() * k;
        let (weights, bias) = (self.spread_out(p, 0.0), self.spread_out(&p[penalised..], NONE)[0]);
        let blocks = |part: usize| part * self.x.blocks() / PARTS..(part + 1) * self.x.blocks() / PARTS;
        let parts = (0..PARTS).into_par_iter().map(|part| self.part(&weights, &bias, blocks(part)));
        let parts: Vec<(f64, Vec<[f64; L]>)> = parts.collect::<Result<_>>()?;
        gradient.clear();
        gradient.extend(p[..penalised].iter().map(|w| self.alpha * w));
        gradient.resize(p.len(), 0.0);
        let square: f64 = p[..penalised].iter().map(|w| w * w).sum();
        let mut value = 0.5 * self.alpha * square;
        for (cost, part) in parts {
            value += cost;
            let cells = gradient.chunks_exact_mut(k).zip(&part);
            cells.for_each(|(g, d)| g.iter_mut().zip(d).for_each(|(g, d)| *g += d));
        }
        Ok(value)
    }

    /// Parameters with an array per column, filled up.
    pub(super) fn spread_out<const L: usize>(&self, p: &[f64], fill: f64) -> Vec<[f64; L]> {
        let array = |of_column: &[f64]| {
            let mut out = [fill; L];
            out[..self.labels].copy_from_slice(of_column);
            out
        };
        p.chunks_exact(self.labels).map(array).collect()
    }

    /// Cost and gradient of some blocks, without the penalty; the last array is the bias's.
    fn part<const L: usize>(
        &self,
        weights: &[[f64; L]],
        bias: &[f64; L],
        blocks: std::ops::Range<usize>,
    ) -> Result<(f64, Vec<[f64; L]>)> {
        let mut gradient = vec![[0.0; L]; weights.len()];
        let mut of_bias = [0.0; L];
        let mut cost = 0.0;
        for number in blocks {
            let (block, first) = (self.x.block(number)?, self.x.first(number));
            for (row, cells) in block.iter().enumerate() {
                let (y, weight) = (self.y[first + row], self.weights[first + row]);
                let mut logits = *bias;
                gather(weights, cells, &mut logits);
                cost += weight * residual(&mut logits, y as usize);
                for j in 0..L {
                    logits[j] *= weight;
                    of_bias[j] += logits[j];
                }
                scatter(&mut gradient, cells, &logits);
            }
        }
        if let Some(last) = gradient.last_mut() {
            *last = of_bias;
        }
        Ok((cost, gradient))
    }

    /// Largest difference between two logits of any row at `p`.
    ///
    /// # Errors
    /// As [`Objective::evaluate`].
    pub fn spread(&self, p: &[f64]) -> Result<f64> {
        let (k, mut widest) = (self.labels, 0.0_f64);
        for number in 0..self.x.blocks() {
            let block = self.x.block(number)?;
            for cells in block.iter() {
                let of_label = |label: usize| {
                    let weighted = cells.iter().map(|c| p[c.column as usize * k + label] * f64::from(c.value));
                    let sum: f64 = weighted.sum();
                    sum + p[self.x.width() * k + label]
                };
                let logits = (0..k).map(of_label);
                let top = logits.clone().fold(f64::NEG_INFINITY, f64::max);
                widest = widest.max(top - logits.fold(f64::INFINITY, f64::min));
            }
        }
        Ok(widest)
    }
}

/// The error for a problem with more labels than the kernels are made for.
pub(super) fn too_many_labels(labels: usize) -> Error {
    Error::data(format!("there are {labels} labels"), format!("give at most {MOST_LABELS}"))
}

/// Turns logits into softmax minus one-hot and gives the cross-entropy of the label.
fn residual<const L: usize>(logits: &mut [f64; L], label: usize) -> f64 {
    let top = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let of_label = logits[label] - top;
    let e = exp(&logits.map(|z| z - top));
    let sum: f64 = e.iter().sum();
    *logits = e.map(|e| e / sum);
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

    fn small() -> (Rows, Vec<u32>, Vec<f64>) {
        let rows = [
            Row { columns: vec![0, 2], values: vec![0.6, 0.8] },
            Row { columns: vec![1], values: vec![1.0] },
            Row { columns: vec![0, 1, 2], values: vec![0.2, 0.4, -0.9] },
            Row::default(),
        ];
        (Rows::from_rows(rows, 3), vec![0, 1, 2, 1], vec![1.0, 2.0, 0.5, 1.0])
    }

    #[test]
    fn the_gradient_agrees_with_finite_differences() {
        let (x, y, weights) = small();
        let objective = Objective { x: &x, y: &y, weights: &weights, labels: 3, alpha: 0.3 };
        let p: Vec<f64> = (0..objective.parameters()).map(|i| ((i * 37 % 11) as f64 - 5.0) / 4.0).collect();
        let (mut gradient, mut scratch) = (Vec::new(), Vec::new());
        objective.evaluate(&p, &mut gradient).unwrap();
        let h = 1e-6;
        for i in 0..p.len() {
            let mut moved = p.clone();
            moved[i] += h;
            let up = objective.evaluate(&moved, &mut scratch).unwrap();
            moved[i] -= 2.0 * h;
            let down = objective.evaluate(&moved, &mut scratch).unwrap();
            assert!((gradient[i] - (up - down) / (2.0 * h)).abs() < 1e-7, "parameter {i}");
        }
    }

    #[test]
    fn at_zero_the_cost_is_the_log_of_the_number_of_labels() {
        let (x, y, weights) = small();
        let objective = Objective { x: &x, y: &y, weights: &weights, labels: 3, alpha: 0.3 };
        let value = objective.evaluate(&vec![0.0; objective.parameters()], &mut Vec::new()).unwrap();
        assert!((value - 4.5 * 3f64.ln()).abs() < 1e-12);
    }

    #[test]
    fn huge_logits_stay_finite() {
        let (x, y, weights) = small();
        let objective = Objective { x: &x, y: &y, weights: &weights, labels: 3, alpha: 0.3 };
        let p: Vec<f64> = (0..objective.parameters()).map(|i| if i % 2 == 0 { 1e3 } else { -1e3 }).collect();
        let mut gradient = Vec::new();
        assert!(objective.evaluate(&p, &mut gradient).unwrap().is_finite());
        assert!(gradient.iter().all(|g| g.is_finite()));
    }
}
