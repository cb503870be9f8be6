//! The names of threads in the system.

use std::iter;
use std::sync::Arc;

use crate::lock::Lock;

/// Threads with further names are `[other]`.
const MAX_NAMES: usize = 256;

/// Ends in zeros. All are zero if the name is unknown.
type Name = [u8; 16];

/// The names so far, and their number. A number keeps its name.
pub(crate) static NAMES: Lock<([Name; MAX_NAMES], usize)> = Lock::new(([[0; 16]; MAX_NAMES], 0));

/// The number of the current thread's name, from 1. Threads may have the same name. Call it untracked.
pub(crate) fn current() -> u32 {
    let name = in_system();
    let mut guard = NAMES.lock();
    let (names, count) = &mut *guard;
    let at = names[..*count].iter().position(|known| *known == name).unwrap_or(*count);
    let Some(place) = names.get_mut(at) else { return u32::MAX };
    *place = name;
    *count = usize::max(*count, at + 1);
    at as u32 + 1
}

/// All names by their numbers. The first is the name of threads beyond the others. Call it untracked.
pub(crate) fn names() -> Vec<Arc<str>> {
    let (names, count) = *NAMES.lock();
    let names =
        names[..count].iter().map(|name| match String::from_utf8_lossy(name).trim_end_matches('\0') {
            "" => "<unnamed>".into(),
            text => text.into(),
        });
    iter::once("[other]".into()).chain(names).collect()
}

fn in_system() -> Name {
    let mut name: Name = [0; 16];
    #[cfg(any(target_os = "linux", target_os = "android"))]
    #[expect(unsafe_code, reason = "`std` may allocate the name, or panic when the thread ends")]
    // SAFETY: the call writes at most 16 bytes.
    unsafe {
        libc::prctl(libc::PR_GET_NAME, name.as_mut_ptr());
    }
    #[cfg(target_vendor = "apple")]
    #[expect(unsafe_code, reason = "`std` may allocate the name, or panic when the thread ends")]
    // SAFETY: the call writes at most as many bytes as it is passed.
    unsafe {
        libc::pthread_getname_np(libc::pthread_self(), name.as_mut_ptr().cast(), name.len());
    }
    name[15] = 0;
    name
}
