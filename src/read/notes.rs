//! What was done to the input that its owner should know, counted while reading and said once at the end.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::Place;

/// Clones count together.
#[derive(Clone, Default)]
pub struct Notes(Arc<Mutex<Seen>>);

#[derive(Default)]
struct Seen {
    /// What was converted to UTF-8: per encoding how often, and where first.
    converted: BTreeMap<&'static str, (usize, Place)>,
    /// Folders that were met a second time, by a link.
    again: Vec<String>,
}

impl Notes {
    /// Notes that something (a line, a record, a file) was converted.
    pub fn converted(&self, encoding: &'static str, place: &Place) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.converted.entry(encoding).or_insert_with(|| (0, place.clone())).0 += 1;
    }

    /// Notes that a link leads to a folder that is read already.
    pub fn met_again(&self, folder: &Path) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.again.push(folder.display().to_string());
    }

    /// A sentence about each, where there is something to say.
    pub fn report(&self) -> Vec<String> {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let part = |(encoding, (count, place)): (&&str, &(usize, Place))| {
            let more = if *count > 1 { format!(" and {} more", count - 1) } else { String::new() };
            format!("{place}{more} from {encoding}")
        };
        let parts: Vec<String> = seen.converted.iter().map(part).collect();
        let help = "--encoding strict refuses what is not UTF-8, --encoding LABEL says what it is";
        let again = |folder| format!("{folder} leads to a folder that is read already; passed over");
        let converted = (!parts.is_empty()).then(|| format!("converted to UTF-8: {}; {help}", parts.join(", ")));
        seen.again.iter().map(again).chain(converted).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conversions_are_summed_up() {
        let notes = Notes::default();
        assert!(notes.report().is_empty());
        for line in 3..6 {
            notes.clone().converted("windows-1252", &Place::line("f", line));
        }
        notes.converted("UTF-16LE", &Place::file("g"));
        let report = notes.report().concat();
        assert!(
            report.starts_with("converted to UTF-8: g from UTF-16LE, f:3 and 2 more from windows-1252; "),
            "{report}"
        );
    }
}
