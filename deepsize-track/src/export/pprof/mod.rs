//! Profiles as `go tool pprof`, Pyroscope and Parca read them.

mod mapping;
mod message;

use std::collections::HashMap;
use std::io::{self, Write as _};

use flate2::Compression;
use flate2::write::GzEncoder;

use self::mapping::Mapping;
use self::message::Message;
use super::stacks::{self, Stacks};
use super::{Export, Measure, names, write};
use crate::snapshot::{Frame, Snapshot};

impl Snapshot {
    /// Writes a profile for pprof: a protobuf message of the form `perftools.profiles.Profile`, compressed by gzip.
    ///
    /// A sample has the figures of Go's heap profiles, `alloc_objects` and `alloc_space`, all that was ever allocated,
    /// `inuse_objects` and `inuse_space`, what is live, and two more, `peak_objects` and `peak_space`, what was live when most was live
    /// in all. pprof shows `inuse_space` if not told otherwise.
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
    ///
    /// Functions come with files and lines, inlined ones as several lines of one location; addresses, and on Linux the files they
    /// lie in, with their build ids, are real. Functions of the standard library are shown on [demand](Self::export). Of a
    /// [sample](Self::sampled_by) the figures are estimates of the whole, which need no scaling, and the period is the mean.
    ///
    /// Takes time linear in what is compressed. Looking up names may take milliseconds each time a new address is met.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    #[cfg_attr(docsrs, doc(cfg(feature = "pprof")))]
    pub fn write_pprof(&self, out: &mut (impl io::Write + ?Sized)) -> io::Result<()> {
        self.export().write_pprof(out)
    }
}

impl Export<'_> {
    /// As [`Snapshot::write_pprof`].
    ///
    /// # Errors
    ///
    /// Those of `out`.
    #[cfg_attr(docsrs, doc(cfg(feature = "pprof")))]
    pub fn write_pprof(self, out: &mut (impl io::Write + ?Sized)) -> io::Result<()> {
        write(out, || {
            let mut packed = GzEncoder::new(Vec::new(), Compression::default());
            // A vector takes everything.
            let _ = packed.write_all(&self.pprof().into_bytes());
            packed.finish().unwrap_or_default()
        })
    }

    fn pprof(self) -> Message {
        let mut stacks = Stacks::new(self);
        let mut profile = ProfileBuilder::default();
        // Stacks that are the same without what is hidden are one sample.
        let mut at: HashMap<Vec<u64>, usize> = HashMap::new();
        let mut sums: Vec<[u64; KINDS.len()]> = Vec::new();
        for trace in self.snapshot.traces() {
            let is_full = stacks.is_full(trace);
            let stack = trace.addresses().iter().filter_map(|&address| profile.location(address, is_full));
            let at = *at.entry(stack.collect()).or_insert(sums.len());
            if at == sums.len() {
                sums.push([0; KINDS.len()]);
            }
            for (sum, (.., measure)) in sums[at].iter_mut().zip(KINDS) {
                *sum = sum.saturating_add(measure.of(trace));
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
            // Numbers are signed there.
            let values = sums[at].map(|sum| sum.min(i64::MAX.unsigned_abs()));
            let mut sample = Message::default();
            sample.numbers(1, &stack);
            sample.numbers(2, &values);
            message.message(2, sample);
        }
        let (space, bytes) = (profile.string("space"), profile.string("bytes"));
        message.message(11, Message::default().with(1, space).with(2, bytes));
        // Every byte is a sample where all blocks are recorded.
        message.number(12, self.snapshot.sampled_by().unwrap_or(1));
        message.number(14, profile.string("inuse_space"));
        profile.finish(message)
    }
}

/// The figures of a sample, with their units.
const KINDS: [(&str, &str, Measure); 6] = [
    ("alloc_objects", "count", Measure::TotalBlocks),
    ("alloc_space", "bytes", Measure::TotalBytes),
    ("inuse_objects", "count", Measure::LiveBlocks),
    ("inuse_space", "bytes", Measure::LiveBytes),
    ("peak_objects", "count", Measure::PeakBlocks),
    ("peak_space", "bytes", Measure::PeakBytes),
];

/// What samples refer to.
struct ProfileBuilder {
    strings: HashMap<String, u64>,
    /// In the order of their positions.
    texts: Vec<String>,
    /// By name and file.
    functions: HashMap<(u64, u64), u64>,
    function_messages: Vec<Message>,
    /// By address, in full or not; what hides all its functions is none.
    locations: HashMap<(usize, bool), Option<u64>>,
    location_messages: Vec<Message>,
    /// With whether any of their functions is known, if there are any.
    mappings: Vec<(Mapping, Option<bool>)>,
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
            mappings: mapping::all().into_iter().map(|mapping| (mapping, None)).collect(),
        };
        // The first one has to be empty.
        profile.string("");
        profile
    }
}

impl ProfileBuilder {
    /// The position of a text.
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

    fn location(&mut self, address: usize, is_full: bool) -> Option<u64> {
        if let Some(&known) = self.locations.get(&(address, is_full)) {
            return known;
        }
        let frames = Stacks::at(address, is_full);
        let is_hidden = frames.as_ref().is_some_and(Vec::is_empty);
        let id = (!is_hidden).then_some(self.location_messages.len() as u64 + 1);
        self.locations.insert((address, is_full), id);
        let id = id?;
        // Of the call, which comes before the instruction to which it returns.
        let call = (address as u64).saturating_sub(1);
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

    /// Adds to the samples what they refer to.
    fn finish(mut self, mut message: Message) -> Message {
        for (at, (mapping, is_known)) in std::mem::take(&mut self.mappings).into_iter().enumerate() {
            // The first one is the program, whether or not it was met.
            if at > 0 && is_known.is_none() {
                continue;
            }
            let is_known = is_known.unwrap_or(false);
            let (file, build_id) = (self.string(&mapping.file), self.string(&mapping.build_id));
            let mut part = Message::default().with(1, at as u64 + 1);
            part = part.with(2, mapping.start).with(3, mapping.end).with(4, mapping.offset);
            part = part.with(5, file).with(6, build_id);
            // Where any name is known pprof needs not look for more, which would bring hidden functions back.
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
