//! Reports in other programs' formats, read back by independent readers.

#[cfg(feature = "heapsnapshot")]
#[path = "../ownership/graph.rs"]
#[expect(dead_code, reason = "shared with a test that drops the graphs too")]
mod graph;
#[cfg(feature = "heapsnapshot")]
mod heapsnapshot;
