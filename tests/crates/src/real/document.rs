//! The tree of a browser: nodes with links to their parents.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::{Rc, Weak};

use arbitrary::Unstructured;
use deep_size::DeepSize;
use smallvec::SmallVec;
use smol_str::SmolStr;

use super::{assert_states_exact, random};
use crate::random::{Random, below, length};

#[derive(DeepSize)]
struct QualName {
    prefix: Option<SmolStr>,
    namespace: SmolStr,
    local: SmolStr,
}

#[derive(DeepSize)]
enum AttributeValue {
    Uint(u32),
    String(String),
    TokenList(String, Vec<SmolStr>),
    Declaration(triomphe::Arc<Declarations>),
}

#[derive(DeepSize)]
struct Declarations {
    values: Vec<(u16, SmallVec<[f64; 4]>)>,
    custom: Option<Box<[(SmolStr, String)]>>,
}

#[derive(DeepSize)]
struct Attribute {
    name: QualName,
    value: AttributeValue,
}

#[derive(DeepSize)]
enum Kind {
    Document { base: OnceCell<String> },
    Text { contents: RefCell<String> },
    Element(Box<Element>),
}

#[derive(DeepSize)]
struct Element {
    name: QualName,
    attributes: RefCell<SmallVec<[Attribute; 2]>>,
    rare: RefCell<Option<Box<Rare>>>,
}

#[derive(DeepSize)]
struct Rare {
    slots: Vec<u32>,
    shadow: Option<Box<str>>,
    listeners: HashMap<SmolStr, Vec<u32>>,
}

random! {
    struct QualName { prefix, namespace, local }
    enum AttributeValue { Uint { 0 } String { 0 } TokenList { 0, 1 } Declaration { 0 } }
    struct Declarations { values, custom }
    struct Attribute { name, value }
    enum Kind { Text { contents } Element { 0 } }
    struct Element { name, attributes, rare }
    struct Rare { slots, shadow, listeners }
}

#[derive(DeepSize)]
struct Node {
    flags: Cell<u32>,
    kind: Kind,
    owner: Weak<Node>,
    parent: RefCell<Weak<Node>>,
    children: RefCell<SmallVec<[Rc<Node>; 2]>>,
    style: RefCell<Option<triomphe::Arc<Declarations>>>,
}

#[derive(DeepSize)]
struct Window {
    document: Rc<Node>,
    by_id: RefCell<HashMap<SmolStr, SmallVec<[Weak<Node>; 1]>>>,
    focused: RefCell<Option<Rc<Node>>>,
}

fn node(kind: Kind, owner: &Weak<Node>) -> Rc<Node> {
    Rc::new(Node {
        flags: Cell::new(0),
        kind,
        owner: owner.clone(),
        parent: RefCell::default(),
        children: RefCell::default(),
        style: RefCell::default(),
    })
}

fn window(source: &mut Unstructured<'_>) -> Window {
    let base =
        if bool::random(source, 0) { OnceCell::from(String::random(source, 0)) } else { OnceCell::new() };
    let document = node(Kind::Document { base }, &Weak::new());
    let styles: Vec<triomphe::Arc<Declarations>> = (0..3).map(|_| triomphe::Arc::random(source, 1)).collect();
    let mut all = vec![document.clone()];
    let by_id = RefCell::new(HashMap::<SmolStr, SmallVec<[_; 1]>>::new());
    for _ in 0..length(source, 0) {
        let parent = all[below(source, all.len())].clone();
        let child = node(Kind::random(source, 1), &Rc::downgrade(&document));
        *child.parent.borrow_mut() = Rc::downgrade(&parent);
        *child.style.borrow_mut() = styles.get(below(source, 5)).cloned();
        child.flags.set(u32::random(source, 0));
        if bool::random(source, 0) {
            by_id.borrow_mut().entry(SmolStr::random(source, 0)).or_default().push(Rc::downgrade(&child));
        }
        parent.children.borrow_mut().push(child.clone());
        all.push(child);
    }
    let focused = (below(source, 3) == 0).then(|| all[below(source, all.len())].clone());
    // Removes some branches. `by_id` keeps weak handles on them.
    for node in &all {
        if below(source, 8) == 0 {
            node.children.borrow_mut().clear();
        }
    }
    Window { document, by_id, focused: RefCell::new(focused) }
}

#[test]
fn a_document_is_exact() {
    assert_states_exact(window);
}
