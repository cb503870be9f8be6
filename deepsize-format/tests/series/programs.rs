//! Simulated programs, on which the constants of the method were tuned too.

use std::collections::{HashMap, VecDeque};
use std::f64::consts::TAU;

use crate::random::Random;
use crate::signals::Family;

/// Programs without a leak.
pub(crate) const STEADY: &[Family] = &[
    ("sessions", |random, count| sessions(random, count, 0.0)),
    ("cycle of load", |random, count| cycle(random, count, 2.0, 1.0, 0.0)),
    ("collected heap", |random, count| collected(random, count, 2.0, 1.0, 0.0)),
    ("least recently used", |random, count| least_recently_used(random, count, 0.05, 0.3)),
    ("distinct keys", distinct_keys),
    ("reused buffer", reused_buffer),
    ("lazy buffers of threads", lazy_buffers),
    ("nightly job", nightly_job),
    ("multiplied noise", |random, count| multiplied_noise(random, count, 0.3, 0.0)),
    ("slow saturation", slow_saturation),
];

/// Programs that leak 1 % of their first size in each sample.
pub(crate) const LEAKS: &[Family] = &[
    ("sessions that stay", |random, count| sessions(random, count, 0.01)),
    ("leak and cycle of load", |random, count| cycle(random, count, 4.0, 0.05, 0.01)),
    ("leak in a collected heap", |random, count| collected(random, count, 6.0, 0.2, 0.01)),
    ("leak that accelerates", accelerating),
    ("leak and multiplied noise", |random, count| multiplied_noise(random, count, 0.02, 0.01)),
    ("leak after a full cache", leak_after_cache),
];

/// Programs without a leak, but with random changes that last for up to half of the samples.
pub(crate) const HARD_STEADY: &[Family] =
    &[("least recently used, slow", |random, count| least_recently_used(random, count, 0.3, 0.5))];

/// Leaks that 30 samples do not always show.
pub(crate) const HARD_LEAKS: &[Family] = &[("leak of large blocks", large_blocks)];

/// Sessions arrive at random, and stay for a random time. A leak keeps some for ever.
fn sessions(random: &mut Random, count: usize, leak: f64) -> Vec<f64> {
    let (arrivals, stay) = (random.between(5.0, 30.0), random.between(0.5, 3.0));
    let share = if leak > 0.0 { random.between(0.02, 0.1) } else { random.between(0.1, 1.0) };
    let mut open: Vec<(f64, f64)> = Vec::new();
    let mut leaked = 0.0;
    (0..count + 20)
        .map(|at| {
            let now = at as f64;
            for _ in 0..random.poisson(arrivals) {
                let size = random.scaled(0.5, 2.0) / (arrivals * stay);
                open.push((now + random.unit() - stay * random.unit().ln(), size));
            }
            open.retain(|(end, _)| *end > now + 1.0);
            if at >= 20 {
                leaked += leak * random.poisson(5.0) as f64 / 5.0;
            }
            1.0 + leaked + share * open.iter().map(|(_, size)| size).sum::<f64>()
        })
        .skip(20)
        .collect()
}

/// A sine, with a part of the window as period, and noise.
fn cycle(random: &mut Random, count: usize, least: f64, height: f64, leak: f64) -> Vec<f64> {
    let period = random.between(3.0, count as f64 / least);
    let (phase, height, noise) =
        (random.unit(), random.scaled(height / 100.0, height), random.scaled(0.0001, 0.02));
    let wave = |at: f64| (TAU * (phase + at / period)).sin() + 1.0;
    (0..count).map(|at| 1.0 + leak * at as f64 + height * wave(at as f64) + noise * random.normal()).collect()
}

/// Garbage piles up to a limit and is then collected.
fn collected(random: &mut Random, count: usize, least: f64, height: f64, leak: f64) -> Vec<f64> {
    let (limit, period) = (random.scaled(height / 20.0, height), random.between(2.0, count as f64 / least));
    let mut garbage = limit * random.unit();
    (0..count)
        .map(|at| {
            garbage += limit / period * random.between(0.7, 1.3);
            if garbage > limit {
                garbage = limit * random.between(0.0, 0.1);
            }
            1.0 + leak * at as f64 + garbage
        })
        .collect()
}

