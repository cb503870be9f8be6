//! Random graphs of shared blocks of every kind.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::{self, Rc};
use std::sync::{self, Arc};

use arbitrary::Unstructured;
use deep_size::DeepSize;

/// The nodes with live contents, so that a test can find leaked ones.
///
/// The vector has its full capacity before the test measures, so it does not allocate during the test.
pub(crate) struct Alive;

thread_local! {
    static ALIVE: RefCell<Vec<*const Node>> = RefCell::new(Vec::with_capacity(4096));
}

impl Alive {
    /// Registers a node, which must not move afterwards.
    fn add(node: &Node) {
        ALIVE.with_borrow_mut(|alive| {
            assert!(alive.len() < alive.capacity(), "the list must not grow");
            alive.push(node);
        });
    }

    /// Clears the list after a failed case.
    pub(crate) fn forget() {
        ALIVE.with_borrow_mut(Vec::clear);
    }

    /// Takes all handles out of the nodes that `which` selects, which breaks their cycles.
    pub(crate) fn unlink(which: impl Fn(&Node) -> bool) {
        let mut taken = Vec::new();
        Self::for_each(|node| {
            if which(node) {
                taken.push((node.strong.take(), node.weak.take()));
            }
        });
        drop(taken);
    }

    /// Calls `look` with each live node. `look` must drop none.
    pub(crate) fn for_each(mut look: impl FnMut(&Node)) {
        let mut at = 0;
        while let Some(node) = ALIVE.with_borrow(|alive| alive.get(at).copied()) {
            // SAFETY: a node is registered at its final address, and is removed when it is dropped. So the pointer is valid. It
            // stays valid during the call, because `look` drops no node.
            look(unsafe { &*node });
            at += 1;
        }
    }
}

/// A node with a name, and handles on other nodes.
#[derive(DeepSize)]
pub(crate) struct Node {
    name: String,
    nested: Option<Box<[Box<str>]>>,
    pub(crate) strong: RefCell<Vec<Strong>>,
    pub(crate) weak: RefCell<Vec<Weak>>,
}

impl Drop for Node {
    fn drop(&mut self) {
        let here: *const Self = self;
        // Fails while the thread ends.
        let _ = ALIVE.try_with(|alive| {
            let mut alive = alive.borrow_mut();
            if let Some(at) = alive.iter().position(|&node| node == here) {
                alive.remove(at);
            }
        });
    }
}

/// An over-aligned value, with padding before it in its block.
#[derive(DeepSize)]
#[repr(align(64))]
pub(crate) struct Aligned(Node);

/// The trait of the trait objects.
pub(crate) trait Part: DeepSize {
    fn node(&self) -> Option<&Node>;
}

impl Part for Node {
    fn node(&self) -> Option<&Node> {
        Some(self)
    }
}

impl Part for [u64; 3] {
    fn node(&self) -> Option<&Node> {
        None
    }
}

/// Defines the kinds of handles.
macro_rules! handles {
    ($($kind:ident: $counted:ident $lower:ident $target:ty;)*) => {
        #[derive(Clone, DeepSize)]
        pub(crate) enum Strong {
            $($kind($counted<$target>),)*
            /// Reports no counts.
            Pinned(Pin<Rc<Node>>),
        }

        #[derive(Clone, DeepSize)]
        pub(crate) enum Weak {
            $($kind($lower::Weak<$target>),)*
        }

        impl Strong {
            fn downgrade(&self) -> Option<Weak> {
                match self {
                    $(Self::$kind(handle) => Some(Weak::$kind($counted::downgrade(handle))),)*
                    Self::Pinned(_) => None,
                }
            }
        }

        impl Weak {
            /// Whether the contents are dead. False for a dangling handle.
            pub(crate) fn is_dead(&self) -> bool {
                match self {
                    $(Self::$kind(handle) => handle.strong_count() == 0,)*
                }
            }
        }
    };
}

handles! {
    Rc: Rc rc Node;
    Arc: Arc sync Node;
    Cell: Rc rc RefCell<Node>;
    Dyn: Rc rc dyn Part;
    DynArc: Arc sync dyn Part;
    Aligned: Rc rc Aligned;
    AlignedArc: Arc sync Aligned;
    Many: Rc rc [Node];
    ManyArc: Arc sync [Node];
    Text: Rc rc str;
    Bytes: Arc sync [u8];
    Nested: Rc rc Option<Box<Strong>>;
}

impl Strong {
    /// A new block of a random kind.
    #[expect(clippy::arc_with_non_send_sync, reason = "a graph for one thread, of any handles")]
    fn random(source: &mut Unstructured<'_>) -> Self {
        match below(source, 12) {
            0 | 1 => Self::Rc(Rc::new(node(source))),
            2 | 3 => Self::Arc(Arc::new(node(source))),
            4 => Self::Cell(Rc::new(RefCell::new(node(source)))),
            5 if coin(source) => Self::Dyn(Rc::new([1, 2, 3])),
            5 => Self::Dyn(Rc::new(node(source))),
            6 => Self::DynArc(Arc::new(node(source))),
            7 => Self::Aligned(Rc::new(Aligned(node(source)))),
            8 => Self::AlignedArc(Arc::new(Aligned(node(source)))),
            9 => Self::Many((0..1 + below(source, 3)).map(|_| node(source)).collect()),
            10 => Self::ManyArc((0..1 + below(source, 3)).map(|_| node(source)).collect()),
            _ if coin(source) => Self::Text(text(source).into()),
            _ => Self::Bytes(text(source).into_bytes().into()),
        }
    }

