//! The address of a map's table, which no safe function exposes.
//!
//! A map has seven words and a hasher. The words are the table (a pointer, a mask and two numbers) and the vector (a capacity, a
//! pointer and a length). Their order is unspecified, so it is determined from a new map. In a new map, only two words are
//! not 0: the table's pointer to a static, and the vector's dangling pointer. The order of the words is assumed to be equal for all
//! types. As a check, the vector's pointer must equal the known address of the entries. The result is never dereferenced.
//!
//! The user's lock file selects the release of `indexmap` 2. The new map is read at compile time, so a release with padding in the
//! seven words does not compile. In a release of another size, the address is unknown.
//!
//! Assumption: words that are initialised in a new map are initialised in every map, and none changes behind a shared reference.
//! Both hold for every release so far.
//!
//! Source: `Core` in `inner.rs` of `indexmap` 2.14, and `RawTableInner` in `src/raw.rs` of `hashbrown` 0.17.
#![expect(unsafe_code, reason = "reads the words of an `IndexMap`, with its proof")]

use core::mem::ManuallyDrop;
use core::ptr::{from_ref, null};

use indexmap::IndexMap;

use crate::Walker;
use crate::impls::words::words;

/// The number of words of a map, without its hasher.
const WORDS: usize = 7;

type New = IndexMap<u8, u8, ()>;

/// The words of a new map, or `None` if a map does not consist of these words.
const NEW: Option<[*const (); WORDS]> = {
    let new = ManuallyDrop::new(New::with_hasher(()));
    if size_of::<New>() == size_of::<[usize; WORDS]>() && align_of::<New>() == align_of::<usize>() {
        // SAFETY: the map has this size and alignment. The compiler evaluates this constant, and rejects it if a byte of the words
        // is not initialised.
        Some(unsafe { from_ref(&new).cast::<[*const (); WORDS]>().read() })
    } else {
        None
    }
};

/// The address of the control bytes of a map's table, or null if it is unknown.
///
/// `hasher` and `entries` are the map's hasher and the address of its entries. `map` may be a wrapper without further fields. A
/// plain walk needs no address, so the result is null there.
pub(in crate::impls::crates) fn address<M, S>(
    walker: &Walker<'_>,
    map: &M,
    hasher: &S,
    entries: *const (),
) -> *const () {
    if walker.is_observed() { find(map, hasher, entries).unwrap_or(null()) } else { null() }
}

fn find<M, S>(map: &M, hasher: &S, entries: *const ()) -> Option<*const ()> {
    let new = NEW?;
    // SAFETY: a map consists of the words of the table and the vector, and of the hasher. Assumption of this module: all words are
    // initialised, and nothing changes them during the borrow.
    let mut words = unsafe { words(map, hasher, WORDS) }?.zip(new).filter(|(_, new)| !new.is_null());
    let (one, other) = (words.next()?, words.next()?);
    // The dangling pointer is an alignment.
    let (table, vector) = if one.1.addr() > other.1.addr() { (one.0, other.0) } else { (other.0, one.0) };
    (words.next().is_none() && vector.addr() == entries.addr()).then_some(table)
}
