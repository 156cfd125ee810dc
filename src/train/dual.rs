//! The dual solver: stochastic dual coordinate ascent for softmax regression, many times faster than L-BFGS on sparse
//! rows. Sources: Shalev-Shwartz & Zhang 2013, "Stochastic dual coordinate ascent methods for regularized loss
//! minimization"; Yu, Huang & Lin 2011, "Dual coordinate descent methods for logistic regression and maximum entropy
//! models".
//!
//! Every row `i` carries a distribution `p_i` over labels, and the weights are kept equal to
//! `W = 1/alpha * sum_i w_i (e_{y_i} - p_i) x_i'`. A step takes one row and sets `p_i` to the maximiser of the dual with
//! all other rows fixed; at the optimum `p_i = softmax(W x_i + b)` everywhere.
//!
//! As the intercept is not penalised, the dual has a constraint, `sum_i w_i (e_{y_i} - p_i) = 0`, which steps of single
//! rows cannot keep. It is met by the method of multipliers (Hestenes 1969; Powell 1969): the intercept is
//! `b = multiplier + REACH/alpha * violation`, as if it were a feature of value `sqrt(REACH)` with a penalty around the
//! multiplier, and several times in each pass the multiplier moves on by a share of the violation.
//!
//! Rows are visited in seeded random order, one after the other, so the result does not depend on threads.

use std::borrow::Cow;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::kernel::{gather, scatter, with_lanes};
use super::objective::{Objective, norm, too_many_labels};
use super::rows::{Cell, Csr};
use super::simplex::{Step, ZERO, maximise};
use super::solution::{Progress, Solution, SolverSettings};
use crate::error::Result;

/// Seed of the order of rows; any value leads to the same optimum.
const SEED: u64 = 1;
/// Blocks in memory at a time, whose rows are shuffled together.
const WINDOW: usize = 64;
/// How firmly the intercept answers a violated constraint, in units of the rows' mean squared length.
const REACH: f64 = 0.1;
/// Rows beside each other that are visited one after the other: so many come out of memory at the price of one.
const GROUP: usize = 16;
/// How often in a pass the multiplier moves.
const MOVES: usize = 8;

/// The gap is known at no cost, the gradient takes a pass of its own. As the objective is strongly convex, `|gradient|^2 >=
/// 2 alpha * (objective - minimum)`: the gradient is worth computing when this bound is below so much of the tolerance.
const NEAR: f64 = 0.25;

/// State of the ascent; arrays have a place per label.
struct Ascent<'a, const L: usize> {
    objective: &'a Objective<'a>,
    weights: Vec<[f64; L]>,
    bias: [f64; L],
    /// The logarithm of the distribution of each row.
    u: Vec<[f64; L]>,
    /// Squared length of each row.
    squares: Vec<f64>,
    /// `sum_i w_i (e_{y_i} - p_i)`.
    violation: [f64; L],
    /// `REACH` times the mean of `squares`, over alpha.
    reach: f64,
    /// What the rows visited in this pass were away from the optimum: about the duality gap.
    gap: f64,
}

/// Minimises the objective from zero weights. Gives up after `max_iterations` passes, wherever it is then.
///
/// # Errors
/// Rows that cannot be read; too many labels.
pub fn solve(objective: &Objective<'_>, settings: &SolverSettings, progress: &Progress) -> Result<Solution> {
    let solution = with_lanes!(objective.labels, L => run::<L>(objective, settings, progress));
    solution.ok_or_else(|| too_many_labels(objective.labels))?
}

fn run<const L: usize>(objective: &Objective<'_>, settings: &SolverSettings, progress: &Progress) -> Result<Solution> {
    let mut gradient = Vec::new();
    objective.evaluate(&vec![0.0; objective.parameters()], &mut gradient)?;
    let norm_at_zero = norm(&gradient).max(f64::MIN_POSITIVE);
    let mut ascent = Ascent::<L>::new(objective)?;
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let mut passes = 0;
    loop {
        ascent.pass(&mut random)?;
        passes += 1;
        let bound = (2.0 * objective.alpha * ascent.gap).sqrt() / norm_at_zero;
        progress(passes, bound);
        let last = passes >= settings.max_iterations;
        if passes > 1 && bound <= NEAR * settings.tolerance || last {
            let solution = Solution::check(objective, ascent.parameters(), Some(passes), norm_at_zero, settings)?;
            if solution.solved.converged || last {
                return Ok(solution);
            }
        }
    }
}

