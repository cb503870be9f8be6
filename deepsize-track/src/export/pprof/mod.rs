//! Profiles for `go tool pprof`, Pyroscope and Parca.

mod message;

use std::collections::HashMap;
use std::io::{self, Write as _};

use flate2::Compression;
use flate2::write::GzEncoder;

use self::message::Message;
use super::stacks::{self, Detail, Stacks};
use super::{Export, Metric, names, write};
use crate::modules::{self, Module};
use crate::sites::TRUNCATED;
use crate::snapshot::{Frame, Snapshot};
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
    #[cfg_attr(docsrs, doc(cfg(feature = "pprof")))]
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
    #[cfg_attr(docsrs, doc(cfg(feature = "pprof")))]
    pub fn write_pprof(self, out: impl io::Write) -> io::Result<()> {
        write(out, || {
            let mut packed = GzEncoder::new(Vec::new(), Compression::default());
            // Writing to a vector does not fail.
            let _ = packed.write_all(&self.pprof().into_bytes());
            packed.finish().unwrap_or_default()
        })
    }

    fn pprof(self) -> Message {
        let mut stacks = Stacks::new(self);
        let mut profile = ProfileBuilder::default();
        // Traces with the same shown functions share a sample.
        let mut at: HashMap<Vec<u64>, usize> = HashMap::new();
        let mut sums: Vec<[u64; KINDS.len()]> = Vec::new();
        for trace in self.snapshot.traces() {
            let detail = stacks.detail(trace);
            let stack = trace.marked_addresses();
            let stack = stack.filter_map(|address| profile.location(&stacks, address, detail));
            let at = *at.entry(stack.collect()).or_insert(sums.len());
            if at == sums.len() {
                sums.push([0; KINDS.len()]);
            }
            for (sum, (.., metric)) in sums[at].iter_mut().zip(KINDS) {
                *sum = sum.saturating_add(metric.of(trace));
            }
        }
        let mut samples: Vec<_> = at.into_iter().collect();
        samples.sort_unstable_by_key(|(_, at)| *at);

        let mut message = Message::default();
        for (kind, unit, _) in KINDS {
            let (kind, unit) = (profile.string(kind), profile.string(unit));
            message.message(1, Message::default().with(1, kind).with(2, unit));
        }
        for (stack, at) in samples {
            // pprof's values are signed.
            let values = sums[at].map(|sum| sum.min(i64::MAX.unsigned_abs()));
            let mut sample = Message::default();
            sample.numbers(1, &stack);
            sample.numbers(2, &values);
            message.message(2, sample);
        }
        let (space, bytes) = (profile.string("space"), profile.string("bytes"));
        message.message(11, Message::default().with(1, space).with(2, bytes));
        // If all blocks are recorded, every byte is a sample.
        message.number(12, self.snapshot.sampling_interval().unwrap_or(1));
        message.number(14, profile.string("inuse_space"));
        profile.finish(message)
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

/// The strings, functions, locations and mappings that samples refer to.
struct ProfileBuilder {
    strings: HashMap<String, u64>,
    /// In order of position.
    texts: Vec<String>,
    /// By name and file.
    functions: HashMap<(u64, u64), u64>,
    function_messages: Vec<Message>,
    /// `None` if all functions of the address are hidden.
    locations: HashMap<(usize, Detail), Option<u64>>,
    location_messages: Vec<Message>,
    /// Each mapping, and whether any of its functions has a known name. `None` if no location is in it.
    mappings: Vec<(Module, Option<bool>)>,
}

impl Default for ProfileBuilder {
    fn default() -> Self {
        let mut profile = Self {
            strings: HashMap::new(),
            texts: Vec::new(),
            functions: HashMap::new(),
            function_messages: Vec::new(),
            locations: HashMap::new(),
            location_messages: Vec::new(),
            mappings: modules::all().into_iter().map(|module| (module, None)).collect(),
        };
        // pprof requires the first string to be empty.
        profile.string("");
        profile
    }
}

impl ProfileBuilder {
    /// The position of a string.
    fn string(&mut self, text: &str) -> u64 {
        if let Some(&position) = self.strings.get(text) {
            return position;
        }
        let position = self.texts.len() as u64;
        self.strings.insert(text.into(), position);
        self.texts.push(text.into());
        position
    }

    fn function(&mut self, frame: Frame) -> u64 {
        let file = if frame.file().is_empty() { String::new() } else { names::shown(frame.file()) };
        let (name, file) = (self.string(&stacks::name(frame)), self.string(&file));
        let new = self.function_messages.len() as u64 + 1;
        let id = *self.functions.entry((name, file)).or_insert(new);
        if id == new {
            self.function_messages.push(Message::default().with(1, new).with(2, name).with(4, file));
        }
        id
    }

    fn location(&mut self, stacks: &Stacks, address: usize, detail: Detail) -> Option<u64> {
        if let Some(&known) = self.locations.get(&(address, detail)) {
            return known;
        }
        let frames = stacks.at(address, detail);
        let is_hidden = frames.as_ref().is_some_and(Vec::is_empty);
        let id = (!is_hidden).then_some(self.location_messages.len() as u64 + 1);
        self.locations.insert((address, detail), id);
        let id = id?;
        // The address of the call, which precedes the return address. Missing frames have none.
        let call = if address == TRUNCATED { 0 } else { (address as u64).saturating_sub(1) };
        let mapping = self.mappings.iter().position(|(mapping, _)| mapping.holds(call));
        if let Some(mapping) = mapping {
            let is_known = self.mappings[mapping].1.get_or_insert(false);
            *is_known |= frames.is_some();
        }
        let mapping = mapping.map_or(0, |at| at as u64 + 1);
        let mut location = Message::default().with(1, id).with(2, mapping).with(3, call);
        for frame in frames.into_iter().flatten() {
            let function = self.function(frame);
            location.message(4, Message::default().with(1, function).with(2, frame.line().into()));
        }
        self.location_messages.push(location);
        Some(id)
    }

    /// Appends everything that the samples refer to.
    fn finish(mut self, mut message: Message) -> Message {
        for (at, (mapping, is_known)) in std::mem::take(&mut self.mappings).into_iter().enumerate() {
            // The first mapping is the program, and always written.
            if at > 0 && is_known.is_none() {
                continue;
            }
            let is_known = is_known.unwrap_or(false);
            let file = Visible(&mapping.file).to_string();
            let (file, build_id) = (self.string(&file), self.string(&mapping.build_id()));
            let mut part = Message::default().with(1, at as u64 + 1);
            part = part.with(2, mapping.start).with(3, mapping.end).with(4, mapping.offset);
            part = part.with(5, file).with(6, build_id);
            // If any name is known, pprof must not symbolize again: that would bring back hidden functions.
            message.message(3, (7..=10).fold(part, |part, tag| part.with(tag, is_known.into())));
        }
        for location in self.location_messages {
            message.message(4, location);
        }
        for function in self.function_messages {
            message.message(5, function);
        }
        for text in &self.texts {
            message.bytes(6, text.as_bytes());
        }
        message
    }
}
