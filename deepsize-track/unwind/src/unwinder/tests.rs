use std::time::{Duration, Instant};

use super::cache::{Rules, cell};
use super::modules::look_up;
use super::rule::Rule;

#[test]
fn rules_survive_packing() {
    let frame = |by_base, size, link, base| Rule::Frame { by_base, size, link, base };
    // The position of the return address is fixed on x86-64, and its distance from the base pointer on AArch64.
    #[cfg(target_arch = "x86_64")]
    let (fitting, others) = (
        [frame(false, 1, 1, 0), frame(true, (1 << 17) - 1, 1, (1 << 10) - 1)],
        [frame(false, 1 << 17, 1, 0), frame(true, 9, 1, 1 << 10), frame(false, 9, 2, 0)],
    );
    #[cfg(target_arch = "aarch64")]
    let (fitting, others) = (
        [frame(false, 1, 1, 0), frame(true, (1 << 15) - 1, (1 << 12) - 1, 1 << 12)],
        [frame(false, 1 << 15, 1, 0), frame(true, 9, 1 << 12, 0), frame(false, 9, 2, 1)],
    );
    let rules = [Rule::Outermost { is_listed: false }, Rule::Outermost { is_listed: true }, Rule::Unknown];
    for rule in fitting.into_iter().chain(rules) {
        assert_eq!(Rule::unpack(rule.pack()), rule);
        assert_eq!(rule.pack() >> Rule::BITS, 0);
        assert_ne!(rule.pack(), 0);
    }
    for rule in others {
        assert_eq!(Rule::unpack(rule.pack()), Rule::Unknown);
    }
}

#[test]
fn rules_survive_caching() {
    // More addresses than cells, so that they evict each other.
    let start = look_up as *const () as u64;
    let step = if cfg!(target_arch = "aarch64") { 4 } else { 1 };
    for round in 0..3 {
        for number in 0..20_000 {
            let address = start + number * step;
            if round < 2 || number % 97 == 0 {
                let expected = look_up(address).rule;
                // While another thread looks up an address, others are unknown.
                let time = Instant::now();
                while Rules::begin().get(address) != expected {
                    assert!(time.elapsed() < Duration::from_secs(60), "{address:x}: {expected:?}");
                    std::thread::yield_now();
                }
            }
        }
    }
    let (first, second) = (cell(start), cell(start ^ step));
    assert_eq!((first.0 ^ 1, first.1), second, "only the bit of the second cell distinguishes them");
    assert_eq!(look_up(8).rule, Rule::Unknown);
}
