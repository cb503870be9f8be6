//! Reports whose parts add up.

use deep_size::{DeepSize, Report, inspect};

/// What an inspection shows of the value's sharing.
#[track_caller]
pub(crate) fn watch<T: DeepSize + ?Sized>(value: &T) -> Report {
    let report = inspect(value);
    let deep = value.deep_size();
    assert_eq!(report.deep(), deep);
    assert_eq!(report.exclusive() + report.external() + report.cyclic(), deep, "the parts add up");
    assert!(report.uncertain() <= deep);
    for block in report.shared_allocations() {
        assert!(block.bytes() <= block.own() && block.own() <= block.retained() && block.retained() <= deep);
        let listed: usize = block.holders().map(|holder| holder.strong() + holder.weak()).sum();
        assert_eq!(listed + block.handles_elsewhere(), block.strong_inside() + block.weak_inside());
    }
    let retained: Vec<usize> = report.shared_allocations().map(|block| block.retained()).collect();
    assert!(retained.is_sorted_by(|a, b| a >= b), "the largest comes first");
    assert!(report.cycles().map(|cycle| cycle.bytes()).sum::<usize>() <= report.cyclic());
    report
}
