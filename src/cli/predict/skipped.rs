//! What was passed over with `--skip-bad`: the first are said as they come, all are counted by file.

use std::collections::BTreeMap;

use super::super::output;
use crate::error::{Error, Place, Result};

/// How many are said one by one, and how many files are named in the end.
const SAID: usize = 20;
/// How many files are counted apart; a tree of a million bad files is one line as well.
const MOST_FILES: usize = 1000;

/// Counts of what was passed over.
#[derive(Default)]
pub struct Skipped {
    count: usize,
    files: BTreeMap<String, usize>,
    elsewhere: usize,
}

impl Skipped {
    /// Counts an error of the input and says what it is.
    ///
    /// # Errors
    /// Gives the error back where nothing may be skipped, or where it is not the input's.
    pub fn or_stop(&mut self, error: Error, skip: bool) -> Result<()> {
        let (Error::Input { place, .. } | Error::Io { place, .. }) = &error else { return Err(error) };
        if !skip {
            return Err(error);
        }
        self.count_in(place);
        match self.count {
            ..=SAID => output::warn(&format!("skipped: {error}")),
            n if n == SAID + 1 => output::warn("more is skipped, and counted only"),
            _ => {}
        }
        Ok(())
    }

    fn count_in(&mut self, place: &Place) {
        self.count += 1;
        if let Some(count) = self.files.get_mut(&place.file) {
            *count += 1;
        } else if self.files.len() < MOST_FILES {
            self.files.insert(place.file.clone(), 1);
        } else {
            self.elsewhere += 1;
        }
    }

    /// The end of the summary line; empty if nothing was passed over.
    pub fn summary(&self) -> String {
        if self.count == 0 {
            return String::new();
        }
        let mut files: Vec<(&String, &usize)> = self.files.iter().collect();
        files.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let others: usize = files.iter().skip(SAID).map(|(_, count)| **count).sum::<usize>() + self.elsewhere;
        let mut parts: Vec<String> =
            files.iter().take(SAID).map(|(file, count)| format!("{count} in {file}")).collect();
        if others > 0 {
            parts.push(format!("{others} elsewhere"));
        }
        format!(", {} skipped as bad ({})", self.count, parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_with_most_come_first_and_memory_is_bounded() {
        let mut skipped = Skipped::default();
        assert_eq!(skipped.summary(), "");
        (0..3).for_each(|_| skipped.count_in(&Place::line("z", 1)));
        skipped.count_in(&Place::file("a"));
        assert_eq!(skipped.summary(), ", 4 skipped as bad (3 in z, 1 in a)");
        (0..2 * MOST_FILES).for_each(|i| skipped.count_in(&Place::file(i.to_string())));
        assert_eq!(skipped.files.len(), MOST_FILES);
        assert!(skipped.summary().ends_with(" elsewhere)"), "{}", skipped.summary());
        assert_eq!(skipped.count, 4 + 2 * MOST_FILES);
    }
}
