//! Fuzzes the lock files of the main example: reads any text, and compares the graph's size with the allocator.
#![no_main]
#![allow(dead_code, reason = "the example uses all of these modules")]

#[path = "../../examples/dependency_graph/graph.rs"]
mod graph;
#[path = "../../examples/dependency_graph/lock_file.rs"]
mod lock_file;
#[path = "../../examples/dependency_graph/output.rs"]
mod output;
#[path = "../../examples/dependency_graph/text.rs"]
mod text;

use std::path::Path;

use deep_size::{DeepSize as _, Size, inspect};
use deep_size_fuzz::{assert_visible, text_from};
use deep_size_track::{TrackingAllocator, thread};
use graph::Graph;
use libfuzzer_sys::fuzz_target;

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

fuzz_target!(|data: &[u8]| {
    let lock_file = text_from(data, deep_size_fuzz::lock_file);
    let before = thread().net_size();
    let graph = match lock_file.parse::<Graph>() {
        Ok(graph) => graph,
        Err(error) => {
            let shown = output::visible(&error);
            assert!(!shown.contains('\n'), "an error is one line: {shown}");
            assert_visible(&shown);
            return;
        }
    };
    let allocated = thread().net_size() - before;
    assert!(Size::of(&graph).is_exact());
    assert_eq!(i64::try_from(graph.heap_size()), Ok(allocated));
    let report = inspect(&graph);
    assert_eq!(report.deep_size(), graph.deep_size());
    for all in [false, true] {
        let text =
            text::describe(Path::new("a.lock"), &graph, &report, all).expect("writes to a string succeed");
        assert_visible(&text);
    }
    let cyclic = report.cyclic_size();
    drop(report);
    drop(graph);
    let left = thread().net_size() - before;
    assert_eq!(Ok(left), i64::try_from(cyclic), "a drop frees everything, except cycles: {lock_file}");
});
