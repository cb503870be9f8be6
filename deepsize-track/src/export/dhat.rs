//! JSON for valgrind's DHAT viewer.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io;
use std::time::Duration;

use deep_size_format::{Texts, shown};

use super::Export;
use super::stacks::{self, Detail, Stacks};
use crate::sites::is_mark;
use crate::snapshot::{Frame, Snapshot, Trace};
use crate::units::Bytes;
use crate::untracked::write;
use crate::visible::Visible;

impl Snapshot {
    /// Writes a profile for DHAT's viewer, as JSON.
    ///
    /// The format is version 2, which valgrind 3.17 and later and the crate `dhat` write. Open it with `dh_view.html`, which comes
    /// with valgrind, or at <https://nnethercote.github.io/dh_view/dh_view.html>.
    ///
    /// Each trace is a program point with
    /// - the total amount, and the sum of lifetimes, in which live blocks count up to now;
    /// - the maximum of its live bytes;
    /// - the live amounts at the peak and at the end, which is now.
    ///
    /// Times are in microseconds since the first recording of the program began. Memory accesses are not recorded.
    ///
    /// Functions of the standard library are hidden by [default](Self::export). They are shown where two traces would look alike
    /// without them, because the viewer rejects duplicate stacks.
    ///
    /// Takes time linear in the size of the output. Looking up the names of a new address may take milliseconds.
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
    /// Snapshot::take().write_dhat(&mut profile)?;
    /// assert!(profile.starts_with(b"{\"dhatFileVersion\":2"));
    /// # recording.stop();
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[doc(alias = "dhat")]
    pub fn write_dhat(&self, out: impl io::Write) -> io::Result<()> {
        self.export().write_dhat(out)
    }
}

impl<'s> Export<'s> {
    /// Writes a profile for DHAT's viewer: see [`Snapshot::write_dhat`].
    ///
    /// # Errors
    ///
    /// Returns the errors of `out`.
    pub fn write_dhat(self, out: impl io::Write) -> io::Result<()> {
        write(out, || self.dhat().into_bytes())
    }

    fn dhat(self) -> String {
        let snapshot = self.snapshot;
        let mut mode = String::from("rust-heap");
        if let Some(interval) = snapshot.sampling_interval() {
            let _ = write!(mode, ", estimated: one byte in {} was sampled", Bytes(interval));
        }
        let program = snapshot.program();
        let mut json = format!(
            "{{\"dhatFileVersion\":2,\"mode\":{},\"verb\":\"Allocated\",\"bklt\":true,\"bkacc\":false,\
             \"tu\":\"µs\",\"Mtu\":\"s\",\"tuth\":{SHORT},\n\"cmd\":{},\"pid\":{},\"tg\":{},\"te\":{},\n\"pps\":[",
            quoted(&mode),
            quoted(&program.command),
            program.process_id,
            snapshot.peak_elapsed().as_micros(),
            snapshot.elapsed().as_micros(),
        );
        // The viewer numbers frames from 1.
        let mut table = Texts::default();
        table.position("[root]");
        for (at, (trace, stack)) in self.distinct(&mut table).into_iter().enumerate() {
            let (total, peak, live) = (trace.total_amount(), trace.peak_amount(), trace.live_amount());
            let lifetimes = micros(trace.lifetime_sum()).saturating_add(micros(trace.age_sum()));
            json.push_str(if at == 0 { "\n{" } else { ",\n{" });
            for (name, figure) in [
                ("tb", total.size),
                ("tbk", total.blocks),
                ("tl", lifetimes),
                ("mb", trace.max_size()),
                ("mbk", trace.max_blocks()),
                ("gb", peak.size),
                ("gbk", peak.blocks),
                ("eb", live.size),
                ("ebk", live.blocks),
            ] {
                let _ = write!(json, "\"{name}\":{figure},");
            }
            let _ = write!(json, "\"fs\":{stack:?}}}");
        }
        let names: Vec<String> = table.texts.iter().map(|name| quoted(name)).collect();
        let _ = write!(json, "],\n\"ftbl\":[{}]}}\n", names.join(",\n"));
        json
    }

    /// The traces, each with a different stack.
    fn distinct(self, table: &mut Texts<'_>) -> Vec<(Trace<'s>, Vec<usize>)> {
        let mut stacks = Stacks::new(self);
        let mut traces: Vec<_> = Vec::new();
        for trace in self.snapshot.traces() {
            let detail = stacks.detail(trace);
            traces.push((trace, stack(&mut stacks, table, trace, detail), detail));
        }
        // Full stacks differ, because each trace has its own list of addresses. If a stack equals another one with less detail, the
        // two were equal with that detail too, so both have more detail now.
        for more in [Detail::Program, Detail::Std, Detail::All] {
            let mut found: HashMap<Vec<usize>, usize> = HashMap::new();
            traces.iter().for_each(|(_, stack, _)| *found.entry(stack.clone()).or_default() += 1);
            for (trace, numbers, detail) in &mut traces {
                if found[&*numbers] > 1 {
                    *detail = more.max(*detail);
                    *numbers = stack(&mut stacks, table, *trace, *detail);
                }
            }
        }
        traces.into_iter().map(|(trace, stack, _)| (trace, stack)).collect()
    }
}

/// The viewer calls blocks short-lived if they live less than this many microseconds. The crate `dhat` uses the same value.
const SHORT: u32 = 10;

/// Snapshots keep times as whole microseconds in a `u64`.
fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// The numbers of a trace's functions in the table, innermost first.
fn stack(
    stacks: &mut Stacks<'_, usize>,
    table: &mut Texts<'_>,
    trace: Trace<'_>,
    detail: Detail,
) -> Vec<usize> {
    let name = |address: usize, frame: Option<&Frame>| {
        let Some(frame) = frame else { return format!("{address:#x}: ???") };
        let mut name = stacks::name(address, Some(frame));
        if !is_mark(address) {
            name.insert_str(0, &format!("{address:#x}: "));
        }
        if !frame.file().is_empty() {
            let _ = write!(name, " ({}:{})", shown(frame.file()), frame.line());
        }
        name
    };
    let numbers = stacks.stack(trace, detail, |address, frames| {
        frames.iter().map(|frame| table.position(name(address, *frame))).collect()
    });
    let numbers: Vec<usize> = numbers.into_iter().copied().collect();
    if numbers.is_empty() { vec![table.position("[unknown]")] } else { numbers }
}

/// A JSON string, in which invisible characters are escaped as in Rust source.
fn quoted(text: &str) -> String {
    format!("\"{}\"", Visible(text).to_string().replace('\\', "\\\\").replace('"', "\\\""))
}
