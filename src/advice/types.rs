//! What is known of types by their names.
//!
//! Names of types of the standard library are as of Rust 1.95. Should one change, there is no advice for it; the tests notice.

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

/// Whether the elements of such a type lie side by side, as many as the capacity says.
pub(super) fn is_array(type_name: &str) -> bool {
    type_name.starts_with('[') || matches!(known(type_name), Some(Known::Growing | Known::Buffer))
}

/// Whether the type comes from the standard library, so that nobody can change it.
pub(super) fn is_foreign(type_name: &str) -> bool {
    ["core::", "alloc::", "std::"].iter().any(|library| type_name.starts_with(library))
}

/// What is in a `Box` of this type, by its static type.
pub(super) fn boxed(type_name: &str) -> Option<&str> {
    type_name.strip_prefix("alloc::boxed::Box<")?.strip_suffix('>')
}

/// Whether values of the type hold a text in a block that they own alone or share, and nothing else.
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
