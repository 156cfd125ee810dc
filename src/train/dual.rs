//! The dual solver: stochastic dual coordinate ascent for softmax regression, many times faster than L-BFGS on sparse
//! rows. Sources: Shalev-Shwartz & Zhang 2013, "Stochastic dual coordinate ascent methods for regularized loss
//! minimization"; Yu, Huang & Lin 2011, "Dual coordinate descent methods for logistic regression and maximum entropy
//! models".
//!
//! Every row `i` carries a distribution `p_i` over labels, and the weights are kept equal to
//! `W = 1/alpha * sum_i w_i (e_{y_i} - p_i) x_i'`. A step takes one row and sets `p_i` to the maximiser of the dual with
//! all other rows fixed; at the optimum `p_i = softmax(W x_i + b)` everywhere. The intercept is not penalised and has no
//! dual step of its own: after every other pass it gets a quasi-Newton step (BFGS) on the gradient that the pass left,
//! which learns how far the weights follow the biases. Rows are visited in seeded random order, one after the
//! other, so the result does not depend on threads.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::kernel::{gather, scatter};
use super::objective::{Objective, norm};
use super::solution::{Progress, Solution, SolverSettings};

/// Seed of the order of rows; any value leads to the same optimum.
const SEED: u64 = 1;

/// Passes before the biases first move.
const FIRST_BIAS_STEP: u64 = 4;
/// Longest step of a bias.
const LONGEST: f64 = 0.5;

/// State of the ascent.
struct Ascent<'a> {
    objective: &'a Objective<'a>,
    /// Weights feature by feature, biases last: the parameters of the primal.
    parameters: Vec<f64>,
    /// One distribution per row, `rows x labels`.
    p: Vec<f64>,
    /// Squared length of each row.
    squares: Vec<f64>,
    /// Logits of the current row.
    logits: Vec<f64>,
    /// New distribution of the current row.
    fresh: Vec<f64>,
}

/// Minimises the objective from zero weights. Gives up after `max_iterations` passes, wherever it is then.
pub fn solve(objective: &Objective<'_>, settings: &SolverSettings, progress: &Progress) -> Solution {
    let mut ascent = Ascent::new(objective);
    let mut gradient = Vec::new();
    objective.evaluate(&ascent.parameters, &mut gradient);
    let norm_at_zero = norm(&gradient).max(f64::MIN_POSITIVE);
    let mut bias_steps = BiasSteps::new(&ascent.start());
    let mut order: Vec<u32> = (0..objective.x.rows() as u32).collect();
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let biases = objective.x.width * objective.labels;
    let mut passes = 0;
    while passes < settings.max_iterations {
        order.shuffle(&mut random);
        order.iter().for_each(|row| ascent.step(*row as usize));
        passes += 1;
        let value = objective.evaluate(&ascent.parameters, &mut gradient);
        let relative = norm(&gradient) / norm_at_zero;
        progress(passes, value, relative);
        if relative <= settings.tolerance {
            break;
        }
        // The gradient of the biases means something once the weights have followed the last step.
        if passes >= FIRST_BIAS_STEP && passes.is_multiple_of(2) {
            bias_steps.step(&mut ascent.parameters[biases..], &gradient[biases..]);
        }
    }
    Solution::check(objective, ascent.parameters, Some(passes), norm_at_zero, settings)
}

impl<'a> Ascent<'a> {
    fn new(objective: &'a Objective<'a>) -> Self {
        let k = objective.labels;
        let square = |row| objective.x.row(row).1.iter().map(|v| f64::from(*v) * f64::from(*v)).sum();
        Ascent {
            objective,
            parameters: vec![0.0; objective.parameters()],
            p: vec![0.0; objective.x.rows() * k],
            squares: (0..objective.x.rows()).map(square).collect(),
            logits: vec![0.0; k],
            fresh: vec![0.0; k],
        }
    }

