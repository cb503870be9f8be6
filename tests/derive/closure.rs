//! Fields written with the trait object of a closure. Each signature is a separate type.
#![expect(clippy::type_complexity, reason = "the types are written in place")]

use std::cell::{Ref, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use deep_size::{DeepSize, Reason};

use crate::support::{assert_exact, assert_opaque, live_bytes};
use crate::trace::parts;

/// Does not implement `DeepSize`.
struct Foreign<'a>(&'a str);

/// Asserts that only the captures are opaque, and that these `bytes` count.
#[track_caller]
fn assert_blocks<T: DeepSize>(bytes: usize, build: impl FnOnce() -> T) {
    assert_eq!(assert_opaque(Reason::TypeErased, build), bytes);
}

/// Asserts that only the captures are opaque. They own nothing, so all bytes count.
#[track_caller]
fn assert_blocks_of<T: DeepSize>(build: impl FnOnce() -> T) {
    let mut built = 0;
    let counted = assert_opaque(Reason::TypeErased, || {
        let before = live_bytes();
        let value = build();
        built = live_bytes() - before;
        value
    });
    assert_eq!(counted, usize::try_from(built).unwrap());
}

#[test]
fn the_block_of_a_closure_of_any_signature_is_counted() {
    type Word<'a> = Box<dyn Iterator<Item = &'a str> + 'a>;

    #[derive(DeepSize)]
    struct Closures {
        format: Box<dyn Fn(&mut fmt::Formatter<'_>) -> fmt::Result + Send + Sync>,
        split: Box<dyn for<'a> Fn(&'a str) -> Word<'a>>,
        words: Box<dyn FnMut(&[&str]) -> u8 + Send>,
        swap: Box<dyn FnOnce(Foreign<'_>, &mut [&mut u8]) + UnwindSafe + RefUnwindSafe + Unpin>,
        twelve: Box<dyn Fn(&[&u8], u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, &mut Foreign<'_>) -> [u8; 9]>,
    }
    assert_blocks(1000 + 8 + 1 + 2 + 4, || {
        let (data, by, count, pair, number) = ([0_u8; 1000], 1_usize, 1_u8, [0_u8; 2], 4_u32);
        Closures {
            format: Box::new(move |formatter| write!(formatter, "{}", data.len())),
            split: Box::new(move |text| Box::new(text.split(' ').take(by))),
            words: Box::new(move |words| words.len() as u8 + count),
            swap: Box::new(move |foreign, bytes| *bytes[0] = foreign.0.len() as u8 + pair[0]),
            twelve: Box::new(move |_, _, _, _, _, _, _, _, _, _, _, foreign| {
                [(foreign.0.len() as u32 + number) as u8; 9]
            }),
        }
    });
}

#[test]
fn a_closure_behind_any_pointer_is_counted_once() {
    #[derive(DeepSize)]
    enum Closures<'a, T> {
        One(Option<Arc<dyn Fn(&[&str], &mut T) -> usize + Send + Sync + 'a>>),
        Two { first: Rc<dyn Fn(Foreign<'_>) + 'a>, second: Rc<dyn Fn(Foreign<'_>) + 'a> },
    }
    const COUNTERS: usize = 2 * size_of::<usize>();

    assert_blocks(COUNTERS + 8, || {
        let number = 1_usize;
        Closures::<String>::One(Some(Arc::new(move |texts, _| texts.len() + number)))
    });
    assert_exact(|| Closures::<u8>::One(None));
    assert_exact(|| Closures::<u8>::One(Some(Arc::new(|texts, _| texts.len()))));
    assert_blocks(COUNTERS + 8, || {
        let number = 1_usize;
        let first: Rc<dyn Fn(Foreign<'_>)> = Rc::new(move |foreign| assert_eq!(foreign.0.len(), number));
        Closures::Two::<u8> { second: first.clone(), first }
    });
}

#[test]
fn an_alias_gives_the_same_result() {
    type Alias = Option<Box<dyn Fn(u8) -> u8>>;

    #[derive(DeepSize)]
    struct Written(Option<Box<dyn Fn(u8) -> u8>>, Option<Box<dyn Fn(&[&u8])>>);
    #[derive(DeepSize)]
    struct Aliased(Alias);

    let number = 1;
    let written =
        Written(Some(Box::new(move |more| number + more)), Some(Box::new(move |_| assert_eq!(number, 1))));
    let aliased = Aliased(Some(Box::new(move |more| number + more)));
    assert_eq!(parts(&written)[..parts(&written).len() / 2], parts(&aliased));
    assert_eq!(parts(&written).len(), 2 * parts(&aliased).len());
}

#[test]
fn a_container_of_closures_is_measured_by_its_impl() {
    #[derive(DeepSize)]
    struct Listeners(Vec<Box<dyn FnMut(&str)>>, Box<[Rc<dyn Fn()>]>);

    assert_exact(|| Listeners(vec![Box::new(|_| {}), Box::new(|_| {})], Box::new([Rc::new(|| {})])));
}

#[test]
fn containers_of_closures_of_any_signature_are_counted() {
    #[derive(DeepSize)]
    #[expect(clippy::type_complexity, reason = "signatures of closures")]
    struct Handlers {
        listeners: RefCell<Vec<Box<dyn FnMut(&mut Foreign<'_>, Ref<'_, u8>)>>>,
        routes: HashMap<String, Arc<dyn Fn(Foreign<'_>) -> usize + Send + Sync>>,
        sorted: BTreeMap<u8, Option<Rc<dyn Fn(&[&str])>>>,
        hook: Mutex<Option<Box<dyn Fn(Foreign<'_>)>>>,
    }
    assert_blocks_of(|| {
        let (number, bytes) = (1_usize, [0_u8; 40]);
        let listener = move |foreign: &mut Foreign<'_>, byte: Ref<'_, u8>| {
            assert!(foreign.0.len() + number > usize::from(*byte))
        };
        let route: Arc<dyn Fn(Foreign<'_>) -> usize + Send + Sync> =
            Arc::new(move |foreign| foreign.0.len() + bytes.len());
        Handlers {
            listeners: RefCell::new(vec![Box::new(listener), Box::new(listener)]),
            routes: HashMap::from([("one".into(), route.clone()), ("two".into(), route)]),
            sorted: BTreeMap::from([
                (1, None),
                (2, Some(Rc::new(move |words: &[&str]| assert_eq!(words.len(), number)) as _)),
            ]),
            hook: Mutex::new(Some(Box::new(move |foreign| assert_eq!(foreign.0.len(), number)))),
        }
    });
}

/// The pointer is written in place, so the derive can measure its target as a closure.
#[test]
fn a_pointer_to_an_alias_of_a_closure_is_measured() {
    type Hook = dyn Fn(Option<Foreign<'_>>, &mut [&mut u8]) -> usize + Send + Sync;
    type Once<'a> = dyn for<'b> FnOnce(&'b mut Foreign<'_>) -> &'b str + 'a;
    type Pointer = fn(Option<Foreign<'_>>, &mut [&mut u8]) -> usize;
    type Boxed = Box<Hook>;
    type Text = String;
    type Words = dyn Iterator<Item = String>;

    #[derive(DeepSize)]
    enum Function<T> {
        Pure { hook: Arc<Hook>, text: Box<Text>, generic: Box<T> },
        Optional(Option<Box<Hook>>, Option<Box<Once<'static>>>),
        Named(HashMap<String, Arc<Hook>>, Vec<(String, Rc<Hook>)>),
        Measured(Rc<RefCell<Vec<(u8, Box<Text>)>>>, Box<Words>),
        Called(Box<Pointer>, Option<Rc<Boxed>>),
        Recursive(Box<Self>),
    }
    let bytes = [0_u8; 40];
    let hook = move |foreign: Option<Foreign<'_>>, rest: &mut [&mut u8]| {
        foreign.map_or(0, |foreign| foreign.0.len()) + rest.len() + bytes.len()
    };
    assert_blocks_of(|| Function::Pure {
        hook: Arc::new(hook),
        text: Box::new("text".into()),
        generic: Box::new(1_u8),
    });
    assert_blocks_of(|| {
        fn once(captured: u16) -> Box<Once<'static>> {
            Box::new(move |foreign| &foreign.0[usize::from(captured)..])
        }
        Function::<u8>::Optional(Some(Box::new(hook)), Some(once(1)))
    });
    assert_blocks_of(|| {
        let shared: Arc<Hook> = Arc::new(hook);
        let named = HashMap::from([("one".into(), shared.clone()), ("two".into(), shared)]);
        Function::<u8>::Named(named, vec![("three".into(), Rc::new(hook))])
    });
    // An alias of another pointer: a function pointer owns nothing, and a boxed closure is not visited.
    assert_exact(|| Function::<u8>::Called(Box::new(|_, _| 0), None));
    assert_opaque(Reason::Hidden, || {
        Function::<u8>::Called(Box::new(|_, _| 0), Some(Rc::new(Box::new(hook))))
    });
    assert_exact(|| Function::<u8>::Optional(Some(Box::new(|_, rest| rest.len())), None));
    assert_exact(|| {
        let texts = Rc::new(RefCell::new(vec![(1, Box::new("text".into())), (2, Box::new("more".into()))]));
        Function::<u8>::Recursive(Box::new(Function::Measured(texts, Box::new(std::iter::empty()))))
    });
}
