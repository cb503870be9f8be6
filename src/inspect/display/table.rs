//! The tables below the tree of a printed report.

use core::fmt::{self, Write};
use std::string::String;
use std::vec::Vec;

use super::super::units::Count;
use super::{Look, MOST_ROWS, Printer};

pub(super) struct Table {
    pub(super) heading: String,
    /// The names of the columns, or an empty text.
    pub(super) columns: String,
    pub(super) rows: Vec<Row>,
    /// The number of items, including those without rows.
    pub(super) item_count: usize,
}

pub(super) struct Row {
    pub(super) text: String,
    /// The number of similar items that share this row.
    pub(super) item_count: usize,
    /// The marks in the text, as a bit set.
    pub(super) marks: u8,
}

impl Table {
    /// The number of lines besides rows: a blank line, the heading and the names of the columns.
    pub(super) fn fixed_lines(&self) -> usize {
        if self.rows.is_empty() { 0 } else { 2 + usize::from(!self.columns.is_empty()) }
    }
}

impl Printer<'_> {
    /// A row with all marks since the last row.
    pub(super) fn row(&self, text: String, item_count: usize) -> Row {
        Row { text, item_count, marks: self.take_marks() }
    }

    /// The most rows of a table. `{:#}` has no limit.
    pub(super) fn most_rows(&self) -> usize {
        if self.everything { usize::MAX } else { MOST_ROWS }
    }

    pub(super) fn table(&self, out: &mut dyn Write, table: &Table) -> fmt::Result {
        if table.rows.is_empty() {
            return Ok(());
        }
        let listed: usize = table.rows.iter().map(|row| row.item_count).sum();
        out.write_char('\n')?;
        self.put(out, Look::Bold, &table.heading)?;
        if listed < table.item_count {
            write!(out, " ({} of {})", Count(listed), Count(table.item_count))?;
        }
        out.write_char('\n')?;
        if !table.columns.is_empty() {
            self.put(out, Look::Dim, &table.columns)?;
            out.write_char('\n')?;
        }
        for row in &table.rows {
            self.add_marks(row.marks);
            writeln!(out, "{}", row.text)?;
        }
        Ok(())
    }
}
