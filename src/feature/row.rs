//! A sparse feature row, and how counts become one: sublinear tf, idf, unit length.

use std::sync::LazyLock;

use super::registry::Block;
use super::vocabulary::Vocabulary;

/// A sparse vector: columns in rising order, their values, Euclidean length 1 (or no value at all).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Row {
    /// Columns, each once, rising.
    pub columns: Vec<u32>,
    /// A value per column.
    pub values: Vec<f32>,
}

impl Row {
    /// Removes everything, keeping the memory.
    pub fn clear(&mut self) {
        self.columns.clear();
        self.values.clear();
    }

    /// Adds a column with its count; columns must come in rising order.
    pub fn push(&mut self, column: u32, count: u32) {
        self.columns.push(column);
        self.values.push(count as f32);
    }

    /// The columns of `range` only, numbered from 0.
    pub fn columns_only(&self, range: &std::ops::Range<usize>) -> Row {
        let cells = self.columns.iter().zip(&self.values).filter(|(c, _)| range.contains(&(**c as usize)));
        let (columns, values) = cells.map(|(c, v)| (*c - range.start as u32, *v)).unzip();
        Row { columns, values }
    }

    /// Turns counts into values: `(1 + ln count) * idf`, each block to unit length and times its weight, the whole to
    /// unit length. Sums run over columns in order, so the bytes do not depend on anything else.
    pub fn weigh(&mut self, vocabulary: &Vocabulary, block_weights: &[f32; Block::COUNT]) {
        let few = &*FEW;
        let mut first = 0;
        for (end_column, weight) in vocabulary.block_ends().iter().zip(block_weights) {
            let end = first + self.columns[first..].partition_point(|c| c < end_column);
            let values = &mut self.values[first..end];
            let mut squares = 0.0;
            for (column, value) in self.columns[first..end].iter().zip(values.iter_mut()) {
                let tf = few.get(*value as usize).copied().unwrap_or_else(|| sublinear(*value));
                *value = tf * vocabulary.idf(*column as usize);
                squares += square(*value);
            }
            scale(values, squares, *weight);
            first = end;
        }
        let squares = self.values.iter().map(|v| square(*v)).sum();
        scale(&mut self.values, squares, 1.0);
    }

    /// Brings values back to the lengths that [`Row::weigh`] gives, after some of the columns were taken out.
    pub fn rescale(&mut self, block_ends: &[u32; Block::COUNT], block_weights: &[f32; Block::COUNT]) {
        let mut first = 0;
        for (end_column, weight) in block_ends.iter().zip(block_weights) {
            let end = first + self.columns[first..].partition_point(|c| c < end_column);
            let values = &mut self.values[first..end];
            let squares = values.iter().map(|v| square(*v)).sum();
            scale(values, squares, *weight);
            first = end;
        }
        let squares = self.values.iter().map(|v| square(*v)).sum();
        scale(&mut self.values, squares, 1.0);
    }
}

/// `1 + ln count` of small counts, which nearly all are.
static FEW: LazyLock<[f32; 16]> = LazyLock::new(|| std::array::from_fn(|count| sublinear(count as f32)));

fn sublinear(count: f32) -> f32 {
    1.0 + count.ln()
}

fn square(value: f32) -> f64 {
    f64::from(value) * f64::from(value)
}

/// Scales values, given the sum of their squares, to a given Euclidean length; all zeros stay.
fn scale(values: &mut [f32], squares: f64, length: f32) {
    let norm = squares.sqrt();
    if norm > 0.0 {
        let factor = (f64::from(length) / norm) as f32;
        values.iter_mut().for_each(|v| *v *= factor);
    }
}

#[cfg(test)]
mod tests {
    use super::super::vocabulary::NewFeature;
    use super::*;

    #[test]
    fn blocks_are_weighted_and_the_whole_has_length_one() {
        let feature = |key, name: &str, block| NewFeature { key, name: name.into(), block, count: 2 };
        let features =
            vec![feature(1, "a", Block::Words), feature(2, "b", Block::Words), feature(3, "c", Block::Classes)];
        let vocabulary = Vocabulary::new(features, 5);
        let mut row = Row::default();
        row.push(0, 1);
        row.push(1, 3);
        row.push(2, 1);
        row.weigh(&vocabulary, &[1.0, 0.7]);
        // By hand: words (1, 1 + ln 3) scaled to length 1, class scaled to 0.7, all divided by sqrt(1 + 0.49).
        let norm = (1.0f64 + (1.0 + 3f64.ln()).powi(2)).sqrt();
        let whole = 1.49f64.sqrt();
        let expected = [1.0 / norm / whole, (1.0 + 3f64.ln()) / norm / whole, 0.7 / whole];
        for (got, want) in row.values.iter().zip(expected) {
            assert!((f64::from(*got) - want).abs() < 1e-6);
        }
    }

    #[test]
    fn a_row_without_a_column_is_the_row_of_a_vocabulary_without_it() {
        let feature = |key, name: &str, block| NewFeature { key, name: name.into(), block, count: 2 };
        let words = [feature(1, "a", Block::Words), feature(2, "b", Block::Words)];
        let class = [feature(3, "c", Block::Classes)];
        let whole = Vocabulary::new([&words[..], &class].concat(), 5);
        let smaller = Vocabulary::new([&words[..1], &class].concat(), 5);
        let row = |columns: &[u32], vocabulary: &Vocabulary| {
            let mut row = Row::default();
            columns.iter().for_each(|column| row.push(*column, 1));
            row.weigh(vocabulary, &Block::WEIGHTS);
            row
        };
        let mut left = row(&[0, 1, 2], &whole);
        left.columns.remove(1);
        left.values.remove(1);
        left.rescale(&whole.block_ends(), &Block::WEIGHTS);
        let expected = row(&[0, 1], &smaller);
        assert!(left.values.iter().zip(&expected.values).all(|(a, b)| (a - b).abs() < 1e-7), "{left:?}, {expected:?}");
    }

    #[test]
    fn an_empty_row_stays_empty() {
        let mut row = Row::default();
        row.weigh(&Vocabulary::default(), &[1.0, 0.7]);
        assert!(row.values.is_empty());
    }
}
