#[cfg(any(unix, target_os = "wasi"))]
mod fd;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;
