//! The kind of memory behind a `Bytes`. No safe function distinguishes static memory from shared memory.
//!
//! A `Bytes` has four fields of one word each: `ptr`, `len`, `data` and `vtable`. Their order is unspecified, so it is determined
//! from a sample on a static, whose `data` is null.
//!
//! | kind | `data` | `vtable` |
//! | --- | --- | --- |
//! | static | null | |
//! | a vector, never cloned | its start, tagged with the lowest bit | |
//! | shared | a block that counts the handles | one of three statics of the crate |
//! | from an owner | a block that counts the handles | a constant for each type of owner |
//!
//! # Other releases
//!
//! The user's lock file decides which release of `bytes` 1 is used. No check at run time can show that a word is initialised, so
//! the compiler reads the sample. A release with padding in its four words does not compile. In a release of another size, or
//! with another sample, only unique handles have a known kind.
//!
//! Assumption: no word is uninitialised in other handles only, and only `data` can change behind a shared reference. Both hold
//! for every release so far.
//!
//! Source: `bytes.rs` and `bytes_mut.rs` of `bytes` 1.12.
#![expect(unsafe_code, reason = "reads the words of a `Bytes`, with its proof")]

use alloc::vec::Vec;
use core::mem::ManuallyDrop;
use core::ptr::from_ref;
use core::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

use bytes::{Bytes, BytesMut};

/// The kind of memory behind a `Bytes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// No memory, or a static.
    Static,
    /// A block with a single handle. The bytes extend to the end of the block.
    ///
    /// `tagged_start` is odd. The block starts there, or one byte before.
    Vector { tagged_start: usize },
    /// A part of a heap block. `state` is the address of the block that counts the handles, or 0 if it is unknown.
    Shared { is_unique: bool, state: usize },
    /// Memory of unknown origin.
    Unknown,
}

/// The positions of the fields of a `Bytes`, in words.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(feature = "http"), expect(dead_code, reason = "only `inside` uses two of the positions"))]
struct Fields {
    start: usize,
    length: usize,
    data: usize,
    vtable: usize,
}

/// The number of words of a `Bytes`.
const WORDS: usize = 4;

static TEXT: [u8; 3] = [0; 3];

/// The words of a `Bytes` on `TEXT`, or `None` if a `Bytes` does not have the size of its four known fields.
const SAMPLE: Option<[*const (); WORDS]> = {
    let sample = ManuallyDrop::new(Bytes::from_static(&TEXT));
    if size_of::<Bytes>() == size_of::<[usize; WORDS]>() && is_aligned_to_words::<Bytes>() {
        // SAFETY: the sample has this size and alignment. The compiler evaluates this constant, and rejects it if a byte of the
        // words is not initialised.
        Some(unsafe { from_ref(&sample).cast::<[*const (); WORDS]>().read() })
    } else {
        None
    }
};

const fn is_aligned_to_words<T>() -> bool {
    align_of::<T>() == align_of::<usize>()
}

/// The kind of memory behind these bytes.
pub(super) fn of(bytes: &Bytes) -> Kind {
    let Some(fields) = Fields::find() else {
        let shared = Kind::Shared { is_unique: true, state: 0 };
        return if bytes.is_unique() { shared } else { Kind::Unknown };
    };
    let data = fields.data(bytes);
    if data == 0 {
        Kind::Static
    } else if bytes.is_unique() {
        // `is_unique` returns `false` for every handle on an owner.
        match data % 2 == 1 && data - 1 <= bytes.as_ptr().addr() {
            true => Kind::Vector { tagged_start: data },
            false => Kind::Shared { is_unique: true, state: data },
        }
    } else if shared_vtables(fields).is_some_and(|known| known.contains(&fields.vtable(bytes))) {
        Kind::Shared { is_unique: false, state: data }
    } else {
        Kind::Unknown
    }
}

/// A type that consists of one `Bytes` and at most one further word. If it is an enum with other variants, they must be stored in
/// a niche of the `Bytes`.
#[cfg(feature = "http")]
pub(in crate::impls::crates) trait Text: Sized {
    /// The text of the sample.
    const TEXT: &'static str;

    /// A value on this static text.
    const SAMPLE: ManuallyDrop<Self>;
}

/// The number of words that are in the `Bytes`, whether it begins with the first or the second word.
#[cfg(feature = "http")]
const COMMON: usize = 3;

#[cfg(feature = "http")]
struct Common<T>(T);

