//! Saved reports: written as JSON, and read back by this release or a later one.
//!
//! The feature `serde` implements `Serialize` and `Deserialize` for [`Report`]. The format must name the members, as JSON, CBOR and
//! named MessagePack do. The feature `json` adds methods to [write](Report::write_json) and [read](Report::from_json) JSON, with
//! precise errors for damaged files.
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
//! # Format
//!
//! A file may contain any text as a name. Methods such as [`TreeNode::path`](crate::inspect::TreeNode::path) return it unchanged.
//! Printing and exporting escape it.
//!
//! The file has all data of a report, but not the settings for printing, such as
//! [`Inspector::max_depth`](crate::Inspector::max_depth).
#![cfg_attr(doc, doc = include_str!("../../docs/saved-reports.md"))]

mod document;
#[cfg(feature = "json")]
mod json;
mod layouts;
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
