//! Differences as a document.

use std::string::String;
use std::vec::Vec;

use serde::{Serialize, Serializer};

use super::{Amounts, Change, Diff, Kind, Totals, TypeChange};
use crate::inspect::TypeTotal;

/// The version of the document that this release writes.
pub(super) const VERSION: u32 = 1;

impl Serialize for Diff {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let [earlier, later] = [self.earlier(), self.later()];
        let types = self.types().iter().map(TypeDocument::of).collect();
        let bytes = self.bytes();
        DiffDocument { format: "deep-size diff", version: VERSION, bytes, earlier, later, paths: self, types }
            .serialize(serializer)
    }
}

#[derive(Serialize)]
#[serde(rename = "Document")]
struct DiffDocument<'d> {
    format: &'static str,
    version: u32,
    #[serde(serialize_with = "signed")]
    bytes: i128,
    earlier: &'d Totals,
    later: &'d Totals,
    #[serde(serialize_with = "paths")]
    paths: &'d Diff,
    types: Vec<TypeDocument<'d>>,
}

/// One after the other, since their paths may be long.
fn paths<S: Serializer>(diff: &Diff, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(diff.paths().map(|change| PathDocument::of(&change)))
}

#[derive(Serialize)]
struct PathDocument<'d> {
    kind: Kind,
    #[serde(serialize_with = "signed")]
    bytes: i128,
    #[serde(serialize_with = "signed")]
    count: i128,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    earlier_path: Option<String>,
    #[serde(rename = "type")]
    type_name: &'d str,
    #[serde(skip_serializing_if = "Option::is_none")]
    earlier_type: Option<&'d str>,
    before: Amounts,
    after: Amounts,
}

impl<'d> PathDocument<'d> {
    fn of(change: &Change<'d>) -> Self {
        let (path, type_name) = (change.path(), change.type_name());
        Self {
            kind: change.kind(),
            bytes: change.bytes(),
            count: change.count(),
            earlier_path: change.earlier_path().filter(|earlier| *earlier != path),
            path,
            earlier_type: change.earlier_type_name().filter(|earlier| *earlier != type_name),
            type_name,
            before: change.before(),
            after: change.after(),
        }
    }
}

#[derive(Serialize)]
struct TypeDocument<'d> {
    kind: Kind,
    #[serde(serialize_with = "signed")]
    bytes: i128,
    #[serde(serialize_with = "signed")]
    count: i128,
    #[serde(rename = "type")]
    name: &'d str,
    #[serde(skip_serializing_if = "Option::is_none")]
    earlier_type: Option<&'d str>,
    before: TypeAmounts,
    after: TypeAmounts,
}

impl<'d> TypeDocument<'d> {
    fn of(change: &'d TypeChange) -> Self {
        let earlier = change.earlier.as_ref().map(|total| &*total.name);
        Self {
            kind: change.kind(),
            bytes: change.bytes(),
            count: change.count(),
            name: change.name(),
            earlier_type: earlier.filter(|earlier| *earlier != change.name()),
            before: TypeAmounts::of(change.earlier.as_ref()),
            after: TypeAmounts::of(change.later.as_ref()),
        }
    }
}

#[derive(Default, Serialize)]
struct TypeAmounts {
    bytes: usize,
    count: usize,
    spare: usize,
}

impl TypeAmounts {
    fn of(total: Option<&TypeTotal>) -> Self {
        total.map_or_else(Self::default, |total| Self {
            bytes: total.bytes,
            count: total.count,
            spare: total.spare,
        })
    }
}

/// Not every format has numbers as wide as these, which are hardly ever needed.
fn signed<S: Serializer>(difference: &i128, serializer: S) -> Result<S::Ok, S::Error> {
    match i64::try_from(*difference) {
        Ok(difference) => serializer.serialize_i64(difference),
        Err(_) => serializer.serialize_i128(*difference),
    }
}

#[cfg(feature = "json")]
mod json {
    use super::*;
    use std::io::{self, Write};

    impl Diff {
        /// The difference as JSON, one line for each path and type. See the [module](crate::diff#as-a-document) for what is in it.
        ///
        /// ```
        /// use deep_size::inspect;
        ///
        /// let (earlier, later) = (inspect(&vec![1_u8; 10]), inspect(&vec![1_u8; 30]));
        /// let json = later.diff(&earlier).to_json();
        /// assert!(json.starts_with("{\n \"format\": \"deep-size diff\",\n \"version\": 1,\n \"bytes\": 20,\n"));
        /// ```
        #[cfg_attr(docsrs, doc(cfg(feature = "json")))]
        #[must_use]
        pub fn to_json(&self) -> String {
            let mut text = Vec::new();
            self.write_json(&mut text).expect("there is room for the text");
            String::from_utf8(text).expect("JSON is text")
        }

        /// Writes the difference as [`to_json`](Self::to_json) does. Many small pieces are written, so give it a buffer.
        ///
        /// # Errors
        ///
        /// Those of the writer.
        #[cfg_attr(docsrs, doc(cfg(feature = "json")))]
        pub fn write_json(&self, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
            crate::snapshot::write_lines(self, out)
        }
    }
}
