//! Random values of random types around one part.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap, LinkedList, VecDeque};
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use deep_size::{DeepSize, Walker};

/// The xorshift generator of Marsaglia (2003).
#[derive(Clone)]
pub(crate) struct Dice {
    state: u64,
    /// One in this many rare options has a value.
    rarity: u64,
    /// Whether buffers have spare capacity.
    spare: bool,
}

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        let state = (seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut dice = Self { state, rarity: 0, spare: false };
        dice.rarity = [4, 20, 1_000_000][dice.below(3)];
        dice.spare = dice.below(2) == 0;
        dice
    }

    pub(crate) fn is_rare(&mut self) -> bool {
        self.below(self.rarity as usize) == 0
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 11) as usize % limit
    }
}

/// A type with random values. Two types that differ only in one part take the same numbers from the dice.
pub(crate) trait Part: DeepSize + 'static {
    /// Whether few options of this type have a value.
    const IS_RARE: bool = false;

    fn make(dice: &mut Dice) -> Self;
}

macro_rules! numbers {
    ($($type:ty)*) => {$(
        impl Part for $type {
            fn make(dice: &mut Dice) -> Self {
                dice.below(100) as $type
            }
        }
    )*};
}

numbers! { u8 u16 u32 u64 u128 }

impl Part for String {
    fn make(dice: &mut Dice) -> Self {
        let len = dice.below(12);
        let spare = if dice.spare { dice.below(3) } else { 0 };
        let mut text = String::with_capacity(len + spare);
        text.extend(std::iter::repeat_n('a', len));
        text
    }
}

impl Part for Box<str> {
    fn make(dice: &mut Dice) -> Self {
        String::make(dice).into_boxed_str()
    }
}

macro_rules! wrappers {
    ($($type:ident<T> = $new:expr;)*) => {$(
        impl<T: Part> Part for $type<T> {
            const IS_RARE: bool = T::IS_RARE;

            fn make(dice: &mut Dice) -> Self {
                $new(T::make(dice))
            }
        }
    )*};
}

wrappers! {
    Box<T> = Box::new;
    Rc<T> = Rc::new;
    RefCell<T> = RefCell::new;
    Mutex<T> = Mutex::new;
    OnceCell<T> = OnceCell::from;
}

/// Two handles on one block.
#[derive(DeepSize)]
pub(crate) struct Twice<T>(Arc<T>, Arc<T>);

impl<T: Part> Part for Twice<T> {
    fn make(dice: &mut Dice) -> Self {
        let one = Arc::new(T::make(dice));
        Self(one.clone(), one)
    }
}

impl<T: Part> Part for Option<T> {
    fn make(dice: &mut Dice) -> Self {
        let is_some = if T::IS_RARE { dice.is_rare() } else { dice.below(2) == 0 };
        is_some.then(|| T::make(dice))
    }
}

impl<T: Part> Part for Result<T, u64> {
    fn make(dice: &mut Dice) -> Self {
        if dice.below(2) == 0 { Ok(T::make(dice)) } else { Err(1) }
    }
}

impl<T: Part> Part for Vec<T> {
    fn make(dice: &mut Dice) -> Self {
        let len = dice.below(5);
        let mut vector = Self::with_capacity(len + dice.below(2));
        vector.extend((0..len).map(|_| T::make(dice)));
        vector
    }
}

impl<T: Part> Part for VecDeque<T> {
    fn make(dice: &mut Dice) -> Self {
        let mut queue = Self::from(Vec::make(dice));
        queue.rotate_left(queue.len() / 2);
        queue
    }
}

impl<T: Part> Part for LinkedList<T> {
    fn make(dice: &mut Dice) -> Self {
        Vec::make(dice).into_iter().collect()
    }
}

impl<T: Part> Part for Box<[T]> {
    fn make(dice: &mut Dice) -> Self {
        Vec::make(dice).into_boxed_slice()
    }
}

