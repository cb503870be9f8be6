//! The layout of a plot: ticks of the axes, and lanes for names.

/// The ticks of an axis.
pub(super) struct Axis {
    /// The amount at the end of the axis.
    pub(super) end: f64,
    /// Amounts and labels.
    pub(super) ticks: Vec<(f64, String)>,
}

/// The units of bytes, by powers of 1024.
const BYTES: [&str; 7] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

const SECONDS: [(f64, &str); 5] = [(1e-6, "µs"), (1e-3, "ms"), (1.0, "s"), (60.0, "min"), (3600.0, "h")];

/// An axis that ends at the next tick above the highest amount, with room for the label of the peak.
pub(super) fn bytes(highest: u64) -> Axis {
    // A step is at least one byte.
    let highest = highest.max(5) as f64;
    let power = (highest.log2() / 10.0) as usize;
    let unit = 1024_f64.powi(power as i32);
    let step = nice(highest / unit, 5.0);
    let steps = (highest * 1.13 / unit / step).ceil();
    Axis { end: steps * step * unit, ticks: ticks(steps, step, unit, BYTES[power]) }
}

/// An axis that ends at `all` seconds.
pub(super) fn seconds(all: f64) -> Axis {
    let all = all.max(1e-6);
    let (unit, name) = unit_of_time(all);
    let step = nice(all / unit, 8.0);
    Axis { end: all, ticks: ticks((all / unit / step).floor(), step, unit, name) }
}

/// The largest unit of time that gives at least 1, in seconds.
pub(super) fn unit_of_time(seconds: f64) -> (f64, &'static str) {
    SECONDS.into_iter().rfind(|(unit, _)| seconds >= *unit).unwrap_or(SECONDS[0])
}

/// The smallest of 1, 2, 5, 10, … that divides the amount into at most `max_steps` steps.
fn nice(amount: f64, max_steps: f64) -> f64 {
    let least = amount / max_steps;
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

/// The width of a text in a monospace font of this size.
pub(super) fn width(text: &str, size: f64) -> f64 {
    // Other scripts come from fallback fonts, whose letters are at most about as wide as high.
    text.chars().map(|c| if c.is_ascii() { 0.61 * size } else { 1.1 * size }).sum()
}

/// Assigns lanes so that no name overlaps another name or its line. `names` are positions and widths, in order of position.
///
/// A name begins at its line, and the line ends in the lane of the name. So if two names are too close to each other, the left
/// one gets the higher lane. `None` if `max_lanes` are not enough.
pub(super) fn lanes(names: &[(f64, f64)], max_lanes: usize) -> Vec<Option<usize>> {
    let mut lanes = vec![None; names.len()];
    // The position of the leftmost line in each lane.
    let mut taken = vec![f64::INFINITY; max_lanes];
    for (at, &(place, width)) in names.iter().enumerate().rev() {
        let end = place + width;
        let lane = taken.iter().rposition(|line| *line < end).map_or(0, |below| below + 1);
        if lane < max_lanes {
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
    fn names_do_not_overlap() {
        assert_eq!(lanes(&[(0.0, 50.0), (60.0, 50.0)], 3), [Some(0), Some(0)]);
        assert_eq!(lanes(&[(0.0, 50.0), (10.0, 50.0), (20.0, 5.0)], 3), [Some(2), Some(1), Some(0)]);
        assert_eq!(lanes(&[(0.0, 50.0), (10.0, 50.0), (20.0, 50.0)], 2), [None, Some(1), Some(0)]);
        // In a lower lane, the line of the second name would cross the first name.
        assert_eq!(lanes(&[(0.0, 15.0), (10.0, 15.0), (20.0, 50.0)], 3), [Some(2), Some(1), Some(0)]);
    }
}
