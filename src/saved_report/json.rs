use core::fmt;
use std::borrow::Cow;
use std::error::Error;
use std::io::{self, Read, Write};
use std::string::{String, ToString as _};
use std::vec::Vec;

use serde::{Deserialize, Serialize};
use serde_json::Serializer;

use super::document::{FORMAT, VERSION, unknown_version};
use super::lines::Lines;
use crate::inspect::Report;
use crate::visible::Visible;

/// The error for a file that cannot be read as a report.
///
/// # Examples
///
/// ```
/// use deep_size::Report;
/// use deep_size::saved_report::ReadError;
///
/// let error = Report::from_json(r#"{"format": "something else"}"#).unwrap_err();
/// assert!(matches!(error, ReadError::NotAReport));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// The reader failed.
    Io(io::Error),
    /// The file is not a report.
    NotAReport,
    /// The version of the file is unknown to this release.
    UnknownVersion {
        /// The version of the file.
        found: u64,
    },
    /// The file is not valid JSON, or its contents are inconsistent.
    Damaged {
        /// The line, from 1. 0 if the error concerns the whole file.
        line: usize,
        /// The column in bytes, from 1. 0 if the error concerns the whole file.
        column: usize,
        /// A description of the error, which may quote any text of the file. The `Display` of this error escapes it.
        message: String,
    },
}

impl fmt::Display for ReadError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => {
                write!(out, "cannot read the report: {}", Visible(&error.to_string()))
            }
            Self::NotAReport => out.write_str("not a deep-size report"),
            Self::UnknownVersion { found } => out.write_str(&unknown_version(*found)),
            Self::Damaged { line: 0, message, .. } => {
                write!(out, "the report is damaged: {}", Visible(message))
            }
            Self::Damaged { line, column, message } => {
                write!(out, "the report is damaged at line {line}, column {column}: {}", Visible(message))
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
    /// Keeps position and message, so that the parser's type stays private.
    fn damaged(error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        let message = std::format!("{error}");
        let place = std::format!(" at line {line} column {column}");
        let message = message.strip_suffix(&place).unwrap_or(&message).into();
        Self::Damaged { line, column, message }
    }
}

/// The beginning of a file of any version.
#[derive(Deserialize)]
struct Header<'a> {
    #[serde(borrow, default)]
    format: Option<Cow<'a, str>>,
    #[serde(default)]
    version: Option<u64>,
}

/// Writes a document as JSON, with a line for each member and for each element of its arrays, and flushes the writer.
pub(crate) fn write_lines(document: &impl Serialize, mut out: impl Write) -> io::Result<()> {
    document.serialize(&mut Serializer::with_formatter(&mut out, Lines::default()))?;
    out.write_all(b"\n")?;
    out.flush()
}

impl Report {
    /// The report as JSON, with a line for each node, type and shared block. [`saved_report`](crate::saved_report) describes the
    /// format.
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size::{Report, inspect};
    ///
    /// let report = inspect(&vec![1_u8, 2, 3]);
    /// let json = report.to_json();
    /// assert!(json.starts_with("{\n \"format\": \"deep-size report\",\n \"version\": 1,\n"));
    /// assert_eq!(Report::from_json(&json).unwrap().deep_size(), report.deep_size());
    /// ```
    #[cfg_attr(docsrs, doc(cfg(feature = "json")))]
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = Vec::new();
        self.write_json(&mut text).expect("writing to a vector cannot fail");
        String::from_utf8(text).expect("JSON is UTF-8")
    }

    /// Writes the report as JSON, like [`to_json`](Self::to_json), and flushes the writer.
    ///
    /// The output comes in many small pieces, so a file needs a [`BufWriter`](std::io::BufWriter).
    ///
    /// # Errors
    ///
    /// Fails if `out` fails.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::fs::File;
    /// use std::io::{BufReader, BufWriter};
    /// use deep_size::{Report, inspect};
    ///
    /// let path = std::env::temp_dir().join("deep-size-write-json.json");
    /// inspect(&vec![1_u8, 2, 3]).write_json(BufWriter::new(File::create(&path)?))?;
    /// let report = Report::read_json(BufReader::new(File::open(&path)?))?;
    /// assert_eq!(report.heap_size(), 3);
    /// # std::fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg_attr(docsrs, doc(cfg(feature = "json")))]
    pub fn write_json(&self, out: impl Write) -> io::Result<()> {
        write_lines(self, out)
    }

    /// Reads a report from JSON. Files of earlier releases can be read.
    ///
    /// # Errors
    ///
    /// Fails if the text is not a report, has a later version, or is damaged.
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size::Report;
    ///
    /// let error = Report::from_json(r#"{"format": "deep-size report", "version": 7}"#).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "report version 7 is not supported; this release of deep-size reads version 1",
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

    /// Reads a report from a file, like [`from_json`](Self::from_json).
    ///
    /// # Errors
    ///
    /// Fails if `reader` fails, or if [`from_json`](Self::from_json) rejects the text.
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
                Err(ReadError::Damaged { line, column, message: "invalid UTF-8".into() })
            }
        }
    }
}