impl<T: Part> Part for Rc<[T]> {
    fn make(dice: &mut Dice) -> Self {
        Vec::make(dice).into()
    }
}

impl<T: Part, const N: usize> Part for [T; N] {
    fn make(dice: &mut Dice) -> Self {
        std::array::from_fn(|_| T::make(dice))
    }
}

impl<A: Part, B: Part> Part for (A, B) {
    fn make(dice: &mut Dice) -> Self {
        (A::make(dice), B::make(dice))
    }
}

/// A hash map without random keys.
pub(crate) type Table<K, V> = HashMap<K, V, BuildHasherDefault<DefaultHasher>>;

macro_rules! maps {
    ($($map:ident $key:ty;)*) => {$(
        impl<T: Part> Part for $map<$key, T> {
            fn make(dice: &mut Dice) -> Self {
                (0..dice.below(20)).map(|key| (key as $key, T::make(dice))).collect()
            }
        }
    )*};
}

maps! { Table u8; Table u128; BTreeMap u16; BTreeMap u128; }

/// Slots that use a niche of their contents.
pub(crate) struct Slots<T>(Box<[Option<T>; 4]>);

impl<T: DeepSize> DeepSize for Slots<T> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let used = self.0.iter().flatten().count() * size_of::<T>();
        walker.allocation(&raw const *self.0, std::alloc::Layout::for_value(&*self.0), used);
        walker.elements(self.0.iter().flatten());
    }
}

impl<T: Part> Part for Slots<T> {
    fn make(dice: &mut Dice) -> Self {
        Self(Box::new(std::array::from_fn(|_| (dice.below(2) == 0).then(|| T::make(dice)))))
    }
}

/// Derives `DeepSize` and `Part` for structs.
macro_rules! structs {
    ($($(#[$attribute:meta])* struct $name:ident { $($field:ident: $type:ty,)* })*) => {$(
        $(#[$attribute])*
        #[derive(DeepSize)]
        pub(crate) struct $name<P> {
            $($field: $type,)*
        }

        impl<P: Part> Part for $name<P> {
            fn make(dice: &mut Dice) -> Self {
                Self { $($field: Part::make(dice),)* }
            }
        }
    )*};
}

/// A part with a niche. It gets no advice of the tested kinds.
type Filler = VecDeque<u8>;

structs! {
    struct Plain { before: u8, part: P, after: u32, }
    #[repr(C)]
    struct InOrder { before: u8, part: P, after: u16, last: u64, }
    #[repr(align(32))]
    struct Aligned { before: u64, part: P, after: u8, }
    #[repr(C)]
    struct Wide { before: u8, part: P, after: u128, last: u8, }
    struct Named { name: Filler, part: P, }
    struct Small { part: P, }
}

/// Derives `DeepSize` and `Part` for enums.
macro_rules! enums {
    ($(enum $name:ident<$($parameter:ident),*> { $($variant:ident($($type:ty),*),)* })*) => {$(
        #[allow(clippy::large_enum_variant, reason = "the sizes are the point")]
        #[derive(DeepSize)]
        pub(crate) enum $name<$($parameter),*> {
            $($variant($($type),*),)*
        }

        impl<$($parameter: Part),*> Part for $name<$($parameter),*> {
            fn make(dice: &mut Dice) -> Self {
                let variants: &[fn(&mut Dice) -> Self] =
                    &[$(|_dice| Self::$variant($(<$type>::make(_dice)),*)),*];
                variants[dice.below(variants.len())](dice)
            }
        }
    )*};
}

enums! {
    enum Only<P> { Part(P), }
    enum Either<P, X> { Part(P), Other(X), }
    enum Several<P, X, Y> { First(X), Second(X, Y), Part(u8, P), None(), }
    enum Many<P, X, Y> { Part(P, Y), A(), B(X), C(Y), D(X, X), E(), F(Y, Y, Y), }
}

/// Declares an enum with a hand-written impl that reports a part, but not its variant.
macro_rules! manual_enums {
    ($($name:ident: |$part:ident, $walker:ident| $report:expr;)*) => {$(
        #[allow(clippy::large_enum_variant, reason = "the sizes are the point")]
        pub(crate) enum $name<P, X> {
            Part(P),
            Other(X),
        }

        impl<P: DeepSize, X: DeepSize> DeepSize for $name<P, X> {
            fn walk_owned(&self, $walker: &mut Walker<'_>) {
                match self {
                    Self::Part($part) => $report,
                    Self::Other(other) => $walker.field("other", other),
                }
            }
        }

        impl<P: Part, X: Part> Part for $name<P, X> {
            fn make(dice: &mut Dice) -> Self {
                // Usually, only the part occurs.
                if dice.below(1000) < 999 { Self::Part(P::make(dice)) } else { Self::Other(X::make(dice)) }
            }
        }
    )*};
}

manual_enums! {
    Fields: |part, walker| walker.field("part", part);
    Inner: |part, walker| walker.inner(part);
    Transparent: |part, walker| part.walk_owned(walker);
    Functions: |part, walker| walker.field_with("part", part, P::walk_owned);
}

/// A struct with a hand-written impl.
#[allow(dead_code, reason = "the fields give the struct its size")]
pub(crate) struct Manual<P>(u8, P, u32);

impl<P: DeepSize> DeepSize for Manual<P> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("1", &self.1);
    }
}

