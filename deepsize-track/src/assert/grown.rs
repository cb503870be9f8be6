//! The call sites that grow, found from samples of the live blocks.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::OwnerMap;
use super::rows::{self, AllocationSite};
use crate::record::{Demand, Record};
use crate::sites::SiteKey;
use crate::usage::Usage;
use crate::{records, sites, symbols};

/// The live bytes and blocks of each site.
pub(super) type Sites = HashMap<SiteKey, Live>;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Live {
    pub(super) bytes: i64,
    pub(super) blocks: i64,
}

impl Live {
    fn plus(self, other: Self) -> Self {
        Self { bytes: self.bytes + other.bytes, blocks: self.blocks + other.blocks }
    }

    /// Whether there are more bytes or more blocks.
    fn exceeds(self, other: Self) -> bool {
        self.bytes > other.bytes || self.blocks > other.blocks
    }
}

/// The growth of a call site after the warm-up.
#[derive(Debug, Default)]
pub(super) struct SiteGrowth {
    pub(super) net: Live,
    sites: HashSet<SiteKey>,
}

/// A sample. Call it untracked.
pub(super) fn sample(demand: Demand) -> Sites {
    let mut sites = Sites::new();
    for record in records::live_records(|record| demand.includes(record)) {
        let live = sites.entry(record.site).or_default();
        *live = live.plus(Live { bytes: record.size as i64, blocks: 1 });
    }
    sites
}

/// The call sites that grow from each sample to the next. Call it untracked.
pub(super) fn grown(samples: &[Sites], since: u64, blocks: &[Record]) -> BTreeMap<String, SiteGrowth> {
    let live = |sample: &Sites, site: &SiteKey| sample.get(site).copied().unwrap_or_default();
    let has_growth = |pair: &[Sites]| pair[1].iter().any(|(site, after)| after.exceeds(live(&pair[0], site)));
    let mut grown = BTreeMap::<String, SiteGrowth>::new();
    if samples.len() < 2 || !samples.windows(2).all(has_growth) {
        // A stretch without growth decides the result, so no names are looked up.
        return grown;
    }
    let sites: HashSet<SiteKey> = samples.iter().flat_map(|sample| sample.keys().copied()).collect();
    let traces: Vec<_> = sites.into_iter().map(|site| (site, sites::frames(site))).collect();
    let names = symbols::look_up(traces.iter().map(|(_, frames)| frames.as_slice()));
    let mut lines = BTreeMap::<String, Vec<SiteKey>>::new();
    for (site, frames) in &traces {
        let name = format!("allocated {}", AllocationSite::of(&names, frames, 0));
        lines.entry(name).or_default().push(*site);
    }
    for (name, sites) in lines {
        let series = |sites: &[SiteKey]| -> Vec<Live> {
            let sum = |sample| sites.iter().map(|site| live(sample, site)).fold(Live::default(), Live::plus);
            samples.iter().map(sum).collect()
        };
        // One trace may grow while other traces of the line fluctuate, so growing traces are separated. The others may grow only in sum.
        let (mut growing, rest): (Vec<SiteKey>, Vec<SiteKey>) =
            sites.into_iter().partition(|site| rises(&series(&[*site])));
        if rises(&series(&rest)) {
            growing.extend(rest);
        }
        let series = series(&growing);
        let (first, last) = (series[0], series[series.len() - 1]);
        let gained = Live { bytes: last.bytes - first.bytes, blocks: last.blocks - first.blocks };
        let sites: HashSet<SiteKey> = growing.into_iter().collect();
        // Blocks of a changing size may hide the bytes of a leak. It has at least the bytes of the smallest new blocks.
        let mut sizes: Vec<_> = new_blocks(blocks, since, &sites).map(|block| block.size as i64).collect();
        sizes.sort_unstable();
        let least = sizes.iter().take(gained.blocks.max(0) as usize).sum();
        let net = Live { bytes: gained.bytes.max(least), ..gained };
        if net.bytes > 0 {
            grown.insert(name, SiteGrowth { net, sites });
        }
    }
    grown
}

/// The live blocks that were allocated at these sites after the warm-up.
fn new_blocks<'b>(
    blocks: &'b [Record],
    since: u64,
    sites: &HashSet<SiteKey>,
) -> impl Iterator<Item = &'b Record> {
    blocks.iter().filter(move |block| block.serial >= since && sites.contains(&block.site))
}

/// Whether the bytes, or the number of blocks, rise from each sample to the next.
fn rises(series: &[Live]) -> bool {
    let all = |of: fn(&Live) -> i64| series.windows(2).all(|pair| of(&pair[1]) > of(&pair[0]));
    all(|live| live.bytes) || all(|live| live.blocks)
}

/// A line for each call site, or for each of its fields if the new blocks add up to the growth. Call it untracked.
pub(super) fn rows(
    grown: &BTreeMap<String, SiteGrowth>,
    since: u64,
    blocks: &[Record],
    owners: &OwnerMap,
) -> String {
    let counts = |live: Live| Usage {
        allocated_size: live.bytes.unsigned_abs(),
        allocated_blocks: live.blocks.unsigned_abs(),
        ..Usage::default()
    };
    let mut rows = Vec::new();
    for (name, SiteGrowth { net, sites }) in grown {
        let new = || new_blocks(blocks, since, sites);
        let one = |block: &Record| Live { bytes: block.size as i64, blocks: 1 };
        if new().map(one).fold(Live::default(), Live::plus) != *net {
            rows.push((name.clone(), counts(*net)));
            continue;
        }
        rows.extend(new().map(|block| match owners.get(&block.address) {
            Some((_, label)) => (format!("{label}, {name}"), counts(one(block))),
            None => (name.clone(), counts(one(block))),
        }));
    }
    rows::lines(rows.into_iter())
}
