//! Values made of boxes: trees, lists, trait objects, documents.

use std::collections::BTreeMap;

use super::reason;
use crate::contender::{Allocative, Deepsize, GetSize2, GetSize2Plain, MemDbg, Who};
use crate::heap::{Heap, Rng};
use crate::workload::{AnyWorkload, Kind, Workload};

pub(super) fn workloads() -> Vec<Box<dyn AnyWorkload>> {
    vec![Box::new(tree()), Box::new(list()), Box::new(trait_objects()), Box::new(document())]
}

#[derive(deep_size::DeepSize, deepsize::DeepSizeOf, get_size2::GetSize, allocative::Allocative)]
struct Tree {
    left: Option<Box<Tree>>,
    right: Option<Box<Tree>>,
    key: u64,
}

impl Tree {
    /// A balanced tree, with the nodes in the order of a walk.
    fn link(nodes: &mut impl Iterator<Item = Box<Self>>, count: usize) -> Option<Box<Self>> {
        let mut node = nodes.by_ref().take(count).next()?;
        node.left = Self::link(nodes, count / 2);
        node.right = Self::link(nodes, (count - 1) / 2);
        Some(node)
    }

    fn by_hand(tree: Option<&Self>) -> usize {
        tree.map_or(0, |tree| {
            size_of::<Self>() + Self::by_hand(tree.left.as_deref()) + Self::by_hand(tree.right.as_deref())
        })
    }
}

fn tree() -> Workload<Option<Box<Tree>>> {
    Workload::new("tree of boxes", Kind::Rich, |heap, count| {
        let nodes = heap.collect(count, |_, key| Box::new(Tree { left: None, right: None, key: key as u64 }));
        Tree::link(&mut nodes.into_iter(), count)
    })
    .by_hand(|value| size_of_val(value) + Tree::by_hand(value.as_deref()))
    .with::<Deepsize>()
    .with::<GetSize2>()
    .with::<GetSize2Plain>()
    .without(Who::MemDbg, reason::RECURSIVE)
    .with::<Allocative>()
}

#[derive(deep_size::DeepSize, deepsize::DeepSizeOf, get_size2::GetSize, allocative::Allocative)]
struct Link {
    next: Option<Box<Link>>,
    value: u64,
}

#[derive(deep_size::DeepSize, deepsize::DeepSizeOf, get_size2::GetSize, allocative::Allocative)]
struct List {
    first: Option<Box<Link>>,
}

// Drops link by link, because the drop glue would recurse.
impl Drop for List {
    fn drop(&mut self) {
        let mut link = self.first.take();
        while let Some(mut last) = link {
            link = last.next.take();
        }
    }
}

fn list() -> Workload<List> {
    Workload::new("boxed list", Kind::Plain, |heap, count| {
        let links = heap.collect(count, |_, value| Box::new(Link { next: None, value: value as u64 }));
        let first = links.into_iter().rev().fold(None, |next, mut link| {
            link.next = next;
            Some(link)
        });
        List { first }
    })
    .by_hand(|value| {
        let mut sum = size_of_val(value);
        let mut link = value.first.as_deref();
        while let Some(one) = link {
            sum += size_of_val(one);
            link = one.next.as_deref();
        }
        sum
    })
    .with::<Deepsize>()
    .with::<GetSize2>()
    .with::<GetSize2Plain>()
    .without(Who::MemDbg, reason::RECURSIVE)
    .with::<Allocative>()
}

trait Shape: deep_size::DeepSize + deepsize::DeepSizeOf + mem_dbg::MemSize + allocative::Allocative {
    fn by_hand(&self) -> usize;
}

#[derive(deep_size::DeepSize, deepsize::DeepSizeOf, mem_dbg::MemSize, allocative::Allocative)]
struct Label {
    text: String,
    at: (u32, u32),
}

#[derive(deep_size::DeepSize, deepsize::DeepSizeOf, mem_dbg::MemSize, allocative::Allocative)]
#[mem_size(flat)]
struct Circle {
    radius: f64,
}

