//! Profiles, unpacked and decoded without the code of the encoder.

use std::collections::HashMap;
use std::io::Read as _;

use deep_size::Report;

use crate::for_each_report;

fn packed(report: &Report) -> Vec<u8> {
    let mut out = Vec::new();
    report.write_pprof(&mut out).expect("writes to a vector succeed");
    out
}

/// A field of a protobuf message: a number or bytes.
enum Field<'b> {
    Number(u64),
    Bytes(&'b [u8]),
}

impl<'b> Field<'b> {
    fn number(&self) -> u64 {
        let Self::Number(number) = self else { panic!("bytes, where a number should be") };
        *number
    }

    fn bytes(&self) -> &'b [u8] {
        let Self::Bytes(bytes) = self else { panic!("a number, where bytes should be") };
        bytes
    }
}

fn number(bytes: &mut &[u8]) -> u64 {
    let mut number = 0;
    for shift in (0..70).step_by(7) {
        let (&byte, rest) = bytes.split_first().expect("a number ends");
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return number;
        }
    }
    panic!("a number of more than ten bytes");
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
            other => panic!("a field of kind {other}"),
        };
        fields.push((key >> 3, field));
    }
    fields
}

fn only(message: &[u8], tag: u64) -> u64 {
    fields(message).iter().find(|(found, _)| *found == tag).map_or(0, |(_, field)| field.number())
}

struct Profile {
    /// Type and unit of each value of a sample.
    values: Vec<(String, String)>,
    default: String,
    samples: Vec<Sample>,
}

struct Sample {
    /// From the root.
    stack: Vec<String>,
    values: Vec<u64>,
    labels: HashMap<String, String>,
}

fn unpacked(packed: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(packed).read_to_end(&mut bytes).expect("it is a whole gzip file");
    bytes
}

/// The profile's string table.
#[cfg(all(feature = "exports", feature = "json"))]
pub(crate) fn strings(report: &Report) -> Vec<String> {
    let bytes = unpacked(&packed(report));
    let texts = fields(&bytes).into_iter().filter(|(tag, _)| *tag == 6);
    texts.map(|(_, text)| String::from_utf8(text.bytes().into()).expect("texts are UTF-8")).collect()
}

fn read(packed: &[u8]) -> Profile {
    let bytes = unpacked(packed);
    let fields = fields(&bytes);
    let all = |tag| fields.iter().filter(move |(found, _)| *found == tag).map(|(_, field)| field);
    let strings: Vec<&str> =
        all(6).map(|text| std::str::from_utf8(text.bytes()).expect("texts are UTF-8")).collect();
    assert_eq!(strings[0], "");
    let string = |at: u64| strings[at as usize].to_owned();

    let mapping: Vec<_> = all(3).map(|mapping| mapping.bytes()).collect();
    assert_eq!(mapping.len(), 1);
    assert_eq!([1, 7, 8, 9, 10].map(|tag| only(mapping[0], tag)), [1; 5], "nothing is left to look up");
    let functions: HashMap<u64, String> =
        all(5).map(|one| (only(one.bytes(), 1), string(only(one.bytes(), 2)))).collect();
    let locations: HashMap<u64, &String> = all(4)
        .map(|one| {
            let location = one.bytes();
            let line =
                self::fields(location).into_iter().find(|(tag, _)| *tag == 4).expect("it has a line").1;
            assert_eq!(only(location, 2), 1, "the only mapping");
            (only(location, 1), &functions[&only(line.bytes(), 1)])
        })
        .collect();
    assert!(!functions.contains_key(&0) && !locations.contains_key(&0), "numbers begin with 1");
    let samples = all(2).map(|one| {
        let mut sample = Sample { stack: Vec::new(), values: Vec::new(), labels: HashMap::new() };
        for (tag, field) in self::fields(one.bytes()) {
            match tag {
                1 => sample.stack = numbers(field.bytes()).iter().map(|id| locations[id].clone()).collect(),
                2 => sample.values = numbers(field.bytes()),
                3 => {
                    let text = |tag| string(only(field.bytes(), tag));
                    assert_eq!(sample.labels.insert(text(1), text(2)), None);
                }
                other => panic!("a field {other} of a sample"),
            }
        }
        sample.stack.reverse();
        sample
    });
    Profile {
        values: all(1).map(|one| (string(only(one.bytes(), 1)), string(only(one.bytes(), 2)))).collect(),
        default: string(all(14).next().expect("there is a default").number()),
        samples: samples.collect(),
    }
}