#[cfg(feature = "http")]
impl<T: Text> Common<T> {
    /// The common words of the sample, or `None` if the type does not have four or five words.
    const WORDS: Option<[*const (); COMMON]> = {
        let sample = T::SAMPLE;
        let (size, word) = (size_of::<T>(), size_of::<usize>());
        let is_known = size == WORDS * word || size == (WORDS + 1) * word;
        if is_known && is_aligned_to_words::<T>() {
            // SAFETY: the sample has these words. The compiler evaluates this constant, and rejects it if a byte of them is not
            // initialised.
            Some(unsafe { from_ref(&sample).cast::<*const ()>().add(1).cast::<[*const (); COMMON]>().read() })
        } else {
            None
        }
    };
}

/// The `Bytes` in a value, or `None` if it was not found.
#[cfg(feature = "http")]
pub(in crate::impls::crates) fn inside<T: Text>(value: &T) -> Option<&Bytes> {
    let (fields, common) = (Fields::find()?, Common::<T>::WORDS?);
    let begins_at = |first: usize| {
        common.iter().zip(1 - first..).all(|(word, at)| match word.addr() {
            0 => at == fields.data,
            address if address == T::TEXT.as_ptr().addr() => at == fields.start,
            length if length == T::TEXT.len() => at == fields.length,
            _ => at == fields.vtable,
        })
    };
    let mut positions = (0..=size_of::<T>() / size_of::<usize>() - WORDS).filter(|&first| begins_at(first));
    let (Some(first), None) = (positions.next(), positions.next()) else { return None };
    let start = from_ref(value).cast::<*const ()>().wrapping_add(first);
    // SAFETY: all values have equal layouts, so this is the field `vtable`, or the niche of another variant. It is initialised
    // in either case.
    let vtable = unsafe { start.add(fields.vtable).read() };
    // SAFETY: a niche of a reference is null, so this is the variant with the `Bytes`. The result borrows the value.
    (!vtable.is_null()).then(|| unsafe { &*start.cast::<Bytes>() })
}

impl Fields {
    /// The positions of the fields, or `None` if they are not as expected. Takes constant time.
    fn find() -> Option<Self> {
        let words = SAMPLE?;
        let is_start = |word: usize| word == TEXT.as_ptr().addr();
        let is_length = |word: usize| word == TEXT.len();
        let position = |is: &dyn Fn(usize) -> bool| {
            let mut positions = (0..WORDS).filter(|&at| words.get(at).is_some_and(|word| is(word.addr())));
            positions.next().filter(|_| positions.next().is_none())
        };
        Some(Self {
            start: position(&is_start)?,
            length: position(&is_length)?,
            data: position(&|word| word == 0)?,
            vtable: position(&|word| word != 0 && !is_start(word) && !is_length(word))?,
        })
    }

    fn data(self, bytes: &Bytes) -> usize {
        // SAFETY: `find` found this field within the value, and all values have equal layouts. Cloning a handle can change the field
        // through a shared reference on any thread, so each write is atomic.
        let data = unsafe { &*from_ref(bytes).cast::<AtomicPtr<()>>().add(self.data) };
        data.load(Ordering::Relaxed).addr()
    }

    fn vtable(self, bytes: &Bytes) -> usize {
        // SAFETY: `find` found this field within the value, and all values have equal layouts. Assumption of this module:
        // nothing can change it while the value is borrowed.
        unsafe { from_ref(bytes).cast::<*const ()>().add(self.vtable).read() }.addr()
    }
}

/// The three vtables of shared handles on blocks from the allocator, or `None` if the samples are not as expected.
///
/// The first call in a program allocates a few words and frees them.
fn shared_vtables(fields: Fields) -> Option<[usize; 3]> {
    static KNOWN: [AtomicUsize; 3] = [const { AtomicUsize::new(0) }; 3];

    let known = KNOWN.each_ref().map(|vtable| vtable.load(Ordering::Relaxed));
    if !known.contains(&0) {
        return Some(known);
    }
    let found = sample_vtables(fields)?;
    for (known, found) in KNOWN.iter().zip(found) {
        known.store(found, Ordering::Relaxed);
    }
    Some(found)
}

#[cold]
fn sample_vtables(fields: Fields) -> Option<[usize; 3]> {
    // `Bytes` aborts when out of memory, so check first that there is enough for all samples.
    Vec::<u8>::new().try_reserve_exact(size_of::<[usize; 32]>()).ok()?;
    let first = Bytes::copy_from_slice(&[1, 2]);
    let is_vector = fields.data(&first) == first.as_ptr().addr() + 1;
    let second = first.clone();
    let third = BytesMut::from(&[1, 2][..]).split_to(1).freeze();
    let samples = [first, second, third];
    let are_blocks = samples.iter().all(|sample| fields.data(sample) != 0 && fields.data(sample) % 2 == 0);
    (is_vector && are_blocks).then(|| samples.map(|sample| fields.vtable(&sample)))
}