    /// Calls `look` with each node in the block.
    fn for_each_node(&self, mut look: impl FnMut(&Node)) {
        match self {
            Self::Rc(handle) => look(handle),
            Self::Pinned(handle) => look(handle),
            Self::Arc(handle) => look(handle),
            Self::Cell(handle) => look(&handle.borrow()),
            Self::Dyn(handle) => handle.node().into_iter().for_each(look),
            Self::DynArc(handle) => handle.node().into_iter().for_each(look),
            Self::Aligned(handle) => look(&handle.0),
            Self::AlignedArc(handle) => look(&handle.0),
            Self::Many(handle) => handle.iter().for_each(look),
            Self::ManyArc(handle) => handle.iter().for_each(look),
            Self::Text(_) | Self::Bytes(_) | Self::Nested(_) => {}
        }
    }

    /// A clone of the handle: unchanged, in a separate block, or without counts.
    fn disguised(self, source: &mut Unstructured<'_>, pins: bool) -> Self {
        match (self, below(source, 12)) {
            (Self::Rc(handle), 0 | 1) if pins => Self::Pinned(Pin::new(handle)),
            (handle, 2) => Self::Nested(Rc::new(Some(Box::new(handle)))),
            (handle, _) => handle,
        }
    }
}

/// Handles of any kind: the measured value, or the part kept outside.
#[derive(Default, DeepSize)]
pub(crate) struct Handles {
    label: String,
    strong: Vec<Strong>,
    boxed: Option<Box<Strong>>,
    weak: Vec<Weak>,
}

impl Handles {
    pub(crate) fn weak(&self) -> &[Weak] {
        &self.weak
    }
}

/// A value, and handles outside that hold parts of it.
pub(crate) struct Graph {
    pub(crate) value: Handles,
    pub(crate) outside: Handles,
    /// Whether some handle reports no counts.
    pub(crate) has_pins: bool,
}

/// Blocks that hold each other at random. Unless `clean`, some handles report no counts.
pub(crate) fn random(source: &mut Unstructured<'_>, clean: bool) -> Graph {
    let blocks: Vec<Strong> = (0..1 + below(source, 9)).map(|_| Strong::random(source)).collect();
    blocks.iter().for_each(|block| block.for_each_node(Alive::add));
    for block in &blocks {
        block.for_each_node(|node| {
            let mut strong = node.strong.borrow_mut();
            for _ in 0..below(source, 4) {
                strong.push(pick(&blocks, source).disguised(source, !clean));
            }
            let mut weak = node.weak.borrow_mut();
            for _ in 0..below(source, 3) {
                weak.extend(pick(&blocks, source).downgrade());
            }
        });
    }
    let mut value = Handles { label: text(source), ..Handles::default() };
    let mut outside = Handles::default();
    for (handles, few) in [(&mut value, 5), (&mut outside, 3)] {
        for _ in 0..below(source, few) {
            handles.strong.push(pick(&blocks, source).disguised(source, !clean));
        }
        if coin(source) {
            handles.boxed = Some(Box::new(pick(&blocks, source)));
        }
        for _ in 0..below(source, few) {
            handles.weak.extend(pick(&blocks, source).downgrade());
        }
    }
    if clean {
        // An unheld node would leave dead weak handles behind.
        outside.strong.extend(blocks.iter().filter(|block| is_held_here_alone(block)).cloned());
    } else if coin(source) {
        let doomed = Strong::random(source);
        for handles in [&mut value, &mut outside] {
            handles.weak.extend((0..below(source, 3)).filter_map(|_| doomed.downgrade()));
        }
    }
    drop(blocks);
    let mut has_pins = [&value, &outside].iter().any(|handles| handles.strong.iter().any(is_pinned));
    Alive::for_each(|node| has_pins |= node.strong.borrow().iter().any(is_pinned));
    Graph { value, outside, has_pins }
}

fn is_held_here_alone(block: &Strong) -> bool {
    match block {
        Strong::Rc(handle) => Rc::strong_count(handle) == 1,
        Strong::Arc(handle) => Arc::strong_count(handle) == 1,
        Strong::Cell(handle) => Rc::strong_count(handle) == 1,
        Strong::Dyn(handle) => Rc::strong_count(handle) == 1,
        Strong::DynArc(handle) => Arc::strong_count(handle) == 1,
        Strong::Aligned(handle) => Rc::strong_count(handle) == 1,
        Strong::AlignedArc(handle) => Arc::strong_count(handle) == 1,
        Strong::Many(handle) => Rc::strong_count(handle) == 1,
        Strong::ManyArc(handle) => Arc::strong_count(handle) == 1,
        Strong::Text(handle) => Rc::strong_count(handle) == 1,
        Strong::Bytes(handle) => Arc::strong_count(handle) == 1,
        Strong::Nested(_) | Strong::Pinned(_) => false,
    }
}

fn is_pinned(handle: &Strong) -> bool {
    match handle {
        Strong::Pinned(_) => true,
        Strong::Nested(nested) => nested.as_deref().is_some_and(is_pinned),
        _ => false,
    }
}

fn pick(blocks: &[Strong], source: &mut Unstructured<'_>) -> Strong {
    blocks[below(source, blocks.len())].clone()
}

fn node(source: &mut Unstructured<'_>) -> Node {
    let nested = coin(source).then(|| Box::from([text(source).into(), text(source).into()]));
    Node { name: text(source), nested, strong: RefCell::default(), weak: RefCell::default() }
}

fn text(source: &mut Unstructured<'_>) -> String {
    let mut text = String::with_capacity(below(source, 20));
    text.extend((0..below(source, 12)).map(|_| 'x'));
    text
}

fn below(source: &mut Unstructured<'_>, limit: usize) -> usize {
    source.int_in_range(0..=limit - 1).unwrap_or(0)
}

fn coin(source: &mut Unstructured<'_>) -> bool {
    below(source, 2) == 1
}
