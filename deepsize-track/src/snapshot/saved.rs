//! Snapshots as JSON. `docs/formats.md` describes the format.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use super::attribution::Owners;
use super::{Figures, Frame, Snapshot};
use crate::record::Record;
use crate::sites::{AllSums, SiteKey, SiteSums};
use crate::symbols::{Names, Place, Symbol};
use crate::untracked::{Untracked, write};
use crate::visible::Visible;

/// The version that this release writes, and the latest that it reads.
const VERSION: u64 = 1;

const FORMAT: &str = "deep-size snapshot";

/// The maximum length of the names in all traces, per byte of the file. It keeps a small file from becoming a large output. Files of this
/// crate's tests have about 10. Long generic names and many inlined functions may add a factor of 10 or more.
const MAX_NAMES: u64 = 1024;

/// The maximum number and length of the patterns of an attribution. Matching takes time linear in both.
const MAX_PATTERNS: usize = 1000;

/// The beginning of a file of any version.
#[derive(Default, Deserialize)]
struct Header<'t> {
    #[serde(borrow, default)]
    format: Cow<'t, str>,
    #[serde(default)]
    version: u64,
}

#[derive(Serialize, Deserialize)]
struct Document<'s> {
    format: Cow<'s, str>,
    version: u64,
    functions: Vec<Cow<'s, Symbol>>,
    addresses: Vec<SavedPlace>,
    /// Its traces and blocks refer to positions in place of addresses and keys.
    snapshot: Figures,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct SavedPlace {
    /// The marks are -1 and -2.
    address: isize,
    /// Positions in the document, innermost first.
    functions: Vec<usize>,
    nameless_traces: u32,
}

impl Snapshot {
    /// Writes the snapshot as JSON, with the names of all functions. [`from_json`](Self::from_json) reads it, in any process.
    ///
    /// The page on [all formats](https://github.com/deep-size/deep-size/blob/main/docs/formats.md) describes the members.
    /// Takes time linear in the size of the output, and time to look up the names of new addresses.
    ///
    /// # Errors
    ///
    /// Returns the errors of `out`.
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size_track::{By, Recorder, Snapshot, TrackingAllocator};
    ///
    /// #[global_allocator]
    /// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
    ///
    /// let recording = Recorder::all().start();
    /// let kept = vec![0_u8; 1_000_000];
    /// let mut file = Vec::new();
    /// Snapshot::take().write_json(&mut file)?;
    ///
    /// let earlier = Snapshot::from_json(std::str::from_utf8(&file).unwrap())?;
    /// drop(kept);
    /// let change = Snapshot::take().compare_to(&earlier, By::Line);
    /// assert!(change.rows().next().unwrap().size_change() <= -900_000);
    /// # recording.stop();
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn write_json(&self, out: impl io::Write) -> io::Result<()> {
        // Serialising to a vector does not fail.
        write(out, || serde_json::to_vec(&self.document()).unwrap_or_default())
    }

    /// Reads a snapshot from JSON. Files of earlier releases can be read.
    ///
    /// Names come from the file and are not looked up. All methods return the same as before saving. The result can be compared with
    /// snapshots of other processes, because rows match by name. [`allocated_between`](Self::allocated_between) and
    /// [`is_older_than`](super::LiveBlock::is_older_than) need snapshots of the same process.
    ///
    /// Takes time linear in the length of the text, and `n log n` in the number of blocks.
    ///
    /// # Errors
    ///
    /// - [`Unsupported`](io::ErrorKind::Unsupported): the version of the file is unknown to this release.
    /// - [`InvalidData`](io::ErrorKind::InvalidData): the text is not a snapshot, is damaged, or exceeds a limit of the format. Snapshots
    ///   of 64-bit programs cannot be read on 32-bit targets.
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size_track::Snapshot;
    ///
    /// let error = Snapshot::from_json(r#"{"format": "deep-size snapshot", "version": 7}"#).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "snapshot version 7 is not supported; this release of deep-size-track reads version 1",
    /// );
    /// ```
    pub fn from_json(text: &str) -> io::Result<Self> {
        Ok(Self { inner: Untracked::try_new(|| read(text))? })
    }

