//! Reports in formats that other programs open.
//!
//! Each is written to any [`io::Write`](std::io::Write) and shows the same total as the report: its samples, nodes or rows are together
//! [`Report::deep`](crate::Report::deep), to the byte.
//!
//! | format | feature | opened by | shows |
//! | --- | --- | --- | --- |
//! | [heap snapshot](crate::Report::write_heapsnapshot) | `heapsnapshot` | Chrome's developer tools, memlab | who holds each shared block and what it retains; what has changed between two snapshots |
//!
//! Formats without a feature come with `std`. The guide to [all formats](crate::export::formats) says how to open each, and what it
//! cannot show.
//!
//! # Names
//!
//! A node of the tree is called `Owner::field: Type`, with types as short as in a printed report: `User::name: String`. Where
//! two types of one report look alike when short, both are written in full. Control characters, which a hand-written impl
//! may put into a name, are shown as in Rust's source: `\n`.

#[cfg(feature = "heapsnapshot")]
mod heapsnapshot;
#[expect(dead_code, reason = "the formats that use it are yet to come")]
mod names;

#[cfg(doc)]
#[doc = include_str!("../../docs/formats.md")]
pub mod formats {}
