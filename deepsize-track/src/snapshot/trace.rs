use std::collections::HashMap;
use std::io::Read as _;
use std::time::Duration;
use std::{fmt, fs};

use super::frame::{self, write_frame};
use super::{Amount, Figures, Frame};
use crate::counters::untracked;
use crate::sites::{self, SiteSums, TRUNCATED};
use crate::untracked::Untracked;
use crate::visible::Visible;
use crate::{records, symbols};

/// The call stack of an allocation, with the amounts allocated there.
#[derive(Clone, Copy)]
#[doc(alias("backtrace", "call site"))]
pub struct Trace<'s>(pub(super) &'s SiteSums, pub(super) &'s Figures);

impl<'s> Trace<'s> {
    /// The live amount.
    pub fn live_amount(self) -> Amount {
        Amount::of(self.0.live)
    }

    /// The amount allocated since the recording began.
    pub fn total_amount(self) -> Amount {
        Amount::of(self.0.total)
    }

    /// The live amount at the peak of all traces. Their live bytes were then within 1 % of the peak.
    pub fn peak_amount(self) -> Amount {
        Amount::of(self.0.at_peak)
    }

    /// The highest number of live bytes of this trace.
    pub fn max_size(self) -> u64 {
        Amount::of(self.0.max_live).size
    }

    /// The number of blocks that were live when [`max_size`](Self::max_size) was reached.
    pub fn max_blocks(self) -> u64 {
        Amount::of(self.0.max_live).blocks
    }

    /// The amount that was freed before the same thread allocated again, since the recording began.
    pub fn temporary_amount(self) -> Amount {
        Amount::of(self.0.temporary)
    }

    /// The sum of the lifetimes of the freed blocks.
    pub fn lifetime_sum(self) -> Duration {
        Duration::from_micros(self.0.lifetimes)
    }

    /// The sum of the ages of the live blocks at the time of the snapshot.
    pub fn age_sum(self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.ages).unwrap_or(0))
    }

    /// The return addresses, innermost first.
    pub fn addresses(self) -> &'s [usize] {
        self.0.frames.strip_suffix(&[TRUNCATED]).unwrap_or(&self.0.frames)
    }

    /// Whether the call stack had more frames than the [limit](crate::Recorder::max_depth). Then `[truncated]` is the outermost
    /// function.
    pub fn is_truncated(self) -> bool {
        self.0.frames.last() == Some(&TRUNCATED)
    }

    /// The return addresses, and [`TRUNCATED`] if frames are missing.
    pub(crate) fn marked_addresses(self) -> impl DoubleEndedIterator<Item = usize> {
        self.0.frames.iter().copied()
    }

    /// The functions of the program, innermost first. Functions of allocators and of the standard library are hidden.
    ///
    /// There is at least one. If all are hidden, it is the innermost of the standard library. If the snapshot has an
    /// [attribution](super::Snapshot::attributed_to), functions of other crates are left out.
    ///
    /// The first call looks up the names of all traces of the snapshot in the program's debug information, which may take a
    /// second. The names are kept until [`forget_names`](crate::forget_names), and longer by the snapshots that use them.
    pub fn frames(self) -> impl Iterator<Item = &'s Frame> {
        self.1.shown(self.0)
    }

    /// All functions, innermost first, including the [hidden](Frame::is_hidden) ones.
    pub fn all_frames(self) -> impl Iterator<Item = &'s Frame> {
        frame::all(self.1.names(), &self.0.frames)
    }

    /// The functions, ready to be printed.
    pub fn traceback(self) -> Traceback {
        Traceback::of(self.frames())
    }
}

impl fmt::Debug for Trace<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

/// Prints the [`traceback`](Trace::traceback).
impl fmt::Display for Trace<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.traceback().fmt(out)
    }
}

/// The call stack of an allocation, printed like a traceback of Python: the innermost function last.
///
/// Functions with [source](Self::with_source) take two lines:
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
#[must_use]
pub struct Traceback {
    frames: Untracked<Vec<Frame>>,
    /// The source line of each function, if it can be read.
    source: Untracked<Vec<Option<Box<str>>>>,
}

