//! Tables of figures, as comma-separated values (RFC 4180) and as JSON.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use deep_size_format::CsvField;

#[derive(Clone, Debug)]
#[cfg_attr(feature = "json", derive(serde::Serialize), serde(untagged))]
pub(crate) enum Cell {
    Text(String),
    Number(i128),
    Empty,
}

impl<T: Into<i128>> From<Option<T>> for Cell {
    fn from(number: Option<T>) -> Self {
        number.map_or(Self::Empty, |number| Self::Number(number.into()))
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => CsvField(text).fmt(out),
            Self::Number(number) => number.fmt(out),
            Self::Empty => Ok(()),
        }
    }
}

pub(crate) struct Table {
    /// The names of the columns, separated by commas.
    pub(crate) columns: Cow<'static, str>,
    pub(crate) rows: Vec<Vec<Cell>>,
    /// Further members of the JSON object.
    #[cfg_attr(not(feature = "json"), expect(dead_code, reason = "only JSON has them"))]
    pub(crate) facts: Vec<(&'static str, Cell)>,
}

impl Table {
    pub(crate) fn csv(&self) -> Vec<u8> {
        let mut text = format!("{}\r\n", self.columns);
        for row in &self.rows {
            for (at, cell) in row.iter().enumerate() {
                // Writing to a string does not fail.
                let _ = write!(text, "{}{cell}", if at > 0 { "," } else { "" });
            }
            text.push_str("\r\n");
        }
        text.into_bytes()
    }

    /// An object with the facts, and with the rows as objects.
    #[cfg(feature = "json")]
    pub(crate) fn json(&self) -> Vec<u8> {
        use std::collections::BTreeMap;

        #[derive(serde::Serialize)]
        struct Document<'t> {
            #[serde(flatten)]
            facts: BTreeMap<&'t str, &'t Cell>,
            rows: Vec<BTreeMap<&'t str, &'t Cell>>,
        }
        let rows = self.rows.iter().map(|row| self.columns.split(',').zip(row).collect()).collect();
        let facts = self.facts.iter().map(|(name, fact)| (*name, fact)).collect();
        // Serialising to a vector does not fail.
        serde_json::to_vec(&Document { facts, rows }).unwrap_or_default()
    }
}
