//! Values with up to seven handles. A plain sum needs no walker for up to four blocks with several owners.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use deep_size::{DeepSize, Tally};

use crate::fastrand;
use crate::support::{Sum, live_bytes};

/// Pointees without nested collections: texts, numbers, or another handle.
#[derive(DeepSize)]
enum Contents {
    Nothing,
    Text { text: String, tags: Option<Box<[u8]>> },
    Numbers(Vec<u32>, [u8; 3]),
    Handle(Arc<Self>),
}

/// A typical cache entry.
#[derive(DeepSize)]
struct Entry {
    key: Rc<str>,
    first: Arc<Contents>,
    version: u64,
    others: (Option<Arc<Contents>>, Arc<Contents>, Arc<Contents>, Arc<Contents>),
    note: String,
    index: Option<HashMap<u16, u8>>,
    last: Option<Arc<Contents>>,
}

fn contents(number: usize) -> Contents {
    let text = "x".repeat(number % 7);
    match number % 6 {
        0 => Contents::Nothing,
        1 | 2 => Contents::Text { text, tags: None },
        3 => Contents::Text { text, tags: Some(vec![7; 1 + number % 3].into()) },
        4 => Contents::Numbers(vec![7; number % 5], [1; 3]),
        _ => Contents::Handle(Arc::new(Contents::Text { text, tags: None })),
    }
}

#[test]
fn entries_with_few_handles_are_exact() {
    // The first map sets up the seeds of its hasher.
    drop(HashMap::<u16, u8>::new());
    let mut numbers_of_blocks = [0; 8];
    for seed in 1..=20_000 {
        let mut random = fastrand(seed);
        let mut below = |limit: u64| (random() % limit) as usize;
        let mut kept = Vec::with_capacity(8);
        let mut kept_keys = Vec::with_capacity(1);

        let before = live_bytes();
        let entry = {
            let pool: Vec<_> = (0..=below(8)).map(|_| Arc::new(contents(below(1_000)))).collect();
            let mut any = || pool[below(pool.len() as u64)].clone();
            Entry {
                key: "key".into(),
                first: any(),
                version: seed,
                others: (Some(any()), any(), any(), any()),
                note: "a note".to_owned(),
                index: (seed % 4 == 0).then(|| (0..seed as u16 % 100).map(|key| (key, 7)).collect()),
                last: (seed % 3 > 0).then(&mut any),
            }
        };
        let (two, three, four, five) = &entry.others;
        let handles =
            [Some(&entry.first), two.as_ref(), Some(three), Some(four), Some(five), entry.last.as_ref()];
        // Handles outside the entry give some blocks further owners.
        kept.extend(handles.into_iter().flatten().filter(|_| below(2) == 0).cloned());
        kept_keys.extend((below(2) == 0).then(|| entry.key.clone()));

        assert_eq!(entry.heap_size() as isize, live_bytes() - before, "seed {seed}");
        assert_eq!(entry.deep_size(), Sum::of(&entry).bytes, "seed {seed}");
        let mut tally = Tally::new();
        assert_eq!(tally.add(&entry), entry.deep_size(), "seed {seed}");

        let shared = handles.into_iter().flatten().filter(|handle| Arc::strong_count(handle) > 1);
        let mut shared: Vec<_> = shared.map(Arc::as_ptr).collect();
        shared.sort();
        shared.dedup();
        numbers_of_blocks[shared.len() + Rc::strong_count(&entry.key) - 1] += 1;
    }
    // Counts by the number of blocks with several owners. The visited set holds four of them in place.
    assert!(!numbers_of_blocks.contains(&0), "{numbers_of_blocks:?}");
}
