//! Profiles for `go tool pprof`, Pyroscope and Parca.

use std::collections::HashMap;
use std::io;

use deep_size_format::{Profile, shown};

use super::Export;
use super::stacks::{self, Stacks};
use crate::modules::Module;
use crate::sites::is_mark;
use crate::snapshot::{Frame, Metric, Snapshot};
use crate::untracked::write;
use crate::visible::Visible;

impl Snapshot {
    /// Writes a profile for pprof: a `perftools.profiles.Profile` of protobuf, compressed with gzip.
    ///
    /// A sample has the figures of Go's heap profiles, and two of the peak. pprof shows `inuse_space` by default.
    ///
    /// | sample type | figure |
    /// | --- | --- |
    /// | `alloc_objects`, `alloc_space` | the amount allocated since the recording began |
    /// | `inuse_objects`, `inuse_space` | the live amount |
    /// | `peak_objects`, `peak_space` | the live amount at the peak of all traces |
    ///
    /// Functions have files and lines. Inlined functions are lines of one location. Addresses are real, and on Linux so are the
    /// mapped files with their build ids. Functions of the standard library are hidden by [default](Self::export).
    ///
    /// Figures of a [sample](Self::sampling_interval) are estimates for the whole program and need no scaling. The period is the
    /// sampling interval.
    ///
    /// Takes time linear in the size of the uncompressed output. Looking up the names of a new address may take milliseconds.
    ///
    /// # Errors
    ///
    /// Returns the errors of `out`.
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size_track::{Recorder, Snapshot};
    ///
    /// let recording = Recorder::all().start();
    /// let mut profile = Vec::new();
    /// Snapshot::take().write_pprof(&mut profile)?;
    /// # assert_eq!(profile[..2], [0x1f, 0x8b]);
    /// # recording.stop();
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// ```text
    /// go tool pprof -http=: profile.pb.gz
    /// go tool pprof -sample_index=alloc_space -top profile.pb.gz
    /// go tool pprof -diff_base=earlier.pb.gz -top later.pb.gz
    /// ```
    #[doc(alias = "heap profile")]
    pub fn write_pprof(&self, out: impl io::Write) -> io::Result<()> {
        self.export().write_pprof(out)
    }
}

impl Export<'_> {
    /// Writes a profile for pprof: see [`Snapshot::write_pprof`].
    ///
    /// # Errors
    ///
    /// Returns the errors of `out`.
    pub fn write_pprof(self, out: impl io::Write) -> io::Result<()> {
        // Writing to a vector does not fail.
        write(out, || self.pprof().finish().unwrap_or_default())
    }

    fn pprof(self) -> Profile<Vec<u8>> {
        let mut stacks = Stacks::new(self);
        let mut locations = Locations::new(self.snapshot.program().modules.clone());
        // Traces with the same shown functions share a sample.
        let mut at: HashMap<Vec<u64>, usize> = HashMap::new();
        let mut sums: Vec<[u64; KINDS.len()]> = Vec::new();
        for trace in self.snapshot.traces() {
            let detail = stacks.detail(trace);
            let stack = stacks.stack(trace, detail, |address, frames| {
                // An address whose functions are all hidden has no location.
                if frames.is_empty() { Vec::new() } else { vec![locations.add(address, frames)] }
            });
            let at = *at.entry(stack.into_iter().copied().collect()).or_insert(sums.len());
            if at == sums.len() {
                sums.push([0; KINDS.len()]);
            }
            for (sum, (.., metric)) in sums[at].iter_mut().zip(KINDS) {
                *sum = sum.saturating_add(metric.of(trace));
            }
        }
        let mut samples: Vec<_> = at.into_iter().collect();
        samples.sort_unstable_by_key(|(_, at)| *at);

        let mut profile = locations.profile;
        // If all blocks are recorded, every byte is a sample.
        let period = self.snapshot.sampling_interval().unwrap_or(1);
        profile.describe(KINDS.map(|(kind, unit, _)| (kind, unit)), period);
        for (stack, at) in samples {
            profile.sample(stack, sums[at], &[]);
        }
        for (at, (mapping, is_known)) in (1..).zip(locations.mappings) {
            // The first mapping is the program, and always written.
            if at > 1 && is_known.is_none() {
                continue;
            }
            let place = [mapping.start, mapping.end, mapping.offset];
            let file = Visible(&mapping.file).to_string();
            // If any name is known, pprof must not symbolize again: that would bring back hidden functions.
            profile.mapping(at, place, &file, &mapping.build_id(), is_known.unwrap_or(false));
        }
        profile
    }
}

/// The figures of a sample, with their units.
const KINDS: [(&str, &str, Metric); 6] = [
    ("alloc_objects", "count", Metric::TotalBlocks),
    ("alloc_space", "bytes", Metric::TotalSize),
    ("inuse_objects", "count", Metric::LiveBlocks),
    ("inuse_space", "bytes", Metric::LiveSize),
    ("peak_objects", "count", Metric::PeakBlocks),
    ("peak_space", "bytes", Metric::PeakSize),
];

/// The locations and mappings that samples refer to.
struct Locations {
    profile: Profile<Vec<u8>>,
    /// Each mapping, and whether any of its functions has a known name. `None` if no location is in it.
    mappings: Vec<(Module, Option<bool>)>,
}

impl Locations {
    fn new(modules: Vec<Module>) -> Self {
        let mappings = modules.into_iter().map(|module| (module, None)).collect();
        Self { profile: Profile::new(Vec::new()), mappings }
    }

    /// Adds the location of an address.
    fn add(&mut self, address: usize, frames: &[Option<&Frame>]) -> u64 {
        // The address of the call, which precedes the return address. Missing frames have none.
        let call = if is_mark(address) { 0 } else { (address as u64).saturating_sub(1) };
        let mapping = self.mappings.iter().position(|(mapping, _)| call > 0 && mapping.holds(call));
        if let Some(mapping) = mapping {
            let is_known = self.mappings[mapping].1.get_or_insert(false);
            *is_known |= !frames.contains(&None);
        }
        let lines = frames.iter().flatten().map(|frame| {
            let function = self.profile.function(&stacks::name(address, Some(frame)), &shown(frame.file()));
            (function, frame.line().into())
        });
        let lines: Vec<_> = lines.collect();
        self.profile.location(mapping.map_or(0, |at| at as u64 + 1), call, &lines)
    }
}
