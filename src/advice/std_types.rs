//! Names of the standard library's types, as of Rust 1.95.
//!
//! Invariant: a name decides only where the structure of the values has proved the rest, or it only withholds advice. A crate of
//! a user may be called `alloc`, and an impl may override `type_name`. Should a name change, advice is missing, and tests fail.

/// Types for which there is advice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// A growing buffer that could be a boxed slice or text.
    Growing,
    /// Another collection with `shrink_to_fit`, whose block has no bytes besides the capacity.
    Buffer,
    /// A hash table.
    Hash,
    /// A B-tree.
    Tree,
}

pub(super) fn known(type_name: &str) -> Option<Known> {
    let head = type_name.split('<').next().unwrap_or_default();
    Some(match head {
        "alloc::vec::Vec" | "alloc::string::String" => Known::Growing,
        "std::ffi::os_str::OsString" | "std::path::PathBuf" => Known::Growing,
        "alloc::collections::vec_deque::VecDeque" | "alloc::collections::binary_heap::BinaryHeap" => {
            Known::Buffer
        }
        "std::collections::hash::map::HashMap" | "std::collections::hash::set::HashSet" => Known::Hash,
        "alloc::collections::btree::map::BTreeMap" | "alloc::collections::btree::set::BTreeSet" => {
            Known::Tree
        }
        _ => return None,
    })
}

/// Whether the type seems to come from the standard library, so that its variants cannot be changed.
pub(super) fn is_foreign(type_name: &str) -> bool {
    ["core::", "alloc::", "std::"].iter().any(|library| type_name.starts_with(library))
}

/// The type in a `Box` of this name.
pub(super) fn boxed(type_name: &str) -> Option<&str> {
    type_name.strip_prefix("alloc::boxed::Box<")?.strip_suffix('>')
}

/// Whether the type of this name is a text in a block of its own.
pub(crate) fn holds_text(type_name: &str) -> bool {
    const OWNED: [&str; 5] = [
        "alloc::string::String",
        "alloc::vec::Vec<u8>",
        "alloc::ffi::c_str::CString",
        "std::ffi::os_str::OsString",
        "std::path::PathBuf",
    ];
    OWNED.contains(&type_name)
}

/// The bytes of the block of an `Arc<str>` with so many bytes of text: two counts, the text, and padding.
pub(crate) fn counted_text(len: usize) -> usize {
    (2 * size_of::<usize>()).saturating_add(len).next_multiple_of(align_of::<usize>())
}
