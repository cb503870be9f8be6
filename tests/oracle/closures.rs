//! Containers written with the trait object of a closure. No impl covers the signature, so the derive composes the walk.
#![expect(clippy::type_complexity, reason = "the derive finds closures that are written in place")]
#![expect(clippy::arc_with_non_send_sync, reason = "the closures need not be `Send`")]

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap, LinkedList};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use arbitrary::Unstructured;
use deep_size::{DeepSize, Reason};

use crate::for_random_bytes;
use crate::random::{Random, below, length};
use crate::support::{Sum, assert_exact, live_blocks, live_bytes};

/// Does not implement `DeepSize`.
struct Context<'a>(&'a mut u64);

/// Written in place of an alias, which would hide the closure from the derive.
macro_rules! closures {
    ($($name:ident: $type:ty = $build:expr;)*) => {
        $(#[test]
        fn $name() {
            #[derive(DeepSize)]
            struct Closures($type);

            let build: fn(&mut Unstructured<'_>) -> $type = $build;
            // One-time allocations belong to no value.
            drop(build(&mut Unstructured::new(&[])));
            for_random_bytes(|source| {
                let before = (live_bytes(), live_blocks());
                let value = Closures(build(source));
                let built = (live_bytes() - before.0, live_blocks() - before.1);
                assert_eq!(value.heap_size() as isize, built.0);
                let sum = Sum::of(&value);
                assert_eq!((sum.bytes, sum.blocks as isize), (value.deep_size(), built.1));
                assert!(sum.opaque.iter().all(|&reason| reason == Reason::TypeErased), "{sum:?}");
            });
        })*
    };
}

closures! {
    cells_behind_rc: Rc<RefCell<Vec<Box<dyn Fn(&mut Context<'_>)>>>> =
        |source| Rc::new(RefCell::new(many(source, |source| closure(source))));
    locks_behind_arc: Arc<Mutex<Vec<Box<dyn Fn(&mut Context<'_>)>>>> =
        |source| Arc::new(Mutex::new(many(source, |source| closure(source))));
    boxed_maps: Box<HashMap<String, Box<dyn Fn(&mut Context<'_>)>>> =
        |source| Box::new(many(source, |source| (String::random(source, 1), closure(source))));
    handles_behind_handles: Rc<Rc<Arc<dyn Fn(&mut Context<'_>)>>> = |source| Rc::new(Rc::new(closure(source).into()));
    arrays: [Option<Box<dyn Fn(&mut Context<'_>)>>; 3] =
        |source| std::array::from_fn(|_| bool::random(source, 0).then(|| closure(source)));
    pairs: (u32, Box<dyn Fn(&mut Context<'_>)>) = |source| (1, closure(source));
    named_closures: Vec<(String, Box<dyn Fn(&mut Context<'_>)>)> =
        |source| many(source, |source| (String::random(source, 1), closure(source)));
    named_handles: BTreeMap<u64, (String, Arc<dyn Fn(&mut Context<'_>)>, u8)> = |source| {
        let shared: Arc<dyn Fn(&mut Context<'_>)> = closure(source).into();
        many(source, |source| {
            let handle = if bool::random(source, 0) { shared.clone() } else { closure(source).into() };
            (u64::random(source, 1), (String::random(source, 1), handle, 1))
        })
    };
    pinned_closures: Vec<Pin<Box<dyn Fn(&mut Context<'_>)>>> =
        |source| many(source, |source| closure(source).into());
    lists: LinkedList<Box<dyn Fn(&mut Context<'_>)>> = |source| many(source, |source| closure(source));
    boxed_slices: Box<[Box<dyn Fn(&mut Context<'_>)>]> = |source| many(source, |source| closure(source));
    shared_slices: Arc<[Arc<dyn Fn(&mut Context<'_>)>]> = |source| many(source, |source| closure(source).into());
    results: Vec<Result<Box<dyn Fn(&mut Context<'_>)>, String>> = |source| {
        many(source, |source| match bool::random(source, 0) {
            true => Ok(closure(source)),
            false => Err(String::random(source, 1)),
        })
    };
    functions: HashMap<String, fn(&mut Context<'_>, &mut [&mut u8])> =
        |source| many(source, |source| (String::random(source, 1), function as fn(&mut Context<'_>, &mut [&mut u8])));
}

fn function(context: &mut Context<'_>, _: &mut [&mut u8]) {
    *context.0 += 1;
}

fn many<T, C: FromIterator<T>>(
    source: &mut Unstructured<'_>,
    build: impl Fn(&mut Unstructured<'_>) -> T,
) -> C {
    (0..length(source, 0)).map(|_| build(source)).collect()
}

/// A closure with captures of a random size.
fn closure(source: &mut Unstructured<'_>) -> Box<dyn Fn(&mut Context<'_>)> {
    fn capturing<const N: usize>(captures: [u8; N]) -> Box<dyn Fn(&mut Context<'_>)> {
        Box::new(move |context| *context.0 += captures.len() as u64)
    }
    match below(source, 4) {
        0 => Box::new(|context| *context.0 = 0),
        1 => capturing([0]),
        2 => capturing([0; 8]),
        _ => capturing([0; 100]),
    }
}

/// A `Cell` does not expose its contents.
#[test]
fn a_cell_of_closures_is_opaque() {
    #[derive(DeepSize)]
    struct Hook(Cell<Option<Box<dyn Fn(&mut Context<'_>)>>>);

    let hook = Hook(Cell::new(None));
    assert_eq!(Sum::of(&hook).opaque, [Reason::Cell]);
    assert!(hook.0.take().is_none());
}

/// A zero-sized closure owns nothing.
#[test]
fn containers_of_closures_without_captures_are_exact() {
    #[derive(DeepSize)]
    struct Hooks(Vec<(String, Box<dyn Fn(&mut Context<'_>)>)>, Pin<Rc<dyn Fn(&mut Context<'_>)>>);

    assert_exact(|| {
        let mut hooks = Vec::with_capacity(5);
        hooks.push((String::from("hook"), Box::new(|context: &mut Context<'_>| *context.0 = 1) as _));
        Hooks(hooks, Rc::pin(|context| *context.0 = 2))
    });
}
