//! Reports in other formats, parsed and compared with the report.

mod csv;
#[cfg(all(feature = "exports", feature = "json"))]
mod deep;
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
#[cfg(all(feature = "exports", feature = "json"))]
mod visible;

use std::io;

use arbitrary::Unstructured;
use deep_size::{Report, inspect};

use crate::graph::Alive;
use crate::support::report::assert_adds_up;
use crate::values::layouts::{Job, SAMPLED, jobs};

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

/// The formats without counts of values show sizes that add up, estimated or not.
#[test]
fn estimated_reports_add_up() {
    let report = inspect(&jobs(SAMPLED));
    assert_adds_up(&report);
    let deep = size_of::<Vec<Job>>() + SAMPLED * size_of::<Job>();
    assert_eq!(report.deep_size(), deep);
    assert!(report.nodes().any(|node| node.sample_size() == Some(10_000)));
    let mut folded = Vec::new();
    report.write_folded(&mut folded).expect("writes to a vector succeed");
    let folded = String::from_utf8(folded).expect("names are UTF-8");
    let sizes =
        folded.lines().map(|line| line.rsplit(' ').next().and_then(|size| size.parse::<usize>().ok()));
    assert_eq!(sizes.map(|size| size.expect("it is a number")).sum::<usize>(), deep);
    let mut dot = Vec::new();
    report.write_dot(&mut dot).expect("writes to a vector succeed");
    assert!(String::from_utf8_lossy(&dot).contains(&format!("value [own={deep}, ")));
}

/// Writes the report in each format, through a trait object.
fn write_each_format(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    report.write_folded(&mut *out)?;
    report.write_csv(&mut *out)?;
    report.write_layouts_csv(&mut *out)?;
    report.write_dot(&mut *out)?;
    #[cfg(feature = "json")]
    report.write_json(&mut *out)?;
    #[cfg(feature = "pprof")]
    report.write_pprof(&mut *out)?;
    #[cfg(feature = "heapsnapshot")]
    report.write_heapsnapshot(&mut *out)?;
    #[cfg(feature = "html")]
    report.write_html(&mut *out)?;
    Ok(())
}

/// Interrupts every second call, and otherwise takes a few bytes.
struct Interrupted {
    is_interrupted: bool,
    file: Vec<u8>,
}

impl io::Write for Interrupted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.is_interrupted = !self.is_interrupted;
        if self.is_interrupted {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let taken = bytes.len().min(3);
        self.file.extend(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn every_format_repeats_interrupted_writes() {
    let report = inspect(&vec![String::from("one"), String::from("two")]);
    let (mut file, mut out) = (Vec::new(), Interrupted { is_interrupted: false, file: Vec::new() });
    write_each_format(&report, &mut file).expect("writes to a vector succeed");
    write_each_format(&report, &mut out).expect("an interruption is no error");
    assert_eq!(out.file, file);
    assert!(file.len() > if cfg!(feature = "exports") { 1000 } else { 100 });
}
