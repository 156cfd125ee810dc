//! What every solver is given and what it gives back.

use std::sync::Arc;

use super::objective::{Objective, norm};
use crate::error::Result;
use crate::model::card::Solved;
use crate::model::linear::Linear;

/// When to stop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SolverSettings {
    /// At most so many iterations; default 500.
    pub max_iterations: u64,
    /// The solver is done when the gradient's norm is at most this share of its norm at zero; default 1e-4.
    pub tolerance: f64,
}

impl Default for SolverSettings {
    fn default() -> Self {
        SolverSettings { max_iterations: 500, tolerance: 1e-4 }
    }
}

/// Called after each iteration with its number and the relative gradient norm, or what it is at least.
pub type Progress = Arc<dyn Fn(u64, f64) + Send + Sync>;

/// Solver parameters (feature by feature, biases last) to a linear function.
pub fn to_linear(first_column: u32, parameters: &[f64], labels: usize) -> Linear {
    let (weights, bias) = parameters.split_at(parameters.len() - labels);
    let narrow = |values: &[f64]| values.iter().map(|v| *v as f32).collect();
    Linear::new(first_column, narrow(weights), narrow(bias))
}

/// What a solver found.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// Parameters in the order of [`Objective::parameters`].
    pub parameters: Vec<f64>,
    /// How it ended; `solver` is filled in by [`super::solver::solve`].
    pub solved: Solved,
}

impl Solution {
    /// Computes objective and gradient at the parameters a solver gave, whatever the solver says of itself.
    ///
    /// # Errors
    /// As [`Objective::evaluate`].
    pub(super) fn check(
        objective: &Objective<'_>,
        parameters: Vec<f64>,
        iterations: Option<u64>,
        norm_at_zero: f64,
        settings: &SolverSettings,
    ) -> Result<Self> {
        let mut gradient = Vec::new();
        let value = objective.evaluate(&parameters, &mut gradient)?;
        let relative_gradient = norm(&gradient) / norm_at_zero;
        let converged = relative_gradient <= settings.tolerance;
        let solved = Solved { solver: String::new(), iterations, objective: value, relative_gradient, converged };
        Ok(Solution { parameters, solved })
    }
}
