//! Serialises differences.

use std::string::String;
use std::vec::Vec;

use serde::{Serialize, Serializer};

use super::{Change, ChangeKind, Diff, PathTotals, ReportTotals, TypeChange};
use crate::inspect::TypeTotal;
use crate::tree::TreeNode;

/// The version of the format that this release writes.
pub(super) const VERSION: u32 = 1;

/// The maximum number of characters of a path. In a deep tree, whole paths would take space quadratic in the number of nodes.
const MOST_OF_PATH: usize = 1000;

impl Serialize for Diff {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let [earlier, later] = [self.earlier(), self.later()];
        let types = self.types().iter().map(TypeDocument::of).collect();
        let bytes = self.deep_size_change();
        DiffDocument { format: "deep-size diff", version: VERSION, bytes, earlier, later, paths: self, types }
            .serialize(serializer)
    }
}

#[derive(Serialize)]
#[serde(rename = "Document")]
struct DiffDocument<'d> {
    format: &'static str,
    version: u32,
    bytes: i64,
    earlier: &'d ReportTotals,
    later: &'d ReportTotals,
    #[serde(serialize_with = "paths")]
    paths: &'d Diff,
    types: Vec<TypeDocument<'d>>,
}

/// Serialises one path at a time, because paths may be long.
fn paths<S: Serializer>(diff: &Diff, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(diff.paths().map(|change| PathDocument::of(&change)))
}

#[derive(Serialize)]
struct PathDocument<'d> {
    kind: ChangeKind,
    bytes: i64,
    count: i64,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    earlier_path: Option<String>,
    #[serde(rename = "type")]
    type_name: &'d str,
    #[serde(skip_serializing_if = "Option::is_none")]
    earlier_type: Option<&'d str>,
    #[serde(skip_serializing_if = "is_false")]
    estimated: bool,
    before: PathTotals,
    after: PathTotals,
}

impl<'d> PathDocument<'d> {
    fn of(change: &Change<'d>) -> Self {
        let path_of = |node: TreeNode<'_>| node.path_end(MOST_OF_PATH);
        let (path, type_name) = (change.latest().map_or_else(String::new, path_of), change.type_name());
        Self {
            kind: change.kind(),
            bytes: change.own_size_change(),
            count: change.count_change(),
            earlier_path: change.earlier().map(path_of).filter(|earlier| *earlier != path),
            path,
            earlier_type: change.earlier_type_name().filter(|earlier| *earlier != type_name),
            type_name,
            estimated: change.has_estimated_size() || change.has_estimated_count(),
            before: change.before(),
            after: change.after(),
        }
    }
}

fn is_false(flag: &bool) -> bool {
    !flag
}

#[derive(Serialize)]
struct TypeDocument<'d> {
    kind: ChangeKind,
    bytes: i64,
    count: i64,
    #[serde(rename = "type")]
    name: &'d str,
    #[serde(skip_serializing_if = "Option::is_none")]
    earlier_type: Option<&'d str>,
    #[serde(skip_serializing_if = "is_false")]
    estimated: bool,
    before: TypeAmounts,
    after: TypeAmounts,
}

impl<'d> TypeDocument<'d> {
    fn of(change: &'d TypeChange) -> Self {
        let earlier = change.earlier.as_ref().map(|total| &*total.type_name);
        Self {
            kind: change.kind(),
            bytes: change.size_change(),
            count: change.count_change(),
            name: change.type_name(),
            earlier_type: earlier.filter(|earlier| *earlier != change.type_name()),
            estimated: change.has_estimated_size() || change.has_estimated_count(),
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
            bytes: total.size,
            count: total.count,
            spare: total.spare_size,
        })
    }
}

#[cfg(feature = "json")]
mod json {
    use super::*;
    use std::io::{self, Write};

    impl Diff {
        /// The difference as JSON, with a line for each path and type. The [module](crate::diff#json) describes the format.
        ///
        /// # Examples
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
            self.write_json(&mut text).expect("writing to a vector cannot fail");
            String::from_utf8(text).expect("JSON is UTF-8")
        }

        /// Writes the difference as JSON, like [`to_json`](Self::to_json), and flushes the writer.
        ///
        /// The output comes in many small pieces, so a file needs a [`BufWriter`](std::io::BufWriter).
        ///
        /// # Errors
        ///
        /// Fails if `out` fails.
        #[cfg_attr(docsrs, doc(cfg(feature = "json")))]
        pub fn write_json(&self, out: impl Write) -> io::Result<()> {
            crate::saved_report::write_lines(self, out)
        }
    }
}
