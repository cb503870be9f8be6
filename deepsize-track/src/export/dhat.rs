//! JSON for valgrind's DHAT viewer.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io;
use std::time::Duration;

use deep_size_format::shown;

use super::Export;
use super::stacks::{self, Detail, Stacks};
use crate::sites::is_mark;
use crate::snapshot::{Snapshot, Trace};
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
        let mut table = FrameTable::default();
        for (at, (trace, stack)) in self.distinct(&mut table).into_iter().enumerate() {
            let (total, peak, live) = (trace.total_amount(), trace.peak_amount(), trace.live_amount());
            let _ = write!(
                json,
                "{}\n{{\"tb\":{},\"tbk\":{},\"tl\":{},\"mb\":{},\"mbk\":{},\"gb\":{},\"gbk\":{},\"eb\":{},\"ebk\":{},\"fs\":{stack:?}}}",
                if at == 0 { "" } else { "," },
                total.size,
                total.blocks,
                micros(trace.lifetime_sum()).saturating_add(micros(trace.age_sum())),
                trace.max_size(),
                trace.max_blocks(),
                peak.size,
                peak.blocks,
                live.size,
                live.blocks,
            );
        }
        json.push_str("],\n\"ftbl\":[\"[root]\"");
        for name in &table.names {
            json.push_str(",\n");
            json.push_str(&quoted(name));
        }
        json.push_str("]}\n");
        json
    }

    /// The traces, each with a different stack.
    fn distinct(self, table: &mut FrameTable) -> Vec<(Trace<'s>, Vec<usize>)> {
        let mut stacks = Stacks::new(self);
        let mut traces: Vec<_> = Vec::new();
        for trace in self.snapshot.traces() {
            let detail = stacks.detail(trace);
            traces.push((trace, table.stack(&stacks, trace, detail), detail));
        }
        // Full stacks differ, because each trace has its own list of addresses. If a stack equals another one with less detail, the
        // two were equal with that detail too, so both have more detail now.
        for more in [Detail::Program, Detail::Std, Detail::All] {
            let mut found: HashMap<Vec<usize>, usize> = HashMap::new();
            traces.iter().for_each(|(_, stack, _)| *found.entry(stack.clone()).or_default() += 1);
            for (trace, stack, detail) in &mut traces {
                if found[&*stack] > 1 {
                    *detail = more.max(*detail);
                    *stack = table.stack(&stacks, *trace, *detail);
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

/// The frames, numbered from 1.
#[derive(Default)]
struct FrameTable {
    names: Vec<String>,
    numbers: HashMap<String, usize>,
    /// The frames of an address.
    parts: HashMap<(usize, Detail), Vec<usize>>,
}

impl FrameTable {
    /// The frames of a trace, innermost first.
    fn stack(&mut self, stacks: &Stacks<'_>, trace: Trace<'_>, detail: Detail) -> Vec<usize> {
        let mut stack = Vec::new();
        for address in trace.marked_addresses() {
            if !self.parts.contains_key(&(address, detail)) {
                let part = self.part(stacks, address, detail);
                self.parts.insert((address, detail), part);
            }
            stack.extend_from_slice(&self.parts[&(address, detail)]);
        }
        if stack.is_empty() {
            stack.push(self.number(String::from("[unknown]")));
        }
        stack
    }

    fn part(&mut self, stacks: &Stacks<'_>, address: usize, detail: Detail) -> Vec<usize> {
        let Some(frames) = stacks.at(address, detail) else {
            return vec![self.number(format!("{address:#x}: ???"))];
        };
        let mut part = Vec::new();
        for frame in frames {
            let mut name = stacks::name(frame);
            if !is_mark(address) {
                name.insert_str(0, &format!("{address:#x}: "));
            }
            if !frame.file().is_empty() {
                let _ = write!(name, " ({}:{})", shown(frame.file()), frame.line());
            }
            part.push(self.number(name));
        }
        part
    }

    fn number(&mut self, name: String) -> usize {
        let new = self.names.len() + 1;
        *self.numbers.entry(name).or_insert_with_key(|name| {
            self.names.push(name.clone());
            new
        })
    }
}

/// A JSON string, in which invisible characters are escaped as in Rust source.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in Visible(text).to_string().chars() {
        if matches!(character, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(character);
    }
    quoted.push('"');
    quoted
}