/// A cache with a limit, full after a part of the samples. Each entry has its own size.
fn least_recently_used(random: &mut Random, count: usize, low: f64, high: f64) -> Vec<f64> {
    let (capacity, full) = (40 + random.next() as usize % 200, random.between(low, high) * count as f64);
    let requests = (capacity as f64 / full).ceil() as usize;
    let mut entries = VecDeque::new();
    (0..count)
        .map(|_| {
            for _ in 0..requests {
                entries.push_back(random.scaled(0.2, 5.0));
            }
            while entries.len() > capacity {
                entries.pop_front();
            }
            1.0 + entries.iter().sum::<f64>() / capacity as f64
        })
        .collect()
}

/// A map without a limit, and a bounded number of distinct keys.
fn distinct_keys(random: &mut Random, count: usize) -> Vec<f64> {
    let (keys, time) = (20 + random.next() as usize % 500, random.between(0.02, 0.25) * count as f64);
    let requests = (keys as f64 / time).ceil() as usize;
    let mut map = HashMap::new();
    (0..count)
        .map(|_| {
            for _ in 0..requests {
                map.insert(random.next() as usize % keys, random.scaled(0.2, 5.0));
            }
            1.0 + map.len() as f64 / keys as f64
        })
        .collect()
}

/// A buffer that keeps its largest capacity, a power of two.
fn reused_buffer(random: &mut Random, count: usize) -> Vec<f64> {
    let (spread, mut capacity) = (random.between(0.2, 1.5), 1.0_f64);
    (0..count)
        .map(|_| {
            let length = (spread * random.normal()).exp();
            capacity = capacity.max(2.0_f64.powf(length.log2().ceil()));
            1.0 + capacity
        })
        .collect()
}

/// Threads make their buffers at their first use.
fn lazy_buffers(random: &mut Random, count: usize) -> Vec<f64> {
    let (threads, time) = (2 + random.next() % 15, random.between(0.02, 0.15) * count as f64);
    let starts: Vec<f64> = (0..threads).map(|_| -time * random.unit().ln()).collect();
    let size = random.scaled(0.01, 1.0);
    (0..count)
        .map(|at| 1.0 + size * starts.iter().filter(|start| **start <= at as f64).count() as f64)
        .collect()
}

/// A job at a fixed distance holds memory for some samples.
fn nightly_job(random: &mut Random, count: usize) -> Vec<f64> {
    let (every, size) = (3 + random.next() as usize % (count / 3), random.scaled(0.1, 5.0));
    let (lasts, phase) = (1 + random.next() as usize % (every / 2).max(1), random.next() as usize % every);
    let noise = random.scaled(0.0001, 0.03);
    let runs = |at: usize| (at + phase) % every < lasts;
    (0..count).map(|at| 1.0 + if runs(at) { size } else { 0.0 } + noise * random.normal()).collect()
}

fn multiplied_noise(random: &mut Random, count: usize, most: f64, leak: f64) -> Vec<f64> {
    let deviation = random.scaled(most / 100.0, most);
    (0..count).map(|at| (1.0 + leak * at as f64) * (deviation * random.normal()).exp()).collect()
}

/// Approaches its limit like a hyperbola.
fn slow_saturation(random: &mut Random, count: usize) -> Vec<f64> {
    let (time, height) = (random.between(0.01, 0.1) * count as f64, random.scaled(0.1, 10.0));
    let noise = random.scaled(0.0001, 0.02);
    (0..count).map(|at| 1.0 + height * at as f64 / (at as f64 + time) + noise * random.normal()).collect()
}

fn accelerating(random: &mut Random, count: usize) -> Vec<f64> {
    let noise = random.scaled(0.0001, 0.02);
    (0..count).map(|at| 1.01_f64.powi(at as i32) + noise * random.normal()).collect()
}

/// Blocks of 2 % to 4 % leak at random times.
fn large_blocks(random: &mut Random, count: usize) -> Vec<f64> {
    let (block, mut size) = (random.between(0.02, 0.04), 1.0);
    (0..count)
        .map(|_| {
            if random.chance(0.01 / block) {
                size += block;
            }
            size
        })
        .collect()
}

fn leak_after_cache(random: &mut Random, count: usize) -> Vec<f64> {
    let (full, noise) = (random.between(0.05, 0.25) * count as f64, random.scaled(0.0001, 0.01));
    let height = random.between(0.1, 0.8);
    let cache = |at: f64| height * (at / full).min(1.0);
    (0..count)
        .map(|at| 1.0 - height + cache(at as f64) + 0.01 * at as f64 + noise * random.normal())
        .collect()
}
