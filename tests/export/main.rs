//! Reports in other formats, parsed and compared with the report.

mod csv;
mod dot;
mod folded;
#[path = "../ownership/graph.rs"]
mod graph;
#[cfg(feature = "heapsnapshot")]
mod heapsnapshot;
#[cfg(all(feature = "exports", feature = "json"))]
mod hostile;
#[cfg(feature = "html")]
mod html;
#[cfg(feature = "pprof")]
mod pprof;
#[path = "../support/mod.rs"]
mod support;
mod values;

use arbitrary::Unstructured;
use deep_size::{Report, inspect};

use crate::graph::Alive;
use crate::support::report::assert_adds_up;

/// The number of random graphs, in addition to the fixed values.
const GRAPHS: u64 = 200;

/// Calls `check` with the name and report of each fixed value, then of random graphs of shared blocks.
fn for_each_report(mut check: impl FnMut(&str, &Report)) {
    for (name, report) in values::all() {
        check(name, &report);
    }
    for seed in 1..=GRAPHS {
        Alive::forget();
        let bytes = random_bytes(seed);
        let graph = graph::random(&mut Unstructured::new(&bytes), seed % 2 == 0);
        let dead = graph.value.weak().iter().filter(|weak| weak.is_dead()).count();
        let report = inspect(&graph.value);
        let outside = inspect(&graph.outside).deep_size();
        let told = [("dead", dead), ("outside", outside), ("pins", usize::from(graph.has_pins))];
        check(&format!("graph {seed} {told:?}"), &report);
        Alive::unlink(|_| true);
    }
}

/// The xorshift generator of Marsaglia (2003).
fn random_bytes(seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    (0..32).flat_map(|_| next()).collect()
}

#[test]
fn the_reports_add_up() {
    values::all().iter().for_each(|(_, report)| assert_adds_up(report));
    for_each_report(|name, report| {
        assert_eq!(report.nodes().map(|node| node.own_size()).sum::<usize>(), report.deep_size(), "{name}");
    });
}

#[test]
fn every_format_accepts_a_dyn_writer() {
    let report = inspect(&vec![String::from("one"), String::from("two")]);
    let mut file = Vec::new();
    let out: &mut dyn std::io::Write = &mut file;
    report.write_folded(&mut *out).unwrap();
    report.write_csv(&mut *out).unwrap();
    report.write_dot(&mut *out).unwrap();
    #[cfg(feature = "json")]
    report.write_json(&mut *out).unwrap();
    #[cfg(feature = "pprof")]
    report.write_pprof(&mut *out).unwrap();
    #[cfg(feature = "heapsnapshot")]
    report.write_heapsnapshot(&mut *out).unwrap();
    #[cfg(feature = "html")]
    report.write_html(&mut *out).unwrap();
    assert!(file.len() > if cfg!(feature = "exports") { 1000 } else { 100 });
}
