//! Verdicts on simulated series: the rates of false alarms and of leaks found, and properties of the interval.

mod kept;
mod programs;
mod random;
mod signals;
mod unseen;

use std::time::Duration;

use deep_size_format::{Series, Verdict};
use random::Random;
use signals::Family;

/// Families whose parameters do not depend on the number of samples.
const WITHOUT_SCALE: [&str; 12] = [
    "noise",
    "load",
    "bursts",
    "decaying bursts",
    "levels",
    "queue of one server",
    "pool of connections",
    "load by weekday",
    "rare large requests",
    "leak and noise, 3 to 5 %",
    "leak and noise, 5 to 10 %",
    "leak of large blocks",
];

/// The number of samples of most series.
const SAMPLES: usize = 30;

/// The number of series of a family: at least a tenth of `full`, which is the default. Fewer are too few to measure error rates.
fn cases(full: u64) -> u64 {
    let share = std::env::var("DEEP_SIZE_CASES").ok().and_then(|share| share.parse::<u64>().ok());
    full * share.unwrap_or(0).max(1_000) / 10_000
}

/// One sample an hour.
fn verdict(figures: &[u64]) -> Verdict {
    let mut series = Series::new();
    for (hour, &figure) in figures.iter().enumerate() {
        series.add(Duration::from_secs(3600 * hour as u64), [("name", figure)]);
    }
    series.verdicts()[0].1
}

/// A series of a family. The same seed gives the same parameters.
fn figures(family: &Family, seed: u64, count: usize) -> Vec<u64> {
    let mut random = Random::new(seed);
    let size = random.scaled(1e3, 1e9);
    (family.1)(&mut random, count).into_iter().map(|figure| (figure.max(0.0) * size) as u64).collect()
}

/// The percentages of growing, plateau, stable and undecided verdicts on a family. Prints them.
fn rates(family: &Family, first_seed: u64, count: usize) -> [f64; 4] {
    // Long series take quadratic time.
    let (cases, mut counts) = (cases(if count == SAMPLES { 4000 } else { 1000 }), [0; 4]);
    for case in 0..cases {
        let found = match verdict(&figures(family, first_seed + case, count)) {
            Verdict::Growing { .. } => 0,
            Verdict::Plateau => 1,
            Verdict::Stable => 2,
            Verdict::Undecided { .. } => 3,
        };
        counts[found] += 1;
    }
    let rates = counts.map(|count| 100.0 * count as f64 / cases as f64);
    let [growing, plateau, stable, undecided] = rates;
    println!("{:30} {count:7} {growing:8.2} {plateau:8.2} {stable:8.2} {undecided:9.2}", family.0);
    rates
}

fn print_header() {
    println!("{:30} samples  growing  plateau   stable undecided", "family");
}

/// Asserts the rates of false alarms and of leaks found.
#[track_caller]
fn check(steady: &[Family], leaks: &[Family], first_seed: u64) {
    print_header();
    for count in [SAMPLES, 2 * SAMPLES] {
        for family in steady {
            let [growing, ..] = rates(family, first_seed, count);
            assert!(growing <= 1.0, "{} at {count}: {growing} % false alarms", family.0);
        }
        for family in leaks {
            let [growing, ..] = rates(family, first_seed, count);
            assert!(growing >= 95.0, "{} at {count}: {growing} % found", family.0);
        }
    }
}

#[test]
fn tuning_signals_give_few_errors() {
    check(signals::STEADY, signals::LEAKS, 0);
}

#[test]
fn tuning_programs_give_few_errors() {
    check(programs::STEADY, programs::LEAKS, 1 << 32);
}

#[test]
fn hard_families_give_more_errors() {
    print_header();
    for family in programs::HARD_STEADY {
        let [growing, ..] = rates(family, 1 << 33, SAMPLES);
        assert!(growing <= 1.0, "{}: {growing} % false alarms", family.0);
    }
    for family in signals::HARD_LEAKS.iter().chain(programs::HARD_LEAKS) {
        rates(family, 1 << 33, SAMPLES);
        let [growing, ..] = rates(family, 1 << 33, 2 * SAMPLES);
        assert!(growing >= 90.0, "{}: {growing} % found", family.0);
    }
}

#[test]
fn hold_out_programs_give_few_errors() {
    check(unseen::STEADY, unseen::LEAKS, 1 << 40);
}

/// A user who reads the verdict after each sample has more chances of a false alarm.
#[test]
fn repeated_looks_give_few_false_alarms() {
    let (cases, mut worst) = (cases(2000), 0.0_f64);
    for family in [&signals::STEADY[..7], unseen::STEADY].concat() {
        if family.0.contains("warm-up") || family.0 == "ring of logs" {
            // Growth until an early look is no false alarm.
            continue;
        }
        let grows = |figures: &[u64]| matches!(verdict(figures), Verdict::Growing { .. });
        let has_alarm = |case: &u64| {
            let figures = figures(&family, (1 << 34) + case, SAMPLES);
            (20..=SAMPLES).any(|count| grows(&figures[..count]))
        };
        let rate = 100.0 * (0..cases).filter(has_alarm).count() as f64 / cases as f64;
        println!("{:30} {rate:8.2} % at any of 11 looks", family.0);
        worst = worst.max(rate);
    }
    assert!(worst <= 1.0, "{worst} %");
}

/// A line with noise that is not autocorrelated.
#[test]
fn the_interval_contains_the_rate_in_95_percent_of_the_cases() {
    let (mut inside, mut found, cases) = (0, 0, cases(20_000));
    for case in 0..cases {
        let mut random = Random::new((1 << 35) + case);
        let (size, noise) = (random.scaled(1e5, 1e9), random.scaled(0.001, 0.02));
        let rate = random.between(0.01, 0.02) * size;
        let figures: Vec<u64> = (0..SAMPLES)
            .map(|hour| (size + rate * hour as f64 + size * noise * random.normal()) as u64)
            .collect();
        if let Verdict::Growing { rate: estimate, low, high } = verdict(&figures) {
            assert!(0.0 < low && low <= estimate && estimate <= high);
            found += 1;
            inside += u64::from(low <= rate && rate <= high);
        }
    }
    let share = inside as f64 / found as f64;
    println!("inside {share}, found {} of {cases}", found);
    assert!(found * 100 >= cases * 99 && share >= 0.93, "{share} of {found}");
}

/// With the missing samples, few series are undecided again.
#[test]
fn the_missing_samples_usually_suffice() {
    let (mut undecided, mut decided) = (0_u64, 0);
    let families = [signals::STEADY, signals::HARD_LEAKS, programs::HARD_LEAKS, unseen::STEADY].concat();
    let (families, _): (Vec<Family>, Vec<_>) =
        families.into_iter().partition(|(name, _)| WITHOUT_SCALE.contains(name));
    assert_eq!(families.len(), WITHOUT_SCALE.len());
    for family in families {
        for case in 0..cases(2000) {
            let seed = (1 << 36) + case;
            let all = figures(&family, seed, 8 * SAMPLES);
            let Verdict::Undecided { missing } = verdict(&all[..SAMPLES]) else { continue };
            if SAMPLES + missing <= all.len() {
                undecided += 1;
                decided +=
                    u64::from(!matches!(verdict(&all[..SAMPLES + missing]), Verdict::Undecided { .. }));
            }
        }
    }
    println!("{decided} of {undecided}");
    assert!(decided * 10 >= undecided * 7, "{decided} of {undecided}");
}
