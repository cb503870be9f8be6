//! Writes reports in formats that other programs open.
//!
//! Every format has the same total as the report: its samples, nodes or rows add up to
//! [`Report::deep_size`](crate::Report::deep_size), to the byte.
//!
//! | format | feature | opened by | shows |
//! | --- | --- | --- | --- |
//! | [folded stacks](crate::Report::write_folded) | – | inferno, speedscope, `flamegraph.pl` | the tree |
//! | [pprof](crate::Report::write_pprof) | `pprof` | `go tool pprof`, Pyroscope, Parca | the tree, types, sharing; differences between two reports |
//! | [DOT](crate::Report::write_dot) | – | Graphviz | shared blocks, their holders and dominators |
//! | [heap snapshot](crate::Report::write_heapsnapshot) | `heapsnapshot` | Chrome's developer tools, memlab | holders and retained size of each shared block; differences between two snapshots |
//! | [HTML](crate::Report::to_html) | `html` | any browser | treemap, icicle and outline of the tree, all tables, a search |
//! | [CSV](crate::Report::write_csv) | – | spreadsheets, data frames | the histogram by type |
//! | [CSV of layouts](crate::Report::write_layouts_csv) | – | spreadsheets, data frames | the parts of each type and variant |
//! | [JSON](crate::Report::write_json) | `json` | programs, and [`Report::from_json`](crate::Report::from_json) | everything |
//!
//! The writers make many small writes, so wrap a file in a [`BufWriter`](std::io::BufWriter).
//!
//! Formats without a feature need only `std`. The page on [all formats](crate::export::formats) describes how to open each one, and
//! its limits.
//!
//! # Names
//!
//! A node of the tree is named `Owner::field: Type`, with types as short as in a printed report: `User::name: String`. If two
//! types of a report have the same short name, both are written in full. Invisible characters, which a hand-written
//! impl or a file may put into a name, are escaped as in Rust source: `\n`. JSON uses its own escapes. Names longer than 1000
//! characters lose their middle. The CSV tables have all type names in full.

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

use std::io;
use std::vec::Vec;

use crate::inspect::Report;
use crate::tree::TreeNode;

/// The maximum number of bytes, before compression, of a format that repeats the path of each node.
const MOST_BYTES: u64 = 1 << 28;

/// Fails if a format would exceed [`MOST_BYTES`]. In a deep tree, its size grows with the square of the number of nodes.
fn check_size(format: &str, bytes: u64) -> io::Result<()> {
    if bytes <= MOST_BYTES {
        return Ok(());
    }
    let message = std::format!(
        "{format} would take {bytes} bytes, but the limit is {MOST_BYTES}; write HTML, JSON or a heap snapshot, which do not \
         repeat paths, or set a lower `Inspector::max_nodes`"
    );
    Err(io::Error::new(io::ErrorKind::InvalidInput, message))
}

/// For each node, a sum over the path from the root to it. Saturates.
fn sums_from_root(report: &Report, part: impl Fn(TreeNode<'_>) -> u64) -> Vec<u64> {
    let mut sums: Vec<u64> = Vec::new();
    for node in report.nodes() {
        let around = node.parent().map_or(0, |parent| sums[parent.id() as usize]);
        sums.push(around.saturating_add(part(node)));
    }
    sums
}

#[cfg(doc)]
#[doc = include_str!("../../docs/formats.md")]
pub mod formats {}
