//! Simulated figures, on which the constants of the method were tuned.
//!
//! A family makes figures relative to a size of 1. Its parameters are random.

use crate::random::Random;

/// Its name, and its figures for a number of samples.
pub(crate) type Family = (&'static str, fn(&mut Random, usize) -> Vec<f64>);

/// Figures without growth.
pub(crate) const STEADY: &[Family] = &[
    ("noise", noise),
    ("load", load),
    ("sawtooth", sawtooth),
    ("irregular sawtooth", irregular_sawtooth),
    ("bursts", bursts),
    ("decaying bursts", decaying_bursts),
    ("levels", levels),
    ("cache that fills", cache),
    ("cache with churn", cache_with_churn),
    ("warm-up", warm_up),
    ("noisy warm-up", noisy_warm_up),
    ("doublings, then full", doublings),
    ("step", step),
    ("few steps", few_steps),
];

/// Leaks of 1 % of the first size in each sample.
pub(crate) const LEAKS: &[Family] = &[
    ("leak", leak),
    ("leak and noise to 3 %", |random, count| noisy_leak(random, count, 0.0, 0.03)),
    ("leak and sawtooth", leak_and_sawtooth),
    ("leak and bursts", leak_and_bursts),
    ("leak after a warm-up", leak_after_warm_up),
    ("leak in steps", leak_in_steps),
    ("random leak", random_leak),
];

/// Leaks that 30 samples do not always show.
pub(crate) const HARD_LEAKS: &[Family] = &[
    ("leak and noise, 3 to 5 %", |random, count| noisy_leak(random, count, 0.03, 0.05)),
    ("leak and noise, 5 to 10 %", |random, count| noisy_leak(random, count, 0.05, 0.1)),
];

fn with_noise(random: &mut Random, mut values: Vec<f64>, deviation: f64) -> Vec<f64> {
    values.iter_mut().for_each(|value| *value += deviation * random.normal());
    values
}

fn noise(random: &mut Random, count: usize) -> Vec<f64> {
    let deviation = random.scaled(0.0001, 0.3);
    let kind = random.next() % 3;
    (0..count)
        .map(|_| {
            1.0 + deviation
                * match kind {
                    0 => random.normal(),
                    1 => random.between(-1.7, 1.7),
                    _ => random.normal().powi(3) / 4.0,
                }
        })
        .collect()
}

fn load(random: &mut Random, count: usize) -> Vec<f64> {
    let (memory, deviation) = (random.between(0.0, 0.8), random.scaled(0.001, 0.2));
    let mut state = random.normal();
    (0..count)
        .map(|_| {
            state = memory * state + (1.0 - memory * memory).sqrt() * random.normal();
            1.0 + deviation * state
        })
        .collect()
}

fn sawtooth(random: &mut Random, count: usize) -> Vec<f64> {
    let (period, height) = (random.between(2.0, count as f64 / 2.0), random.scaled(0.02, 3.0));
    let phase = random.unit();
    let values = (0..count).map(|at| 1.0 + height * (phase + at as f64 / period).fract()).collect();
    let deviation = if random.chance(0.5) { 0.0 } else { random.scaled(0.001, 0.1) };
    with_noise(random, values, deviation)
}

fn irregular_sawtooth(random: &mut Random, count: usize) -> Vec<f64> {
    let (period, height) = (random.between(3.0, count as f64 / 3.0), random.scaled(0.02, 3.0));
    let (mut level, mut limit) = (random.unit(), 1.0);
    (0..count)
        .map(|_| {
            level += random.between(0.5, 1.5) / period;
            if level > limit {
                (level, limit) = (0.0, random.between(0.6, 1.4));
            }
            1.0 + height * level
        })
        .collect()
}

fn bursts(random: &mut Random, count: usize) -> Vec<f64> {
    let (rate, height) = (random.between(0.03, 0.3), random.scaled(0.05, 10.0));
    let deviation = if random.chance(0.5) { 0.0 } else { random.scaled(0.001, 0.05) };
    let values = (0..count)
        .map(|_| if random.chance(rate) { 1.0 - height * random.unit().ln() } else { 1.0 })
        .collect();
    with_noise(random, values, deviation)
}

fn decaying_bursts(random: &mut Random, count: usize) -> Vec<f64> {
    let (rate, height, keep) =
        (random.between(0.03, 0.3), random.scaled(0.05, 10.0), random.between(0.2, 0.8));
    let mut level = 0.0;
    (0..count)
        .map(|_| {
            level *= keep;
            if random.chance(rate) {
                level += height * random.unit();
            }
            1.0 + level
        })
        .collect()
}

fn levels(random: &mut Random, count: usize) -> Vec<f64> {
    let (rate, number) = (random.between(0.05, 0.4), 2 + random.next() as usize % 3);
    let levels: Vec<f64> = (0..number).map(|_| random.between(1.0, 2.0)).collect();
    let mut level = levels[0];
    (0..count)
        .map(|_| {
            if random.chance(rate) {
                level = levels[random.next() as usize % number];
            }
            level
        })
        .collect()
}

fn cache(random: &mut Random, count: usize) -> Vec<f64> {
    let (full, height) = (random.between(0.05, 0.6) * count as f64, random.scaled(0.1, 20.0));
    let curve = random.between(0.5, 1.0);
    (0..count).map(|at| 1.0 + height * (at as f64 / full).min(1.0).powf(curve)).collect()
}

fn cache_with_churn(random: &mut Random, count: usize) -> Vec<f64> {
    let values = cache(random, count);
    let deviation = random.scaled(0.001, 0.1);
    let size = values.iter().fold(0.0_f64, |a, b| a.max(*b));
    with_noise(random, values, deviation * size)
}

fn warm_up(random: &mut Random, count: usize) -> Vec<f64> {
    let (time, height) = (random.between(0.02, 0.3) * count as f64, random.scaled(0.05, 20.0));
    (0..count).map(|at| 1.0 + height * (1.0 - (-(at as f64) / time).exp())).collect()
}

fn noisy_warm_up(random: &mut Random, count: usize) -> Vec<f64> {
    let (time, height) = (random.between(0.02, 0.2) * count as f64, random.scaled(0.05, 20.0));
    let deviation = random.scaled(0.001, 0.1) * (1.0 + height);
    let values = (0..count).map(|at| 1.0 + height * (1.0 - (-(at as f64) / time).exp())).collect();
    with_noise(random, values, deviation)
}

fn doublings(random: &mut Random, count: usize) -> Vec<f64> {
    let (full, first) = (random.between(0.1, 0.7) * count as f64, random.scaled(0.1, 10.0));
    (0..count)
        .map(|at| {
            let length = 1.0 + (at as f64).min(full) * first;
            1.0 + 2.0_f64.powf(length.log2().ceil())
        })
        .collect()
}

fn step(random: &mut Random, count: usize) -> Vec<f64> {
    let (when, height) = (random.unit() * count as f64, random.scaled(0.01, 10.0));
    let deviation = if random.chance(0.5) { 0.0 } else { random.scaled(0.0001, 0.05) };
    let values = (0..count).map(|at| if at as f64 > when { 1.0 + height } else { 1.0 }).collect();
    with_noise(random, values, deviation)
}

fn few_steps(random: &mut Random, count: usize) -> Vec<f64> {
    let steps: Vec<(f64, f64)> =
        (0..3).map(|_| (random.unit() * count as f64, random.scaled(0.01, 1.0))).collect();
    (0..count)
        .map(|at| {
            1.0 + steps.iter().filter(|(when, _)| at as f64 > *when).map(|(_, height)| height).sum::<f64>()
        })
        .collect()
}

fn leak(_: &mut Random, count: usize) -> Vec<f64> {
    (0..count).map(|at| 1.0 + 0.01 * at as f64).collect()
}

fn noisy_leak(random: &mut Random, count: usize, low: f64, high: f64) -> Vec<f64> {
    let deviation = random.between(low, high);
    let values = leak(random, count);
    with_noise(random, values, deviation)
}

fn leak_and_sawtooth(random: &mut Random, count: usize) -> Vec<f64> {
    let (period, height) = (random.between(2.0, 6.0), random.between(0.02, 0.2));
    let phase = random.unit();
    (0..count).map(|at| 1.0 + 0.01 * at as f64 + height * (phase + at as f64 / period).fract()).collect()
}

fn leak_and_bursts(random: &mut Random, count: usize) -> Vec<f64> {
    let values = leak(random, count);
    let (rate, height) = (random.between(0.03, 0.2), random.scaled(0.05, 3.0));
    values
        .into_iter()
        .map(|v| if random.chance(rate) { v - height * random.unit().ln() } else { v })
        .collect()
}

fn leak_after_warm_up(random: &mut Random, count: usize) -> Vec<f64> {
    let (full, height) = (random.between(0.05, 0.3) * count as f64, random.scaled(0.05, 0.9));
    (0..count).map(|at| 1.0 - height + height * (at as f64 / full).min(1.0) + 0.01 * at as f64).collect()
}

fn leak_in_steps(random: &mut Random, count: usize) -> Vec<f64> {
    let every = 1 + random.next() as usize % 4;
    let phase = random.next() as usize % every;
    (0..count).map(|at| 1.0 + 0.01 * ((at + phase) / every * every) as f64).collect()
}

fn random_leak(random: &mut Random, count: usize) -> Vec<f64> {
    let mut size = 1.0;
    (0..count)
        .map(|_| {
            size -= 0.01 * random.unit().ln();
            size
        })
        .collect()
}