#[test]
fn the_samples_add_up_for_every_node() {
    for_each_report(|name, report| {
        let profile = read(&packed(report));
        let expected = [("inuse_objects", "count"), ("inuse_space", "bytes")];
        assert_eq!(profile.values, expected.map(|(kind, unit)| (kind.to_owned(), unit.to_owned())));
        assert_eq!(profile.default, "inuse_space");
        let sum = |which: &dyn Fn(&Sample) -> bool, value: usize| -> usize {
            profile
                .samples
                .iter()
                .filter(|sample| which(sample))
                .map(|sample| sample.values[value] as usize)
                .sum()
        };
        assert_eq!(sum(&|_| true, 1), report.deep_size(), "{name}");
        assert_eq!(sum(&|_| true, 0), report.allocation_count(), "{name}");
        let shared: usize = report.nodes().map(|node| node.shared_size()).sum();
        assert_eq!(sum(&|sample| sample.labels["sharing"] == "shared", 1), shared, "{name}");
        assert_eq!(
            sum(&|sample| sample.labels["sharing"] == "owned", 1),
            report.deep_size() - shared,
            "{name}"
        );

        let mut by_type: HashMap<&str, usize> = HashMap::new();
        for sample in &profile.samples {
            *by_type.entry(&sample.labels["type"]).or_default() += sample.values[1] as usize;
            assert_eq!(sample.labels.len(), 2);
            assert_eq!(sample.stack[0], profile.samples[0].stack[0], "{name}: one root");
            assert!(!sample.stack.iter().any(|frame| frame.contains(char::is_control)));
        }
        let with_own = |text: &str| {
            report.nodes().filter(|node| node.type_name() == text).map(|node| node.own_size()).sum::<usize>()
        };
        for (text, bytes) in by_type.iter().filter(|(text, _)| !text.contains(['/', '\'', '…'])).take(50) {
            assert_eq!(*bytes, with_own(text), "{name}: {text}");
        }
    });
}

#[test]
fn stacks_agree_with_the_folded_lines() {
    for (name, report) in crate::values::all() {
        if name == "hostile" {
            // These lines replace some characters in names.
            continue;
        }
        let mut stacks: HashMap<String, usize> = HashMap::new();
        for sample in read(&packed(&report)).samples {
            *stacks.entry(sample.stack.join(";").replace("; ", ", ")).or_default() +=
                sample.values[1] as usize;
        }
        stacks.retain(|_, bytes| *bytes > 0);
        let mut folded = Vec::new();
        report.write_folded(&mut folded).expect("writes to a vector succeed");
        let mut lines: HashMap<String, usize> = HashMap::new();
        for line in String::from_utf8(folded).expect("names are UTF-8").lines() {
            let (stack, bytes) = line.rsplit_once(' ').expect("a number follows the stack");
            *lines.entry(stack.into()).or_default() += bytes.parse::<usize>().expect("it is a number");
        }
        assert_eq!(stacks, lines, "{name}");
    }
}

#[test]
fn paths_have_the_same_names_in_both_profiles() {
    let values = crate::values::all();
    let names = |wanted: &str| {
        let report = &values.iter().find(|(name, _)| *name == wanted).expect("it exists").1;
        let mut stacks: Vec<_> =
            read(&packed(report)).samples.into_iter().map(|sample| sample.stack).collect();
        stacks.dedup();
        stacks
    };
    assert_eq!(names("service"), names("service_later"));
}

#[test]
fn profiles_are_deterministic() {
    for (name, report) in crate::values::all() {
        assert!(packed(&report) == packed(&report), "{name}");
    }
}
