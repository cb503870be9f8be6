//! Tables of figures, as comma-separated values (RFC 4180) and as JSON.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use deep_size_format::CsvField;

#[derive(Clone, Debug)]
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

/// A table. The first columns of each row are texts, the others are figures.
pub(crate) struct Table {
    pub(crate) columns: Vec<Cow<'static, str>>,
    pub(crate) rows: Vec<Vec<Cell>>,
    /// Further members of the JSON object.
    #[cfg_attr(not(feature = "json"), expect(dead_code, reason = "only JSON has them"))]
    pub(crate) facts: Vec<(&'static str, Cell)>,
}

impl Table {
    pub(crate) fn csv(&self) -> Vec<u8> {
        let mut text = self.columns.join(",");
        for row in &self.rows {
            text.push_str("\r\n");
            for (at, cell) in row.iter().enumerate() {
                // Writing to a string does not fail.
                let _ = write!(text, "{}{cell}", if at > 0 { "," } else { "" });
            }
        }
        text.push_str("\r\n");
        text.into_bytes()
    }

    /// An object with the facts, and with the rows as objects.
    #[cfg(feature = "json")]
    pub(crate) fn json(&self) -> Vec<u8> {
        // Serialising to a vector does not fail.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

#[cfg(feature = "json")]
mod json {
    use serde::ser::{Serialize, SerializeMap as _, Serializer};

    use super::{Cell, Table};

    impl Serialize for Cell {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            match self {
                Self::Text(text) => serializer.serialize_str(text),
                Self::Number(number) => serializer.serialize_i128(*number),
                Self::Empty => serializer.serialize_none(),
            }
        }
    }

    struct Row<'t>(&'t Table, &'t [Cell]);

    impl Serialize for Row<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_map(self.0.columns.iter().zip(self.1))
        }
    }

    impl Serialize for Table {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(None)?;
            self.facts.iter().try_for_each(|(name, fact)| map.serialize_entry(name, fact))?;
            let rows: Vec<_> = self.rows.iter().map(|row| Row(self, row)).collect();
            map.serialize_entry("rows", &rows)?;
            map.end()
        }
    }
}
