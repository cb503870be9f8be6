//! Types that own themselves through a `Box`. A walk reads their leaves without a call.

use std::sync::{Arc, mpsc};

use arbitrary::Unstructured;
use deep_size::{DeepSize, Reason};

use crate::exact;
use crate::random::{Random, below};
use crate::support::assert_opaque;

/// Flat, as the derive computes from the fields.
#[derive(DeepSize)]
struct Place {
    line: u32,
    file: Option<u16>,
}

#[derive(DeepSize)]
struct Tree<K> {
    key: K,
    place: Place,
    left: Option<Box<Tree<K>>>,
    right: Option<Box<Self>>,
}

#[derive(DeepSize)]
struct Link {
    next: Option<Box<Link>>,
    name: String,
    shared: Option<Arc<str>>,
}

#[derive(DeepSize)]
enum Expression {
    Nothing,
    Number(f64),
    Name(String),
    Negative(Box<Expression>),
    Sum(Box<Self>, Box<Self>),
    Call { function: Box<Expression>, arguments: Vec<Expression> },
    Choice([Option<Box<Expression>>; 3]),
    Pair(Box<(Expression, Expression)>),
}

/// Recursive through another type.
#[derive(DeepSize)]
struct Folder {
    first: Option<Box<Entry>>,
    last: Option<Box<Entry>>,
}

#[derive(DeepSize)]
struct Entry {
    folder: Folder,
    size: Option<Box<u64>>,
}

/// Its only part is opaque.
#[derive(DeepSize, Default)]
struct Hidden {
    below: (Option<Box<Hidden>>, Option<Box<Hidden>>),
    sender: Option<mpsc::Sender<String>>,
}

impl Random for Place {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Self { line: u32::random(source, depth), file: Option::random(source, depth) }
    }
}

impl<K: Random> Random for Tree<K> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Self {
            key: K::random(source, depth),
            place: Place::random(source, depth),
            left: Option::random(source, depth),
            right: Option::random(source, depth),
        }
    }
}

impl Random for Link {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Self {
            next: Option::random(source, depth),
            name: String::random(source, depth),
            shared: Option::random(source, depth),
        }
    }
}

impl Random for Expression {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        match below(source, 8) {
            1 => Self::Number(f64::random(source, depth)),
            2 => Self::Name(String::random(source, depth)),
            3 => Self::Negative(Box::random(source, depth)),
            4 => Self::Sum(Box::random(source, depth), Box::random(source, depth)),
            5 => Self::Call {
                function: Box::random(source, depth),
                arguments: (0..below(source, 4)).map(|_| Self::random(source, depth)).collect(),
            },
            6 => Self::Choice(Random::random(source, depth)),
            7 => Self::Pair(Box::random(source, depth)),
            _ => Self::Nothing,
        }
    }
}

impl Random for Folder {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Self { first: Option::random(source, depth), last: Option::random(source, depth) }
    }
}

impl Random for Entry {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Self { folder: Folder::random(source, depth), size: Option::random(source, depth) }
    }
}

exact! {
    trees_of_numbers: Tree<u32>;
    trees_of_strings: Box<Tree<String>>;
    lists: Link;
    expressions: Expression;
    folders: Folder;
}

#[test]
fn a_node_with_an_opaque_part_is_not_skipped_as_a_leaf() {
    let leaf = |sender| Some(Box::new(Hidden { sender, ..Hidden::default() }));
    let bare = Hidden { below: (leaf(None), leaf(None)), sender: None };
    assert_eq!(bare.heap_size(), 2 * size_of::<Hidden>());

    let heap = assert_opaque(Reason::Handle, || Hidden {
        below: (leaf(Some(mpsc::channel().0)), leaf(None)),
        sender: None,
    });
    assert_eq!(heap, 2 * size_of::<Hidden>());
}
