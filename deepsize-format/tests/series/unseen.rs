//! The hold-out set: simulated programs on which the constants of the method were not tuned.

use std::f64::consts::TAU;

use crate::random::Random;
use crate::signals::Family;

/// Programs without a leak.
pub(crate) const STEADY: &[Family] = &[
    ("queue of one server", |random, count| queue(random, count, 1.0, 0.0)),
    ("levels of compaction", |random, count| compaction(random, count, count as f64 / 2.0, 1.0, 0.0)),
    ("S-shaped warm-up", s_shaped),
    ("two warm-ups", two_warm_ups),
    ("triangles", |random, count| triangles(random, count, 2.0, 1.0, 0.0)),
    ("pool of connections", pool),
    ("ring of logs", ring),
    ("damped oscillation", damped),
    ("load by weekday", weekdays),
    ("rare large requests", |random, count| large_requests(random, count, 0.0)),
];

/// Programs that leak 1 % of their first size in each sample.
pub(crate) const LEAKS: &[Family] = &[
    ("leak and queue", |random, count| queue(random, count, 0.05, 0.01)),
    ("leak and compaction", |random, count| compaction(random, count, 5.0, 0.15, 0.01)),
    ("leak and triangles", |random, count| triangles(random, count, 6.0, 0.1, 0.01)),
    ("leak and large requests", |random, count| large_requests(random, count, 0.01)),
    ("leak at irregular times", irregular_leak),
    ("leak of every fifth request", every_fifth),
];

/// The length of a queue (Lindley's recursion), relative to its mean.
fn queue(random: &mut Random, count: usize, share: f64, leak: f64) -> Vec<f64> {
    let (steps, use_of) = (20 + random.next() as usize % 200, random.between(0.3, 0.8));
    let (share, mut length) = (random.scaled(share / 20.0, share), 0.0_f64);
    let mean = use_of / (1.0 - use_of);
    let mut run = |random: &mut Random| {
        for _ in 0..steps {
            length = (length + random.unit().ln() - use_of * random.unit().ln()).max(0.0);
        }
        length / mean
    };
    (0..3).for_each(|_| _ = run(random));
    (0..count).map(|at| 1.0 + leak * at as f64 + share * run(random)).collect()
}

/// A log-structured merge tree: two sawtooths, one with a multiple of the other's period.
fn compaction(random: &mut Random, count: usize, longest: f64, height: f64, leak: f64) -> Vec<f64> {
    let long = random.between(longest / 2.0, longest);
    let short = long / (2.0 + (random.next() % 3) as f64);
    let (height, share, phase) = (random.scaled(height / 20.0, height), random.unit(), random.unit());
    let saw = |at: f64, period: f64| (phase + at / period).fract();
    (0..count)
        .map(|at| at as f64)
        .map(|at| 1.0 + leak * at + height * (share * saw(at, long) + (1.0 - share) * saw(at, short)))
        .collect()
}

/// A logistic curve.
fn s_shaped(random: &mut Random, count: usize) -> Vec<f64> {
    let middle = random.between(0.05, 0.35) * count as f64;
    let (time, height, noise) =
        (random.between(0.02, 0.08) * count as f64, random.scaled(0.1, 10.0), random.scaled(0.0001, 0.02));
    let curve = |at: f64| height / (1.0 + (-(at - middle) / time).exp());
    (0..count).map(|at| (1.0 + curve(at as f64)) * (1.0 + noise * random.normal())).collect()
}

/// Two caches that fill at different speeds.
fn two_warm_ups(random: &mut Random, count: usize) -> Vec<f64> {
    let caches: Vec<(f64, f64)> =
        (0..2).map(|_| (random.between(0.02, 0.15) * count as f64, random.scaled(0.1, 5.0))).collect();
    let noise = random.scaled(0.0001, 0.02);
    (0..count)
        .map(|at| {
            let full: f64 =
                caches.iter().map(|(time, height)| height * (1.0 - (-(at as f64) / time).exp())).sum();
            1.0 + full + noise * random.normal()
        })
        .collect()
}