impl<P: Part> Part for Manual<P> {
    fn make(dice: &mut Dice) -> Self {
        Self(u8::make(dice), P::make(dice), u32::make(dice))
    }
}

/// A field that a function measures as the active part of an enum.
#[derive(DeepSize)]
#[deep_size(bound = "P: DeepSize, X: DeepSize")]
pub(crate) struct ByFunction<P, X> {
    #[deep_size(with = Fields::walk_owned)]
    part: Fields<P, X>,
}

impl<P: Part, X: Part> Part for ByFunction<P, X> {
    fn make(dice: &mut Dice) -> Self {
        Self { part: Part::make(dice) }
    }
}

/// A type around a part.
pub(crate) trait Context {
    type Of<P: Part>: Part;
}

/// Each kind of advice is followed in one of this many contexts, because compiling all of them takes minutes. `DEEP_SIZE_CONTEXTS`
/// triples the contexts before a release.
const SHARES: usize = if option_env!("DEEP_SIZE_CONTEXTS").is_some() { 3 } else { 9 };

/// A test that runs in each context of its share.
pub(crate) trait Visitor {
    /// The share, from 0 on.
    const SHARE: usize;

    fn visit<C: Context>(&mut self, context: &str);
}

const fn is_in_share(context: &str, share: usize) -> bool {
    let [_, tens, ones] = *context.as_bytes() else { panic!("a context has two digits") };
    ((tens - b'0') as usize * 10 + (ones - b'0') as usize) % SHARES == share % SHARES
}

