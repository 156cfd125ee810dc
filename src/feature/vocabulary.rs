//! The features a model knows: key to column, names for people, inverse document frequencies.
//!
//! Columns are numbered by block, within a block by falling count: what is read often lies close together in every
//! array that has one value per column. Ties go by name, so the same data give the same numbers on every machine. Which
//! features make it in here is decided in training.

use std::{borrow::Cow, cmp::Reverse};

use super::columns::Columns;
use super::registry::Block;
use crate::error::{Error, Result};

/// One feature on its way into a vocabulary.
#[derive(Debug, Clone, PartialEq)]
pub struct NewFeature {
    /// Key as [`super::emit::Feature`] computes it.
    pub key: u64,
    /// Name as shown to people.
    pub name: String,
    /// The block of its family.
    pub block: Block,
    /// In how many instances it occurs, at least 1.
    pub count: u32,
}

/// The raw parts of a vocabulary, as a model file holds them; `idf` has one value per feature. Borrowed where
/// the file is part of the program.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct VocabularyParts {
    /// The column of each feature key.
    pub columns: Columns,
    /// All names, one after the other.
    pub names: Cow<'static, str>,
    /// Byte offsets of the names: one more than features, from 0 to the length of `names`.
    pub offsets: Cow<'static, [u32]>,
    /// Inverse document frequency of each feature.
    pub idf: Cow<'static, [f32]>,
    /// One past the last column of each block.
    pub block_ends: [u32; Block::COUNT],
}

/// The features a model knows.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    parts: VocabularyParts,
}

/// Prefix of the features that need no actor; in their block they stand before the others.
const BLIND_PREFIX: &str = "word:";

impl Vocabulary {
    /// Numbers the features: by block, those that need no actor first, then the frequent ones; `n` is the number of instances they were counted in.
    /// The inverse document frequency is `ln((1 + n) / (1 + count)) + 1`, as in scikit-learn's `TfidfTransformer`
    /// with `smooth_idf`.
    pub fn new(mut features: Vec<NewFeature>, n: usize) -> Self {
        fn place(f: &NewFeature) -> (Block, bool, Reverse<u32>, &str, u64) {
            (f.block, !f.name.starts_with(BLIND_PREFIX), Reverse(f.count), &f.name, f.key)
        }
        features.sort_unstable_by(|a, b| place(a).cmp(&place(b)));
        let (mut names, mut offsets) = (String::new(), vec![0]);
        for feature in &features {
            names.push_str(&feature.name);
            offsets.push(names.len() as u32);
        }
        let idf = |f: &NewFeature| (((1 + n) as f64 / (1 + f.count) as f64).ln() + 1.0) as f32;
        let mut parts = VocabularyParts {
            columns: Columns::new(features.iter().map(|f| f.key)).expect("a key is counted once"),
            names: names.into(),
            offsets: offsets.into(),
            idf: features.iter().map(idf).collect(),
            block_ends: [0; Block::COUNT],
        };
        for (block, end) in parts.block_ends.iter_mut().enumerate() {
            *end = features.partition_point(|f| f.block as usize <= block) as u32;
        }
        Vocabulary { parts }
    }

    /// A vocabulary from the parts in a model file, every length and offset checked.
    ///
    /// # Errors
    /// Lengths that differ, offsets that go back or cut a character, block ends out of order.
    pub fn from_parts(parts: VocabularyParts, file: &str) -> Result<Self> {
        let damaged = |what: &str| Error::model(file, what, "get the file again, or train the model again");
        let n = parts.columns.len();
        if parts.idf.len() != n || parts.offsets.len() != n + 1 {
            return Err(damaged("its feature tables differ in length"));
        }
        let ends = [0, parts.names.len() as u32];
        let edges = [parts.offsets.first().copied().unwrap_or(1), parts.offsets.last().copied().unwrap_or(0)];
        let ordered = parts.offsets.windows(2).all(|w| w[0] <= w[1]);
        if edges != ends || !ordered || !parts.offsets.iter().all(|o| parts.names.is_char_boundary(*o as usize)) {
            return Err(damaged("the offsets of its feature names are wrong"));
        }
        if !parts.block_ends.is_sorted() || parts.block_ends[Block::COUNT - 1] as usize != n {
            return Err(damaged("the blocks of its features are wrong"));
        }
        if !parts.idf.iter().fold(true, |all, v| all & v.is_finite() & (*v > 0.0)) {
            return Err(damaged("an inverse document frequency is no positive number"));
        }
        Ok(Vocabulary { parts })
    }