    fn document(&self) -> Document<'_> {
        let (inner, sites, names) = (&*self.inner, &self.inner.sums.sites, self.names());
        let mut addresses: Vec<usize> = sites.iter().flat_map(|site| &site.frames).copied().collect();
        addresses.sort_unstable();
        addresses.dedup();
        let (mut functions, mut positions) = (Vec::new(), HashMap::<&Frame, usize>::new());
        let mut position = |frame| {
            *positions.entry(frame).or_insert_with_key(|frame| {
                functions.push(Cow::Borrowed(&**frame.symbol()));
                functions.len() - 1
            })
        };
        let place = |&address: &usize| SavedPlace {
            address: address as isize,
            functions: names.at(address).iter().map(&mut position).collect(),
            nameless_traces: names.trace_count(address),
        };
        let saved = addresses.iter().map(place).collect();
        let at = |address: &usize| addresses.partition_point(|other| other < address);
        let trace =
            |site: &SiteSums| SiteSums { frames: site.frames.iter().map(at).collect(), ..site.clone() };
        let of_site = |key| sites.partition_point(|site| site.key < key) as SiteKey;
        let block = |block: &Record| Record { site: of_site(block.site), ..*block };
        let mut program = self.program().into_owned();
        for module in &mut program.modules {
            let from = addresses.partition_point(|address| (*address as u64) <= module.start);
            let is_used = addresses.get(from).is_some_and(|address| module.holds(*address as u64 - 1));
            module.build_id = Some(if is_used { module.build_id() } else { String::new() });
        }
        let sums = AllSums { sites: sites.iter().map(trace).collect(), ..inner.sums };
        let blocks = inner.blocks.as_ref().map(|blocks| blocks.iter().map(block).collect());
        let (tracker_size, program) = (self.tracker_size(), Some(Arc::new(program)));
        let snapshot = Figures { tracker_size, program, ..inner.with(sums, blocks) };
        Document { format: FORMAT.into(), version: VERSION, functions, addresses: saved, snapshot }
    }
}

fn read(text: &str) -> io::Result<Figures> {
    let damaged = |error: &dyn std::fmt::Display| {
        // The reason may quote the file.
        let message = format!("the snapshot is damaged: {}", Visible(&error.to_string()));
        io::Error::new(io::ErrorKind::InvalidData, message)
    };
    // Serde also reads a struct from an array, so the first character is checked.
    let header =
        if text.trim_start().starts_with('{') { serde_json::from_str(text) } else { Ok(Header::default()) };
    let header = header.map_err(|error| damaged(&error))?;
    if header.format != FORMAT {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "not a deep-size snapshot"));
    }
    if header.version != VERSION {
        let found = header.version;
        let message = format!(
            "snapshot version {found} is not supported; this release of deep-size-track reads version {VERSION}"
        );
        return Err(io::Error::new(io::ErrorKind::Unsupported, message));
    }
    let document = serde_json::from_str(text).map_err(|error| damaged(&error))?;
    figures(document, (text.len() as u64).saturating_mul(MAX_NAMES))
        .ok_or_else(|| damaged(&"its parts contradict each other, or exceed a limit"))
}

/// Resolves the positions in a document. `None` if one is out of range, or if the names in all traces are longer than `most`.
fn figures(document: Document<'_>, most: u64) -> Option<Figures> {
    let frames: Vec<Frame> =
        document.functions.into_iter().map(|symbol| Frame::new(symbol.into_owned())).collect();
    let length = |frame: &Frame| {
        let Symbol { label, function, short_file, .. } = &**frame.symbol();
        1 + label.len() as u64 + function.len() as u64 + short_file.len() as u64
    };
    let mut places = Vec::<(usize, Place, u64)>::new();
    for SavedPlace { address, functions, nameless_traces } in document.addresses {
        let functions: Option<Vec<Frame>> = functions.into_iter().map(|at| frames.get(at).cloned()).collect();
        let functions = functions.filter(|functions| !functions.is_empty())?;
        // A repeated address would have the names of one place and the length of another.
        places.last().is_none_or(|(last, ..)| *last < address as usize).then_some(())?;
        let length = functions.iter().map(length).sum();
        places.push((address as usize, Place::new(functions, nameless_traces), length));
    }
    let (mut figures, mut sum) = (document.snapshot, 0_u64);
    for (site, key) in figures.sums.sites.iter_mut().zip(0..) {
        site.key = key;
        for frame in &mut site.frames {
            let (address, _, length) = places.get(*frame)?;
            (*frame, sum) = (*address, sum.checked_add(*length).filter(|sum| *sum <= most)?);
        }
    }
    if let Some(blocks) = &mut figures.blocks {
        blocks.sort_unstable_by_key(|block| (block.site, block.serial));
        let is_valid =
            |block: &Record| block.weight.is_finite() && block.site < figures.sums.sites.len() as SiteKey;
        (blocks.iter().all(is_valid) && !figures.threads.is_empty()).then_some(())?;
    }
    if let Owners::Crates(patterns) = &figures.attribution {
        let lengths = patterns.iter().map(String::len);
        lengths.chain([patterns.len()]).all(|length| length <= MAX_PATTERNS).then_some(())?;
    }
    let names = Names::new(places.into_iter().map(|(address, place, _)| (address, place)));
    figures.names = OnceLock::from((Arc::new(names), 0));
    // A module without a build id must not get one from a file on this machine.
    for module in &mut Arc::get_mut(figures.program.as_mut()?)?.modules {
        module.build_id.get_or_insert_default();
    }
    Some(figures)
}
