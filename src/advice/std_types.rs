//! Names of the standard library's types, as of Rust 1.95.
//!
//! Invariant: a name gives advice only where the structure of the values confirms it. A user's crate may be called `alloc`, and
//! an impl may override the type name. If the standard library renames a type, advice is missing, and tests fail.

/// Whether this is the name of a growable buffer with a boxed form, such as `Box<str>`.
pub(super) fn is_growing(type_name: &str) -> bool {
    const GROWING: [&str; 4] =
        ["alloc::vec::Vec", "alloc::string::String", "std::ffi::os_str::OsString", "std::path::PathBuf"];
    GROWING.contains(&head(type_name))
}

/// Whether this is the name of a collection with all elements in one block.
pub(super) fn is_buffer(type_name: &str) -> bool {
    const BUFFERS: [&str; 2] =
        ["alloc::collections::vec_deque::VecDeque", "alloc::collections::binary_heap::BinaryHeap"];
    is_growing(type_name) || BUFFERS.contains(&head(type_name))
}

/// The name of a type without its parameters.
pub(super) fn head(type_name: &str) -> &str {
    type_name.split('<').next().unwrap_or_default()
}

/// The type arguments in the name of a type.
pub(super) fn arguments(type_name: &str) -> &str {
    type_name.split_once('<').map_or("", |(_, arguments)| arguments)
}

/// Whether this is the name of a type of the language or of the standard library.
pub(super) fn is_standard(type_name: &str) -> bool {
    ["(", "[", "&", "core::", "alloc::", "std::"].iter().any(|start| type_name.starts_with(start))
}

/// The type in a `Box` of this name.
pub(super) fn boxed(type_name: &str) -> Option<&str> {
    type_name.strip_prefix("alloc::boxed::Box<")?.strip_suffix('>')
}

/// Whether this is the name of an array, whose length is constant.
pub(super) fn is_array(type_name: &str) -> bool {
    let length = type_name.strip_suffix(']').and_then(|head| head.rsplit_once("; "));
    length.is_some_and(|(_, length)| !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether this is the name of a cell or lock that contains one value and its state, and hides the value's niches.
pub(super) fn is_cell_or_lock(type_name: &str) -> bool {
    const CELLS: [&str; 5] = [
        "core::cell::RefCell",
        "std::sync::poison::mutex::Mutex",
        "std::sync::poison::rwlock::RwLock",
        // Their names in older versions of Rust.
        "std::sync::mutex::Mutex",
        "std::sync::rwlock::RwLock",
    ];
    CELLS.contains(&head(type_name))
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
