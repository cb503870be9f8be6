//! Where things go in a plot: steps of the axes, and places for names.

/// The marks of an axis, and what is written at them.
pub(super) struct Axis {
    /// Where the axis ends.
    pub(super) end: f64,
    pub(super) ticks: Vec<(f64, String)>,
}

const BYTES: [(f64, &str); 7] = [
    (1.0, "B"),
    (1024.0, "KiB"),
    (1_048_576.0, "MiB"),
    (1_073_741_824.0, "GiB"),
    (1_099_511_627_776.0, "TiB"),
    (1_125_899_906_842_624.0, "PiB"),
    (1_152_921_504_606_846_976.0, "EiB"),
];

const SECONDS: [(f64, &str); 5] = [(1e-6, "µs"), (1e-3, "ms"), (1.0, "s"), (60.0, "min"), (3600.0, "h")];

/// Up to a whole step above the highest amount, with room for a word.
pub(super) fn bytes(highest: u64) -> Axis {
    // No step is less than a byte.
    let highest = highest.max(5) as f64;
    let (unit, name) = unit(&BYTES, highest);
    let step = nice(highest / unit, 5.0);
    let steps = (highest * 1.13 / unit / step).ceil();
    Axis { end: steps * step * unit, ticks: ticks(steps, step, unit, name) }
}

/// To the very end of that time.
pub(super) fn seconds(all: f64) -> Axis {
    let all = all.max(1e-6);
    let (unit, name) = unit(&SECONDS, all);
    let step = nice(all / unit, 8.0);
    Axis { end: all, ticks: ticks((all / unit / step).floor(), step, unit, name) }
}

/// The largest unit of which there is at least one.
fn unit(units: &[(f64, &'static str)], amount: f64) -> (f64, &'static str) {
    units.iter().rev().find(|(unit, _)| amount >= *unit).copied().unwrap_or(units[0])
}

/// The smallest of 1, 2, 5, 10, …, which is so many times in the amount at most.
fn nice(amount: f64, most: f64) -> f64 {
    let least = amount / most;
    let power = 10_f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= least)
        .unwrap_or(10.0 * power)
}

fn ticks(steps: f64, step: f64, unit: f64, name: &str) -> Vec<(f64, String)> {
    let decimals = if step < 1.0 { (-step.log10().floor()) as usize } else { 0 };
    let tick = |at: u32| {
        let amount = f64::from(at) * step;
        let text = if at == 0 { "0".to_owned() } else { format!("{amount:.decimals$} {name}") };
        (amount * unit, text)
    };
    (0..=steps as u32).map(tick).collect()
}

/// The width of a text in a font of this size, of which each letter is as wide as any other.
pub(super) fn width(text: &str, size: f64) -> f64 {
    // Letters of other scripts come from other fonts, and are at most as wide as high.
    text.chars().map(|c| if c.is_ascii() { 0.61 * size } else { 1.1 * size }).sum()
}

/// Gives each name a lane so that it overlaps no other name, and no line that comes up to one. Names begin at their lines, are in
/// order, and have a place and a width.
///
/// A line ends in the lane of its name, so of names that are too near to each other the left one is higher. `None` if it would be
/// too high.
pub(super) fn lanes(names: &[(f64, f64)], most: usize) -> Vec<Option<usize>> {
    let mut lanes = vec![None; names.len()];
    // For each lane, where the leftmost line that goes up there is.
    let mut taken = vec![f64::INFINITY; most];
    for (at, &(place, width)) in names.iter().enumerate().rev() {
        let end = place + width;
        let lane = taken.iter().rposition(|line| *line < end).map_or(0, |below| below + 1);
        if lane < most {
            lanes[at] = Some(lane);
            taken[lane] = place;
        }
    }
    lanes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(axis: &Axis) -> Vec<&str> {
        axis.ticks.iter().map(|(_, text)| text.as_str()).collect()
    }

    #[test]
    fn axes_have_few_round_steps() {
        assert_eq!(texts(&bytes(0)), ["0", "1 B", "2 B", "3 B", "4 B", "5 B", "6 B"]);
        assert_eq!(texts(&bytes(1000)), ["0", "200 B", "400 B", "600 B", "800 B", "1000 B", "1200 B"]);
        assert_eq!(texts(&bytes(1_600_000)), ["0", "0.5 MiB", "1.0 MiB", "1.5 MiB", "2.0 MiB"]);
        assert_eq!(texts(&bytes(30 << 20)), ["0", "10 MiB", "20 MiB", "30 MiB", "40 MiB"]);
        assert_eq!(texts(&seconds(0.0)), ["0", "0.2 µs", "0.4 µs", "0.6 µs", "0.8 µs", "1.0 µs"]);
        assert_eq!(texts(&seconds(0.9)), ["0", "200 ms", "400 ms", "600 ms", "800 ms"]);
        assert_eq!(texts(&seconds(1.3)), ["0", "0.2 s", "0.4 s", "0.6 s", "0.8 s", "1.0 s", "1.2 s"]);
        assert_eq!(texts(&seconds(2.6)), ["0", "0.5 s", "1.0 s", "1.5 s", "2.0 s", "2.5 s"]);
        assert_eq!(texts(&seconds(100.0)), ["0", "0.5 min", "1.0 min", "1.5 min"]);
        for highest in (0..64).map(|power| 1_u64 << power).chain([u64::MAX]) {
            let axis = bytes(highest);
            assert!((3..=8).contains(&axis.ticks.len()) && axis.end >= highest as f64 * 1.1, "{highest}");
        }
    }

    #[test]
    fn names_keep_apart() {
        assert_eq!(lanes(&[(0.0, 50.0), (60.0, 50.0)], 3), [Some(0), Some(0)]);
        assert_eq!(lanes(&[(0.0, 50.0), (10.0, 50.0), (20.0, 5.0)], 3), [Some(2), Some(1), Some(0)]);
        assert_eq!(lanes(&[(0.0, 50.0), (10.0, 50.0), (20.0, 50.0)], 2), [None, Some(1), Some(0)]);
        // The first would be crossed by the line of the second, were it lower.
        assert_eq!(lanes(&[(0.0, 15.0), (10.0, 15.0), (20.0, 50.0)], 3), [Some(2), Some(1), Some(0)]);
    }
}