    /// Starts at `p_i = e_{y_i}`, which is `W = 0`, with the bias of the label shares. Gives the weight of each label.
    fn start(&mut self) -> Vec<f64> {
        let k = self.objective.labels;
        let mut totals = vec![0.0; k];
        for (row, label) in self.objective.y.iter().enumerate() {
            self.p[row * k + *label as usize] = 1.0;
            totals[*label as usize] += self.objective.weights[row];
        }
        let sum: f64 = totals.iter().sum();
        let width = self.objective.x.width;
        for (bias, total) in self.parameters[width * k..].iter_mut().zip(&mut totals) {
            // A label without items would have a bias of minus infinity.
            *total = total.max(1e-3);
            *bias = (*total / sum).ln();
        }
        totals
    }

    /// Logits of a row into `self.logits`.
    fn score(&mut self, row: usize) {
        let k = self.objective.labels;
        let (weights, bias) = self.parameters.split_at(self.objective.x.width * k);
        let (columns, values) = self.objective.x.row(row);
        self.logits.copy_from_slice(bias);
        gather(weights, columns, values, &mut self.logits);
    }

    /// Maximises the dual over the distribution of one row.
    fn step(&mut self, row: usize) {
        let k = self.objective.labels;
        self.score(row);
        let weight = self.objective.weights[row];
        let old = &mut self.p[row * k..][..k];
        let pull = weight * self.squares[row] / self.objective.alpha;
        maximise(&self.logits, old, pull, &mut self.fresh);
        let scale = weight / self.objective.alpha;
        // `fresh` becomes what is added to the weights per unit of feature value.
        for (fresh, old) in self.fresh.iter_mut().zip(old.iter_mut()) {
            let change = *old - *fresh;
            *old = *fresh;
            *fresh = scale * change;
        }
        let (columns, values) = self.objective.x.row(row);
        scatter(&mut self.parameters, columns, values, &self.fresh);
    }
}

/// Moves the biases towards zero gradient. Equal shifts of all biases change nothing, so the last one stays.
struct BiasSteps {
    /// Approximate inverse Hessian of the objective over the biases, weights following, `(labels - 1) x (labels - 1)`.
    inverse: Vec<Vec<f64>>,
    /// The step before and the gradient that led to it.
    last: Option<(Vec<f64>, Vec<f64>)>,
}

impl BiasSteps {
    /// Begins with the Hessian of the biases alone at label shares `q`: `n (diag(q) - q q')`, whose inverse without the
    /// last label is `1/n (diag(1/q) + 1/q_last)`.
    fn new(totals: &[f64]) -> Self {
        let (last, rest) = totals.split_last().expect("there are labels");
        let entry = |i: usize, j: usize| 1.0 / last + if i == j { 1.0 / rest[i] } else { 0.0 };
        let inverse = (0..rest.len()).map(|i| (0..rest.len()).map(|j| entry(i, j)).collect()).collect();
        BiasSteps { inverse, last: None }
    }

    /// Updates `bias`, given its gradient.
    fn step(&mut self, bias: &mut [f64], gradient: &[f64]) {
        let n = self.inverse.len();
        if let Some((step, before)) = self.last.take() {
            let change: Vec<f64> = (0..n).map(|i| gradient[i] - before[i]).collect();
            self.learn(&step, &change);
        }
        let step: Vec<f64> =
            times(&self.inverse, &gradient[..n]).iter().map(|s| (-s).clamp(-LONGEST, LONGEST)).collect();
        bias.iter_mut().zip(&step).for_each(|(b, s)| *b += s);
        self.last = Some((step, gradient[..n].to_vec()));
    }
}

