//! Naive-Bayes scaling of features: each is scaled by its log-count ratio, so that what is spread unevenly over the labels
//! is held back less by the penalty. Source: Wang & Manning 2012, "Baselines and bigrams: simple, good sentiment and topic
//! classification".
//!
//! There are two labels there, and one ratio `r_f = ln((1 + n_f+) / |1 + n_+|_1) - ln((1 + n_f-) / |1 + n_-|_1)`, where
//! `n_f+` is in how many items with the label the feature occurs. With more labels each has a ratio against the rest, and
//! as a softmax model has one value per feature, the largest absolute ratio is taken; with two that is `|r_f|`, whose sign
//! makes no difference to a penalty on squares. Ratios are divided by one number so that rows keep their mean squared
//! length, and alpha its meaning.
//!
//! The scale is part of the weights at the end: prediction knows nothing of it.

use super::matrix::Room;
use super::objective::Objective;
use super::params::{FeatureScale, ModelValidParams};
use super::rows::{Cell, Csr, Rows, RowsBuilder};
use super::solver::{Progress, Solution, solve};
use crate::error::Result;
use crate::feature::row::Row;

impl ModelValidParams {
    /// Minimises the objective, over scaled features if that was asked for; the parameters are those of unscaled ones, the
    /// rest of the solution is of the problem that was solved.
    ///
    /// # Errors
    /// As [`solve`].
    pub fn minimise(&self, objective: &Objective<'_>, progress: &Progress) -> Result<Solution> {
        if self.scale == FeatureScale::None {
            return solve(self.solver, objective, &self.stop, progress);
        }
        let scales = scales(objective)?;
        let x = scaled(objective.x, &scales, self.room)?;
        let mut solution = solve(self.solver, &Objective { x: &x, ..*objective }, &self.stop, progress)?;
        let columns = solution.parameters.chunks_exact_mut(objective.labels).zip(&scales);
        columns.for_each(|(weights, scale)| weights.iter_mut().for_each(|weight| *weight *= scale));
        Ok(solution)
    }
}

/// The scale of each column.
fn scales(objective: &Objective<'_>) -> Result<Vec<f64>> {
    let (x, k) = (objective.x, objective.labels);
    let mut counts = vec![1.0; x.width() * k];
    let mut squares = vec![0.0; x.width()];
    each_row(x, &mut |at, cells| {
        for cell in cells {
            counts[cell.column as usize * k + objective.y[at] as usize] += 1.0;
            squares[cell.column as usize] += f64::from(cell.value).powi(2);
        }
        Ok(())
    })?;
    let ratios = ratios(&counts, k);
    let sum: f64 = squares.iter().sum();
    let after: f64 = ratios.iter().zip(&squares).map(|(ratio, square)| ratio * ratio * square).sum();
    // Where no feature tells labels apart, all stay as they are.
    let by = (after / sum).sqrt();
    Ok(if by > 0.0 { ratios.into_iter().map(|ratio| ratio / by).collect() } else { vec![1.0; x.width()] })
}

/// The largest absolute log-count ratio of each column, from its smoothed counts per label (columns x labels).
fn ratios(counts: &[f64], labels: usize) -> Vec<f64> {
    let mut totals = vec![0.0; labels];
    counts.chunks_exact(labels).for_each(|of| totals.iter_mut().zip(of).for_each(|(total, n)| *total += n));
    let all: f64 = totals.iter().sum();
    let ratio = |of: &[f64]| {
        let sum: f64 = of.iter().sum();
        // The rest is smoothed like one label, however many it is of.
        let spare = labels as f64 - 2.0;
        let width = counts.len() as f64 / labels as f64;
        let of_label = |(n, total): (&f64, &f64)| {
            let rest = (sum - n - spare) / (all - total - spare * width);
            ((n / total) / rest).ln().abs()
        };
        of.iter().zip(&totals).map(of_label).fold(0.0, f64::max)
    };
    counts.chunks_exact(labels).map(ratio).collect()
}

/// The rows with each value times the scale of its column.
fn scaled(x: &Rows, scales: &[f64], room: Room) -> Result<Rows> {
    let builder = match room {
        Room::Memory => RowsBuilder::in_memory(x.width()),
        Room::File { .. } => RowsBuilder::in_file(x.width())?,
    };
    let mut row = Row::default();
    for number in 0..x.blocks() {
        let mut block = Csr::default();
        for cells in x.block(number)?.iter() {
            row.clear();
            for Cell { column, value } in cells {
                row.columns.push(*column);
                row.values.push((f64::from(*value) * scales[*column as usize]) as f32);
            }
            block.push(&row);
        }
        builder.add(number, block)?;
    }
    Ok(builder.finish())
}

