//! Aligned columns of text for terminals: widths in characters as a reader counts them, nothing else.

use unicode_segmentation::UnicodeSegmentation;

/// Rows of cells; every column as wide as its widest cell.
pub(super) struct Columns {
    /// `l` or `r` per column; the last one stands for all further columns.
    align: &'static str,
    rows: Vec<Vec<String>>,
}

impl Columns {
    pub(super) fn new(align: &'static str) -> Self {
        Columns { align, rows: Vec::new() }
    }

    pub(super) fn row<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// The rows, indented by two, two spaces between columns; columns without any text are left out.
    pub(super) fn render(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let cell = |row: &'_ [String], column: usize| row.get(column).map_or(0, |cell| length(cell));
        let widths: Vec<usize> =
            (0..columns).map(|column| self.rows.iter().map(|row| cell(row, column)).max().unwrap_or(0)).collect();
        let mut out = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for (column, text) in row.iter().enumerate().filter(|(column, _)| widths[*column] > 0) {
                let space = " ".repeat(widths[column] - length(text));
                let right = self.align.as_bytes().get(column.min(self.align.len() - 1)) == Some(&b'r');
                line += "  ";
                line += &if right { space + text } else { text.to_owned() + &space };
            }
            out += line.trim_end();
            out.push('\n');
        }
        out
    }
}

/// Number of characters as a reader counts them.
pub(super) fn length(text: &str) -> usize {
    text.graphemes(true).count()
}

/// A name from the data, fit for a terminal: no control characters, at most `width` long (an ellipsis tells of a cut).
pub(super) fn name(text: &str, width: usize) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if length(&clean) <= width {
        return clean;
    }
    clean.graphemes(true).take(width - 1).chain(["…"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_empty_ones_left_out() {
        let mut columns = Columns::new("llr");
        columns.row(["a", "", "12"]);
        columns.row(["Guaidó", "", "3"]);
        assert_eq!(columns.render(), "  a       12\n  Guaidó   3\n");
    }

    #[test]
    fn names_cannot_steer_the_terminal() {
        assert_eq!(name("a\x1b[31mb\n", 20), "a [31mb ");
        assert_eq!(name("abcdef", 4), "abc…");
    }
}