impl BiasSteps {
    /// The BFGS update of the inverse, left out where the change is no sign of curvature.
    fn learn(&mut self, step: &[f64], change: &[f64]) {
        let n = step.len();
        let curvature = dot(step, change);
        if curvature <= 1e-10 * dot(step, step) {
            return;
        }
        let moved = times(&self.inverse, change);
        let scale = (curvature + dot(change, &moved)) / (curvature * curvature);
        for i in 0..n {
            for j in 0..n {
                let cross = moved[i] * step[j] + step[i] * moved[j];
                self.inverse[i][j] += scale * step[i] * step[j] - cross / curvature;
            }
        }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn times(matrix: &[Vec<f64>], vector: &[f64]) -> Vec<f64> {
    matrix.iter().map(|row| row.iter().zip(vector).map(|(a, b)| a * b).sum()).collect()
}

/// Finds `p` on the simplex with `ln p_j + pull * (p_j - old_j) = z_j + constant`: the maximiser of
/// `H(p) + z.p - pull/2 * |p - old|^2`. Newton's method on all `u_j = ln p_j` and the constant together takes a few
/// rounds from where the row was; should it not settle, the slow and certain way is taken.
fn maximise(z: &[f64], old: &[f64], pull: f64, p: &mut [f64]) {
    let top = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum_of_all = top + z.iter().map(|v| (v - top).exp()).sum::<f64>().ln();
    let mut constant = -sum_of_all;
    // `p` holds `u` on the way.
    for ((u, z), old) in p.iter_mut().zip(z).zip(old) {
        *u = if *old > 1e-9 { old.ln() } else { z - sum_of_all };
    }
    for _ in 0..30 {
        let (mut sum, mut pushed, mut slope) = (0.0, 0.0, 0.0);
        for j in 0..z.len() {
            let e = p[j].exp();
            let share = e / (1.0 + pull * e);
            sum += e;
            pushed += share * (z[j] + pull * old[j] - p[j] - pull * e);
            slope += share;
        }
        let next = (1.0 - sum - pushed) / slope.max(1e-300);
        let mut largest = (sum - 1.0).abs();
        for j in 0..z.len() {
            let e = p[j].exp();
            let step = (next + z[j] + pull * old[j] - p[j] - pull * e) / (1.0 + pull * e);
            largest = largest.max(step.abs());
            // A probability is at most 1; far from the solution a full step may ask for more.
            p[j] = (p[j] + step).min(0.0);
        }
        constant = next;
        if largest < 1e-9 {
            p.iter_mut().for_each(|u| *u = u.exp());
            return scale_to_one(p);
        }
    }
    maximise_slowly(z, old, pull, constant, p);
}

/// The same by one-dimensional searches inside a one-dimensional search.
fn maximise_slowly(z: &[f64], old: &[f64], pull: f64, mut constant: f64, p: &mut [f64]) {
    for _ in 0..200 {
        let (mut sum, mut slope) = (-1.0, 0.0);
        for (j, value) in p.iter_mut().enumerate() {
            *value = solve_one(z[j] + constant + pull * old[j], pull);
            sum += *value;
            slope += *value / (1.0 + pull * *value);
        }
        if sum.abs() < 1e-12 {
            break;
        }
        constant -= sum / slope.max(1e-300);
    }
    scale_to_one(p);
}

fn scale_to_one(p: &mut [f64]) {
    let total: f64 = p.iter().sum();
    p.iter_mut().for_each(|v| *v /= total);
}

/// The positive `p` with `ln p + pull * p = s`. Newton's method on `u = ln p`, where the function is convex and rising.
fn solve_one(s: f64, pull: f64) -> f64 {
    let mut u = s.min(0.0);
    for _ in 0..50 {
        let e = pull * u.exp();
        let step = (u + e - s) / (1.0 + e);
        u -= step;
        if step.abs() < 1e-13 {
            break;
        }
    }
    u.exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_row_is_maximised_exactly() {
        for (z, old, pull) in [
            ([0.3, -1.0, 2.0], [1.0, 0.0, 0.0], 5.0),
            ([40.0, 0.0, -40.0], [0.0, 0.0, 1.0], 0.1),
            ([0.0, 0.0, 0.0], [0.2, 0.3, 0.5], 1e4),
        ] {
            let (mut p, mut slow) = ([0.0; 3], [0.0; 3]);
            maximise(&z, &old, pull, &mut p);
            maximise_slowly(&z, &old, pull, 0.0, &mut slow);
            assert!(p.iter().zip(&slow).all(|(a, b)| (a - b).abs() < 1e-8), "{p:?} {slow:?}");
            assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            let constant = |j: usize| p[j].ln() + pull * (p[j] - old[j]) - z[j];
            for j in 1..3 {
                assert!((constant(j) - constant(0)).abs() < 1e-6 * (1.0 + pull), "{z:?} {pull} {p:?}");
            }
        }
    }
}
