//! Profiles as `go tool pprof`, Pyroscope and Parca read them.

mod message;

use std::collections::HashMap;
use std::io;
use std::string::String;
use std::vec;
use std::vec::Vec;

use flate2::Compression;
use flate2::write::GzEncoder;
use prost::Message as _;

use self::message::{Function, Label, Line, Location, Mapping, Profile, Sample, ValueType};
use super::names::{Names, shown};
use crate::inspect::Report;
use crate::tree::TreeNode;

impl Report {
    /// Writes a profile for pprof: a protobuf message of the form `perftools.profiles.Profile`, compressed by gzip.
    ///
    /// Each node of the tree is a location, in a function of the node's name; what is its
    /// [own](crate::inspect::TreeNode::own_size) is a sample, with the way from the root as its stack. A sample has two values: `inuse_objects`, the
    /// number of heap blocks, and `inuse_space`, the bytes, which is the one that pprof shows if not told otherwise.
    ///
    /// Samples have the labels `type`, the name of the type in full, and `sharing`: `shared` for what is in [shared
    /// blocks](crate::inspect::TreeNode::shared_size), otherwise `owned`. A node with both has two samples; its blocks, of which it is not known
    /// where they are, count for the shared one.
    ///
    /// ```
    /// use deep_size::inspect;
    ///
    /// let report = inspect(&vec![String::from("text"); 10]);
    /// let mut profile = Vec::new();
    /// report.write_pprof(&mut profile)?;
    /// # assert_eq!(profile[..2], [0x1f, 0x8b]);
    /// # let mut again = Vec::new();
    /// # report.write_pprof(&mut again)?;
    /// # assert_eq!(again, profile);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// ```text
    /// go tool pprof -top profile.pb.gz
    /// go tool pprof -http=: profile.pb.gz
    /// go tool pprof -tagfocus=sharing=shared -top profile.pb.gz
    /// go tool pprof -diff_base=earlier.pb.gz -top later.pb.gz
    /// ```
    ///
    /// The bytes of all samples are together [`deep_size`](Self::deep_size), the objects [`allocation_count`](Self::allocation_count); numbers beyond
    /// [`i64::MAX`] are cut to it, since the format has no larger ones. The same report gives the same bytes. Takes time linear in
    /// what is compressed, in which each sample is as long as its path.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    #[cfg_attr(docsrs, doc(cfg(feature = "pprof")))]
    pub fn write_pprof(&self, out: impl io::Write) -> io::Result<()> {
        let mut writer = Writer {
            out: GzEncoder::new(out, Compression::default()),
            part: Profile::default(),
            encoded: Vec::new(),
            strings: HashMap::new(),
            functions: HashMap::new(),
            locations: 0,
        };
        writer.begin()?;
        let names = Names::new(self);
        // The locations from the root to the present node.
        let mut stack: Vec<u64> = Vec::new();
        let mut next = Vec::from([(self.root(), 0)]);
        while let Some((node, depth)) = next.pop() {
            stack.truncate(depth);
            stack.push(writer.location(node, &names)?);
            writer.samples(node, &stack)?;
            let first = next.len();
            next.extend(node.children().map(|child| (child, stack.len())));
            next[first..].reverse();
        }
        writer.out.finish()?.flush()
    }
}

const MAPPING: u64 = 1;

/// Writes a profile in parts: messages of one type, one after the other, are to a reader one message with the fields of all.
struct Writer<W: io::Write> {
    out: GzEncoder<W>,
    /// What was not yet written.
    part: Profile,
    encoded: Vec<u8>,
    strings: HashMap<String, i64>,
    /// By name and file.
    functions: HashMap<(i64, i64), u64>,
    locations: u64,
}

impl<W: io::Write> Writer<W> {
    /// What there is once.
    fn begin(&mut self) -> io::Result<()> {
        // The first string has to be empty.
        self.string("");
        let (bytes, space) = (self.string("bytes"), self.string("inuse_space"));
        self.part.sample_type = vec![
            ValueType { r#type: self.string("inuse_objects"), unit: self.string("count") },
            ValueType { r#type: space, unit: bytes },
        ];
        self.part.default_sample_type = space;
        self.part.period_type = Some(ValueType { r#type: self.string("space"), unit: bytes });
        self.part.period = 1;
        // Says that there is nothing that a reader could look up in a binary.
        self.part.mapping = vec![Mapping {
            id: MAPPING,
            filename: self.string("deep-size"),
            has_functions: true,
            has_filenames: true,
            has_line_numbers: true,
            has_inline_frames: true,
        }];
        self.flush()
    }

    /// The location of a node, in the function of its name. The file is the node's type, so that pprof's `-files` groups by type.
    fn location<'r>(&mut self, node: TreeNode<'r>, names: &Names<'r>) -> io::Result<u64> {
        let (name, filename) = (self.string(&names.of_node(node)), self.string(&shown(node.type_name())));
        let new = self.functions.len() as u64 + 1;
        let function_id = *self.functions.entry((name, filename)).or_insert(new);
        if function_id == new {
            self.part.function.push(Function { id: new, name, filename });
        }
        self.locations += 1;
        let (id, line) = (self.locations, vec![Line { function_id }]);
        self.part.location.push(Location { id, mapping_id: MAPPING, line });
        self.flush()?;
        Ok(id)
    }

    fn samples(&mut self, node: TreeNode<'_>, stack: &[u64]) -> io::Result<()> {
        let shared = node.shared_size();
        let owned = node.own_size().saturating_sub(shared);
        // A handle is owned most often, and its block shared.
        let (owned_blocks, shared_blocks) =
            if shared > 0 { (0, node.allocation_count()) } else { (node.allocation_count(), 0) };
        for (sharing, blocks, bytes) in [("owned", owned_blocks, owned), ("shared", shared_blocks, shared)] {
            if blocks == 0 && bytes == 0 {
                continue;
            }
            // Pprof does not escape labels where it hands them to Graphviz.
            let plain = shown(node.type_name()).replace('"', "'").replace('\\', "/");
            let type_label = Label { key: self.string("type"), str: self.string(&plain) };
            let sharing_label = Label { key: self.string("sharing"), str: self.string(sharing) };
            self.part.sample.push(Sample {
                location_id: stack.iter().rev().copied().collect(),
                value: vec![clamped(blocks), clamped(bytes)],
                label: vec![type_label, sharing_label],
            });
        }
        self.flush()
    }

    /// The position of a text in the table.
    fn string(&mut self, text: &str) -> i64 {
        if let Some(&position) = self.strings.get(text) {
            return position;
        }
        let position = self.strings.len() as i64;
        self.strings.insert(text.into(), position);
        self.part.string_table.push(text.into());
        position
    }

    fn flush(&mut self) -> io::Result<()> {
        self.encoded.clear();
        let part = core::mem::take(&mut self.part);
        part.encode(&mut self.encoded).map_err(io::Error::other)?;
        io::Write::write_all(&mut self.out, &self.encoded)
    }
}

fn clamped(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