impl<'a, const L: usize> Ascent<'a, L> {
    /// Starts at `p_i = e_{y_i}`, which is `W = 0`, with the bias of the label shares.
    fn new(objective: &'a Objective<'a>) -> Result<Self> {
        let mut totals = [0.0; L];
        let mut u = vec![[ZERO; L]; objective.x.len()];
        for (row, label) in objective.y.iter().enumerate() {
            u[row][*label as usize] = 0.0;
            totals[*label as usize] += objective.weights[row];
        }
        let sum: f64 = totals.iter().sum();
        // A label without items would have a bias of minus infinity.
        let bias = totals.map(|total: f64| (total.max(1e-3) / sum).ln());
        let mut squares = Vec::with_capacity(objective.x.len());
        for number in 0..objective.x.blocks() {
            let block = objective.x.block(number)?;
            let square = |cells: &[Cell]| -> f64 { cells.iter().map(|c| f64::from(c.value).powi(2)).sum() };
            squares.extend(block.iter().map(square));
        }
        let mean = squares.iter().sum::<f64>() / squares.len().max(1) as f64;
        let reach = REACH * if mean > 0.0 { mean } else { 1.0 } / objective.alpha;
        let weights = vec![[0.0; L]; objective.x.width()];
        Ok(Ascent { objective, weights, bias, u, squares, violation: [0.0; L], reach, gap: 0.0 })
    }

    /// Visits every row once, blocks in random order, the rows of a window of blocks in random order.
    fn pass(&mut self, random: &mut ChaCha8Rng) -> Result<()> {
        let x = self.objective.x;
        let mut blocks: Vec<usize> = (0..x.blocks()).collect();
        blocks.shuffle(random);
        self.gap = 0.0;
        let move_every = x.len().div_ceil(MOVES).max(1);
        let mut visited = 0;
        for window in blocks.chunks(WINDOW) {
            let held: Vec<Cow<'_, Csr>> = window.iter().map(|number| x.block(*number)).collect::<Result<_>>()?;
            let groups = held
                .iter()
                .enumerate()
                .flat_map(|(at, block)| (0..block.rows()).step_by(GROUP).map(move |row| (at as u32, row as u32)));
            let mut order: Vec<(u32, u32)> = groups.collect();
            order.shuffle(random);
            for (at, row) in order {
                let (block, first) = (&held[at as usize], x.first(window[at as usize]));
                let from = row as usize;
                for row in from..(from + GROUP).min(block.rows()) {
                    self.step(first + row, block.row(row));
                    visited += 1;
                    if visited % move_every == 0 {
                        self.move_multiplier();
                    }
                }
            }
        }
        Ok(())
    }

    /// Maximises the dual over the distribution of one row.
    fn step(&mut self, row: usize, cells: &[Cell]) {
        let (weight, alpha) = (self.objective.weights[row], self.objective.alpha);
        let mut z = self.bias;
        gather(&self.weights, cells, &mut z);
        // Places beyond the last label stay where they are.
        z[self.objective.labels..].fill(ZERO);
        let u = &mut self.u[row];
        let Step { change, distance } = maximise(&z, u, weight * (self.squares[row] / alpha + self.reach));
        self.gap += weight * distance;
        let mut add = [0.0; L];
        for j in 0..L {
            let moved = weight * change[j];
            self.violation[j] += moved;
            self.bias[j] += self.reach * moved;
            add[j] = moved / alpha;
        }
        scatter(&mut self.weights, cells, &add);
    }

    /// Moves the multiplier, and the bias with it, by its share of the violation.
    fn move_multiplier(&mut self) {
        for (bias, violation) in self.bias.iter_mut().zip(&self.violation) {
            *bias += self.reach * violation / MOVES as f64;
        }
    }

    /// The parameters of the primal.
    fn parameters(&self) -> Vec<f64> {
        let k = self.objective.labels;
        self.weights.iter().chain([&self.bias]).flat_map(|of_column| of_column[..k].iter().copied()).collect()
    }
}
