//! Allocates known amounts.

use std::hint::black_box;

pub(crate) struct Kept {
    cache: Vec<Box<[u8]>>,
    bottom: Vec<u8>,
    closures: Vec<Vec<u8>>,
    odd: Vec<Vec<u8>>,
}

/// The blocks of one function: total, live at the end, live at the peak, and its own maximum. Each in bytes and blocks.
pub(crate) type Known = (&'static str, [(u64, u64); 4]);

pub(crate) const ODD: &str = "odd; \"name\" of <C> & co\\ 12";

/// At the end of `first` and of `second`.
pub(crate) const KNOWN: [[Known; 6]; 2] = [
    [
        ("track_inputs::work::entry", [(512_000, 1000), (512_000, 1000), (512_000, 1000), (512_000, 1000)]),
        ("track_inputs::work::words", [(80_000, 5000), (0, 0), (0, 0), (16, 1)]),
        ("track_inputs::work::descend", [(1000, 1), (1000, 1), (1000, 1), (1000, 1)]),
        (
            "<[u8; 3] as track_inputs::work::Odd>::größe::{{closure}}",
            [(300, 3), (300, 3), (300, 3), (300, 3)],
        ),
        (ODD, [(350, 7), (350, 7), (350, 7), (350, 7)]),
        ("track_inputs::work::buffer", [(4_000_000, 1), (0, 0), (4_000_000, 1), (4_000_000, 1)]),
    ],
    [
        ("track_inputs::work::entry", [(768_000, 1500), (768_000, 1500), (512_000, 1000), (768_000, 1500)]),
        ("track_inputs::work::words", [(80_000, 5000), (0, 0), (0, 0), (16, 1)]),
        ("track_inputs::work::descend", [(1000, 1), (1000, 1), (1000, 1), (1000, 1)]),
        (
            "<[u8; 3] as track_inputs::work::Odd>::größe::{{closure}}",
            [(300, 3), (300, 3), (300, 3), (300, 3)],
        ),
        (ODD, [(350, 7), (0, 0), (350, 7), (350, 7)]),
        ("track_inputs::work::buffer", [(4_000_000, 1), (0, 0), (4_000_000, 1), (4_000_000, 1)]),
    ],
];

#[inline(never)]
pub(crate) fn first() -> Kept {
    let mut kept = Kept {
        cache: Vec::with_capacity(2000),
        bottom: descend(100),
        closures: [7, 8, 9].größe(),
        odd: Vec::with_capacity(7),
    };
    fill(&mut kept, 1000);
    words();
    for _ in 0..7 {
        kept.odd.push(odd());
    }
    buffer();
    kept
}

#[inline(never)]
pub(crate) fn second(kept: &mut Kept) {
    kept.odd.clear();
    fill(kept, 500);
    black_box((&kept.bottom, &kept.closures));
}

/// Both moments share this allocation site.
#[inline(never)]
fn fill(kept: &mut Kept, count: usize) {
    more(&mut kept.cache, count);
}

#[inline(never)]
fn more(cache: &mut Vec<Box<[u8]>>, count: usize) {
    for _ in 0..count {
        cache.push(entry());
    }
}

/// A line of `more`.
#[inline(always)]
fn entry() -> Box<[u8]> {
    black_box(vec![0; 512].into_boxed_slice())
}

#[inline(never)]
fn words() {
    for _ in 0..5000 {
        drop(black_box(String::with_capacity(16)));
    }
}

/// Deeper than the recorded depth.
#[inline(never)]
fn descend(depth: usize) -> Vec<u8> {
    if depth == 0 { black_box(Vec::with_capacity(1000)) } else { black_box(descend(depth - 1)) }
}

#[inline(never)]
fn buffer() {
    drop(black_box(Vec::<u8>::with_capacity(4_000_000)));
}

trait Odd {
    fn größe(self) -> Vec<Vec<u8>>;
}

impl Odd for [u8; 3] {
    #[inline(never)]
    fn größe(self) -> Vec<Vec<u8>> {
        self.iter().map(|&byte| black_box(vec![byte; 100])).collect()
    }
}

#[inline(never)]
#[unsafe(export_name = "odd; \"name\" of <C> & co\\ 12")]
fn odd() -> Vec<u8> {
    black_box(Vec::with_capacity(50))
}
