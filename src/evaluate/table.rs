//! A table as cells of text, and how it is laid out on a terminal: columns, cut names, notes.
//!
//! Which tables there are is left to the reports; HTML takes the cells as they are.

use super::columns::{Columns, name};

/// Names from the data are cut to this many characters on a terminal.
pub(super) const NAME: usize = 24;
/// Heading of a column of remarks in words.
pub(super) const NOTE: &str = "note";

/// Heading of a column of texts.
pub(super) const TEXT: &str = "text";

/// A heading and rows of as many cells; the first cell names the row.
pub(super) struct Table {
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Self {
        Table { head: head.iter().map(|&cell| cell.to_owned()).collect(), rows: rows.into_iter().collect() }
    }

    /// Whether the last column holds notes.
    pub(super) fn noted(&self) -> bool {
        self.head.last().is_some_and(|cell| cell == NOTE)
    }

    /// Whether the last column holds whole sentences, which a page may break into several lines.
    pub(super) fn worded(&self) -> bool {
        self.noted() || self.head.last().is_some_and(|cell| cell == TEXT)
    }

    /// The table in columns that are aligned by `align` (see [`Columns::new`]), its names cut; nothing if it has no rows.
    ///
    /// A note in place of an interval stands in its column; a note about an interval becomes a remark below.
    pub(super) fn text(mut self, align: &'static str) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let remarks = if self.noted() { self.take_notes() } else { Vec::new() };
        let mut columns = Columns::new(align);
        if self.head.iter().any(|cell| !cell.is_empty()) {
            columns.row(self.head.iter().map(|cell| name(cell, NAME)));
        }
        for mut row in self.rows {
            row[0] = name(&row[0], NAME);
            columns.row(row);
        }
        remarks.iter().fold(columns.render(), |text, remark| text + &format!("  * {remark}\n"))
    }

    /// Takes the column of notes off and gives back those that belong below the table.
    fn take_notes(&mut self) -> Vec<String> {
        let mut remarks: Vec<String> = Vec::new();
        self.head.pop();
        for row in &mut self.rows {
            let note = row.pop().unwrap_or_default();
            let Some(interval) = row.last_mut().filter(|_| !note.is_empty()) else { continue };
            if interval.is_empty() {
                *interval = note;
            } else {
                *interval += " *";
                if !remarks.contains(&note) {
                    remarks.push(note);
                }
            }
        }
        remarks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_stand_in_the_place_of_an_interval_or_below() {
        let row = |cells: [&str; 3]| cells.map(String::from).to_vec();
        let table = Table::new(&["", "interval", NOTE], [row(["a", "[0, 1]", "few"]), row(["b", "", "none"])]);
        assert_eq!(table.text("l"), "     interval\n  a  [0, 1] *\n  b  none\n  * few\n");
    }
}
