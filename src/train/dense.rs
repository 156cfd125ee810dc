//! The dense solver: linfa-logistic over a full matrix, for small problems. The only file that knows linfa-logistic.
//!
//! What linfa-logistic 0.8.1 does not do is guarded here: it ignores weights (so only equal ones are accepted), does not
//! tell whether it converged (so the gradient is computed afterwards), takes one maximum for a whole batch in its
//! softmax (so the spread of logits is checked), and orders its columns by label (so they are mapped by name).

use linfa::prelude::*;
use linfa_logistic::MultiLogisticRegression;
use ndarray::{Array1, Array2};

use super::objective::{Objective, norm};
use super::solution::{Solution, SolverSettings};
use crate::error::{Error, Result};

/// Smallest alpha for which its optimum was seen to be right on rows of unit length.
pub const MIN_ALPHA: f64 = 0.001;

/// Its softmax goes wrong, silently, when logits differ by more than about 34.
const MAX_SPREAD: f64 = 30.0;

/// Minimises the objective.
///
/// # Errors
/// Weights that differ, an alpha below [`MIN_ALPHA`], a label without items, logits too far apart, or whatever linfa says.
pub fn solve(objective: &Objective<'_>, settings: &SolverSettings) -> Result<Solution> {
    let failed = |what: String| Error::Solver { solver: "dense", what, help: "use --solver sparse".into() };
    if objective.weights.iter().any(|w| *w != 1.0) {
        return Err(failed("it cannot weigh items or labels".into()));
    }
    if objective.alpha < MIN_ALPHA {
        return Err(Error::setting("alpha", objective.alpha, format!("the dense solver needs at least {MIN_ALPHA}")));
    }
    let norm_at_zero = gradient_norm(objective, &vec![0.0; objective.parameters()])?;
    let targets: Array1<usize> = objective.y.iter().map(|y| *y as usize).collect();
    let dataset = DatasetBase::new(full(objective)?, targets);
    let fitted = MultiLogisticRegression::default()
        .alpha(objective.alpha)
        .max_iterations(settings.max_iterations)
        .gradient_tolerance((settings.tolerance * norm_at_zero).max(f64::MIN_POSITIVE))
        .fit(&dataset)
        .map_err(|e| failed(e.to_string()))?;
    if fitted.classes().len() != objective.labels {
        return Err(failed("a label has no items".into()));
    }
    let k = objective.labels;
    let mut parameters = vec![0.0; objective.parameters()];
    for (column, label) in fitted.classes().iter().enumerate() {
        for feature in 0..objective.x.width() {
            parameters[feature * k + label] = fitted.params()[(feature, column)];
        }
        parameters[objective.x.width() * k + label] = fitted.intercept()[column];
    }
    let spread = objective.spread(&parameters)?;
    if spread > MAX_SPREAD {
        return Err(failed(format!("logits differ by {spread:.0}, more than the {MAX_SPREAD} it is right for")));
    }
    Solution::check(objective, parameters, None, norm_at_zero, settings)
}

fn gradient_norm(objective: &Objective<'_>, p: &[f64]) -> Result<f64> {
    let mut gradient = Vec::new();
    objective.evaluate(p, &mut gradient)?;
    Ok(norm(&gradient).max(f64::MIN_POSITIVE))
}

/// The rows as a full matrix.
fn full(objective: &Objective<'_>) -> Result<Array2<f64>> {
    let mut matrix = Array2::zeros((objective.x.len(), objective.x.width()));
    for number in 0..objective.x.blocks() {
        let (block, first) = (objective.x.block(number)?, objective.x.first(number));
        for (row, cells) in block.iter().enumerate() {
            cells.iter().for_each(|c| matrix[(first + row, c.column as usize)] = f64::from(c.value));
        }
    }
    Ok(matrix)
}
