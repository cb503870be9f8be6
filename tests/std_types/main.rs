//! The impls for the types of `core`, `alloc` and `std` that are neither collections nor smart pointers, held against
//! the allocator.

#[path = "../support/mod.rs"]
mod support;

mod cells;
mod erased;
mod flat;
mod io;
mod locks;
mod parts;
mod strings;
mod system;

/// Whether this Rust lets a lazy value be looked into without forcing it, as Rust does since 1.94. Before, all are opaque.
fn lazies_show_their_value() -> bool {
    let mut tally = deep_size::Tally::new();
    tally.add(&std::cell::LazyCell::<u8>::new(|| 1));
    tally.is_exact()
}

/// A string of its own on the heap, with spare capacity.
fn text() -> String {
    let mut text = String::with_capacity(100);
    text.push_str("text");
    text
}
