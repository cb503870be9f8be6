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
//! assert_eq!(read.deep(), earlier.deep());
//! assert_eq!(read.to_string(), earlier.to_string());
//! # }
//! ```
//!
//! # What is in the file
//!
//! Everything a report tells; not how it is printed, such as [`Inspector::depth`](crate::Inspector::depth). All sizes are in
//! bytes.
#![cfg_attr(doc, doc = include_str!("../../docs/snapshots.md"))]

mod document;
#[cfg(feature = "json")]
mod json;
#[cfg(feature = "json")]
mod lines;
mod read;
mod reasons;
mod write;

use std::string::String;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use self::document::Document;
use crate::Report;

#[cfg(feature = "json")]
pub use self::json::ReadError;
#[cfg(feature = "json")]
pub(crate) use self::json::write_lines;

/// The version of the file that this release writes, and the latest that it reads.
pub const VERSION: u32 = 1;

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

fn unknown_version(found: u64) -> String {
    std::format!("the report is of version {found}, and this release of deep-size reads version {VERSION}")
}
