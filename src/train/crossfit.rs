//! Out-of-fold logits on rows that are prepared already: what the model would say of each item, had it not seen the
//! item's group. What probabilities are calibrated on.
//!
//! Texts are not read again. Instead each fold's training rows, and the rows it holds out, lose the columns that are not
//! frequent enough without the fold, and are brought back to unit length: all that tells such a row from one that was
//! made with a vocabulary of its own is the inverse document frequencies, which are those of all items.

use std::sync::Arc;

use rayon::prelude::*;

use super::matrix::Room;
use super::objective::Objective;
use super::params::ModelValidParams;
use super::rows::{BLOCK, Cell, Csr, Rows, RowsBuilder};
use super::solver::{Progress, solve};
use crate::error::Result;
use crate::feature::registry::Block;
use crate::feature::row::Row;

/// Logits of items that some model had not seen, with what is known of these items.
#[derive(Debug, Clone, PartialEq)]
pub struct Logits {
    /// Number of labels.
    pub labels: usize,
    /// Items x labels, item by item.
    pub values: Vec<f64>,
    /// The label of each item.
    pub y: Vec<u32>,
    /// The weight of each item, positive.
    pub weights: Vec<f64>,
}

impl Logits {
    /// The logits of each item with its label and its weight.
    pub fn iter(&self) -> impl Iterator<Item = (&[f64], usize, f64)> {
        let known = self.y.iter().zip(&self.weights);
        self.values.chunks_exact(self.labels).zip(known).map(|(z, (y, weight))| (z, *y as usize, *weight))
    }
}

/// The rows of a training problem, cut into folds.
pub struct Cut<'a> {
    /// All rows.
    pub rows: &'a Rows,
    /// One past the last column of each block of features.
    pub block_ends: [u32; Block::COUNT],
    /// The label of each row.
    pub y: &'a [u32],
    /// The weight of each row.
    pub weights: &'a [f64],
    /// Number of labels.
    pub labels: usize,
    /// The fold of each row.
    pub fold_of: &'a [usize],
}

impl ModelValidParams {
    /// Logits of every row by the model of the other folds, which are trained side by side where rows are in memory.
    ///
    /// # Errors
    /// As training.
    pub fn out_of_fold_logits(&self, cut: &Cut<'_>) -> Result<Logits> {
        let folds = cut.fold_of.iter().max().map_or(0, |last| last + 1);
        let fold = |fold: usize| self.held_out(cut, fold);
        let held: Vec<Vec<(usize, Vec<f64>)>> = match self.room {
            Room::Memory => (0..folds).into_par_iter().map(fold).collect::<Result<_>>()?,
            Room::File { .. } => (0..folds).map(fold).collect::<Result<_>>()?,
        };
        let mut values = vec![0.0; cut.y.len() * cut.labels];
        for (row, logits) in held.into_iter().flatten() {
            values[row * cut.labels..(row + 1) * cut.labels].copy_from_slice(&logits);
        }
        Ok(Logits { labels: cut.labels, values, y: cut.y.to_vec(), weights: cut.weights.to_vec() })
    }

    /// The rows of a fold with their logits by the model of the others.
    fn held_out(&self, cut: &Cut<'_>, fold: usize) -> Result<Vec<(usize, Vec<f64>)>> {
        let inside = |row: usize| cut.fold_of[row] == fold;
        let known = self.known(cut, &|row| !inside(row))?;
        let builder = match self.room {
            Room::Memory => RowsBuilder::in_memory(cut.rows.width()),
            Room::File { .. } => RowsBuilder::in_file(cut.rows.width())?,
        };
        let (mut y, mut weights, mut block, mut blocks) = (Vec::new(), Vec::new(), Csr::default(), 0);
        self.each_row(cut, &|row| !inside(row), &known, &mut |at, row| {
            (y.push(cut.y[at]), weights.push(cut.weights[at]));
            block.push(row);
            if block.rows() == BLOCK {
                builder.add(blocks, std::mem::take(&mut block))?;
                blocks += 1;
            }
            Ok(())
        })?;
        if block.rows() > 0 {
            builder.add(blocks, block)?;
        }
        let x = builder.finish();
        let weights = self.weigh(&y, cut.labels, &weights);
        let objective = Objective { x: &x, y: &y, weights: &weights, labels: cut.labels, alpha: self.alpha };
        let quiet: Progress = Arc::new(|_, _| {});
        let parameters = solve(self.solver, &objective, &self.stop, &quiet)?.parameters;
        let mut logits = Vec::new();
        self.each_row(cut, &inside, &known, &mut |at, row| {
            logits.push((at, logits_of(row, &parameters, cut.labels)));
            Ok(())
        })?;
        Ok(logits)
    }

    /// For each column, whether it is frequent enough among the chosen rows.
    fn known(&self, cut: &Cut<'_>, chosen: &dyn Fn(usize) -> bool) -> Result<Vec<bool>> {
        let mut counts = vec![0u32; cut.rows.width()];
        each_cells(cut.rows, chosen, &mut |_, cells| {
            cells.iter().for_each(|cell| counts[cell.column as usize] += 1);
            Ok(())
        })?;
        Ok(counts.into_iter().map(|count| count >= self.features.min_count).collect())
    }

    /// Calls `take` for each chosen row, cut down to the known columns and brought back to unit length.
    fn each_row(
        &self,
        cut: &Cut<'_>,
        chosen: &dyn Fn(usize) -> bool,
        known: &[bool],
        take: &mut dyn FnMut(usize, &Row) -> Result<()>,
    ) -> Result<()> {
        let mut row = Row::default();
        each_cells(cut.rows, chosen, &mut |at, cells| {
            row.clear();
            for cell in cells.iter().filter(|cell| known[cell.column as usize]) {
                row.columns.push(cell.column);
                row.values.push(cell.value);
            }
            row.rescale(&cut.block_ends, &self.features.block_weights);
            take(at, &row)
        })
    }
}

/// Takes a row by its number.
type TakeCells<'t> = dyn FnMut(usize, &[Cell]) -> Result<()> + 't;

fn each_cells(rows: &Rows, chosen: &dyn Fn(usize) -> bool, take: &mut TakeCells<'_>) -> Result<()> {
    for number in 0..rows.blocks() {
        let block = rows.block(number)?;
        let numbered = block.iter().enumerate().map(|(at, cells)| (rows.first(number) + at, cells));
        numbered.filter(|(at, _)| chosen(*at)).try_for_each(|(at, cells)| take(at, cells))?;
    }
    Ok(())
}

fn logits_of(row: &Row, parameters: &[f64], labels: usize) -> Vec<f64> {
    let mut logits = parameters[parameters.len() - labels..].to_vec();
    for (column, value) in row.columns.iter().zip(&row.values) {
        let of_column = &parameters[*column as usize * labels..][..labels];
        logits.iter_mut().zip(of_column).for_each(|(z, weight)| *z += weight * f64::from(*value));
    }
    logits
}
