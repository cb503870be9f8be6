//! Writes `profile.proto` of pprof (github.com/google/pprof, 2024).

use std::collections::HashMap;
use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::message::Message;

/// A profile, encoded and compressed while it is written.
#[derive(Debug)]
pub struct Profile<W: io::Write> {
    out: GzEncoder<Retrying<W>>,
    /// The encoded fields by tag, since the last flush.
    fields: [Message; 15],
    strings: HashMap<String, u64>,
    /// By name and file.
    functions: HashMap<(u64, u64), u64>,
    locations: u64,
}

impl<W: io::Write> Profile<W> {
    /// An empty profile.
    pub fn new(out: W) -> Self {
        let out = GzEncoder::new(Retrying(out), Compression::default());
        let mut profile = Self {
            out,
            fields: Default::default(),
            strings: HashMap::new(),
            functions: HashMap::new(),
            locations: 0,
        };
        // The format requires an empty first string.
        profile.string("");
        profile
    }

    /// Writes the fields that occur once: the types of values with their units, and the period of samples in bytes.
    ///
    /// pprof shows the type `inuse_space` by default.
    pub fn describe(&mut self, types: impl IntoIterator<Item = (&'static str, &'static str)>, period: u64) {
        for (name, unit) in types {
            let value_type = self.strings([name, unit]);
            self.fields[1].message(1, value_type);
        }
        let period_type = self.strings(["space", "bytes"]);
        self.fields[11].message(11, period_type);
        self.fields[12].number(12, period);
        let default = self.string("inuse_space");
        self.fields[14].number(14, default);
    }

    /// Adds a mapped file with the start, end and offset of its mapping.
    ///
    /// If names are known, pprof does not look for them in the file.
    pub fn mapping(&mut self, id: u64, place: [u64; 3], file: &str, build_id: &str, has_names: bool) {
        let (file, build_id) = (self.string(file), self.string(build_id));
        let numbers = [id].into_iter().chain(place).chain([file, build_id]).chain([has_names.into(); 4]);
        self.fields[3].message(3, (1..).zip(numbers).collect());
    }

    /// The number of a function.
    pub fn function(&mut self, name: &str, file: &str) -> u64 {
        let key = (self.string(name), self.string(file));
        let new = self.functions.len() as u64 + 1;
        let id = *self.functions.entry(key).or_insert(new);
        if id == new {
            self.fields[5].message(5, [(1, id), (2, key.0), (4, key.1)].into_iter().collect());
        }
        id
    }

    /// Adds a location and returns its number. Its lines are functions with line numbers, innermost first. Zero is unknown.
    pub fn location(&mut self, mapping: u64, address: u64, lines: &[(u64, u64)]) -> u64 {
        self.locations += 1;
        let mut location: Message = [(1, self.locations), (2, mapping), (3, address)].into_iter().collect();
        for &(function, line) in lines {
            location.message(4, [(1, function), (2, line)].into_iter().collect());
        }
        self.fields[4].message(4, location);
        self.locations
    }

    /// Adds a sample: its locations, innermost first, and a value for each type. Larger values become [`i64::MAX`].
    pub fn sample(
        &mut self,
        stack: impl IntoIterator<Item = u64>,
        values: impl IntoIterator<Item = u64>,
        labels: &[(&str, &str)],
    ) {
        let mut sample = Message::default();
        sample.numbers(1, stack);
        sample.numbers(2, values.into_iter().map(|value| value.min(i64::MAX.unsigned_abs())));
        for &(key, text) in labels {
            let label = self.strings([key, text]);
            sample.message(3, label);
        }
        self.fields[2].message(2, sample);
    }

    /// Writes the fields since the last flush. Readers merge the parts.
    ///
    /// # Errors
    ///
    /// Returns the errors of the writer.
    pub fn flush(&mut self) -> io::Result<()> {
        // Locations, functions and strings follow the samples that refer to them.
        let parts = [1, 2, 11, 12, 14, 3, 4, 5, 6].map(|tag: usize| std::mem::take(&mut self.fields[tag]));
        self.out.write_all(&parts.map(Message::into_bytes).concat())
    }

    /// Writes the rest and returns the writer.
    ///
    /// # Errors
    ///
    /// Returns the errors of the writer.
    pub fn finish(mut self) -> io::Result<W> {
        self.flush()?;
        let mut out = self.out.finish()?.0;
        out.flush()?;
        Ok(out)
    }

    /// The position of a string.
    fn string(&mut self, text: &str) -> u64 {
        if let Some(&position) = self.strings.get(text) {
            return position;
        }
        let position = self.strings.len() as u64;
        self.strings.insert(text.into(), position);
        self.fields[6].bytes(6, text.as_bytes());
        position
    }

    /// A message of two strings.
    fn strings(&mut self, texts: [&str; 2]) -> Message {
        (1..).zip(texts.map(|text| self.string(text))).collect()
    }
}

/// Repeats interrupted calls, as `write_all` does. The encoder returns them as errors.
#[derive(Debug)]
struct Retrying<W>(W);

impl<W: io::Write> io::Write for Retrying<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            match self.0.write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                written => return written,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
