//! The impls for types of `core`, `alloc` and `std` other than collections and smart pointers, compared with
//! the allocator.

#[path = "../support/mod.rs"]
mod support;

mod cells;
mod erased;
mod flat;
mod io;
mod locks;
mod parts;
mod resolved;
mod strings;
mod system;

/// Whether lazy values can be read without forcing them, as since Rust 1.94. Before that, all are opaque.
fn lazies_show_their_value() -> bool {
    let mut tally = deep_size::Tally::new();
    tally.add(&std::cell::LazyCell::<u8>::new(|| 1));
    tally.is_exact()
}

/// A heap string with spare capacity.
fn text() -> String {
    let mut text = String::with_capacity(100);
    text.push_str("text");
    text
}
