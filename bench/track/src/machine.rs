//! Describes the machine of the measurement.

use std::fs;

const LOCK: &str = include_str!("../../Cargo.lock");

/// The version of a package in the lock file.
pub(crate) fn version(package: &str) -> &'static str {
    let name = format!("name = \"{package}\"");
    let mut lines = LOCK.lines().skip_while(|&line| line != name).skip(1);
    lines.next().and_then(|line| line.split('"').nth(1)).unwrap_or("?")
}

/// Processor, cores, kernel and compiler, without host names or paths.
pub(crate) fn describe() -> String {
    let cpu_info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        cpu_info.lines().find(|line| line.starts_with("model name")).and_then(|line| line.split(": ").nth(1));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    // The suffix names the builder of the kernel.
    let release = release.trim().split('-').next().unwrap_or_default();
    let model = model.unwrap_or("unknown processor");
    format!("{model}, {cores} cores, {} {release}, {}", std::env::consts::OS, env!("RUSTC_VERSION"))
}
