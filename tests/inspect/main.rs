//! The contents of reports, and their texts.

mod display;
mod fold;
mod large;
mod layouts;
mod limits;
mod macros;
mod samples;
mod slices;
#[path = "../support/mod.rs"]
mod support;
mod tree;

use deep_size::{DeepSize, Report};

use crate::support::report::checked_report;

/// The nodes of a checked report: path, count, deep size, and the path of the node that they refer to.
#[track_caller]
fn nodes<T: DeepSize + ?Sized>(value: &T) -> Vec<String> {
    list(&checked_report(value))
}

fn list(report: &Report) -> Vec<String> {
    let line = |node: deep_size::inspect::TreeNode<'_>| match node.refers_to() {
        Some(other) => format!("{} × {} → {}", node.path(), node.count(), other.path()),
        None => format!("{} × {} = {}", node.path(), node.count(), node.deep_size()),
    };
    report.nodes().map(line).collect()
}

/// The xorshift generator of Marsaglia (2003).
fn fastrand(seed: u64) -> impl FnMut() -> usize {
    let mut state = seed;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as usize
    }
}
