//! Keeps reasons from files for the rest of the program, as `Reason::Other` requires.

use std::boxed::Box;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// The limit on the bytes that are never freed. Programmers write the reasons, so there are few.
const MOST_BYTES: usize = 64 << 10;

/// Replaces the reasons beyond the limit.
const FORGOTTEN: &str = "for a reason that another program defines";

static KNOWN: Mutex<(usize, BTreeSet<&'static str>)> = Mutex::new((0, BTreeSet::new()));

/// The same text with a static lifetime. Each text is leaked once.
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
