use core::fmt;
use std::borrow::Cow;
use std::error::Error;
use std::io::{self, Read, Write};
use std::string::String;
use std::vec::Vec;

use serde::{Deserialize, Serialize};
use serde_json::Serializer;

use super::document::{FORMAT, VERSION, unknown_version};
use super::lines::Lines;
use crate::inspect::Report;

/// Why a file could not be read as a report.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// The file could not be read at all.
    Io(io::Error),
    /// The file holds something else than a report.
    NotAReport,
    /// The report is of a version that this release does not know.
    UnknownVersion {
        /// That version.
        found: u64,
    },
    /// The file is no JSON, or what it says cannot be true.
    Damaged {
        /// The line, from 1 on; 0 where the whole file is concerned.
        line: usize,
        /// The column in bytes, from 1 on; 0 where the whole file is concerned.
        column: usize,
        /// What is wrong there.
        message: String,
    },
}

impl fmt::Display for ReadError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(out, "cannot read the report: {error}"),
            Self::NotAReport => out.write_str("this is no deep-size report"),
            Self::UnknownVersion { found } => out.write_str(&unknown_version(*found)),
            Self::Damaged { line: 0, message, .. } => write!(out, "the report is damaged: {message}"),
            Self::Damaged { line, column, message } => {
                write!(out, "the report is damaged at line {line}, column {column}: {message}")
            }
        }
    }
}

impl Error for ReadError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            _ => None,
        }
    }
}

impl ReadError {
    /// Keeps the place and the message, so that the parser's type stays private.
    fn damaged(error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        let message = std::format!("{error}");
        let place = std::format!(" at line {line} column {column}");
        let message = message.strip_suffix(&place).unwrap_or(&message).into();
        Self::Damaged { line, column, message }
    }
}

/// What every version of the file begins with.
#[derive(Deserialize)]
struct Header<'a> {
    #[serde(borrow, default)]
    format: Option<Cow<'a, str>>,
    #[serde(default)]
    version: Option<u64>,
}

/// Writes a document as JSON, one line for each of its members and for each element of its arrays.
pub(crate) fn write_lines(document: &impl Serialize, mut out: impl Write) -> io::Result<()> {
    document.serialize(&mut Serializer::with_formatter(&mut out, Lines::default()))?;
    out.write_all(b"\n")?;
    out.flush()
}

impl Report {
    /// The report as JSON, one line for each node, type and shared block. See [`saved_report`](crate::saved_report) for what is in it.
    #[cfg_attr(docsrs, doc(cfg(feature = "json")))]
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = Vec::new();
        self.write_json(&mut text).expect("there is room for the text");
        String::from_utf8(text).expect("JSON is text")
    }

    /// Writes the report as [`to_json`](Self::to_json) does. Many small pieces are written, so give it a buffer.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    #[cfg_attr(docsrs, doc(cfg(feature = "json")))]
    pub fn write_json(&self, out: impl Write) -> io::Result<()> {
        write_lines(self, out)
    }

    /// Reads a report that this or an earlier release has written.
    ///
    /// # Errors
    ///
    /// The text is no report, is of a later version, or is damaged.
    ///
    /// ```
    /// use deep_size::Report;
    ///
    /// let error = Report::from_json(r#"{"format": "deep-size report", "version": 7}"#).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "the report is of version 7, and this release of deep-size reads version 1",
    /// );
    /// let error = Report::from_json("{\n    \"format\":").unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "the report is damaged at line 2, column 13: EOF while parsing a value",
    /// );
    /// ```
    #[cfg_attr(docsrs, doc(cfg(feature = "json")))]
    pub fn from_json(text: &str) -> Result<Self, ReadError> {
        if !matches!(text.trim_start().chars().next(), Some('{') | None) {
            return Err(ReadError::NotAReport);
        }
        match serde_json::from_str(text).map_err(|error| ReadError::damaged(&error))? {
            Header { format: Some(format), version: Some(version) } if format == FORMAT => {
                if version != u64::from(VERSION) {
                    return Err(ReadError::UnknownVersion { found: version });
                }
            }
            _ => return Err(ReadError::NotAReport),
        }
        serde_json::from_str(text).map_err(|error| ReadError::damaged(&error))
    }

    /// Reads a report from a file, as [`from_json`](Self::from_json) does from a text.
    ///
    /// # Errors
    ///
    /// Those of the reader, and those of [`from_json`](Self::from_json).
    #[cfg_attr(docsrs, doc(cfg(feature = "json")))]
    pub fn read_json(mut reader: impl Read) -> Result<Self, ReadError> {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).map_err(ReadError::Io)?;
        match core::str::from_utf8(&bytes) {
            Ok(text) => Self::from_json(text),
            Err(error) => {
                let before = &bytes[..error.valid_up_to()];
                let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
                let column = 1 + before.iter().rev().take_while(|&&byte| byte != b'\n').count();
                Err(ReadError::Damaged { line, column, message: "this is no text".into() })
            }
        }
    }
}
