//! Names and samples that are kept, and those that are dropped.

use std::collections::BTreeMap;
use std::time::Duration;

use deep_size_format::{Series, Verdict};

use crate::random::Random;

const HOUR: Duration = Duration::from_secs(3600);

fn undecided(missing: usize) -> Verdict {
    Verdict::Undecided { missing }
}

#[test]
fn a_new_name_is_undecided_for_20_samples() {
    let mut series = Series::new();
    for hour in 0..40_u64 {
        let late = (hour >= 15).then(|| ("late", 1000 + 10 * hour));
        series.add(HOUR * hour as u32, [("early", 1000 + 20 * hour)].into_iter().chain(late));
        let verdicts: BTreeMap<&str, Verdict> = series.verdicts().into_iter().collect();
        if hour < 19 {
            assert_eq!(verdicts["early"], undecided(19 - hour as usize));
        } else {
            assert_eq!(verdicts["early"], Verdict::Growing { rate: 20.0, low: 20.0, high: 20.0 });
        }
        match hour {
            0..15 => assert_eq!(verdicts.len(), 1),
            15..34 => assert_eq!(verdicts["late"], undecided(34 - hour as usize)),
            _ => assert_eq!(verdicts["late"], Verdict::Growing { rate: 10.0, low: 10.0, high: 10.0 }),
        }
    }
}

#[test]
fn a_name_that_vanishes_does_not_grow() {
    let mut series = Series::new();
    for hour in 0..30_u64 {
        let leak = (hour < 25).then(|| ("gone", 1000 + 10 * hour));
        series.add(HOUR * hour as u32, leak);
    }
    assert_eq!(series.verdicts(), [("gone", Verdict::Stable)]);
    // Once no kept sample has the name, it is forgotten.
    let mut series = Series::new().max_samples(40);
    series.add(HOUR, [("gone", 1), ("zero", 0)]);
    assert_eq!(series.verdicts().len(), 1);
    (0..2000).for_each(|hour| series.add(HOUR * hour, [("kept", 1)]));
    assert_eq!(series.verdicts(), [("kept", Verdict::Stable)]);
}

#[test]
fn samples_are_thinned_out_evenly() {
    let mut random = Random::new(7);
    for _ in 0..50 {
        let limit = 40 + random.next() as usize % 100;
        let added = 1 + random.next() as usize % 5000;
        let mut series = Series::new().max_samples(limit);
        for hour in 0..added {
            series.add(HOUR * hour as u32, [("leak", 1_000_000 + 1000 * hour as u64)]);
        }
        let kept = added - series.dropped_samples();
        let limit = limit.next_multiple_of(2);
        assert!(kept <= limit && (kept >= limit / 2 || kept == added), "{kept} of {added}, limit {limit}");
        // The times are dropped with the figures, so the rate stays exact.
        let expected = match added {
            0..20 => undecided(20 - added),
            _ => Verdict::Growing { rate: 1000.0, low: 1000.0, high: 1000.0 },
        };
        let (_, verdict) = series.verdicts()[0];
        match (verdict, expected) {
            (Verdict::Growing { rate, low, high }, Verdict::Growing { .. }) => {
                assert!([rate, low, high].iter().all(|rate| (rate - 1000.0).abs() < 1e-6), "{verdict:?}");
            }
            _ => assert_eq!(verdict, expected),
        }
    }
}

/// Evenly thinned samples of a cycle with nearly the same period would show a slow rise.
#[test]
fn thinning_does_not_turn_a_cycle_into_growth() {
    let (mut random, mut alarms) = (Random::new(8), 0);
    for _ in 0..300 {
        let (mut series, period) = (Series::new().max_samples(64), random.between(2.0, 200.0));
        for hour in 0..3000 {
            let garbage = 1e6 * (f64::from(hour) / period).fract();
            series.add(HOUR * hour, [("cache", 1_000_000 + garbage as u64)]);
        }
        alarms += u32::from(matches!(series.verdicts()[0].1, Verdict::Growing { .. }));
    }
    assert!(alarms <= 3, "{alarms} of 300");
}

