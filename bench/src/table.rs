//! The table on the terminal.

use crate::contender::Who;
use crate::machine;
use crate::workload::{AnyWorkload, Race};

/// The columns of bytes. The plain variant of get-size2 is absent, because it equals the tracked one.
const COLUMNS: [Who; 5] = [Who::Ours, Who::Deepsize, Who::GetSize2, Who::MemDbg, Who::Allocative];

pub(crate) const STACK: &str = "The stack has 1 GiB, because peers recurse at each link of a boxed list unless the compiler turns \
the recursion into a loop.";

pub(crate) fn print(races: &[Race], workloads: &[Box<dyn AnyWorkload>]) {
    println!("{}\n", machine::describe());
    print!(
        "{:29} {:>8} {:5} {:>9} {:>9} {:15}",
        "workload", "elements", "heap", "ours", "peer", "fastest peer"
    );
    print!(" {:>7} {:>7} {:>12}", "/ peer", "/ hand", "true bytes");
    for who in COLUMNS {
        print!(" {:>10}", who.to_string());
    }
    println!();
    for race in races {
        let peer = race.fastest_peer();
        print!("{:29} {:>8} {:5} ", race.workload, race.count, race.age);
        print!(
            "{:>9} {:>9} ",
            duration(race.ours().time()),
            peer.map_or(dash(), |peer| duration(peer.time()))
        );
        print!("{:15} {:>7} ", peer.map_or(dash(), |peer| peer.who.to_string()), ratio(race.peer_ratio()));
        print!("{:>7} {:>12}", ratio(race.hand_ratio()), race.truth);
        for who in COLUMNS {
            print!(" {:>10}", deviation(race, who));
        }
        println!();
    }
    println!(
        "\nTimes are medians, ratios medians of the ratios within each round. Bytes are deviations from the truth."
    );
    notes(workloads);
}

/// Prints the absent peers and the estimators.
fn notes(workloads: &[Box<dyn AnyWorkload>]) {
    println!(
        "An estimate (~), made without reading the elements, is shown but not raced against. These peers lack support (–):"
    );
    for workload in workloads {
        assert_eq!(
            workload.forgotten(),
            [],
            "each peer takes part in {} or has a reason not to",
            workload.name()
        );
        for (who, reason) in workload.absent() {
            println!("  {:30} {who:10} {reason}", workload.name());
        }
    }
    println!("{STACK}\n");
}

/// The deviation from the truth: `exact`, `+1.3 %`.
pub(crate) fn deviation(race: &Race, who: Who) -> String {
    let Some(result) = race.of(who) else { return dash() };
    let mark = if result.estimates { "~" } else { "" };
    if result.bytes == race.truth {
        return format!("{mark}exact");
    }
    format!("{mark}{:+.1} %", 100.0 * result.error(race.truth))
}

/// Nanoseconds in a suitable unit.
pub(crate) fn duration(nanoseconds: f64) -> String {
    let (value, unit) = match nanoseconds {
        ..1e3 => (nanoseconds, "ns"),
        ..1e6 => (nanoseconds / 1e3, "µs"),
        _ => (nanoseconds / 1e6, "ms"),
    };
    if value < 100.0 { format!("{value:.1} {unit}") } else { format!("{value:.0} {unit}") }
}

pub(crate) fn ratio(ratio: Option<f64>) -> String {
    match ratio {
        None => dash(),
        Some(ratio @ ..0.01) => format!("{ratio:.0e}"),
        Some(ratio) => format!("{ratio:.2}"),
    }
}

pub(crate) fn dash() -> String {
    "–".to_owned()
}
