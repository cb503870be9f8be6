//! Containers measured by `with::each`, `with::map` and `with::tuple`, whose elements need no impl.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::mem::ManuallyDrop;
use std::ops::{Bound, ControlFlow, Range};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex, OnceLock, RwLock};

use arbitrary::Unstructured;
use deep_size::observer::{Allocation, Node, Role, SharedEvent};
use deep_size::{DeepSize, Observer, Reason, Size, Walker, observe, with};

use crate::random::{Random, below};
use crate::support::assert_opaque;
use crate::trial::{assert_family_exact, exact_with};
use crate::{fastrand, for_random_bytes};

type Hasher = BuildHasherDefault<DefaultHasher>;

/// The events of a walk below the root. Addresses are included, so only walks over one value can be equal.
#[derive(Debug, Default, PartialEq)]
struct Events {
    all: Vec<String>,
    depth: usize,
}

impl Events {
    /// The events of a walk over the only field of a struct, without the events of the struct itself.
    fn of_field<T: DeepSize>(value: &T) -> Vec<String> {
        let mut events = Self::default();
        observe(value, &mut events);
        events.all
    }
}

impl Observer for Events {
    fn enter(&mut self, node: &Node) {
        if !matches!(node.role, Role::Root | Role::Field("0")) || self.depth > 1 {
            self.all.push(format!("{node:?}"));
        }
        self.depth += 1;
    }

    fn exit(&mut self) {
        self.depth -= 1;
        self.all.push("exit".to_owned());
    }

    fn allocation(&mut self, allocation: &Allocation) {
        self.all.push(format!("{allocation:?}"));
    }

    fn shared(&mut self, event: &SharedEvent) {
        self.all.push(format!("{event:?}"));
    }

    fn shrunk_size(&mut self, bytes: usize) {
        self.all.push(format!("{bytes} after shrinking"));
    }

    fn opaque(&mut self, reason: Reason) {
        self.all.push(format!("{reason:?}"));
    }

    fn lower_bound(&mut self, reason: Reason, missing_size: Option<usize>) {
        self.all.push(format!("{reason:?} {missing_size:?}"));
    }
}

/// A test for each family: random values are exact with the functions, and the walk reports the same events as
/// for the type's own impl.
macro_rules! exact_like_impl {
    ($($name:ident: $type:ty, $function:expr;)*) => {$(
        #[test]
        fn $name() {
            #[derive(DeepSize)]
            struct ByFunction(#[deep_size(with = $function)] $type);
            #[derive(DeepSize)]
            #[repr(transparent)]
            struct ByImpl($type);

            impl Random for ByFunction {
                fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
                    Self(Random::random(source, depth))
                }
            }
            assert_family_exact::<ByFunction>();
            for_random_bytes(|source| {
                let by_function = ByFunction::random(source, 0);
                let (size, events) = (Size::of(&by_function), Events::of_field(&by_function));
                // Moving the value leaves the blocks behind it in place.
                let by_impl = ByImpl(by_function.0);
                assert_eq!(size, Size::of(&by_impl));
                assert_eq!(distant(events), distant(Events::of_field(&by_impl)));
            });
        }
    )*};
}

/// The events without the addresses of values, which differ for the parts that were moved.
fn distant(events: Vec<String>) -> Vec<String> {
    let without = |event: String| match event.split_once("shallow_size") {
        Some((start, rest)) => {
            let size = rest.split_once(',').map_or(rest, |(size, _)| size);
            format!("{start}{size}")
        }
        None => event,
    };
    events.into_iter().map(without).collect()
}

