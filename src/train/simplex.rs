//! The step of the dual solver for one row: the best distribution over labels with all other rows fixed.
//!
//! Finds `p` on the simplex with `ln p_j + pull * (p_j - old_j) = z_j + constant`, the maximiser of
//! `H(p) + z.p - pull / 2 * |p - old|^2`. Distributions are kept as logarithms `u = ln p`, in which Newton's method needs
//! two or three rounds from where the row was.

use super::exp::{exp, exp_of};

/// The logarithm that stands for a probability of zero.
pub const ZERO: f64 = -700.0;
/// Logarithms below this say nothing of where the solution is.
const FAINT: f64 = -20.0;
/// A round whose longest step is below this is the last one: the error left is about its square.
const SMALL: f64 = 1e-5;

/// What a step did.
#[derive(Debug, Clone, Copy)]
pub struct Step<const L: usize> {
    /// `old - p`.
    pub change: [f64; L],
    /// How far the row was from its optimum as things stood: half the variance of `z - u` under the old distribution,
    /// which for small distances is its divergence from `softmax(z)`, the row's share of the duality gap.
    pub distance: f64,
}

/// Moves `u` to the solution. `pull` is not negative.
pub fn maximise<const L: usize>(z: &[f64; L], u: &mut [f64; L], pull: f64) -> Step<L> {
    let old = exp(u);
    let distance = half_variance(z, u, &old);
    let mut p = old;
    if u.iter().any(|u| *u < FAINT) {
        let sum = log_sum_exp(z);
        u.iter_mut().zip(z).filter(|(u, _)| **u < FAINT).for_each(|(u, z)| *u = z - sum);
        p = exp(u);
    }
    let mut settled = false;
    for _ in 0..30 {
        settled = round(z, &old, &p, u, pull) < SMALL;
        p = exp(u);
        if settled {
            break;
        }
    }
    if !settled {
        slowly(z, &old, u, pull);
        p = exp(u);
    }
    let sum: f64 = p.iter().sum();
    let log = sum.ln();
    let mut change = old;
    for j in 0..L {
        u[j] -= log;
        change[j] -= p[j] / sum;
    }
    Step { change, distance }
}

fn half_variance<const L: usize>(z: &[f64; L], u: &[f64; L], p: &[f64; L]) -> f64 {
    let (mut mean, mut square) = (0.0, 0.0);
    for j in 0..L {
        let r = z[j] - u[j];
        mean += p[j] * r;
        square += p[j] * r * r;
    }
    0.5 * (square - mean * mean).max(0.0)
}

/// One step of Newton's method on all `u` and the constant together, given `e = exp(u)`; gives the longest step of a `u`,
/// or how far the sum of `e` was from one.
fn round<const L: usize>(z: &[f64; L], old: &[f64; L], e: &[f64; L], u: &mut [f64; L], pull: f64) -> f64 {
    let (mut rest, mut damp) = ([0.0; L], [0.0; L]);
    let (mut sum, mut pushed, mut slope) = (0.0, 0.0, 0.0);
    for j in 0..L {
        damp[j] = 1.0 / (1.0 + pull * e[j]);
        rest[j] = z[j] - u[j] + pull * (old[j] - e[j]);
        sum += e[j];
        pushed += e[j] * damp[j] * rest[j];
        slope += e[j] * damp[j];
    }
    let constant = (1.0 - sum - pushed) / slope.max(f64::MIN_POSITIVE);
    let mut longest = (sum - 1.0).abs();
    for j in 0..L {
        let step = (constant + rest[j]) * damp[j];
        // How far a label without any weight moves tells nothing.
        longest = if e[j] > 1e-12 { longest.max(step.abs()) } else { longest };
        // A probability is at most 1; far from the solution a full step may ask for more.
        u[j] = (u[j] + step).min(0.0);
    }
    longest
}

/// The same by one-dimensional searches inside a one-dimensional search: slow and certain.
fn slowly<const L: usize>(z: &[f64; L], old: &[f64; L], u: &mut [f64; L], pull: f64) {
    let mut constant = -log_sum_exp(z);
    for _ in 0..200 {
        let (mut sum, mut slope) = (-1.0, 0.0);
        for j in 0..L {
            u[j] = solve_one(z[j] + constant + pull * old[j], pull);
            let p = exp_of(u[j]);
            sum += p;
            slope += p / (1.0 + pull * p);
        }
        if sum.abs() < 1e-12 {
            return;
        }
        constant -= sum / slope.max(f64::MIN_POSITIVE);
    }
}

/// The `u` with `u + pull * e^u = s`. Newton's method, on a function that is convex and rising.
fn solve_one(s: f64, pull: f64) -> f64 {
    let mut u = s.min(0.0);
    for _ in 0..50 {
        let e = pull * exp_of(u);
        let step = (u + e - s) / (1.0 + e);
        u -= step;
        if step.abs() < 1e-13 {
            break;
        }
    }
    u
}

fn log_sum_exp<const L: usize>(z: &[f64; L]) -> f64 {
    let top = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let shifted = z.map(|v| v - top);
    top + exp(&shifted).iter().sum::<f64>().ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASES: [([f64; 3], [f64; 3], f64); 4] = [
        ([0.3, -1.0, 2.0], [1.0, 0.0, 0.0], 5.0),
        ([40.0, 0.0, -40.0], [0.0, 0.0, 1.0], 0.1),
        ([0.0, 0.0, 0.0], [0.2, 0.3, 0.5], 1e4),
        ([0.5, 0.1, -0.4], [0.3, 0.3, 0.4], 0.0),
    ];

    fn logs(p: &[f64; 3]) -> [f64; 3] {
        p.map(|p| if p > 0.0 { p.ln() } else { ZERO })
    }

    #[test]
    fn a_row_is_maximised_exactly() {
        for (z, old, pull) in CASES {
            let (mut u, mut slow) = (logs(&old), logs(&old));
            let change = maximise(&z, &mut u, pull).change;
            slowly(&z, &old, &mut slow, pull);
            let p = exp(&u);
            assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            let constant = |j: usize| u[j] + pull * (p[j] - old[j]) - z[j];
            for j in 0..3 {
                assert!((exp_of(slow[j]) - p[j]).abs() < 1e-8, "{p:?} {slow:?}");
                assert!((change[j] - (old[j] - p[j])).abs() < 1e-12);
                assert!((constant(j) - constant(0)).abs() < 1e-6 * (1.0 + pull), "{z:?} {pull} {p:?}");
            }
        }
    }

    #[test]
    fn the_distance_is_nearly_the_divergence_and_nothing_at_the_optimum() {
        let (z, p) = ([0.2, -0.1, 0.4], [0.31_f64, 0.25, 0.44]);
        let sum: f64 = z.iter().map(|v: &f64| v.exp()).sum();
        let divergence: f64 = (0..3).map(|j| p[j] * (p[j] / (z[j].exp() / sum)).ln()).sum();
        let found = half_variance(&z, &logs(&p), &p);
        assert!((found / divergence - 1.0).abs() < 0.1, "{found} for {divergence}");
        let best = z.map(|v| v - sum.ln());
        assert!(half_variance(&z, &best, &exp(&best)) < 1e-15);
    }
}
