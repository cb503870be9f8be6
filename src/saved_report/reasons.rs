//! Reasons read from a file, which have to last as those of a program do.

use std::boxed::Box;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// So many bytes are kept for ever at most, whatever is read. Each reason is written by a programmer, and there are few of them.
const MOST_BYTES: usize = 64 << 10;

/// What stands for the reasons for which there is no room.
const FORGOTTEN: &str = "for a reason that another program gave";

static KNOWN: Mutex<(usize, BTreeSet<&'static str>)> = Mutex::new((0, BTreeSet::new()));

/// The same text, for as long as the program runs. Each is kept once.
pub(super) fn lasting(reason: &str) -> &'static str {
    let mut guard = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let (bytes, known) = &mut *guard;
    if let Some(known) = known.get(reason) {
        return known;
    }
    if reason.len() > MOST_BYTES - *bytes {
        return FORGOTTEN;
    }
    let lasting: &'static str = Box::leak(reason.into());
    *bytes += lasting.len();
    known.insert(lasting);
    lasting
}

#[cfg(test)]
mod tests {
    use std::string::String;

    use super::*;

    #[test]
    fn each_reason_is_kept_once_and_not_without_end() {
        let one = lasting("a reason");
        assert!(core::ptr::eq(one, lasting(&String::from("a reason"))));
        assert_eq!(lasting(&"x".repeat(MOST_BYTES)), FORGOTTEN);
        assert_eq!(lasting("another reason"), "another reason");
    }
}