fn each_row(rows: &Rows, take: &mut dyn FnMut(usize, &[Cell]) -> Result<()>) -> Result<()> {
    for number in 0..rows.blocks() {
        let block = rows.block(number)?;
        block.iter().enumerate().try_for_each(|(at, cells)| take(rows.first(number) + at, cells))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use linfa::ParamGuard;

    use super::*;
    use crate::model::Model;

    const X: [[f32; 3]; 8] = [
        [1.0, 0.5, 0.0],
        [1.0, 0.0, 0.25],
        [0.5, 0.5, 0.0],
        [0.0, 1.0, 0.5],
        [0.0, 0.75, 1.0],
        [1.0, 0.0, 0.75],
        [0.0, 0.25, 0.0],
        [0.5, 0.0, 1.0],
    ];
    const Y: [u32; 8] = [0, 0, 0, 1, 1, 1, 0, 1];

    fn rows() -> Rows {
        let row = |values: &[f32; 3]| {
            let (columns, values) = (0..).zip(*values).filter(|(_, value)| *value != 0.0).unzip();
            Row { columns, values }
        };
        Rows::from_rows(X.iter().map(row), 3)
    }

    fn assert_near(got: &[f64], expected: &[f64], near: f64) {
        assert_eq!(got.len(), expected.len());
        assert!(got.iter().zip(expected).all(|(a, b)| (a - b).abs() < near), "{got:?} instead of {expected:?}");
    }

    #[test]
    fn ratios_are_those_of_the_paper_and_with_three_labels_the_largest() {
        // numpy 2: B = X > 0; p = 1 + B[y == 1].sum(0); q = 1 + B[y != 1].sum(0); r = log((p / p.sum()) / (q / q.sum()));
        // abs(r), for three labels the largest of three such, divided by sqrt((r**2 * sq).sum() / sq.sum()) with
        // sq = (X**2).sum(0).
        let x = rows();
        let objective = Objective { x: &x, y: &Y, weights: &[1.0; 8], labels: 2, alpha: 0.5 };
        let expected = [0.671_768_072_197_468_5, 0.671_768_072_197_468_5, 1.439_999_163_238_349_3];
        assert_near(&scales(&objective).unwrap(), &expected, 1e-12);
        let y = [0, 0, 1, 1, 2, 2, 0, 2];
        let three = scales(&Objective { y: &y, labels: 3, ..objective }).unwrap();
        let ratios = [0.223_143_551_314_209_85, 0.628_608_659_422_374_2, 0.575_364_144_903_561_8];
        assert_near(&three.iter().map(|s| s / three[0]).collect::<Vec<_>>(), &ratios.map(|r| r / ratios[0]), 1e-12);
    }

    #[test]
    fn weights_are_those_of_scikit_learn_on_scaled_features() {
        // scikit-learn 1.9.1: m = LogisticRegression(C=2 / 0.5, tol=1e-12, solver="newton-cg").fit(X * scales, y); half of
        // m.coef_ * scales and of m.intercept_, as two labels share what is one weight there.
        let x = rows();
        let objective = Objective { x: &x, y: &Y, weights: &[1.0; 8], labels: 2, alpha: 0.5 };
        let params = Model::params().scale(FeatureScale::Nb).tolerance(1e-10).max_iterations(20_000).check().unwrap();
        let quiet: Progress = Arc::new(|_, _| {});
        let p = params.minimise(&objective, &quiet).unwrap().parameters;
        let of_second: Vec<f64> = (0..4).map(|column| (p[column * 2 + 1] - p[column * 2]) / 2.0).collect();
        let expected = [-0.170_775_591_33, 0.164_828_942_27, 1.957_593_496_22, -0.794_521_821_95];
        assert_near(&of_second, &expected, 1e-6);
        let plain = Model::params().tolerance(1e-10).check().unwrap().minimise(&objective, &quiet).unwrap().parameters;
        assert!((p[5] - plain[5]).abs() > 0.01, "scaling makes a difference");
    }
}
