//! The sparse solver: argmin's L-BFGS over compressed rows. The only file that knows argmin.

use std::sync::{Arc, Mutex};

use argmin::core::observers::{Observe, ObserverMode};
use argmin::core::{CostFunction, Executor, Gradient, IterState, KV, State};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;

use super::objective::{Objective, norm};
use super::solution::{Progress, Solution, SolverSettings};
use crate::error::{Error, Result};

/// Pairs of steps that L-BFGS remembers.
const MEMORY: usize = 10;

/// argmin asks for cost and gradient one after the other at the same point: the second answer is kept from the first.
struct Cached<'a> {
    objective: Objective<'a>,
    last: Arc<Mutex<Last>>,
}

#[derive(Default)]
struct Last {
    p: Vec<f64>,
    cost: f64,
    gradient: Vec<f64>,
}

impl Cached<'_> {
    fn at<T>(&self, p: &[f64], read: impl FnOnce(&Last) -> T) -> Result<T> {
        let mut last = self.last.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if last.p != p {
            let Last { gradient, .. } = &mut *last;
            let cost = self.objective.evaluate(p, gradient)?;
            last.cost = cost;
            last.p.clear();
            last.p.extend_from_slice(p);
        }
        Ok(read(&last))
    }
}

impl CostFunction for Cached<'_> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, p: &Vec<f64>) -> Result<f64, argmin::core::Error> {
        Ok(self.at(p, |last| last.cost)?)
    }
}

impl Gradient for Cached<'_> {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, p: &Vec<f64>) -> Result<Vec<f64>, argmin::core::Error> {
        Ok(self.at(p, |last| last.gradient.clone())?)
    }
}

struct Watch {
    progress: Progress,
    norm_at_zero: f64,
}

type LbfgsState = IterState<Vec<f64>, Vec<f64>, (), (), (), f64>;

impl Observe<LbfgsState> for Watch {
    fn observe_iter(&mut self, state: &LbfgsState, _: &KV) -> Result<(), argmin::core::Error> {
        let gradient = state.get_gradient().map_or(f64::NAN, |g| norm(g));
        (self.progress)(state.get_iter() + 1, gradient / self.norm_at_zero);
        Ok(())
    }
}

/// Minimises the objective from zero.
///
/// # Errors
/// Whatever argmin says, with a way out.
pub fn solve(objective: &Objective<'_>, settings: &SolverSettings, progress: &Progress) -> Result<Solution> {
    let failed = |e: argmin::core::Error| Error::Solver {
        solver: "sparse",
        what: e.to_string(),
        help: "try a larger --alpha".into(),
    };
    let start = vec![0.0; objective.parameters()];
    let mut gradient = Vec::new();
    let cost = objective.evaluate(&start, &mut gradient)?;
    let norm_at_zero = norm(&gradient).max(f64::MIN_POSITIVE);
    let last = Arc::new(Mutex::new(Last { p: start.clone(), cost, gradient }));
    let problem = Cached { objective: *objective, last };
    let solver = LBFGS::new(MoreThuenteLineSearch::new(), MEMORY)
        .with_tolerance_grad(settings.tolerance * norm_at_zero)
        .and_then(|s| s.with_tolerance_cost(0.0))
        .map_err(failed)?;
    let watch = Watch { progress: progress.clone(), norm_at_zero };
    let result = Executor::new(problem, solver)
        .configure(|state: LbfgsState| state.param(start).max_iters(settings.max_iterations))
        .add_observer(watch, ObserverMode::Always)
        .timer(false)
        .run()
        .map_err(failed)?;
    let mut state = result.state;
    let iterations = state.get_iter();
    let parameters = state.take_best_param().unwrap_or_else(|| vec![0.0; objective.parameters()]);
    Solution::check(objective, parameters, Some(iterations), norm_at_zero, settings)
}
