//! Which solver is taken: the seam between training and the solvers.

use std::str::FromStr;

use super::objective::Objective;
pub use super::solution::{Progress, Solution, SolverSettings};
use super::{dense, dual, sparse};
use crate::error::{Error, Result};

/// Which solver to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Solver {
    /// Dense for small problems without weights, dual for all others; sparse where dual does not converge.
    #[default]
    Auto,
    /// Compressed rows, L-BFGS.
    Sparse,
    /// A full matrix, linfa-logistic.
    Dense,
    /// Compressed rows, dual coordinate ascent.
    Dual,
}

impl Solver {
    /// Every choice, with the name it has on the command line.
    pub const ALL: [(&'static str, Solver); 4] =
        [("auto", Solver::Auto), ("sparse", Solver::Sparse), ("dense", Solver::Dense), ("dual", Solver::Dual)];
}

impl FromStr for Solver {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        let found = Solver::ALL.iter().find(|(n, _)| *n == name);
        found.map(|(_, s)| *s).ok_or_else(|| Error::setting("solver", name, "solvers are: auto, sparse, dense, dual"))
    }
}

/// `auto` takes the dense solver up to this many cells (rows x columns). Measured by `benches/training.rs`: at 100 x 50
/// dense and sparse take the same 1.1 ms, at 100 x 200 sparse is 1.3 times and at 200 x 500 2.2 times as fast.
pub const DENSE_CELLS: usize = 5_000;

/// Minimises the objective with the chosen solver.
///
/// # Errors
/// See [`dense::solve`] and [`sparse::solve`].
pub fn solve(
    solver: Solver,
    objective: &Objective<'_>,
    settings: &SolverSettings,
    progress: &Progress,
) -> Result<Solution> {
    let small = objective.x.len() * objective.x.width() <= DENSE_CELLS;
    let plain = objective.weights.iter().all(|w| *w == 1.0) && objective.alpha >= dense::MIN_ALPHA;
    let (name, mut solution) = match solver {
        Solver::Dense => ("dense", dense::solve(objective, settings)?),
        Solver::Auto if small && plain => ("dense", dense::solve(objective, settings)?),
        Solver::Dual => ("dual", dual::solve(objective, settings, progress)?),
        Solver::Auto => match dual::solve(objective, settings, progress)? {
            solution if solution.solved.converged => ("dual", solution),
            _ => ("sparse", sparse::solve(objective, settings, progress)?),
        },
        Solver::Sparse => ("sparse", sparse::solve(objective, settings, progress)?),
    };
    solution.solved.solver = name.into();
    Ok(solution)
}