    /// Number of features.
    pub fn len(&self) -> usize {
        self.parts.columns.len()
    }

    /// Whether there is no feature at all.
    pub fn is_empty(&self) -> bool {
        self.parts.columns.is_empty()
    }

    /// The column of a feature key.
    pub fn column(&self, key: u64) -> Option<u32> {
        self.parts.columns.get(key)
    }

    /// The name of the feature in a column.
    pub fn name(&self, column: usize) -> &str {
        &self.parts.names[self.parts.offsets[column] as usize..self.parts.offsets[column + 1] as usize]
    }

    /// Inverse document frequency of the feature in a column.
    pub fn idf(&self, column: usize) -> f32 {
        self.parts.idf[column]
    }

    /// One past the last column of each block.
    pub fn block_ends(&self) -> [u32; Block::COUNT] {
        self.parts.block_ends
    }

    /// The columns of the features that need no actor (`word:...`): the first of the first block.
    pub fn blind_columns(&self) -> std::ops::Range<usize> {
        let (mut low, mut high) = (0, self.parts.block_ends[0] as usize);
        while low < high {
            let middle = (low + high) / 2;
            if self.name(middle).starts_with(BLIND_PREFIX) { low = middle + 1 } else { high = middle }
        }
        0..low
    }

    /// The raw parts, for the model file.
    pub fn parts(&self) -> &VocabularyParts {
        &self.parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feature(key: u64, name: &str, block: Block, count: u32) -> NewFeature {
        NewFeature { key, name: name.into(), block, count }
    }

    fn small() -> Vocabulary {
        let features = vec![
            feature(3, "class:neg", Block::Classes, 1),
            feature(5, "left:yes", Block::Words, 9),
            feature(1, "word:no", Block::Words, 1),
            feature(4, "word:yes", Block::Words, 3),
            feature(2, "word:maybe", Block::Words, 1),
        ];
        Vocabulary::new(features, 4)
    }

    #[test]
    fn columns_go_by_block_blind_prefix_count_and_name() {
        let v = small();
        let names: Vec<&str> = (0..v.len()).map(|c| v.name(c)).collect();
        assert_eq!(names, ["word:yes", "word:maybe", "word:no", "left:yes", "class:neg"]);
        assert_eq!([4, 2, 1, 5, 3, 9].map(|key| v.column(key)), [Some(0), Some(1), Some(2), Some(3), Some(4), None]);
        assert_eq!(v.block_ends(), [4, 5]);
        assert_eq!(v.blind_columns(), 0..3);
        assert_eq!(Vocabulary::new(vec![feature(1, "word", Block::Words, 1)], 4).blind_columns(), 0..0);
    }

    #[test]
    fn idf_is_scikit_learns() {
        // TfidfTransformer().fit(X).idf_ of scikit-learn 1.7 for n = 4 and document frequencies 3 and 1.
        let v = small();
        assert!((v.idf(0) - 1.223_143_6).abs() < 1e-6);
        assert!((v.idf(1) - 1.916_290_7).abs() < 1e-6);
    }

    #[test]
    fn damaged_parts_are_refused() {
        let parts = small().parts().clone();
        assert!(Vocabulary::from_parts(parts.clone(), "m").is_ok());
        type Damage = fn(&mut VocabularyParts);
        let damages: [Damage; 5] = [
            |p| p.offsets.to_mut()[1] = 1000,
            |p| p.columns = Columns::new([1, 2].into_iter()).unwrap(),
            |p| p.block_ends = [5, 4],
            |p| p.idf.to_mut()[0] = f32::NAN,
            |p| p.offsets.to_mut().clear(),
        ];
        for damage in damages {
            let mut broken = parts.clone();
            damage(&mut broken);
            assert!(Vocabulary::from_parts(broken, "m").is_err());
        }
    }
}