#[derive(deep_size::DeepSize, deepsize::DeepSizeOf, mem_dbg::MemSize, allocative::Allocative)]
struct Polygon {
    points: Vec<(u32, u32)>,
}

impl Shape for Label {
    fn by_hand(&self) -> usize {
        size_of::<Self>() + self.text.capacity()
    }
}

impl Shape for Circle {
    fn by_hand(&self) -> usize {
        size_of::<Self>()
    }
}

impl Shape for Polygon {
    fn by_hand(&self) -> usize {
        size_of::<Self>() + super::by_hand::vec(&self.points)
    }
}

fn shape(rng: &mut Rng, number: usize) -> Box<dyn Shape> {
    match rng.below(3) {
        0 => Box::new(Label { text: rng.text(number), at: (0, number as u32) }),
        1 => Box::new(Circle { radius: number as f64 }),
        _ => Box::new(Polygon { points: vec![(0, 0); 3 + rng.below(5)] }),
    }
}

fn trait_objects() -> Workload<Vec<Box<dyn Shape>>> {
    Workload::new("Vec<Box<dyn Trait>>", Kind::Rich, |heap, count| heap.collect(count, shape))
        .by_hand(|value| {
            let blocks = value.iter().map(|shape| shape.by_hand()).sum::<usize>();
            size_of_val(value) + super::by_hand::vec(value) + blocks
        })
        .with::<Deepsize>()
        .without(Who::GetSize2, reason::NO_DYN)
        .with::<MemDbg>()
        .with::<Allocative>()
}

#[derive(deep_size::DeepSize, deepsize::DeepSizeOf, get_size2::GetSize, allocative::Allocative)]
enum Document {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Document>),
    Object(BTreeMap<String, Document>),
}

/// The number of documents in an entry of the list.
const PER_ENTRY: usize = 14;

impl Document {
    fn entry(rng: &mut Rng, number: usize) -> Self {
        let text = |rng: &mut Rng| Self::Text(rng.text(number));
        let tags = (0..3).map(|_| text(rng)).collect();
        let note = if rng.below(2) == 0 { Self::Null } else { text(rng) };
        let address = [("street", text(rng)), ("city", text(rng)), ("zip", Self::Number(12_345.0))];
        Self::object([
            ("id", Self::Number(number as f64)),
            ("name", text(rng)),
            ("note", note),
            ("active", Self::Bool(rng.below(2) == 0)),
            ("tags", Self::List(tags)),
            ("address", Self::object(address)),
            ("score", Self::Number(0.5)),
        ])
    }

    fn object<const N: usize>(members: [(&str, Self); N]) -> Self {
        Self::Object(members.into_iter().map(|(name, member)| (name.to_owned(), member)).collect())
    }

    fn heap_by_hand(&self) -> usize {
        /// The only node of a small map: keys, values, parent pointer, index and length.
        const LEAF: usize = (11 * (size_of::<String>() + size_of::<Document>()) + 12).next_multiple_of(8);

        match self {
            Self::Null | Self::Bool(_) | Self::Number(_) => 0,
            Self::Text(text) => text.capacity(),
            Self::List(list) => {
                super::by_hand::vec(list) + list.iter().map(Self::heap_by_hand).sum::<usize>()
            }
            Self::Object(members) => {
                let members = members.iter().map(|(name, member)| name.capacity() + member.heap_by_hand());
                LEAF + members.sum::<usize>()
            }
        }
    }
}

fn document() -> Workload<Document> {
    Workload::new("mixed document", Kind::Rich, |heap: &mut Heap, count| {
        Document::List(heap.collect(count.div_ceil(PER_ENTRY), Document::entry))
    })
    .by_hand(|value| size_of_val(value) + value.heap_by_hand())
    .with::<Deepsize>()
    .with::<GetSize2>()
    .with::<GetSize2Plain>()
    .without(Who::MemDbg, reason::RECURSIVE)
    .with::<Allocative>()
}