macro_rules! contexts {
    ($(#[$attribute:meta])* $visit:ident: $($name:ident = $type:ty;)*) => {
        $(
            struct $name;

            impl Context for $name {
                type Of<P: Part> = $type;
            }
        )*

        $(#[$attribute])*
        pub(crate) fn $visit<V: Visitor>(visitor: &mut V) {
            $(
                // Other contexts are not compiled. The compiler would still traverse the calls in a branch that is never taken.
                let visit: Option<fn(&mut V, &str)> =
                    const { if is_in_share(stringify!($name), V::SHARE) { Some(V::visit::<$name>) } else { None } };
                if let Some(visit) = visit {
                    visit(visitor, stringify!($type));
                }
            )*
        }
    };
}

contexts! {
    /// Contexts in which a walk sees the effect of a change.
    visit_clear:
    A00 = Small<P>;
    A01 = Plain<P>;
    A02 = InOrder<P>;
    A03 = Named<Plain<P>>;
    A04 = Plain<(u8, InOrder<P>)>;
    A05 = Box<Plain<P>>;
    A06 = Rc<Named<P>>;
    A07 = Twice<Plain<P>>;
    A08 = Vec<Plain<P>>;
    A09 = Box<[Plain<P>]>;
    A10 = Plain<[InOrder<P>; 3]>;
    A11 = VecDeque<Plain<P>>;
    A12 = Table<u8, Plain<P>>;
    A13 = BTreeMap<u16, Small<P>>;
    A14 = Option<Box<Plain<P>>>;
    A15 = Either<Box<Plain<P>>, u64>;
    A16 = Several<Vec<Plain<P>>, u128, Filler>;
    A17 = Many<Table<u8, Plain<P>>, u16, Filler>;
    A18 = Rc<RefCell<Plain<P>>>;
    A19 = Mutex<InOrder<P>>;
    A20 = Rc<[Small<P>]>;
    A21 = Option<Rc<RefCell<Vec<Plain<P>>>>>;
    A22 = Small<Vec<Either<Rc<Small<P>>, Small<Box<Small<P>>>>>>;
}

contexts! {
    /// Contexts in which a change may save less, or nothing.
    visit_doubtful:
    B00 = P;
    B01 = Aligned<P>;
    B02 = Wide<P>;
    B03 = Option<Plain<P>>;
    B04 = Plain<Option<InOrder<P>>>;
    B05 = Option<P>;
    B06 = Option<Option<Small<P>>>;
    B07 = Table<u128, Plain<P>>;
    B08 = BTreeMap<u128, Plain<P>>;
    B09 = LinkedList<Plain<P>>;
    B10 = Slots<Plain<P>>;
    B11 = Slots<P>;
    B12 = OnceCell<Small<P>>;
    B13 = Result<Plain<P>, u64>;
    B14 = Only<P>;
    B15 = Only<Plain<P>>;
    B16 = Either<P, u8>;
    B17 = Either<Small<P>, Filler>;
    B18 = Either<Plain<P>, (u128, u128)>;
    B19 = Either<Small<P>, [Filler; 3]>;
    B20 = Several<P, u8, u16>;
    B21 = Several<Plain<P>, u128, Filler>;
    B22 = Several<Small<P>, [u64; 3], [u8; 3]>;
    B23 = Many<P, u32, u8>;
    B24 = Many<Plain<P>, Filler, u16>;
    B25 = Many<Small<P>, (u64, u8), [u32; 3]>;
    B26 = Plain<Either<P, u8>>;
    B27 = Option<Either<Option<P>, u8>>;
    B28 = Vec<Either<Small<P>, u8>>;
    B29 = RefCell<Option<Small<P>>>;
    B30 = Option<RefCell<Small<P>>>;
    B31 = Wide<[Small<P>; 3]>;
    B32 = Rc<Aligned<P>>;
    B33 = Table<u8, Wide<P>>;
    B34 = (u128, Plain<P>);
    B35 = Option<(Small<P>, Plain<u8>)>;
    B36 = (Vec<Small<P>>, Either<Small<P>, (u128, u128)>);
    B37 = (Option<Small<P>>, Box<[Small<P>]>);
    B38 = Fields<P, u8>;
    B39 = Fields<P, [u128; 3]>;
    B40 = Fields<Small<P>, (u128, u128)>;
    B41 = Inner<Plain<P>, [u128; 3]>;
    B42 = Transparent<Plain<P>, [u128; 3]>;
    B43 = Functions<P, [u128; 3]>;
    B44 = Vec<Fields<P, [u128; 3]>>;
    B45 = Plain<Fields<Small<P>, [u128; 3]>>;
    B46 = Option<Fields<Plain<P>, u8>>;
    B47 = ByFunction<P, [u128; 3]>;
    B48 = Manual<P>;
    B49 = Vec<Plain<Manual<P>>>;
    B50 = Fields<Vec<Small<P>>, u8>;
}
