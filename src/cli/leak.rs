//! Whether test texts stand in the training data: what `evaluate --train` looks for.
//!
//! What counts as near is decided in [`crate::evaluate::near_duplicates`].

use std::collections::HashMap;
use std::path::PathBuf;

use rayon::prelude::*;

use super::{output, shared};
use crate::error::Result;
use crate::evaluate::Judged;
use crate::evaluate::near_duplicates::{Index, NearDuplicates, NearPair};
use crate::feature::item::{Item, ItemFormat};

/// For every item the nearest training text, if one is near.
pub struct Leak {
    at_least: f64,
    train_texts: usize,
    nearest: Vec<Option<NearPair>>,
}

impl Leak {
    /// Holds the items' texts against the texts of training files; nothing without files.
    ///
    /// # Errors
    /// A file that cannot be read, a line that is no item, a resemblance out of range.
    pub fn find(items: &[Item], train: &[PathBuf], format: &ItemFormat, at_least: f64) -> Result<Option<Leak>> {
        if train.is_empty() {
            return Ok(None);
        }
        let (texts, text_of) = distinct(items);
        let index = Index::new(texts, at_least)?;
        let format = ItemFormat { label_needed: false, ..format.clone() };
        let (train, _) = shared::load_items(train, &format, false)?;
        let (train_texts, _) = distinct(&train);
        let found: Vec<_> = train_texts.par_iter().map(|text| index.matches(text)).collect();
        // The first of equals, whatever the threads did.
        let mut best: HashMap<usize, (f64, usize)> = HashMap::new();
        for (number, matches) in found.iter().enumerate() {
            for near in matches {
                let best = best.entry(near.text).or_insert((0.0, number));
                if near.resemblance > best.0 {
                    *best = (near.resemblance, number);
                }
            }
        }
        let pair = |(item, text): (&Item, &usize)| {
            let (resemblance, number) = *best.get(text)?;
            let train_text = train_texts[number].to_owned();
            Some(NearPair { id: item.id.clone(), text: item.text.clone(), train_text, resemblance })
        };
        let nearest = items.iter().zip(&text_of).map(pair).collect();
        Ok(Some(Leak { at_least, train_texts: train_texts.len(), nearest }))
    }

    /// What the report says of it, with a warning where there are any.
    pub fn report(self, judged: &[Judged]) -> NearDuplicates {
        let near = NearDuplicates::new(self.at_least, self.train_texts, judged, self.nearest);
        if near.items > 0 {
            let share = near.share * 100.0;
            output::warn(&format!(
                "{} of {} items ({share:.1} %) are near-duplicates of training texts; the report lists them",
                near.items,
                judged.len()
            ));
        }
        near
    }
}

/// The distinct texts in the order of their first items, and the text of each item by its number among them.
fn distinct(items: &[Item]) -> (Vec<&str>, Vec<usize>) {
    let (mut texts, mut numbers) = (Vec::new(), HashMap::new());
    let number = |item| {
        let item: &Item = item;
        *numbers.entry(item.text.as_str()).or_insert_with(|| {
            texts.push(item.text.as_str());
            texts.len() - 1
        })
    };
    let text_of = items.iter().map(number).collect();
    (texts, text_of)
}
