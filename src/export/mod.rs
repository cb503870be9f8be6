//! Reports in formats that other programs open.
//!
//! Each is written to any [`io::Write`](std::io::Write) and shows the same total as the report: its samples, nodes or rows are together
//! [`Report::deep_size`](crate::Report::deep_size), to the byte.
//!
//! | format | feature | opened by | shows |
//! | --- | --- | --- | --- |
//! | [folded stacks](crate::Report::write_folded) | – | inferno, speedscope, `flamegraph.pl` | the tree |
//! | [pprof](crate::Report::write_pprof) | `pprof` | `go tool pprof`, Pyroscope, Parca | the tree, types, what is shared; two reports compared |
//! | [DOT](crate::Report::write_dot) | – | Graphviz | shared blocks, and who holds and retains them |
//! | [heap snapshot](crate::Report::write_heapsnapshot) | `heapsnapshot` | Chrome's developer tools, memlab | who holds each shared block and what it retains; what has changed between two snapshots |
//! | [HTML](crate::Report::to_html) | `html` | any browser | treemap, icicle and outline of the tree, all tables, a search |
//! | [CSV](crate::Report::write_csv) | – | spreadsheets, data frames | the histogram by type |
//! | [JSON](crate::Report::write_json) | `json` | programs, and [`Report::from_json`](crate::Report::from_json) | everything |
//!
//! They are written piece by piece, so put a [`BufWriter`](std::io::BufWriter) around a file.
//!
//! Formats without a feature come with `std`. The guide to [all formats](crate::export::formats) says how to open each, and what it
//! cannot show.
//!
//! # Names
//!
//! A node of the tree is called `Owner::field: Type`, with types as short as in a printed report: `User::name: String`. Where
//! two types of one report look alike when short, both are written in full. Control characters, which a hand-written impl
//! may put into a name, are shown as in Rust's source: `\n`; of a name of more than 1000 characters the middle is left out. The table of
//! types in CSV has all names in full and as they are.

mod csv;
mod dot;
mod folded;
#[cfg(feature = "heapsnapshot")]
mod heapsnapshot;
#[cfg(feature = "html")]
mod html;
mod names;
#[cfg(feature = "pprof")]
mod pprof;

#[cfg(doc)]
#[doc = include_str!("../../docs/formats.md")]
pub mod formats {}
