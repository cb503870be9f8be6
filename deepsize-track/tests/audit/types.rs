//! Correct impls have no findings.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::ffi::{CString, OsString};
use std::io::{BufReader, BufWriter, Cursor};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::{Arc, Mutex, OnceLock, RwLock};

use deep_size_core::DeepSize;

use crate::audited;

#[track_caller]
fn proven<T: DeepSize>(build: impl Fn() -> T) {
    // The first build allocates everything that is set up once, such as the keys of hash maps.
    drop(build());
    let audit = audited(build);
    assert!(audit.is_proven(), "{}\n{audit:#}", std::any::type_name::<T>());
    assert_eq!(audit.opaque_parts().len(), 0, "{audit}");
    assert_eq!(audit.possibly_opaque_blocks().len(), 0);
}

fn texts(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|n| "text".repeat(n % 5))
}

#[test]
fn collections_of_every_size() {
    for count in (0..40).chain([100, 1000]) {
        proven(|| texts(count).collect::<Vec<_>>());
        proven(|| texts(count).collect::<VecDeque<_>>());
        proven(|| texts(count).collect::<LinkedList<_>>());
        proven(|| texts(count).collect::<BinaryHeap<_>>());
        proven(|| texts(count).enumerate().collect::<HashMap<_, _>>());
        proven(|| texts(count).enumerate().collect::<BTreeMap<_, _>>());
        proven(|| (0..count).rev().map(|n| (n.to_string(), [n; 3])).collect::<BTreeMap<_, _>>());
        proven(|| texts(count).collect::<HashSet<_>>());
        proven(|| (0..count).collect::<HashSet<_>>());
        proven(|| (0..count).collect::<BTreeSet<_>>());
        proven(|| (0..3).map(|_| Vec::<u8>::with_capacity(count)).collect::<Vec<_>>());
    }
}

#[test]
fn pointers() {
    proven(|| Box::new(String::from("boxed")));
    proven(|| Box::<str>::from("unsized"));
    proven(|| -> Box<[String]> { texts(5).collect() });
    proven(|| Box::new(()));
    proven(|| Rc::new(String::from("counted")));
    proven(|| Arc::<str>::from("counted"));
    proven(|| -> Arc<[String]> { texts(5).collect() });
    proven(|| Rc::new(0_u128));
    proven(|| {
        let shared = Arc::new(String::from("shared"));
        vec![shared.clone(), shared.clone(), shared]
    });
    proven(|| {
        let shared = Rc::new(String::from("shared"));
        let weak = [Rc::downgrade(&shared), Rc::downgrade(&shared)];
        (shared, weak)
    });
}

#[test]
fn texts_wrappers_and_readers() {
    proven(|| {
        (CString::new("c").expect("the text has no zeros"), OsString::from("os"), PathBuf::from("a/path"))
    });
    proven(|| [Cow::Borrowed("borrowed"), Cow::Owned(String::from("owned"))]);
    proven(|| (Some(String::from("some")), Ok::<_, ()>(String::from("ok")), None::<String>));
    proven(|| (RefCell::new(String::from("cell")), OnceCell::from(String::from("once"))));
    proven(|| (Mutex::new(vec![1; 10]), RwLock::new(vec![1; 10]), OnceLock::from(vec![1; 10])));
    proven(|| BufReader::with_capacity(100, Cursor::new(String::from("read"))));
    proven(|| BufWriter::with_capacity(100, Vec::with_capacity(20)));
}

#[test]
fn over_aligned_and_empty_elements() {
    #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
    #[repr(align(128))]
    struct Wide(Box<u8>);
    impl DeepSize for Wide {
        fn walk_owned(&self, walker: &mut deep_size_core::Walker<'_>) {
            walker.field("0", &self.0);
        }
    }
    let wides = || (0..20).map(|n| Wide(Box::new(n)));
    proven(|| wides().collect::<Vec<_>>());
    proven(|| wides().collect::<HashSet<_>>());
    proven(|| wides().collect::<BTreeSet<_>>());
    proven(|| wides().collect::<LinkedList<_>>());
    proven(|| wides().map(Arc::new).collect::<Vec<_>>());
    proven(|| vec![(); 100]);
    proven(|| [()].into_iter().collect::<HashSet<_>>());
    proven(|| [()].into_iter().collect::<LinkedList<_>>());
}
