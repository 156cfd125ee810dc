//! Out-of-fold logits on rows that are prepared already: what the model would say of each item, had it not seen the
//! item's group. What probabilities are calibrated on.
//!
//! Texts are not read again. Instead each fold's training rows, and the rows it holds out, lose the columns that are not
//! frequent enough without the fold, and are brought back to unit length: all that tells such a row from one that was
//! made with a vocabulary of its own is the inverse document frequencies, which are those of all items. A fold's rows
//! serve any number of choices of the penalty and of class weights.

use std::sync::Arc;

use rayon::prelude::*;

use super::matrix::Room;
use super::objective::Objective;
use super::params::{ClassWeight, ModelValidParams};
use super::rows::{BLOCK, Cell, Csr, Rows, RowsBuilder};
use super::solver::Progress;
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

/// What models on the same rows may differ in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Choice {
    /// Weight of the penalty.
    pub alpha: f64,
    /// How labels are weighted.
    pub class_weight: ClassWeight,
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

/// The columns that are frequent enough in some rows, numbered anew.
struct Known {
    /// The new number of each column, [`UNKNOWN`] for the others.
    places: Vec<u32>,
    width: usize,
}

const UNKNOWN: u32 = u32::MAX;

impl ModelValidParams {
    /// The choice that these parameters are.
    pub fn choice(&self) -> Choice {
        Choice { alpha: self.alpha, class_weight: self.class_weight }
    }

    /// For each choice the logits of every row by the model of the other folds. Folds are trained side by side where rows
    /// are in memory.
    ///
    /// # Errors
    /// As training.
    pub fn out_of_fold_logits(&self, cut: &Cut<'_>, choices: &[Choice]) -> Result<Vec<Logits>> {
        let folds = cut.fold_of.iter().max().map_or(0, |last| last + 1);
        let fold = |fold: usize| self.held_out(cut, fold, choices);
        let held: Vec<Held> = match self.room {
            Room::Memory => (0..folds).into_par_iter().map(fold).collect::<Result<_>>()?,
            Room::File { .. } => (0..folds).map(fold).collect::<Result<_>>()?,
        };
        let k = cut.labels;
        let of_choice = |choice: usize| {
            let mut values = vec![0.0; cut.y.len() * k];
            for Held { rows, logits } in &held {
                let each = rows.iter().zip(logits[choice].chunks_exact(k));
                each.for_each(|(row, z)| values[row * k..(row + 1) * k].copy_from_slice(z));
            }
            Logits { labels: k, values, y: cut.y.to_vec(), weights: cut.weights.to_vec() }
        };
        Ok((0..choices.len()).map(of_choice).collect())
    }

    /// The rows of a fold with their logits by the models of the others.
    fn held_out(&self, cut: &Cut<'_>, fold: usize, choices: &[Choice]) -> Result<Held> {
        let inside = |row: usize| cut.fold_of[row] == fold;
        let known = self.known(cut, &|row| !inside(row))?;
        let (mut rows, mut held) = (Vec::new(), Vec::new());
        self.each_row(cut, &inside, &known, &mut |at, row| {
            rows.push(at);
            held.push(row.clone());
            Ok(())
        })?;
        let (x, y, weights) = self.rest(cut, &known, &|row| !inside(row))?;
        let logits = choices.iter().map(|choice| {
            let weights = choice.class_weight.weigh(&y, cut.labels, &weights);
            let objective = Objective { x: &x, y: &y, weights: &weights, labels: cut.labels, alpha: choice.alpha };
            let quiet: Progress = Arc::new(|_, _| {});
            let parameters = self.minimise(&objective, &quiet)?.parameters;
            Ok(held.iter().flat_map(|row| logits_of(row, &parameters, cut.labels)).collect())
        });
        Ok(Held { rows, logits: logits.collect::<Result<_>>()? })
    }

    /// The chosen rows with their labels and weights.
    fn rest(&self, cut: &Cut<'_>, known: &Known, chosen: &dyn Fn(usize) -> bool) -> Result<(Rows, Vec<u32>, Vec<f64>)> {
        let builder = match self.room {
            Room::Memory => RowsBuilder::in_memory(known.width),
            Room::File { .. } => RowsBuilder::in_file(known.width)?,
        };
        let (mut y, mut weights, mut block, mut blocks) = (Vec::new(), Vec::new(), Csr::default(), 0);
        self.each_row(cut, chosen, known, &mut |at, row| {
            y.push(cut.y[at]);
            weights.push(cut.weights[at]);
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
        Ok((builder.finish(), y, weights))
    }

    /// The columns that are frequent enough among the chosen rows.
    fn known(&self, cut: &Cut<'_>, chosen: &dyn Fn(usize) -> bool) -> Result<Known> {
        let mut counts = vec![0u32; cut.rows.width()];
        each_cells(cut.rows, chosen, &mut |_, cells| {
            cells.iter().for_each(|cell| counts[cell.column as usize] += 1);
            Ok(())
        })?;
        let mut width = 0;
        for count in &mut counts {
            let frequent = *count >= self.features.min_count;
            *count = if frequent { width } else { UNKNOWN };
            width += u32::from(frequent);
        }
        Ok(Known { places: counts, width: width as usize })
    }

    /// Calls `take` for each chosen row, cut down to the known columns and brought back to unit length.
    fn each_row(
        &self,
        cut: &Cut<'_>,
        chosen: &dyn Fn(usize) -> bool,
        known: &Known,
        take: &mut dyn FnMut(usize, &Row) -> Result<()>,
    ) -> Result<()> {
        let mut row = Row::default();
        let place = |column: u32| known.places[column as usize];
        each_cells(cut.rows, chosen, &mut |at, cells| {
            row.clear();
            for cell in cells.iter().filter(|cell| place(cell.column) != UNKNOWN) {
                row.columns.push(cell.column);
                row.values.push(cell.value);
            }
            row.rescale(&cut.block_ends, &self.features.block_weights);
            row.columns.iter_mut().for_each(|column| *column = place(*column));
            take(at, &row)
        })
    }
}

/// The rows of a fold, and for each choice their logits, row by row.
struct Held {
    rows: Vec<usize>,
    logits: Vec<Vec<f64>>,
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
