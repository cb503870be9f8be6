//! The nodes of a tree, and their figures.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::rc::{Rc, Weak};
use std::sync::Mutex;

use deep_size::{DeepSize, Reason, Walker, inspect};

use crate::nodes;
use crate::support::report::checked_report;

#[derive(DeepSize)]
struct User {
    id: u64,
    name: String,
    note: Option<Box<Text>>,
    role: Role,
}

#[derive(DeepSize)]
struct Text(String);

#[derive(DeepSize)]
enum Role {
    Guest,
    Member { groups: Vec<String> },
}

fn user(groups: usize) -> User {
    let groups = vec![String::from("abc"); groups];
    let role = if groups.is_empty() { Role::Guest } else { Role::Member { groups } };
    User { id: 1, name: "name".into(), note: Some(Box::new(Text("xy".into()))), role }
}

#[test]
fn elements_share_a_node_and_variants_do_not() {
    let role = size_of::<Role>();
    let found = nodes(&vec![user(2), user(0), user(1)]);
    let expected = [
        format!(". × 1 = {}", 24 + 3 * size_of::<User>() + 3 * (4 + 26) + 3 * 27),
        format!("[] × 3 = {}", 3 * size_of::<User>() + 3 * (4 + 26) + 3 * 27),
        String::from("[].id × 3 = 24"),
        String::from("[].name × 3 = 84"),
        // A pointer shares a node with its target.
        format!("[].note × 3 = {}", 3 * (8 + 24 + 2)),
        format!("[].note.0 × 3 = {}", 3 * (24 + 2)),
        format!("[].role × 3 = {}", 3 * role + 3 * 27),
        format!("[].role::Member × 2 = {}", 2 * role + 3 * 27),
        format!("[].role::Member.groups × 2 = {}", 2 * 24 + 3 * 27),
        String::from("[].role::Member.groups[] × 3 = 81"),
        format!("[].role::Guest × 1 = {role}"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn keys_and_values_have_separate_nodes() {
    let map: BTreeMap<u16, String> = (0..3).map(|key| (key, "v".into())).collect();
    assert_eq!(
        nodes(&map)[1..],
        [String::from("values[] × 3 = 75"), String::from("keys[] × 3 = 6")],
        "values that own memory come first"
    );
    let report = inspect(&map);
    assert_eq!(report.root().own_size(), report.deep_size() - 81, "the B-tree's nodes without their entries");
    assert_eq!(report.root().spare_size(), (11 - 3) * (2 + 24));

    let map: HashMap<String, Vec<u8>> = HashMap::from([("key".into(), vec![1, 2])]);
    let found = nodes(&map);
    assert_eq!(found[1..], ["keys[] × 1 = 27", "values[] × 1 = 26", "values[][] × 2 = 2"].map(String::from));
}

#[test]
fn a_shared_block_counts_at_its_first_path() {
    #[derive(DeepSize)]
    struct Library {
        books: Vec<Rc<String>>,
        favourite: Option<Rc<String>>,
        lent: Vec<Rc<String>>,
        watched: Weak<String>,
    }
    let books: Vec<_> = ["one", "two", "six"].map(|title| Rc::new(title.to_owned())).into();
    let lent = vec![books[1].clone(), books[2].clone(), Rc::new("own".into())];
    let library =
        Library { favourite: Some(books[0].clone()), watched: Rc::downgrade(&books[0]), books, lent };
    assert_eq!(
        nodes(&library),
        [
            format!(". × 1 = {}", size_of::<Library>() + 2 * 3 * 8 + 4 * (40 + 3)),
            format!("books × 1 = {}", 24 + 3 * (8 + 40 + 3)),
            format!("books[] × 3 = {}", 3 * (8 + 40 + 3)),
            String::from("favourite × 1 = 8"),
            String::from("favourite (shared) × 1 → books[]"),
            format!("lent × 1 = {}", 24 + 3 * 8 + 43),
            format!("lent[] × 3 = {}", 3 * 8 + 43),
            String::from("lent[] (shared) × 2 → books[]"),
            String::from("watched × 1 = 8"),
        ]
    );
    let report = inspect(&library);
    assert_eq!(report.shared_size(), 4 * 43);
    assert_eq!(report.allocation_count(), 2 + 4 + 4);
}

#[test]
fn a_dead_block_counts_as_shared() {
    let dead = Rc::downgrade(&Rc::new([0_u64; 4]));
    let report = checked_report(&vec![dead.clone(), dead]);
    assert_eq!(report.shared_size(), 48);
    assert_eq!(report.root().children().map(|child| child.deep_size()).sum::<usize>(), 2 * 8 + 48);
}

#[test]
fn nested_shared_blocks_count_once() {
    let inner = Rc::new(vec![String::from("a")]);
    let outer = Rc::new((inner.clone(), 7_u64));
    let value = (String::from("b"), outer, inner);
    let report = checked_report(&value);
    assert_eq!(report.shared_size(), (16 + 16) + (16 + 24) + 24 + 1);
    assert_eq!(report.heap_size() - report.shared_size(), 1);
}

#[test]
fn concrete_types_behind_a_pointer_have_separate_nodes() {
    let parts: Vec<Box<dyn DeepSize>> = vec![Box::new(1_u8), Box::new(String::from("ab")), Box::new(2_u8)];
    assert_eq!(
        nodes(&parts)[1..],
        ["[] × 3 = 76", "[](u8) × 2 = 2", "[](String) × 1 = 26"].map(String::from)
    );
}

#[test]
fn opaque_parts_have_path_and_reason() {
    #[derive(DeepSize)]
    struct Parts {
        cells: Vec<Cell<String>>,
        lock: Mutex<String>,
    }
    let parts = Parts { cells: vec![Cell::default(), Cell::default()], lock: Mutex::new("held".to_owned()) };
    let guard = parts.lock.lock();
    let report = checked_report(&parts);
    drop(guard);
    let opaque: Vec<_> =
        report.opaque_parts().iter().map(|part| (part.path.as_str(), part.reason, part.count)).collect();
    assert_eq!(opaque, [("cells[]", Reason::Cell, 2), ("lock", Reason::Locked, 1)]);
    assert!(!report.is_exact());
}

#[test]
fn the_sizes_of_all_types_add_up() {
    let report = checked_report(&vec![user(0), user(2)]);
    let total = |name: &str| {
        report.types().iter().find(|total| total.type_name.ends_with(name)).expect("the type exists").clone()
    };
    assert_eq!((total("::String").count, total("::String").size), (6, 6 * 24 + 2 * (4 + 2) + 2 * 3));
    assert_eq!((total("u64").count, total("u64").average_size()), (2, 8.0));
    assert_eq!(total("::Role").count, 2, "a variant is not a separate value");
    assert_eq!(total("::User").size, 2 * (size_of::<User>() - 8 - 24 - 8 - size_of::<Role>()), "padding");
}

#[test]
fn the_largest_values_have_paths_with_positions() {
    let mut users: Vec<User> = (0..100).map(|_| user(0)).collect();
    users[17].name = "x".repeat(1000);
    users[3] = user(500);
    users[3].note = None;
    let report = checked_report(&users);
    let largest: Vec<_> =
        report.largest_values().iter().map(|value| (value.path.as_str(), value.size)).take(3).collect();
    assert_eq!(
        largest,
        [("[3].role::Member.groups", 500 * 24), (".", 100 * size_of::<User>()), ("[17].name", 1000)]
    );
    assert_eq!(report.largest_values().len(), 10);

    let map = BTreeMap::from([(1_u8, vec![String::from("a"), "b".repeat(5000)])]);
    assert_eq!(inspect(&map).largest_values()[0].path, "values[0][1]");
    assert_eq!(inspect(&[Box::new([0_u8; 3])]).largest_values()[0].path, "[0]");
}

/// The value chooses its type name, so one field may hold values of several types.
#[test]
fn one_field_may_hold_several_types() {
    struct Odd;
    impl DeepSize for Odd {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            walker.inner(&[0_u8; 0]);
            walker.inner(&[0_u16; 0]);
            walker.field("part", &());
            walker.field("part", &[(); 2]);
        }
    }
    let found = nodes(&[Odd, Odd]);
    assert_eq!(
        found[2..],
        [
            "[]([u8; 0]) × 2 = 0",
            "[]([u16; 0]) × 2 = 0",
            "[].part × 2 = 0",
            "[].part × 2 = 0",
            "[].part[] × 4 = 0"
        ]
        .map(String::from)
    );
}
