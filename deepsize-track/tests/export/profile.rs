//! Decodes pprof profiles, independently of the encoder.

use std::collections::{HashMap, HashSet};
use std::io::Read as _;

/// A field of a protobuf message: a number or bytes.
enum Field<'b> {
    Number(u64),
    Bytes(&'b [u8]),
}

impl<'b> Field<'b> {
    fn number(&self) -> u64 {
        let Self::Number(number) = self else { panic!("expected a number, found bytes") };
        *number
    }

    fn bytes(&self) -> &'b [u8] {
        let Self::Bytes(bytes) = self else { panic!("expected bytes, found a number") };
        bytes
    }
}

fn number(bytes: &mut &[u8]) -> u64 {
    let mut number = 0;
    for shift in (0..70).step_by(7) {
        let (&byte, rest) = bytes.split_first().expect("the number is complete");
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return number;
        }
    }
    panic!("varint of more than ten bytes");
}

fn numbers(mut bytes: &[u8]) -> Vec<u64> {
    let mut numbers = Vec::new();
    while !bytes.is_empty() {
        numbers.push(number(&mut bytes));
    }
    numbers
}

/// The fields of a message, with their tags.
fn fields(mut bytes: &[u8]) -> Vec<(u64, Field<'_>)> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let key = number(&mut bytes);
        let field = match key & 7 {
            0 => Field::Number(number(&mut bytes)),
            2 => {
                let length = number(&mut bytes) as usize;
                let (field, rest) = bytes.split_at(length);
                bytes = rest;
                Field::Bytes(field)
            }
            other => panic!("unexpected wire type {other}"),
        };
        fields.push((key >> 3, field));
    }
    fields
}

/// A number field of a message; 0 if it is missing.
fn only(message: &[u8], tag: u64) -> u64 {
    let found: Vec<_> = fields(message).into_iter().filter(|(found, _)| *found == tag).collect();
    assert!(found.len() <= 1);
    found.first().map_or(0, |(_, field)| field.number())
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Profile {
    /// Type and unit of each value of a sample.
    pub(crate) kinds: Vec<(String, String)>,
    pub(crate) default: String,
    pub(crate) period: (String, String, u64),
    pub(crate) mappings: HashMap<u64, Mapping>,
    pub(crate) samples: Vec<Sample>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mapping {
    pub(crate) range: (u64, u64),
    pub(crate) file: String,
    pub(crate) build_id: String,
    pub(crate) is_known: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sample {
    /// Innermost first.
    pub(crate) stack: Vec<Location>,
    pub(crate) values: Vec<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Location {
    pub(crate) id: u64,
    pub(crate) mapping: u64,
    pub(crate) address: u64,
    /// Function, file and line, innermost first.
    pub(crate) lines: Vec<(String, String, u64)>,
}

impl Profile {
    /// Reads a profile. Like `CheckValid` of pprof, asserts that each id is defined exactly once.
    pub(crate) fn read(packed: &[u8]) -> Self {
        let mut bytes = Vec::new();
        flate2::read::GzDecoder::new(packed).read_to_end(&mut bytes).expect("the gzip file is complete");
        let fields = fields(&bytes);
        let all = |tag| fields.iter().filter(move |(found, _)| *found == tag).map(|(_, field)| field);
        let strings: Vec<&str> =
            all(6).map(|text| std::str::from_utf8(text.bytes()).expect("strings are UTF-8")).collect();
        assert_eq!(strings[0], "");
        assert_eq!(strings.iter().collect::<HashSet<_>>().len(), strings.len(), "no string occurs twice");
        let string = |at: u64| strings[at as usize].to_owned();
        let named = |part: &[u8]| (string(only(part, 1)), string(only(part, 2)));

        let mut profile = Self { default: string(all(14).next().unwrap().number()), ..Self::default() };
        profile.kinds = all(1).map(|one| named(one.bytes())).collect();
        let (kind, unit) = named(all(11).next().unwrap().bytes());
        profile.period = (kind, unit, all(12).next().unwrap().number());
        for one in all(3).map(Field::bytes) {
            let is_known = only(one, 7) == 1;
            assert!((8..=10).all(|tag| (only(one, tag) == 1) == is_known));
            let range = (only(one, 2), only(one, 3));
            let (file, build_id) = (string(only(one, 5)), string(only(one, 6)));
            let mapping = Mapping { range, file, build_id, is_known };
            assert!(profile.mappings.insert(only(one, 1), mapping).is_none());
        }
        let mut functions = HashMap::new();
        for one in all(5).map(Field::bytes) {
            let function = (string(only(one, 2)), string(only(one, 4)));
            assert!(functions.insert(only(one, 1), function).is_none());
        }
        let mut locations = HashMap::new();
        for one in all(4).map(Field::bytes) {
            let lines = self::fields(one).into_iter().filter(|(tag, _)| *tag == 4).map(|(_, line)| {
                let (name, file) = functions[&only(line.bytes(), 1)].clone();
                (name, file, only(line.bytes(), 2))
            });
            let (id, mapping, address) = (only(one, 1), only(one, 2), only(one, 3));
            assert!(mapping == 0 || profile.mappings.contains_key(&mapping));
            assert!(
                locations.insert(id, Location { id, mapping, address, lines: lines.collect() }).is_none()
            );
        }
        assert!(![functions.contains_key(&0), locations.contains_key(&0)].contains(&true));
        for one in all(2) {
            let mut sample = Sample { stack: Vec::new(), values: Vec::new() };
            for (tag, field) in self::fields(one.bytes()) {
                match tag {
                    1 => {
                        let ids = numbers(field.bytes());
                        sample.stack = ids.iter().map(|id| Location::clone(&locations[id])).collect();
                    }
                    2 => sample.values = numbers(field.bytes()),
                    other => panic!("unexpected field {other} of a sample"),
                }
            }
            assert_eq!(sample.values.len(), profile.kinds.len());
            profile.samples.push(sample);
        }
        profile
    }
}
