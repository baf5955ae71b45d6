//! Aligned columns for a person. Programs take `--json`.

use crate::{failure::Failure, output::Output};

/// The widest a column that is not the last may get.
const WIDEST: usize = 60;

/// Rows under headings.
pub(crate) struct Table<const N: usize> {
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    pub(crate) fn new(headings: [&str; N]) -> Self {
        Self { rows: vec![headings.map(str::to_owned)] }
    }

    pub(crate) fn row(&mut self, cells: [String; N]) {
        // A line break inside a cell would look like a row.
        self.rows.push(cells.map(|cell| cell.replace('\n', " ")));
    }

    pub(crate) fn print(&self, output: &mut Output) -> Result<(), Failure> {
        output.text(&self.text())
    }

    fn text(&self) -> String {
        let mut widths = [0; N];
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count().min(WIDEST));
            }
        }
        let mut text = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
                if column > 0 {
                    line.push_str("  ");
                }
                line.push_str(cell);
                line.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.chars().count())));
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

/// Prints one thing's facts, a line each; those without a value are left out.
pub(crate) fn facts(output: &mut Output, facts: &[(&str, String)]) -> Result<(), Failure> {
    let width = facts.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    for (name, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
        let value = value.replace('\n', " ");
        output.text(&format!("{name:width$}  {value}"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_lines_have_no_tail() {
        let mut table = Table::new(["NAME", "LANGUAGE", "PUSHED"]);
        table.row(["fjord/käse".into(), "Rust".into(), String::new()]);
        table.row(["a/b".into(), String::new(), "3 h ago\nx".into()]);
        assert_eq!(
            table.text(),
            "NAME        LANGUAGE  PUSHED\n\
             fjord/käse  Rust\n\
             a/b                   3 h ago x\n"
        );
    }
}
