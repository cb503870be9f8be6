//! Remarks on integers that a smaller type can hold.

use std::collections::{BTreeMap, VecDeque};

use deep_size::advice::Remark;
use deep_size::{DeepSize, Inspector, Report, inspect};

use crate::contexts::Dice;
use crate::support::random_cases;

#[derive(DeepSize)]
struct Flat {
    id: u32,
    shift: i64,
    large: u128,
    kind: Kind,
}

#[derive(DeepSize)]
enum Kind {
    Unset,
    At(usize, [i32; 2]),
}

#[derive(DeepSize)]
struct Owner {
    name: String,
    count: u64,
    flat: Vec<Flat>,
}

/// The remarks on integers: path, smaller type, range, number of values, and number of values read.
fn integers(report: &Report) -> Vec<(String, &'static str, i128, i128, usize, usize)> {
    let range = |remark| match remark {
        Remark::SmallerInteger(range) => Some((
            range.path.clone(),
            range.smaller_type,
            range.smallest,
            range.largest,
            range.count,
            range.read_count,
        )),
        _ => None,
    };
    report.remarks().filter_map(range).collect()
}

#[test]
fn integers_that_a_smaller_type_can_hold_are_remarked() {
    let flat = |number: u8| Flat {
        id: 7 + u32::from(number),
        shift: -i64::from(number),
        large: u128::MAX - u128::from(number),
        kind: if number % 2 == 0 { Kind::Unset } else { Kind::At(300 * usize::from(number), [-1, 40_000]) },
    };
    let owners: Vec<Owner> = (0..100)
        .map(|number: u8| Owner { name: "a".into(), count: 65_535, flat: vec![flat(number), flat(200)] })
        .collect();
    let maps = (
        BTreeMap::from_iter((0..100_u16).map(|key| (key, u64::MAX))),
        VecDeque::from([5_u16; 64]),
        [9_u16; 63],
    );
    let value = (owners, maps);
    let report = Inspector::new().compare_contents(true).inspect(&value);
    let expected = [
        ("0[].count", "u16", 65_535, 65_535, 100, 100),
        ("0[].flat[].id", "u8", 7, 207, 200, 200),
        ("0[].flat[].shift", "i16", -200, 0, 200, 200),
        ("1.0.keys[]", "u8", 0, 99, 100, 100),
        ("1.1[]", "u8", 5, 5, 64, 64),
    ];
    let expected = expected.map(|(path, smaller, smallest, largest, count, read)| {
        (String::from(path), smaller, smallest, largest, count, read)
    });
    assert_eq!(integers(&report), expected);
    assert_eq!(integers(&inspect(&value)), []);
    let read = Inspector::new().compare_contents(true).inspect(&value.0[0].flat);
    assert_eq!(integers(&read), []);
}

#[test]
fn absent_integers_do_not_count() {
    let value: Vec<(Box<str>, Option<u32>)> =
        (0..200).map(|at| ("".into(), (at % 2 == 0).then_some(7))).collect();
    let report = Inspector::new().compare_contents(true).inspect(&value);
    let remark = report.remarks().last().expect("all numbers are small").to_string();
    assert_eq!(remark, "[].1: all 100 values of type `u32` are 7, and `u8` can hold them");
}

#[test]
fn a_remark_on_many_integers_states_its_sample() {
    let numbers: Vec<u64> = (0..1_000_000).map(|number| number % 251).collect();
    let report = Inspector::new().compare_contents(true).inspect(&numbers);
    let remarks: Vec<String> = report.remarks().map(|remark| remark.to_string()).collect();
    assert_eq!(
        remarks,
        [
            "[]: 10,000 of 1,000,000 values of type `u64` were read; all are from 0 to 250, and `u8` can hold them"
        ]
    );
    assert_eq!(report.deep_size(), inspect(&numbers).deep_size());
}

#[test]
fn each_range_is_exact() {
    for seed in 0..random_cases(300) {
        let mut dice = Dice::new(seed.into());
        let (bits, count) = (dice.below(64), 1 + dice.below(200));
        let high = |dice: &mut Dice| (dice.below(usize::MAX >> 11) as i64) << 11;
        let numbers: Vec<i64> = (0..count).map(|_| high(&mut dice) >> bits).collect();
        let value: Vec<(i64, Box<i64>)> =
            numbers.iter().map(|&number| (number, Box::new(!number / 3))).collect();
        let report = Inspector::new().compare_contents(true).inspect(&value);
        let mut expected = Vec::new();
        for (path, numbers) in [
            ("[].0", numbers.clone()),
            ("[].1", numbers.iter().map(|number| !number / 3).collect::<Vec<_>>()),
        ] {
            let (smallest, largest) = (*numbers.iter().min().unwrap(), *numbers.iter().max().unwrap());
            let smaller = match (smallest, largest) {
                (-0x80.., ..=0x7f) => "i8",
                (-0x8000.., ..=0x7fff) => "i16",
                (-0x8000_0000.., ..=0x7fff_ffff) => "i32",
                _ => continue,
            };
            if count >= 64 {
                expected.push((String::from(path), smaller, smallest.into(), largest.into(), count, count));
            }
        }
        assert_eq!(integers(&report), expected, "seed {seed}");
    }
}