exact_like_impl! {
    vectors: Vec<String>, with::each(DeepSize::walk_owned);
    vectors_of_vectors: Vec<Vec<String>>, with::each(with::each(DeepSize::walk_owned));
    deques: VecDeque<String>, with::each(DeepSize::walk_owned);
    heaps: BinaryHeap<String>, with::each(DeepSize::walk_owned);
    lists: LinkedList<Vec<u8>>, with::each(DeepSize::walk_owned);
    boxes: Box<String>, with::each(DeepSize::walk_owned);
    boxed_slices: Box<[String]>, with::each(with::each(DeepSize::walk_owned));
    options: Option<Box<String>>, with::each(with::each(DeepSize::walk_owned));
    arrays: [String; 3], with::each(DeepSize::walk_owned);
    rcs: Vec<Rc<String>>, with::each(with::each(DeepSize::walk_owned));
    arcs: Vec<Arc<[String]>>, with::each(with::each(with::each(DeepSize::walk_owned)));
    ref_cells: Rc<RefCell<Vec<String>>>, with::each(with::each(with::each(DeepSize::walk_owned)));
    locks: Vec<Mutex<RwLock<String>>>, with::each(with::each(with::each(DeepSize::walk_owned)));
    once_cells: OnceLock<OnceCell<String>>, with::each(with::each(DeepSize::walk_owned));
    tree_maps: BTreeMap<String, Vec<u8>>, with::map(DeepSize::walk_owned, DeepSize::walk_owned);
    tree_maps_in_maps: BTreeMap<String, BTreeMap<String, String>>,
        with::map(DeepSize::walk_owned, with::map(DeepSize::walk_owned, DeepSize::walk_owned));
    tree_sets: BTreeSet<String>, with::each(DeepSize::walk_owned);
    hash_maps: HashMap<String, Vec<String>>, with::map(DeepSize::walk_owned, with::each(DeepSize::walk_owned));
    hash_maps_with_another_hasher: HashMap<String, String, Hasher>,
        with::map(DeepSize::walk_owned, DeepSize::walk_owned);
    hash_sets: HashSet<String, Hasher>, with::each(DeepSize::walk_owned);
    tuples: Vec<(String, Vec<u8>, Box<str>)>,
        with::each(with::tuple((DeepSize::walk_owned, DeepSize::walk_owned, DeepSize::walk_owned)));
    pinned_boxes: Vec<Pin<Box<String>>>, with::each(with::each(DeepSize::walk_owned));
    pinned_handles: Pin<Rc<String>>, with::each(DeepSize::walk_owned);
    results: Vec<Result<String, Box<u8>>>, with::each(with::map(DeepSize::walk_owned, DeepSize::walk_owned));
    control_flows: Vec<ControlFlow<String, Box<u8>>>,
        with::each(with::map(DeepSize::walk_owned, DeepSize::walk_owned));
    copies_on_write: Vec<Cow<'static, [String]>>, with::each(with::each(with::each(DeepSize::walk_owned)));
    reversed: BinaryHeap<Reverse<String>>, with::each(with::each(DeepSize::walk_owned));
    ranges: Vec<Range<String>>, with::each(with::each(DeepSize::walk_owned));
    bounds: Vec<Bound<String>>, with::each(with::each(DeepSize::walk_owned));
    array_iterators: std::array::IntoIter<String, 3>, with::each(DeepSize::walk_owned);
    closures: Vec<(String, String)>,
        with::each(|(first, second): &(String, String), walker| {
            walker.field("0", first);
            walker.field("1", second);
        });
}

exact_with! {
    vectors_of_numbers: Vec<u32>, with::each(with::flat);
    vectors_of_units: Vec<()>, with::each(with::flat);
    deques_of_numbers: VecDeque<u8>, with::each(with::flat);
    lists_of_units: LinkedList<()>, with::each(with::flat);
    boxed_numbers: Box<[u16]>, with::each(with::flat);
    boxed_units: Box<()>, with::each(with::flat);
    manually_dropped: Vec<ManuallyDrop<u64>>, with::each(with::each(with::flat));
    arcs_of_wide_alignment: Vec<Arc<u128>>, with::each(with::each(with::flat));
    tree_maps_of_numbers: BTreeMap<u16, (u8, u64)>, with::map(with::flat, with::tuple((with::flat, with::flat)));
    tree_maps_by_unit: BTreeMap<(), u64>, with::map(with::flat, with::flat);
    tree_sets_of_numbers: BTreeSet<u128>, with::each(with::flat);
    hash_maps_of_numbers: HashMap<u64, [u8; 3]>, with::map(with::flat, with::each(with::flat));
    hash_sets_of_bytes: HashSet<u8>, with::each(with::flat);
}

/// The capacity of the block is not exposed.
#[test]
fn vector_iterators_have_the_same_bounds() {
    #[derive(DeepSize)]
    struct ByFunction(#[deep_size(with = with::each(DeepSize::walk_owned))] std::vec::IntoIter<String>);

    for_random_bytes(|source| {
        let vector = Vec::<String>::random(source, 0);
        let taken = below(source, vector.len() + 1);
        let mut by_function = ByFunction(vector.into_iter());
        by_function.0.by_ref().take(taken).for_each(drop);
        assert_eq!(Size::of(&by_function), Size::of(&by_function.0));
    });
}

/// Removals leave tombstones. A function must report them like the impl.
#[test]
fn churned_maps_have_the_same_bounds() {
    #[derive(DeepSize)]
    struct ByFunction<'a>(
        #[deep_size(with = |map: &&HashMap<String, u64>, walker| {
            with::map::<HashMap<_, _>, _, _>(DeepSize::walk_owned, with::flat)(map, walker)
        })]
        &'a HashMap<String, u64>,
    );

    let mut random = fastrand(3);
    let mut bounds = 0;
    for _ in 0..200 {
        let mut map = HashMap::new();
        for _ in 0..random() % 400 {
            let key = (random() % 300).to_string();
            if random() % 3 == 0 {
                map.remove(&key);
            } else {
                map.insert(key, 1_u64);
            }
        }
        let (by_impl, by_function) = (Size::of(&map), Size::of(&ByFunction(&map)));
        assert_eq!(
            by_function.deep_size - size_of::<&HashMap<String, u64>>(),
            by_impl.deep_size - size_of_val(&map)
        );
        assert_eq!(by_function.lower_bound_count, by_impl.lower_bound_count);
        bounds += by_impl.lower_bound_count;
    }
    assert!(bounds > 0, "some maps have tombstones");
}

