//! Reports that outlive the program: written as JSON, and read back by this or a later version.
//!
//! With the feature `serde`, a [`Report`] can be serialised and deserialised, in formats that name members, such as JSON,
//! MessagePack with names, and CBOR. With the feature `json` it can be
//! [written](Report::write_json) as JSON and [read back](Report::from_json), and says what is wrong with a file that cannot be
//! read.
//!
//! ```
//! # #[cfg(feature = "json")] {
//! use deep_size::{Report, inspect};
//!
//! let earlier = inspect(&vec![String::from("text")]);
//! let file = earlier.to_json();
//!
//! let read = Report::from_json(&file).unwrap();
//! assert_eq!(read.deep_size(), earlier.deep_size());
//! assert_eq!(read.to_string(), earlier.to_string());
//! # }
//! ```
//!
//! # What is in the file
//!
//! Everything a report tells; not how it is printed, such as [`Inspector::max_depth`](crate::Inspector::max_depth). All sizes are in
//! bytes.
#![cfg_attr(doc, doc = include_str!("../../docs/saved-reports.md"))]

mod document;
#[cfg(feature = "json")]
mod json;
#[cfg(feature = "json")]
mod lines;
mod read;
mod reasons;
mod write;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub use self::document::VERSION;

use self::document::Document;
use crate::inspect::Report;

#[cfg(feature = "json")]
pub use self::json::ReadError;
#[cfg(feature = "json")]
pub(crate) use self::json::write_lines;

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Document::from(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Report {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Document::deserialize(deserializer)?.try_into().map_err(de::Error::custom)
    }
}
