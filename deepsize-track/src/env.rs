//! Recordings and dumps that environment variables request.
//!
//! A constructor reads the variables before `main`. The memory of this module is untracked.
#![expect(unsafe_code, reason = "constructors and user ids have no safe interface")]

use std::io::{self, Write as _};
use std::{env, fmt, mem};

#[cfg(unix)]
use crate::dump;
use crate::{Recorder, counters};

#[used]
// The first priority that is not reserved, so that constructors of the program are recorded.
#[cfg_attr(all(unix, not(target_vendor = "apple")), unsafe(link_section = ".init_array.00101"))]
#[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__mod_init_func,mod_init_funcs"))]
#[cfg_attr(windows, unsafe(link_section = ".CRT$XCU"))]
static CONSTRUCTOR: extern "C" fn() = start;

extern "C" fn start() {
    counters::untracked(|| {
        let read = |name| env::var_os(name).filter(|value| !value.is_empty());
        let (mode, path) = (read("DEEP_SIZE_TRACK"), read("DEEP_SIZE_TRACK_DUMP"));
        if (mode.is_none() && path.is_none()) || is_privileged() {
            return;
        }
        if let Some(mode) = mode {
            let Some(recorder) = mode.to_str().and_then(parse) else {
                return warn(format_args!(
                    "nothing is recorded: DEEP_SIZE_TRACK is {mode:?}, expected all, sampled, sampled:<bytes> or off"
                ));
            };
            let Some(recording) = recorder.map(Recorder::start) else { return };
            if !recording.is_running() {
                return warn(format_args!(
                    "nothing is recorded: no `TrackingAllocator` is the global allocator, or memory is short"
                ));
            }
            mem::forget(recording);
        }
        #[cfg(unix)]
        path.into_iter().for_each(|path| dump::prepare(&path));
        #[cfg(not(unix))]
        if path.is_some() {
            warn(format_args!("DEEP_SIZE_TRACK_DUMP is ignored: this system is not supported"));
        }
    });
}

/// The recording of a mode. `Some(None)` if it is `off`, and `None` if it is invalid.
fn parse(mode: &str) -> Option<Option<Recorder>> {
    Some(match mode {
        "off" => None,
        "all" => Some(Recorder::all()),
        "sampled" => Some(Recorder::sampled()),
        _ => {
            let interval = mode.strip_prefix("sampled:")?.parse().ok()?;
            (interval > 0).then_some(())?;
            Some(Recorder::sampled_every(interval))
        }
    })
}

/// Whether the program has more rights than its user, who controls the environment.
#[cfg(unix)]
fn is_privileged() -> bool {
    // SAFETY: these functions have no requirements.
    unsafe { libc::geteuid() != libc::getuid() || libc::getegid() != libc::getgid() }
}

#[cfg(not(unix))]
fn is_privileged() -> bool {
    false
}

/// Prints a line to the standard error, in one piece.
pub(crate) fn warn(message: fmt::Arguments<'_>) {
    let line = format!("deep-size-track: {message}\n");
    // Nothing is left to report an error to.
    let _ = io::stderr().write_all(line.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::Recorder;

    #[test]
    fn modes_are_parsed() {
        assert_eq!(parse("off"), Some(None));
        assert_eq!(parse("all"), Some(Some(Recorder::all())));
        assert_eq!(parse("sampled"), Some(Some(Recorder::sampled())));
        assert_eq!(parse("sampled:4096"), Some(Some(Recorder::sampled_every(4096))));
        for mode in
            ["on", "ALL", "all ", "sampled:", "sampled:0", "sampled:-1", "sampled:4k", "sampled=4", "all:4"]
        {
            assert_eq!(parse(mode), None, "{mode}");
        }
    }
}
