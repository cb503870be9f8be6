//! Names of the standard library's types, as of Rust 1.95.
//!
//! Invariant: a name gives advice only where the structure of the values confirms it. A user's crate may be called `alloc`, and
//! an impl may override the type name. If the standard library renames a type, advice is missing, and tests fail.

/// Types that get specific advice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// A growable buffer that could be a boxed slice or text.
    Growing,
    /// Another collection with `shrink_to_fit`, whose block consists only of its slots.
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

/// Whether the name is in the standard library, whose variants a user cannot change.
pub(super) fn is_foreign(type_name: &str) -> bool {
    ["core::", "alloc::", "std::"].iter().any(|library| type_name.starts_with(library))
}

/// The type in a `Box` of this name.
pub(super) fn boxed(type_name: &str) -> Option<&str> {
    type_name.strip_prefix("alloc::boxed::Box<")?.strip_suffix('>')
}

/// Whether the name belongs to a text in its own block.
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

/// The boxed form of a growing buffer, as advice writes it.
pub(super) fn boxed_form(type_name: &str) -> &'static str {
    match type_name {
        "alloc::string::String" => "Box<str>",
        "std::ffi::os_str::OsString" => "Box<OsStr>",
        "std::path::PathBuf" => "Box<Path>",
        _ => "Box<[T]>",
    }
}

/// The shared form of a text, as advice writes it.
pub(super) fn shared_form(type_name: &str) -> &'static str {
    match type_name {
        "alloc::vec::Vec<u8>" => "Arc<[u8]>",
        "alloc::ffi::c_str::CString" => "Arc<CStr>",
        "std::ffi::os_str::OsString" => "Arc<OsStr>",
        "std::path::PathBuf" => "Arc<Path>",
        _ => "Arc<str>",
    }
}

/// The bytes of the block of an `Arc<str>` with `len` bytes of text: two counts, the text, and padding.
pub(crate) fn counted_text(len: usize) -> usize {
    (2 * size_of::<usize>()).saturating_add(len).next_multiple_of(align_of::<usize>())
}