/// The call stack that allocated, or last resized, the live block that contains an address.
///
/// `None` if no such block was recorded. A sampled recording has only the sampled blocks.
///
/// Takes constant time if the block begins at the address, as a `Box` or a `Vec` does. Otherwise, all recorded blocks are searched. For
/// example, the value of an `Arc` begins 16 bytes after its block. Looking up the names of a new address may take milliseconds.
///
/// # Examples
///
/// ```
/// use deep_size_track::{Recorder, TrackingAllocator, traceback_of};
///
/// #[global_allocator]
/// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
///
/// let recording = Recorder::all().start();
/// let kept = vec![0_u8; 1000];
/// let traceback = traceback_of(kept.as_ptr()).unwrap();
/// println!("allocated at\n{traceback:#}");
/// assert_eq!(traceback_of(&kept[500]).unwrap().to_string(), traceback.to_string());
/// assert!(traceback_of(&recording).is_none(), "a local variable");
/// ```
#[doc(alias = "get_object_traceback")]
pub fn traceback_of<T: ?Sized>(pointer: *const T) -> Option<Traceback> {
    untracked(|| {
        let trace = sites::frames(records::record_around(pointer.cast::<()>().addr())?.site);
        Some(Traceback::of(frame::shown(&symbols::look_up([&*trace].into_iter()), &trace)))
    })
}

/// Larger source files are not read.
const MAX_FILE_SIZE: u64 = 16 << 20;

impl Traceback {
    /// A traceback of these functions, innermost first.
    pub fn new(frames: &[Frame]) -> Self {
        Self::of(frames.iter())
    }

    fn of<'f>(frames: impl Iterator<Item = &'f Frame>) -> Self {
        let frames = Untracked::new(|| frames.cloned().collect());
        Self { frames, source: Untracked::new(Vec::new) }
    }

    /// The functions, innermost first.
    pub fn frames(&self) -> &[Frame] {
        &self.frames
    }

    /// Adds the source line of each function, if its file is still where the compiler read it.
    ///
    /// Takes time linear in the size of the files.
    ///
    /// # Examples
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
    /// let largest = snapshot.traces().max_by_key(|trace| trace.live_amount().size).unwrap();
    /// println!("{:#}", largest.traceback().with_source());
    /// # drop((kept, recording));
    /// ```
    pub fn with_source(&self) -> Self {
        let source = Untracked::new(|| {
            let mut files = HashMap::new();
            let line = |frame: &Frame| {
                let file = files.entry(frame.file().to_owned());
                let text = file.or_insert_with(|| read(frame.file(), MAX_FILE_SIZE)).as_deref()?;
                let line = text.lines().nth((frame.line() as usize).checked_sub(1)?)?.trim();
                (!line.is_empty()).then(|| line.into())
            };
            self.frames.iter().map(line).collect()
        });
        Self { frames: self.frames.clone(), source }
    }
}

fn read(file: &str, most: u64) -> Option<String> {
    // Opening a pipe would wait.
    fs::metadata(file).ok().filter(fs::Metadata::is_file)?;
    let mut text = String::new();
    // The kernel's files report a length of 0.
    let read = fs::File::open(file).ok()?.take(most + 1).read_to_string(&mut text).ok()?;
    (read as u64 <= most).then_some(text)
}

impl fmt::Display for Traceback {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, frame) in self.frames.iter().enumerate().rev() {
            write_frame(out, frame)?;
            if let Some(source) = self.source.get(at).and_then(Option::as_ref) {
                write!(out, "\n    {}", Visible(source))?;
            }
            if at > 0 {
                out.write_str("\n")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn large_files_are_not_read() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        let size = std::fs::metadata(file).unwrap().len();
        assert_eq!(read(file, size).map(|text| text.len() as u64), Some(size));
        assert_eq!(read(file, size - 1), None);
        assert_eq!(read("/proc/self/maps", 100), None);
        assert_eq!(read("", 100), None);
    }
}
