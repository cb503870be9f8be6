//! The resident memory of the process.

/// The resident set size in bytes. It allocates nothing.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn resident_size() -> Option<u64> {
    use std::io::Read as _;

    // A field has at most 20 digits. The second one is the number of resident pages.
    let mut line = [0; 64];
    let length = std::fs::File::open("/proc/self/statm").and_then(|mut file| file.read(&mut line)).ok()?;
    let pages = std::str::from_utf8(&line[..length]).ok()?.split(' ').nth(1)?;
    pages.parse::<u64>().ok()?.checked_mul(page_size()? as u64)
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn resident_size() -> Option<u64> {
    None
}

/// The size of a page in bytes.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn page_size() -> Option<usize> {
    #[expect(unsafe_code, reason = "the C library has no safe interface")]
    // SAFETY: the C library declares this function, and it has no requirements.
    unsafe extern "C" {
        safe fn getpagesize() -> std::ffi::c_int;
    }
    usize::try_from(getpagesize()).ok()
}

#[cfg(all(feature = "sites", not(any(target_os = "linux", target_os = "android"))))]
pub(crate) fn page_size() -> Option<usize> {
    None
}