#[test]
fn the_smallest_names_are_dropped() {
    let mut series = Series::new().max_names(3);
    series.add(HOUR, [("a", 1), ("b", 2), ("c", 3), ("d", 4), ("e", 5)]);
    let names =
        |series: &Series| series.verdicts().iter().map(|(name, _)| name.to_string()).collect::<String>();
    assert_eq!((names(&series).as_str(), series.dropped_names()), ("edc", 2));
    series.add(HOUR * 2, [("a", 9), ("d", 4), ("c", 3)]);
    assert_eq!((names(&series).as_str(), series.dropped_names()), ("adc", 3));
    assert!(series.to_string().ends_with("\nnames with the fewest bytes were dropped 3 times"), "{series}");
    let mut none = Series::new().max_names(0);
    none.add(HOUR, [("a", 1)]);
    assert_eq!((none.verdicts().len(), none.dropped_names()), (0, 1));
}

#[test]
fn times_may_be_equal_or_go_back() {
    let mut series = Series::new();
    (0..30).for_each(|size| series.add(HOUR, [("leak", 1000 + size)]));
    assert_eq!(series.verdicts(), [("leak", undecided(20))]);
    let mut series = Series::new();
    (0..30).for_each(|hour| {
        series.add(HOUR * if hour == 10 { 0 } else { hour }, [("leak", 1000 + u64::from(hour))])
    });
    let [("leak", Verdict::Growing { rate, .. })] = series.verdicts()[..] else { panic!("{series}") };
    assert_eq!(rate, 1.0);
}

#[test]
fn extreme_figures_do_no_harm() {
    let mut random = Random::new(9);
    for _ in 0..200 {
        let mut series = Series::new();
        for hour in 0..25 {
            let size = [0, 1, u64::MAX, u64::MAX - 1, random.next()][random.next() as usize % 5];
            series.add(Duration::MAX / 30 * hour, [("a", size), ("a", size)]);
        }
        assert!(series.verdicts().len() <= 1 && !series.to_string().is_empty());
    }
    assert_eq!(Series::new().to_string(), "0 growing, 0 undecided, 0 at a plateau, 0 stable");
}

#[test]
fn the_text_names_growth_first() {
    let mut series = Series::new().max_samples(40);
    for hour in 0..60_u64 {
        let flood = (hour > 50).then_some(("new\u{1b}", 7));
        let figures = [("slow", 1000 + hour), ("fast", 1_000_000 + 4096 * hour), ("table", 9)];
        series.add(HOUR * hour as u32, figures.into_iter().chain(flood));
    }
    let text = series.to_string();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("fast: growing by 4.0 KiB an hour (4.0 KiB to 4.0 KiB)"), "{text}");
    assert_eq!(lines.next(), Some("slow: growing by 1 B an hour (1 B to 1 B)"));
    let new = lines.next().unwrap_or_default();
    assert!(new.starts_with("new\\u{1b}: undecided, needs ") && new.ends_with(" more samples"), "{text}");
    assert_eq!(lines.next(), Some("2 growing, 1 undecided, 0 at a plateau, 1 stable"));
    assert_eq!(lines.next(), Some(&*format!("{} of 60 samples kept", 60 - series.dropped_samples())));
    assert_eq!(lines.next(), None);
}

#[test]
fn each_of_10000_names_has_a_verdict() {
    let (mut series, mut random) = (Series::new(), Random::new(10));
    let names: Vec<String> = (0..10_000).map(|name| format!("src/{name}.rs")).collect();
    for hour in 0..30 {
        let figures = names.iter().map(|name| (name.as_str(), 1_000_000 + random.next() % 1000));
        series.add(HOUR * hour, figures);
    }
    let verdicts = series.verdicts();
    assert!(verdicts.len() == names.len() && verdicts.iter().all(|(_, verdict)| *verdict == Verdict::Stable));
}
