//! The trait's method names must not shadow a user's methods.
//!
//! Method lookup finds a method of the trait on `Arc<T>` and `Box<T>` before a user's own method of that name on `T`.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::{fs, str};

use deep_size::DeepSize;

#[derive(DeepSize)]
struct Repository {
    name: String,
}

/// Each of these names was once a method of the trait. Parameters and results differ, so a call of the
/// trait's method would not compile.
impl Repository {
    fn type_name(&self, prefix: &str) -> String {
        format!("{prefix}{}", self.name)
    }

    fn leads_to(&self, other: &str) -> bool {
        self.name == other
    }

    fn sum_owned(&self) -> &'static str {
        "sum_owned"
    }

    fn sum_slice(&self, from: usize) -> &str {
        &self.name[from..]
    }

    fn leaf(&self) -> &str {
        &self.name
    }

    fn leaf_bytes(&self) -> &[u8] {
        self.name.as_bytes()
    }

    fn slice_bytes(&self) -> Vec<u8> {
        self.name.clone().into_bytes()
    }

    fn walk_node(&self, depth: u8) -> u8 {
        depth
    }

    fn ask_ahead(&self, question: &str) -> bool {
        self.name == question
    }

    fn is_bare(&self) -> Option<bool> {
        Some(true)
    }

    fn evident_sum(&self) -> f64 {
        1.5
    }

    fn sum_onto(&self, before: u64) -> u64 {
        before
    }

    fn count_onto(&self, before: i8) -> i8 {
        before
    }

    fn count_slice(&self, items: &[u8]) -> usize {
        items.len()
    }
}

macro_rules! assert_own_methods {
    ($pointer:expr) => {{
        let repository = $pointer(Repository { name: "one".to_owned() });
        assert_eq!(repository.type_name("number "), "number one");
        assert!(repository.leads_to("one"));
        assert_eq!(repository.sum_owned(), "sum_owned");
        assert_eq!(repository.sum_slice(1), "ne");
        assert_eq!((repository.leaf(), repository.leaf_bytes()), ("one", &b"one"[..]));
        assert_eq!(str::from_utf8(&repository.slice_bytes()), Ok("one"));
        assert_eq!(repository.walk_node(1_u8), 1_u8);
        assert!(repository.ask_ahead("one"));
        assert_eq!((repository.is_bare(), repository.evident_sum()), (Some(true), 1.5));
        assert_eq!((repository.sum_onto(2_u64), repository.count_onto(3_i8)), (2_u64, 3_i8));
        assert_eq!(repository.count_slice(&[1, 2, 3]), 3);
        assert!(repository.heap_size() > "one".len());
    }};
}

#[test]
fn a_users_method_is_called_through_arc_and_box() {
    assert_own_methods!(Arc::new);
    assert_own_methods!(Box::new);
    assert_own_methods!(|value| Arc::new(Box::new(value)));
}

#[test]
fn the_trait_has_three_visible_methods() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("deepsize-core/src/deep_size.rs");
    let source = fs::read_to_string(path).expect("the source of the trait can be read");
    let methods = methods(&source);
    let (hidden, visible): (BTreeSet<&str>, BTreeSet<&str>) =
        methods.iter().map(|(name, _)| *name).partition(|name| name.starts_with("__"));

    // `T::is_flat()` has no receiver, so method lookup ignores it.
    assert_eq!(visible, BTreeSet::from(["walk_owned", "is_flat", "deep_size", "heap_size"]));
    let with_receiver = methods.iter().filter(|(_, has_receiver)| *has_receiver).map(|(name, _)| *name);
    let taken: BTreeSet<&str> = with_receiver.filter(|name| visible.contains(name)).collect();
    assert_eq!(taken, BTreeSet::from(["walk_owned", "deep_size", "heap_size"]));
    assert!(hidden.len() <= 5, "{hidden:?}");
    for name in hidden {
        let (before, _) = source.split_once(&format!("fn {name}(")).expect("the method exists");
        let attributes = before.rsplit("\n\n").next().expect("a split has a part");
        assert!(attributes.contains("#[doc(hidden)]"), "`{name}` is hidden from the documentation");
    }
}

/// The name of each method of the trait, and whether it takes `self`.
fn methods(source: &str) -> Vec<(&str, bool)> {
    let (_, body) = source.split_once("pub trait DeepSize {").expect("the trait exists");
    let lines = body.lines().map(str::trim_start);
    let code: Vec<&str> = lines.filter(|line| !line.starts_with("//")).collect();
    let signatures = code.into_iter().filter_map(|line| line.strip_prefix("fn ")?.split_once('('));
    signatures
        .map(|(name, rest)| {
            let receiver = rest.trim_start_matches(['&', ' ']);
            (
                name.split('<').next().unwrap_or(name),
                receiver.starts_with("self") || receiver.starts_with("mut self"),
            )
        })
        .collect()
}
