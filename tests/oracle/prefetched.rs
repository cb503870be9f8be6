//! Values large enough for prefetching, and trait objects of several types, which are summed in batches.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use deep_size::DeepSize;

use crate::fastrand;
use crate::support::{assert_exact, random_cases};

/// Like JSON, with every kind of owning pointer.
#[derive(DeepSize)]
enum Document {
    Null,
    Number(u64),
    Text(String),
    List(Vec<Document>),
    Object(BTreeMap<String, Document>),
    Boxed(Box<(Document, Option<Document>)>),
    Erased(Box<dyn DeepSize>),
    Shared(Rc<String>),
}

fn document(depth: usize, shared: &[Rc<String>], random: &mut impl FnMut() -> u64) -> Document {
    let number = random() as usize;
    let text = |number: usize| "x".repeat(number / 8 % 9);
    let mut below = |count: usize| -> Vec<Document> {
        (0..count).map(|_| document(depth.saturating_sub(1), shared, random)).collect()
    };
    match number % if depth == 0 { 4 } else { 8 } {
        0 => Document::Null,
        1 => Document::Number(1),
        2 => Document::Text(text(number)),
        3 => Document::Shared(shared[number / 8 % shared.len()].clone()),
        4 => Document::List(below(number / 8 % 6)),
        5 => {
            // Usually one node, sometimes more.
            let count = if number / 8 % 16 == 0 { 40 } else { number / 8 % 11 };
            let members = below(count).into_iter().enumerate();
            Document::Object(members.map(|(place, member)| (format!("{place}"), member)).collect())
        }
        6 => {
            let mut below = below(2);
            let second = if number / 8 % 2 == 0 { below.pop() } else { None };
            Document::Boxed(Box::new((below.remove(0), second)))
        }
        _ => Document::Erased(Box::new(below(2))),
    }
}

fn documents(seed: u64) -> Vec<Document> {
    let mut random = fastrand(seed);
    let shared: Vec<Rc<String>> = (0..20).map(|number| Rc::new(format!("{number}"))).collect();
    let count = 2_048 + random() as usize % 2_000;
    let mut documents: Vec<Document> = (0..count).map(|_| document(3, &shared, &mut random)).collect();
    for place in (1..documents.len()).rev() {
        documents.swap(place, random() as usize % (place + 1));
    }
    documents
}

#[test]
fn many_documents_are_exact() {
    for seed in 1..=u64::from(random_cases(8)) {
        assert_exact(|| documents(seed));
        assert_exact(|| documents(seed).into_iter().map(Box::new).collect::<Vec<_>>());
        assert_exact(|| documents(seed).into_iter().enumerate().collect::<HashMap<usize, Document>>());
    }
}

/// Objects of many types, some of equal size, in numbers around each threshold of the batches.
#[test]
fn mixed_trait_objects_are_exact() {
    fn object(random: &mut impl FnMut() -> u64, shared: &Rc<str>) -> Box<dyn DeepSize> {
        let number = random() as usize;
        let text = || "y".repeat(number / 16 % 40);
        match number % 11 {
            0 => Box::new(text()),
            1 => Box::new(text().into_bytes()),
            2 => Box::new(()),
            3 => Box::new([number; 3]),
            4 => Box::new((text(), text())),
            5 => Box::new([text(), text(), text()]),
            6 => Box::new(vec![text(); number / 16 % 7]),
            7 => Box::new(shared.clone()),
            8 => Box::new(Box::new(text()) as Box<dyn DeepSize>),
            9 => Box::new([number as u8; 7]),
            _ => Box::new(BTreeMap::from([(number, text())])),
        }
    }
    for count in [0, 1, 63, 64, 65, 127, 128, 129, 500, 2_047, 2_048, 5_001] {
        assert_exact(|| {
            let mut random = fastrand(count as u64 + 1);
            let shared: Rc<str> = "shared".into();
            (0..count).map(|_| object(&mut random, &shared)).collect::<Vec<_>>()
        });
    }
}

/// Objects that hold further objects, several levels deep.
#[test]
fn nested_mixed_trait_objects_are_exact() {
    fn nested(depth: usize) -> Vec<Box<dyn DeepSize>> {
        (0..70_usize)
            .map(|number| -> Box<dyn DeepSize> {
                match number % 35 {
                    0 if depth > 0 => Box::new(nested(depth - 1)),
                    place if place % 2 == 0 => Box::new(format!("{number}")),
                    _ => Box::new(number),
                }
            })
            .collect()
    }
    assert_exact(|| nested(6));
}
