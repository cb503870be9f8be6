//! Values that are hard to export, each with its name and report.
#![allow(dead_code, reason = "many fields exist only to be measured")]

mod graphs;
mod hostile;
pub(crate) mod layouts;

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use deep_size::{DeepSize, Inspector, Report, inspect};

use self::graphs::{diamond, graphs};
use self::hostile::{Deep, Hostile, Huge, Wide};
use self::layouts::layouts;

/// Whether a terminal interprets or hides a character.
pub(crate) fn is_raw(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(character, '\u{feff}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e01ef}')
        || matches!(character, '\u{300}'..='\u{36f}' | '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}')
        || matches!(character, '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}')
}

pub(crate) fn all() -> Vec<(&'static str, Report)> {
    let mut reports = vec![
        ("empty", inspect(&())),
        ("number", inspect(&7_u64)),
        ("zero_sized", inspect(&vec![(); 1000])),
        ("arrays", inspect(&(vec![[1_u8; 3]; 5], Box::new([[0_u16; 3]; 2]), ["a"; 4]))),
        ("map", inspect(&map())),
        ("diamond", inspect(&diamond())),
        ("recursive", inspect(&Binary::new(6))),
        ("list", inspect(&List::new(1000))),
        ("syntax", inspect(&Syntax::new(5))),
        ("hostile", inspect(&Hostile::new())),
        ("same_short_names", inspect(&(one::Item::new(), other::Item::new(), vec![one::Item::new()]))),
        ("opaque", inspect(&vec![Cell::new(String::from("unseen"))])),
        ("trait_objects", inspect(&trait_objects())),
        ("borrowed", inspect(&Borrowed { text: "lent", copy: "lent", owned: "owned".into() })),
        ("deep_paths", inspect(&Deep::new(600))),
        ("wide", inspect(&Wide::new(5000))),
        ("truncated", Inspector::new().max_nodes(40).inspect(&Wide::new(500))),
        ("huge", inspect(&Huge)),
        ("service", inspect(&service(30))),
        ("service_later", inspect(&service(45))),
    ];
    reports.extend(graphs());
    reports.extend(layouts());
    reports
}

fn map() -> HashMap<String, BTreeMap<u16, Option<Box<str>>>> {
    let inner =
        |key: u16| (0..key).map(|at| (at, (at % 2 == 0).then(|| "x".repeat(at.into()).into()))).collect();
    HashMap::from([("one".into(), inner(3)), ("two, \"quoted\"".into(), inner(40))])
}

/// A type with two recursive fields.
#[derive(DeepSize)]
struct Binary {
    left: Option<Box<Binary>>,
    right: Option<Box<Binary>>,
    number: u32,
}

impl Binary {
    fn new(depth: u32) -> Self {
        let child = || (depth > 0).then(|| Box::new(Self::new(depth - 1)));
        Self { left: child(), right: child(), number: depth }
    }
}

#[derive(DeepSize)]
struct List {
    text: String,
    next: Option<Box<List>>,
}

impl List {
    fn new(length: usize) -> Self {
        let mut list = Self { text: String::new(), next: None };
        for at in 1..length {
            list = Self { text: "x".repeat(at % 7), next: Some(Box::new(list)) };
        }
        list
    }
}

impl Drop for List {
    fn drop(&mut self) {
        let mut next = self.next.take();
        while let Some(mut list) = next {
            next = list.next.take();
        }
    }
}

/// Types that contain each other in several ways.
#[derive(DeepSize)]
enum Syntax {
    Number(u64),
    Call { name: Arc<str>, arguments: Vec<Argument> },
    Block(Vec<Syntax>),
}

#[derive(DeepSize)]
struct Argument {
    label: Option<String>,
    value: Box<Syntax>,
    fallback: Option<Box<Syntax>>,
}

impl Syntax {
    fn new(depth: u64) -> Self {
        if depth == 0 {
            return Self::Number(1);
        }
        let argument = |at: u64| Argument {
            label: (at == 0).then(|| "label".into()),
            value: Box::new(Self::new(depth - 1)),
            fallback: (at == 1)
                .then(|| Box::new(Self::Block(vec![Self::new(depth - 1), Self::Number(depth)]))),
        };
        Self::Call { name: "f".into(), arguments: (0..2).map(argument).collect() }
    }
}

fn trait_objects() -> Vec<Box<dyn DeepSize>> {
    vec![Box::new(1_u8), Box::new(String::from("ab")), Box::new(vec![[0_u8; 2]; 3]), Box::new(2_u8)]
}

#[derive(DeepSize)]
struct Borrowed<'a> {
    #[deep_size(borrowed)]
    text: &'a str,
    #[deep_size(borrowed)]
    copy: &'a str,
    owned: String,
}

pub(crate) mod one {
    #[derive(deep_size::DeepSize)]
    pub(crate) struct Item(Vec<u8>);

    impl Item {
        pub(crate) fn new() -> Self {
            Self(vec![1; 10])
        }
    }
}

pub(crate) mod other {
    #[derive(deep_size::DeepSize)]
    pub(crate) struct Item(Vec<u8>, u64);

    impl Item {
        pub(crate) fn new() -> Self {
            Self(vec![1; 20], 2)
        }
    }
}

/// An ordinary value that grows.
fn service(users: usize) -> Service {
    let groups: Vec<Arc<str>> = ["staff", "guests", "admins"].map(Arc::from).into();
    let user = |id: usize| User {
        id: id as u64,
        name: format!("user number {id}"),
        role: if id % 3 == 0 {
            Role::Admin
        } else {
            Role::Member { groups: groups.iter().take(id % 4).cloned().collect() }
        },
    };
    let mut service = Service { users: (0..users).map(user).collect(), groups, cache: HashMap::new() };
    service.cache.extend((0..users).step_by(4).map(|id| (id as u64, "cached".into())));
    if users > 40 {
        service.groups.push("new".into());
    }
    service
}

#[derive(DeepSize)]
struct Service {
    users: Vec<User>,
    groups: Vec<Arc<str>>,
    cache: HashMap<u64, Box<str>>,
}

#[derive(DeepSize)]
struct User {
    id: u64,
    name: String,
    role: Role,
}

#[derive(DeepSize)]
enum Role {
    Admin,
    Member { groups: Vec<Arc<str>> },
}
