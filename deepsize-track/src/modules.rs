//! The running program, and the executable files mapped into memory.

#[cfg(any(test, target_os = "linux"))]
use std::path::Path;
use std::{env, fs, process};

use crate::usage::{command, is_installed};

/// A process, as exports name it.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "json", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub(crate) struct Program {
    pub(crate) command: String,
    pub(crate) process_id: u32,
    /// Whether its allocator is a `TrackingAllocator`.
    pub(crate) is_tracked: bool,
    #[cfg(any(feature = "json", feature = "pprof"))]
    pub(crate) modules: Vec<Module>,
}

impl Program {
    /// This process.
    pub(crate) fn current() -> Self {
        Self {
            command: command(),
            process_id: process::id(),
            is_tracked: is_installed(),
            #[cfg(any(feature = "json", feature = "pprof"))]
            modules: all(),
        }
    }
}

/// An executable segment of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub(crate) struct Module {
    pub(crate) start: u64,
    pub(crate) end: u64,
    pub(crate) offset: u64,
    pub(crate) file: String,
    /// The build id in a saved snapshot.
    #[cfg(any(feature = "json", feature = "pprof"))]
    pub(crate) build_id: Option<String>,
    /// The device and the inode. Another file in the same place differs in them.
    #[cfg_attr(feature = "json", serde(skip))]
    id: String,
    #[cfg_attr(feature = "json", serde(skip))]
    is_deleted: bool,
    #[cfg_attr(feature = "json", serde(skip))]
    pub(crate) is_program: bool,
}

impl Module {
    pub(crate) fn holds(&self, address: u64) -> bool {
        (self.start..self.end).contains(&address)
    }

    /// The path to read the file from. `None` if the file is no longer there, and another one may be.
    #[cfg(any(test, target_os = "linux"))]
    pub(crate) fn path(&self) -> Option<&Path> {
        if self.is_program {
            return Some(Path::new("/proc/self/exe"));
        }
        (!self.is_deleted).then(|| Path::new(&self.file))
    }

    /// The build id in hexadecimal digits; empty if none is found.
    #[cfg(any(feature = "json", feature = "pprof"))]
    pub(crate) fn build_id(&self) -> String {
        #[cfg(target_os = "linux")]
        let read = || self.path().and_then(crate::symbols::build_id);
        #[cfg(not(target_os = "linux"))]
        let read = || None;
        self.build_id.clone().or_else(read).unwrap_or_default()
    }
}

/// All modules, the program first. On other systems than Linux, one module of all addresses, with the program's path.
pub(crate) fn all() -> Vec<Module> {
    let program = env::current_exe().unwrap_or_default();
    let program = program.to_string_lossy();
    let program = program.strip_suffix(DELETED).unwrap_or(&program);
    let mut all: Vec<Module> = if cfg!(target_os = "linux") {
        // Paths may be invalid UTF-8.
        let maps = fs::read("/proc/self/maps").unwrap_or_default();
        String::from_utf8_lossy(&maps).lines().filter_map(executable).collect()
    } else {
        Vec::new()
    };
    if all.is_empty() {
        all.push(Module { end: u64::MAX, file: program.into(), ..Module::default() });
    }
    all.iter_mut().for_each(|module| module.is_program = module.file == program);
    all.sort_by_key(|module| !module.is_program);
    all
}

/// The end of the path of a file without a name, in the kernel's lists.
const DELETED: &str = " (deleted)";

/// Parses a line of `/proc/self/maps`, `start-end rwxp offset device inode file`, if it is an executable segment of a file.
fn executable(line: &str) -> Option<Module> {
    let parts: Vec<&str> = line.splitn(6, ' ').collect();
    let [range, rights, offset, device, inode, file] = *parts else { return None };
    let file = file.trim_start();
    let (start, end) = range.split_once('-')?;
    let hex = |digits| u64::from_str_radix(digits, 16).ok();
    let module = Module {
        start: hex(start)?,
        end: hex(end)?,
        offset: hex(offset)?,
        file: file.strip_suffix(DELETED).unwrap_or(file).into(),
        id: format!("{device} {inode}"),
        is_deleted: file.ends_with(DELETED),
        ..Module::default()
    };
    (rights.contains('x') && file.starts_with('/')).then_some(module)
}

#[cfg(test)]
mod tests {
    use super::{Module, all, executable};

    #[test]
    fn lines_are_parsed() {
        let line = "55f0-6000 r-xp 00001000 fe:00 1234                   /a b/c (deleted)";
        let expected = Module {
            start: 0x55f0,
            end: 0x6000,
            offset: 0x1000,
            file: "/a b/c".into(),
            id: "fe:00 1234".into(),
            is_deleted: true,
            ..Module::default()
        };
        assert_eq!(expected.path(), None);
        assert_eq!(executable(line), Some(expected));
        for other in
            ["", "55-60 r-xp 0 0 0", "55-60 r--p 0 0 0 /a", "55-60 r-xp 0 0 0 [vdso]", "x-60 r-xp 0 0 0 /a"]
        {
            assert_eq!(executable(other), None, "{other}");
        }
    }

    #[test]
    fn the_first_module_is_the_program() {
        let all = all();
        let here = (the_first_module_is_the_program as fn()) as usize as u64;
        assert!(all[0].holds(here) && all[0].is_program, "{all:?}");
        assert_eq!(all[0].file, std::env::current_exe().unwrap().to_str().unwrap());
    }
}
