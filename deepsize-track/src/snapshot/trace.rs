use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::{fmt, fs};

use super::amount::Amount;
use super::frame::{self, Frame, write_frame};
use crate::sites::SiteSums;
use crate::untracked::Untracked;

/// What was allocated by one trace.
#[derive(Clone, Copy, Debug)]
pub struct Trace<'s>(pub(super) &'s SiteSums);

impl<'s> Trace<'s> {
    /// What is live.
    #[must_use]
    pub fn live(self) -> Amount {
        self.0.live.into()
    }

    /// All that was ever allocated.
    #[must_use]
    pub fn total(self) -> Amount {
        self.0.total.into()
    }

    /// What was live when most was live in all; within 1 % of that peak.
    #[must_use]
    pub fn at_peak(self) -> Amount {
        self.0.at_peak.into()
    }

    /// The most bytes of this trace that were live at a time.
    #[must_use]
    pub fn most_bytes(self) -> u64 {
        Amount::from(self.0.max_live).bytes
    }

    /// The blocks that were live when most bytes of this trace were. While several threads allocate in it, those of a moment close
    /// to that.
    #[must_use]
    pub fn most_blocks(self) -> u64 {
        Amount::from(self.0.max_live).blocks
    }

    /// For how many microseconds the blocks lived that were freed, together.
    #[must_use]
    pub fn lifetimes(self) -> u64 {
        self.0.lifetimes
    }

    /// For how many microseconds the live blocks have lived when the snapshot was taken, together.
    #[must_use]
    pub fn ages(self) -> u64 {
        self.0.ages
    }

    /// The return addresses, the innermost first.
    #[must_use]
    pub fn addresses(self) -> &'s [usize] {
        self.0.frames
    }

    /// The functions that led to it, the innermost first: those of the program, without the allocator's and the standard
    /// library's. There is at least one: if all are hidden, the innermost of the standard library.
    ///
    /// The first call for an address looks its names up in the program's debug information, which may take milliseconds.
    pub fn frames(self) -> impl Iterator<Item = Frame> {
        frame::shown(self.0.frames)
    }

    /// All functions that led to it, the innermost first, those that [are hidden](Frame::is_hidden) as well.
    pub fn all_frames(self) -> impl Iterator<Item = Frame> {
        frame::all(self.0.frames)
    }

    /// The functions that led to it, as they are printed.
    #[must_use]
    pub fn traceback(self) -> Traceback {
        Traceback {
            inner: Untracked::new(|| TracebackLines { frames: self.frames().collect(), source: Vec::new() }),
        }
    }
}

/// As [`Traceback`].
impl fmt::Display for Trace<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.traceback().fmt(out)
    }
}

/// The functions that led to an allocation, printed as Python's `tracemalloc` does: the innermost last, two lines each if there is
/// [source](Self::with_source).
///
/// ```text
///   File "src/main.rs", line 12
///     let config = load("app.toml");
///   File "src/config.rs", line 30
///     let text = fs::read_to_string(path)?;
/// ```
///
/// The alternate form, `{:#}`, names the functions: `File "src/main.rs", line 12, in app::main`.
#[derive(Clone, Debug)]
pub struct Traceback {
    inner: Untracked<TracebackLines>,
}

#[derive(Clone, Debug)]
struct TracebackLines {
    frames: Vec<Frame>,
    /// The line of each, as far as there is one.
    source: Vec<Option<Box<str>>>,
}

/// Longer files are not read.
const LONGEST: u64 = 16 << 20;

impl Traceback {
    /// Of these functions, the innermost first.
    #[must_use]
    pub fn new(frames: &[Frame]) -> Self {
        Self { inner: Untracked::new(|| TracebackLines { frames: frames.to_vec(), source: Vec::new() }) }
    }

    /// The functions, the innermost first.
    #[must_use]
    pub fn frames(&self) -> &[Frame] {
        &self.inner.frames
    }

    /// With the lines of source, read from those files that are where the compiler found them. Takes time linear in their size.
    ///
    /// ```
    /// use deep_size_track::{Recorder, Snapshot, TrackingAllocator};
    ///
    /// #[global_allocator]
    /// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
    ///
    /// let recording = Recorder::all().start();
    /// let kept = vec![0_u8; 1_000_000];
    /// let snapshot = Snapshot::take();
    /// let largest = snapshot.traces().max_by_key(|trace| trace.live().bytes).unwrap();
    /// println!("{:#}", largest.traceback().with_source());
    /// # drop((kept, recording));
    /// ```
    #[must_use]
    pub fn with_source(&self) -> Self {
        let inner = Untracked::new(|| {
            let mut files: HashMap<&str, Option<String>> = HashMap::new();
            let mut source = Vec::new();
            for frame in self.frames() {
                let text = match files.entry(frame.file()) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(new) => new.insert(read(frame.file())),
                };
                let line = text
                    .as_deref()
                    .and_then(|text| text.lines().nth((frame.line() as usize).checked_sub(1)?));
                source.push(line.map(str::trim).filter(|line| !line.is_empty()).map(Box::from));
            }
            TracebackLines { frames: self.inner.frames.clone(), source }
        });
        Self { inner }
    }
}

fn read(file: &str) -> Option<String> {
    if file.is_empty() || fs::metadata(file).ok().filter(fs::Metadata::is_file)?.len() > LONGEST {
        return None;
    }
    fs::read_to_string(file).ok()
}

impl fmt::Display for Traceback {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, frame) in self.inner.frames.iter().enumerate().rev() {
            write_frame(out, *frame)?;
            if let Some(source) = self.inner.source.get(at).and_then(Option::as_ref) {
                write!(out, "\n    {source}")?;
            }
            if at > 0 {
                out.write_str("\n")?;
            }
        }
        Ok(())
    }
}
