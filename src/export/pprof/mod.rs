//! Profiles for `go tool pprof`, Pyroscope and Parca.

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
use super::{check_size, sums_from_root};
use crate::inspect::Report;
use crate::tree::TreeNode;

impl Report {
    /// Writes a profile for pprof: a gzipped protobuf message `perftools.profiles.Profile`.
    ///
    /// Each node of the tree is a location, in a function with the node's name. Its [own](crate::inspect::TreeNode::own_size) bytes
    /// are a sample, with the path from the root as the stack. A sample has two values: `inuse_objects`, the number of heap blocks,
    /// and `inuse_space`, the bytes. pprof shows `inuse_space` by default.
    ///
    /// Samples have two labels: `type`, the full type name, and `sharing`, which is `shared` for bytes in [shared
    /// blocks](crate::inspect::TreeNode::shared_size) and `owned` for others. A node with both has two samples, and all of its
    /// blocks count as shared.
    ///
    /// The bytes of all samples add up to [`deep_size`](Self::deep_size), the objects to
    /// [`allocation_count`](Self::allocation_count). Numbers above [`i64::MAX`] become [`i64::MAX`]. Equal reports give
    /// equal files.
    ///
    /// Takes time linear in the uncompressed profile, in which each sample is as long as its path.
    ///
    /// ```text
    /// go tool pprof -top profile.pb.gz
    /// go tool pprof -http=: profile.pb.gz
    /// go tool pprof -tagfocus=sharing=shared -top profile.pb.gz
    /// go tool pprof -diff_base=earlier.pb.gz -top later.pb.gz
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the errors of `out`. Returns [`InvalidInput`](io::ErrorKind::InvalidInput) and writes nothing if the uncompressed
    /// stacks would exceed 256 MiB. A tree of thousands of levels can exceed it.
    ///
    /// # Examples
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
    #[cfg_attr(docsrs, doc(cfg(feature = "pprof")))]
    pub fn write_pprof(&self, out: impl io::Write) -> io::Result<()> {
        // An upper bound: each location's number is counted as long as the largest.
        let number = u64::from(self.nodes().count().checked_ilog2().unwrap_or(0) / 7 + 1);
        let stacks = self.nodes().zip(sums_from_root(self, |_| number));
        let sizes = stacks.map(|(node, stack)| stack * parts(node).count() as u64);
        check_size("a profile", sizes.fold(0, u64::saturating_add))?;
        let mut writer = Writer {
            out: GzEncoder::new(Retrying(out), Compression::default()),
            part: Profile::default(),
            encoded: Vec::new(),
            strings: HashMap::new(),
            functions: HashMap::new(),
            locations: 0,
        };
        writer.begin()?;
        let names = Names::new(self);
        // The locations from the root to the current node.
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
        writer.out.finish()?.0.flush()
    }
}

/// Repeats interrupted calls, as `write_all` does. The encoder returns them as errors.
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

const MAPPING: u64 = 1;

/// Writes a profile in parts. Readers merge concatenated messages of one type.
struct Writer<W: io::Write> {
    out: GzEncoder<Retrying<W>>,
    /// Fields not written yet.
    part: Profile,
    encoded: Vec<u8>,
    strings: HashMap<String, i64>,
    /// By name and file.
    functions: HashMap<(i64, i64), u64>,
    locations: u64,
}

impl<W: io::Write> Writer<W> {
    /// Writes the fields that occur once.
    fn begin(&mut self) -> io::Result<()> {
        // The format requires an empty first string.
        self.string("");
        let (bytes, space) = (self.string("bytes"), self.string("inuse_space"));
        self.part.sample_type = vec![
            ValueType { r#type: self.string("inuse_objects"), unit: self.string("count") },
            ValueType { r#type: space, unit: bytes },
        ];
        self.part.default_sample_type = space;
        self.part.period_type = Some(ValueType { r#type: self.string("space"), unit: bytes });
        self.part.period = 1;
        // The flags keep readers from looking up symbols in a binary.
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

    /// The location of a node, in a function with its name. The file is its type, so pprof's `-files` groups by type.
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
        for Part { sharing, blocks, bytes } in parts(node) {
            // pprof passes labels to Graphviz without escaping them.
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

/// Either the shared or the owned blocks and bytes of a node.
struct Part {
    sharing: &'static str,
    blocks: usize,
    bytes: usize,
}

/// The parts of a node that have blocks or bytes.
fn parts(node: TreeNode<'_>) -> impl Iterator<Item = Part> + use<> {
    let shared = node.shared_size();
    let owned = node.own_size().saturating_sub(shared);
    // Usually the handle is owned and its block shared.
    let (owned_blocks, shared_blocks) =
        if shared > 0 { (0, node.allocation_count()) } else { (node.allocation_count(), 0) };
    [
        Part { sharing: "owned", blocks: owned_blocks, bytes: owned },
        Part { sharing: "shared", blocks: shared_blocks, bytes: shared },
    ]
    .into_iter()
    .filter(|part| part.blocks > 0 || part.bytes > 0)
}

fn clamped(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
