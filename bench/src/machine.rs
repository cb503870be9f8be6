//! The machine and the compiler behind the figures.

use std::fs;

const LOCK: &str = include_str!("../Cargo.lock");

/// The compiler that built this program.
pub(crate) const RUSTC: &str = env!("RUSTC_VERSION");

/// Whether each function begins at a cache line, as `.cargo/config.toml` requires.
pub(crate) const ALIGNED: bool = matches!(env!("ALIGNED_FUNCTIONS").as_bytes(), [b'1']);

/// The version of a package in the lock file.
pub(crate) fn version(package: &str) -> &'static str {
    let name = format!("name = \"{package}\"");
    let mut lines = LOCK.lines().skip_while(|&line| line != name).skip(1);
    lines.next().and_then(|line| line.split('"').nth(1)).unwrap_or("?")
}

/// Processor, cores and kernel, without names or paths.
pub(crate) fn describe() -> String {
    let cpu_info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        cpu_info.lines().find(|line| line.starts_with("model name")).and_then(|line| line.split(": ").nth(1));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    // The rest of the release names the builder of the kernel.
    let release = release.trim().split('-').next().unwrap_or_default();
    let model = model.unwrap_or("unknown processor");
    format!("{model}, {cores} cores, {} {release}, {RUSTC}", std::env::consts::OS)
}
