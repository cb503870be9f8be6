//! Folded stacks, for flame graphs: one line for each stack.

use std::collections::BTreeMap;
use std::io;

use deep_size_format::folded_frame;

use super::Export;
use super::stacks::{self, Stacks};
use crate::snapshot::Snapshot;
use crate::untracked::write;

impl Snapshot {
    /// Writes the live bytes as folded stacks, for flame graphs.
    ///
    /// Each line is a stack: the names of its functions, outermost first, separated by semicolons, then a space and the number.
    ///
    /// Traces with the same names share a line, and traces without live bytes have none. The numbers add up to the sum of all
    /// [traces](Self::traces). Other figures and hidden functions are [options](Self::export).
    ///
    /// A `;` in a name becomes `,`. If a name ends in a number, the space before it becomes `_`.
    ///
    /// Takes time `n log n` in the size of the output. Looking up the names of a new address may take milliseconds.
    ///
    /// # Errors
    ///
    /// Returns the errors of `out`.
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size_track::{Recorder, Snapshot, TrackingAllocator};
    ///
    /// #[global_allocator]
    /// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
    ///
    /// #[inline(never)]
    /// fn numbers() -> Vec<u32> {
    ///     Vec::with_capacity(1000)
    /// }
    ///
    /// let recording = Recorder::all().start();
    /// let kept = numbers();
    /// let mut folded = Vec::new();
    /// Snapshot::take().write_folded(&mut folded)?;
    /// let folded = String::from_utf8(folded).unwrap();
    /// assert!(folded.lines().any(|line| line.ends_with("::numbers 4000")), "{folded}");
    /// # drop(kept);
    /// recording.stop();
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[doc(alias = "flamegraph")]
    pub fn write_folded(&self, out: impl io::Write) -> io::Result<()> {
        self.export().write_folded(out)
    }
}

impl Export<'_> {
    /// Writes one figure as folded stacks: see [`Snapshot::write_folded`].
    ///
    /// # Errors
    ///
    /// Returns the errors of `out`.
    pub fn write_folded(self, out: impl io::Write) -> io::Result<()> {
        write(out, || self.folded())
    }

    fn folded(self) -> Vec<u8> {
        let mut stacks = Stacks::new(self);
        let mut lines: BTreeMap<String, u64> = BTreeMap::new();
        for trace in self.snapshot.traces() {
            let number = self.metric.of(trace);
            if number == 0 {
                continue;
            }
            let detail = stacks.detail(trace);
            let stack = stacks.stack(trace, detail, |address, frames| {
                frames.iter().map(|frame| folded_frame(&stacks::name(address, *frame))).collect()
            });
            let names: Vec<&str> = stack.into_iter().rev().map(String::as_str).collect();
            let line = if names.is_empty() { "?".into() } else { names.join(";") };
            let sum = lines.entry(line).or_default();
            *sum = sum.saturating_add(number);
        }
        lines.iter().map(|(line, number)| format!("{line} {number}\n")).collect::<String>().into_bytes()
    }
}
