use arbitrary::Unstructured;
use deep_size::DeepSize;
use semver::{BuildMetadata, Comparator, Op, Prerelease, Version, VersionReq};

use crate::exact;
use crate::random::{Random, below};
use crate::support::{assert_exact, assert_flat};

/// A text of up to 300 letters, usually short.
fn identifier(source: &mut Unstructured<'_>) -> String {
    let limit = [6, 12, 20, 300][below(source, 4)];
    "a".repeat(below(source, limit))
}

macro_rules! identifiers {
    ($($type:ident)*) => {$(
        impl Random for $type {
            fn random(source: &mut Unstructured<'_>, _: usize) -> Self {
                Self::new(&identifier(source)).unwrap()
            }
        }
    )*};
}

identifiers! { BuildMetadata Prerelease }

impl Random for Version {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Self {
            pre: Prerelease::random(source, depth),
            build: BuildMetadata::random(source, depth),
            ..Self::new(1, 2, 3)
        }
    }
}

impl Random for VersionReq {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Self { comparators: Vec::random(source, depth) }
    }
}

impl Random for Comparator {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let pre = Prerelease::random(source, depth);
        Self { op: Op::Caret, major: u64::random(source, depth), minor: Some(1), patch: Some(2), pre }
    }
}

exact! {
    versions: Vec<Version>;
    requirements: VersionReq;
}

#[test]
fn texts_of_every_length_are_exact() {
    for len in (0..300).chain([16_383, 16_384, 20_000]) {
        let text = "7".repeat(len).replacen('7', "x", 1);
        assert_exact(|| Prerelease::new(&text).unwrap());
        assert_exact(|| BuildMetadata::new(&text).unwrap().clone());
    }
}

#[test]
fn versions_of_a_lock_file_own_only_long_parts() {
    let texts: Vec<&str> = include_str!("../../../Cargo.lock")
        .split("version = \"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert!(texts.len() > 50, "the file contains versions");
    let versions = || texts.iter().filter_map(|text| text.parse().ok()).collect::<Vec<Version>>();
    assert!(versions().iter().any(|version| version.heap_size() > 0), "some have long build metadata");
    assert_exact(versions);
    assert_exact(|| ">=1.2.3-a.long.pre.release, <2.0".parse::<VersionReq>().unwrap());
    assert_flat(Op::Tilde);
}
