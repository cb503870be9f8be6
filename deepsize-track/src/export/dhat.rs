//! DHAT's JSON, as valgrind's viewer reads it.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::{env, io, process};

use super::stacks::{self, Stacks};
use super::{Export, names, write};
use crate::snapshot::{Snapshot, Trace};

impl Snapshot {
    /// Writes a profile for DHAT's viewer: JSON of version 2, as valgrind 3.17 and later, and the crate `dhat`, write it. Open it
    /// with `dh_view.html`, which comes with valgrind, or at <https://nnethercote.github.io/dh_view/dh_view.html>.
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
    ///
    /// Each trace is a program point: what it has allocated, for how long its blocks have lived (those that are live up to
    /// now), the most bytes it ever had live, and what it had when most was live in all and at the end, which is now. Times are
    /// microseconds since the first recording of the program began. Accesses are not known.
    ///
    /// Functions of the standard library are shown on [demand](Self::export), and where two traces would look alike without
    /// them, for the viewer takes no place twice.
    ///
    /// Takes time linear in what is written. Looking up names may take milliseconds each time a new address is met.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_dhat(&self, out: &mut (impl io::Write + ?Sized)) -> io::Result<()> {
        self.export().write_dhat(out)
    }
}

impl<'s> Export<'s> {
    /// As [`Snapshot::write_dhat`].
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_dhat(self, out: &mut (impl io::Write + ?Sized)) -> io::Result<()> {
        write(out, || self.dhat().into_bytes())
    }

    fn dhat(self) -> String {
        let snapshot = self.snapshot;
        let mut mode = String::from("rust-heap");
        if let Some(mean) = snapshot.sampled_by() {
            let _ = write!(mode, ", estimated from a sample of one byte in {mean}");
        }
        let command: Vec<_> = env::args_os().map(|part| part.to_string_lossy().into_owned()).collect();
        let mut json = format!(
            "{{\"dhatFileVersion\":2,\"mode\":{},\"verb\":\"Allocated\",\"bklt\":true,\"bkacc\":false,\
             \"tu\":\"µs\",\"Mtu\":\"s\",\"tuth\":{SHORT},\n\"cmd\":{},\"pid\":{},\"tg\":{},\"te\":{},\n\"pps\":[",
            quoted(&mode),
            quoted(&command.join(" ")),
            process::id(),
            snapshot.peak_micros(),
            snapshot.micros(),
        );
        let mut table = FrameTable::default();
        for (at, (trace, stack)) in self.distinct(&mut table).into_iter().enumerate() {
            let (total, peak, live) = (trace.total(), trace.at_peak(), trace.live());
            let _ = write!(
                json,
                "{}\n{{\"tb\":{},\"tbk\":{},\"tl\":{},\"mb\":{},\"mbk\":{},\"gb\":{},\"gbk\":{},\"eb\":{},\"ebk\":{},\"fs\":{stack:?}}}",
                if at == 0 { "" } else { "," },
                total.bytes,
                total.blocks,
                trace.lifetimes().saturating_add(trace.ages()),
                trace.most_bytes(),
                trace.most_blocks(),
                peak.bytes,
                peak.blocks,
                live.bytes,
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

    /// The traces with their stacks, of which no two are the same.
    fn distinct(self, table: &mut FrameTable) -> Vec<(Trace<'s>, Vec<usize>)> {
        let mut stacks = Stacks::new(self);
        let mut found: HashMap<Vec<usize>, usize> = HashMap::new();
        let mut traces: Vec<_> = Vec::new();
        for trace in self.snapshot.traces() {
            let stack = table.stack(trace, stacks.is_full(trace));
            *found.entry(stack.clone()).or_default() += 1;
            traces.push((trace, stack));
        }
        for (trace, stack) in &mut traces {
            // In full no two are alike, for each has another list of addresses. Nor is one in full like another in part: then it
            // would hide nothing itself, and both were alike in part.
            if found[&*stack] > 1 {
                *stack = table.stack(*trace, true);
            }
        }
        traces
    }
}

/// Blocks that live less than so many microseconds are short-lived, as in the crate `dhat`.
const SHORT: u32 = 10;

/// The frames, which are numbered from 1.
#[derive(Default)]
struct FrameTable {
    names: Vec<String>,
    numbers: HashMap<String, usize>,
    /// Those of an address, in full or not.
    parts: HashMap<(usize, bool), Vec<usize>>,
}

impl FrameTable {
    /// The frames of a trace, the innermost first.
    fn stack(&mut self, trace: Trace<'_>, is_full: bool) -> Vec<usize> {
        let mut stack = Vec::new();
        for &address in trace.addresses() {
            if !self.parts.contains_key(&(address, is_full)) {
                let part = self.part(address, is_full);
                self.parts.insert((address, is_full), part);
            }
            stack.extend_from_slice(&self.parts[&(address, is_full)]);
        }
        if stack.is_empty() {
            stack.push(self.number(String::from("[unknown]")));
        }
        stack
    }

    fn part(&mut self, address: usize, is_full: bool) -> Vec<usize> {
        let Some(frames) = Stacks::at(address, is_full) else {
            return vec![self.number(format!("{address:#x}: ???"))];
        };
        let mut part = Vec::new();
        for frame in frames {
            let mut name = format!("{address:#x}: {}", stacks::name(frame));
            if !frame.file().is_empty() {
                let _ = write!(name, " ({}:{})", names::shown(frame.file()), frame.line());
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

/// A string of JSON.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\0'..' ' => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(character));
            }
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}