/// Memory that fills and empties at the same speed.
fn triangles(random: &mut Random, count: usize, least: f64, height: f64, leak: f64) -> Vec<f64> {
    let (period, phase) = (random.between(2.0, count as f64 / least), random.unit());
    let (height, noise) = (random.scaled(height / 20.0, height), random.scaled(0.0001, 0.02));
    let wave = |at: f64| 1.0 - (2.0 * (phase + at / period).fract() - 1.0).abs();
    (0..count)
        .map(|at| at as f64)
        .map(|at| 1.0 + leak * at + height * wave(at) + noise * random.normal())
        .collect()
}

/// Connections are opened as needed, and closed after an idle time.
fn pool(random: &mut Random, count: usize) -> Vec<f64> {
    let (mean, idle) = (random.between(2.0, 15.0), 1 + random.next() as usize % 4);
    let uses: Vec<usize> = (0..count + idle).map(|_| random.poisson(mean)).collect();
    let size = random.scaled(0.01, 0.5);
    uses.windows(idle + 1)
        .map(|uses| 1.0 + size * uses.iter().copied().max().unwrap_or(0) as f64)
        .take(count)
        .collect()
}

/// A ring of segments: the oldest is dropped when a new one begins.
fn ring(random: &mut Random, count: usize) -> Vec<f64> {
    // A segment lasts for two samples or more. Otherwise the samples may show a slower cycle.
    let (segments, lasts) = (2 + random.next() % 6, random.between(2.0, count as f64 / 14.0));
    let (segments, height) = (segments as f64, random.scaled(0.1, 5.0));
    (0..count)
        .map(|at| at as f64 / lasts)
        .map(|written| 1.0 + height * written.min(segments - 1.0 + written.fract()))
        .collect()
}

/// A controller that overshoots and settles.
fn damped(random: &mut Random, count: usize) -> Vec<f64> {
    let (period, keep) = (random.between(3.0, count as f64 / 2.0), random.between(0.05, 0.4) * count as f64);
    let (height, noise) = (random.scaled(0.05, 1.0), random.scaled(0.0001, 0.02));
    let wave = |at: f64| (-at / keep).exp() * (TAU * at / period).cos();
    (0..count).map(|at| 2.0 - height * wave(at as f64) + noise * random.normal()).collect()
}

/// Seven levels that repeat, and noise.
fn weekdays(random: &mut Random, count: usize) -> Vec<f64> {
    let levels: Vec<f64> = (0..7).map(|_| random.between(1.0, 2.0)).collect();
    let noise = random.scaled(0.0001, 0.05);
    (0..count).map(|at| levels[at % 7] + noise * random.normal()).collect()
}

/// Requests of very different sizes (Pareto's distribution) are in memory for one sample.
fn large_requests(random: &mut Random, count: usize, leak: f64) -> Vec<f64> {
    let (shape, number) = (random.between(1.1, 3.0), 1.0 + random.between(0.0, 5.0));
    let size = random.scaled(0.001, 0.01);
    (0..count)
        .map(|at| {
            let sum: f64 = (0..random.poisson(number)).map(|_| size * random.unit().powf(-1.0 / shape)).sum();
            1.0 + leak * at as f64 + sum
        })
        .collect()
}

/// The leak per sample varies by a factor of ten.
fn irregular_leak(random: &mut Random, count: usize) -> Vec<f64> {
    let (mut size, noise) = (1.0, random.scaled(0.0001, 0.01));
    (0..count)
        .map(|_| {
            size += random.scaled(0.1, 1.0) * 0.01 / 0.39;
            size + noise * random.normal()
        })
        .collect()
}

/// One of five requests leaks, at random. A sample has some requests.
fn every_fifth(random: &mut Random, count: usize) -> Vec<f64> {
    let requests = 20 + random.next() as usize % 100;
    let (mut leaked, noise) = (0, random.scaled(0.0001, 0.01));
    (0..count)
        .map(|_| {
            leaked += (0..requests).filter(|_| random.chance(0.2)).count();
            1.0 + 0.01 * leaked as f64 / (0.2 * requests as f64) + noise * random.normal()
        })
        .collect()
}