/// Represents another crate. The type has no impl and owns memory that is not accessible.
mod other {
    #[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub(super) struct Foreign(Vec<u8>);

    impl Foreign {
        pub(super) fn new(length: usize) -> Self {
            Self(vec![0; length])
        }
    }
}

#[test]
fn opaque_elements_are_reported_one_by_one() {
    #[derive(DeepSize)]
    struct Opaque {
        #[deep_size(with = with::each(with::opaque))]
        vector: Vec<other::Foreign>,
        #[deep_size(with = with::map(with::opaque, DeepSize::walk_owned))]
        map: HashMap<other::Foreign, String>,
        #[deep_size(with = with::each(with::each(with::each(with::opaque))))]
        boxes: Vec<Option<Box<other::Foreign>>>,
    }

    for_random_bytes(|source| {
        let count = 1 + below(source, 20);
        let build = || Opaque {
            vector: (0..count).map(other::Foreign::new).collect(),
            map: (0..count).map(|key| (other::Foreign::new(key), key.to_string())).collect(),
            boxes: (0..count).map(|length| Some(Box::new(other::Foreign::new(length)))).collect(),
        };
        assert_opaque(Reason::Hidden, build);
        let value = build();
        let hidden = 3 * count * (count - 1) / 2;
        let map: HashMap<[usize; 3], String> = (0..count).map(|key| ([key; 3], key.to_string())).collect();
        let size = Size::of(&value);
        assert_eq!(size.opaque_part_count, 3 * count);
        let [foreign, boxed] = [size_of::<other::Foreign>(), size_of::<Option<Box<other::Foreign>>>()];
        let blocks = count * foreign + map.heap_size() + count * (boxed + foreign);
        assert_eq!(size.deep_size - size_of_val(&value), blocks, "all blocks except {hidden} hidden bytes");
    });
}

/// A recursive type that is measured by a function.
struct Tree {
    name: String,
    children: Vec<Tree>,
    next: Option<Box<Tree>>,
}

fn walk_tree(tree: &Tree, walker: &mut Walker<'_>) {
    walker.field("name", &tree.name);
    walker.field_with("children", &tree.children, with::each(walk_tree));
    walker.field_with("next", &tree.next, with::each(with::each(walk_tree)));
}

#[derive(DeepSize)]
struct Forest(#[deep_size(with = with::each(walk_tree))] Vec<Tree>);

impl Drop for Tree {
    fn drop(&mut self) {
        let mut next = self.next.take();
        while let Some(mut tree) = next {
            next = tree.next.take();
        }
    }
}

fn random_tree(source: &mut Unstructured<'_>, depth: usize) -> Tree {
    let children = if depth < 3 { below(source, 4) } else { 0 };
    Tree {
        name: String::random(source, depth),
        children: (0..children).map(|_| random_tree(source, depth + 1)).collect(),
        next: (depth < 3 && bool::random(source, depth)).then(|| Box::new(random_tree(source, depth + 1))),
    }
}

impl Random for Forest {
    fn random(source: &mut Unstructured<'_>, _: usize) -> Self {
        Self((0..below(source, 3)).map(|_| random_tree(source, 0)).collect())
    }
}

#[test]
fn recursive_functions_are_exact() {
    assert_family_exact::<Forest>();
}

#[cfg(feature = "stack-growth")]
#[test]
fn a_deep_list_of_foreign_nodes_does_not_overflow_the_stack() {
    let mut list = None;
    for _ in 0..100_000 {
        list = Some(Box::new(Tree { name: String::new(), children: Vec::new(), next: list }));
    }
    let forest = Forest(list.map(|first| *first).into_iter().collect());
    let size = std::thread::scope(|scope| {
        let measure = || (Size::of(&forest), Events::of_field(&forest).len());
        let thread = std::thread::Builder::new().stack_size(256 * 1024).spawn_scoped(scope, measure);
        thread.expect("a thread starts").join().expect("the walk does not panic").0
    });
    assert_eq!(size.deep_size, size_of_val(&forest) + 100_000 * size_of::<Tree>());
    assert!(size.is_exact());
}

/// A container that a function visits may contain the measured value itself.
#[test]
fn a_container_with_the_root_counts_once() {
    struct Node {
        name: String,
        up: RefCell<Option<Rc<RefCell<Vec<Node>>>>>,
    }
    impl DeepSize for Node {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            walker.field("name", &self.name);
            let function = with::each(with::each(with::each(with::each(with::each(DeepSize::walk_owned)))));
            walker.field_with("up", &self.up, function);
        }
    }
    let nodes: Vec<_> = ["one", "two"]
        .into_iter()
        .map(|name| Node { name: name.to_owned(), up: RefCell::new(None) })
        .collect();
    let all = Rc::new(RefCell::new(nodes));
    *all.borrow()[0].up.borrow_mut() = Some(Rc::clone(&all));
    let borrowed = all.borrow();
    let (size, heap_size) = (Size::of(&borrowed[0]), all.heap_size());
    *borrowed[0].up.borrow_mut() = None;
    assert_eq!((size.deep_size, size.is_exact()), (heap_size, true));
}
