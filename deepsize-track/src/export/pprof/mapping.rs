//! The executable files mapped into memory. With them, pprof matches profiles of several runs of one build.

use std::fs::{self, File};
use std::io::Read as _;

/// An executable segment of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Mapping {
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) offset: u64,
    pub(super) file: String,
    /// In hexadecimal digits; empty if none is found.
    pub(super) build_id: String,
}

impl Mapping {
    pub(super) fn holds(&self, address: u64) -> bool {
        (self.start..self.end).contains(&address)
    }
}

/// All mappings, the program's first. On other systems than Linux, one mapping of all addresses, with the program's path.
pub(super) fn all() -> Vec<Mapping> {
    let program = std::env::current_exe().unwrap_or_default();
    let program = program.to_string_lossy();
    let mut all: Vec<Mapping> = if cfg!(target_os = "linux") {
        // Paths may be invalid UTF-8.
        let maps = fs::read("/proc/self/maps").unwrap_or_default();
        String::from_utf8_lossy(&maps).lines().filter_map(executable).collect()
    } else {
        Vec::new()
    };
    all.sort_by_key(|mapping| mapping.file != program);
    if all.is_empty() {
        all.push(Mapping { end: u64::MAX, file: program.into_owned(), ..Mapping::default() });
    }
    for mapping in &mut all {
        mapping.build_id = build_id(&mapping.file).unwrap_or_default();
    }
    all
}

/// Parses a line of `/proc/self/maps`, `start-end rwxp offset device inode file`, if it is an executable segment of a file.
fn executable(line: &str) -> Option<Mapping> {
    let mut parts = line.splitn(6, ' ');
    let (range, rights, offset) = (parts.next()?, parts.next()?, parts.next()?);
    let file = parts.nth(2)?.trim_start();
    let (start, end) = range.split_once('-')?;
    let hex = |digits| u64::from_str_radix(digits, 16).ok();
    let mapping = Mapping {
        start: hex(start)?,
        end: hex(end)?,
        offset: hex(offset)?,
        file: file.strip_suffix(" (deleted)").unwrap_or(file).into(),
        build_id: String::new(),
    };
    (rights.contains('x') && file.starts_with('/')).then_some(mapping)
}

/// The part of a file that is searched. Notes follow soon after the ELF header.
const HEAD: u64 = 64 << 10;

/// The build id of a 64-bit little-endian ELF file.
fn build_id(file: &str) -> Option<String> {
    let mut head = Vec::new();
    File::open(file).ok()?.take(HEAD).read_to_end(&mut head).ok()?;
    build_id_in(&head)
}

/// Follows the ELF-64 specification and the GNU ABI, whose note `NT_GNU_BUILD_ID` has type 3 and name `GNU`.
fn build_id_in(head: &[u8]) -> Option<String> {
    let is_known = head.starts_with(b"\x7fELF\x02\x01") && cfg!(target_endian = "little");
    let number = |at: usize, size: usize| {
        let bytes = head.get(at..at.checked_add(size)?)?;
        bytes
            .iter()
            .rev()
            .try_fold(0_usize, |number, &byte| Some(number.checked_mul(256)? | usize::from(byte)))
    };
    let (table, size, count) = (number(32, 8)?, number(54, 2)?, number(56, 2)?);
    for at in (0..count).filter(|_| is_known) {
        let header = table.checked_add(at.checked_mul(size)?)?;
        // `PT_NOTE`.
        if number(header, 4)? != 4 {
            continue;
        }
        let mut note = number(header.checked_add(8)?, 8)?;
        let end = note.checked_add(number(header.checked_add(32)?, 8)?)?;
        while note.checked_add(12)? <= end {
            let (name_size, size, kind) = (number(note, 4)?, number(note + 4, 4)?, number(note + 8, 4)?);
            let name = note + 12;
            let id = name.checked_add(name_size.checked_next_multiple_of(4)?)?;
            let next = id.checked_add(size.checked_next_multiple_of(4)?)?;
            if kind == 3 && head.get(name..name.checked_add(name_size)?)? == b"GNU\0" {
                let id = head.get(id..id.checked_add(size)?)?;
                return Some(id.iter().map(|byte| format!("{byte:02x}")).collect());
            }
            note = next;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Mapping, all, build_id_in, executable};

    #[test]
    fn lines_are_parsed() {
        let line = "55f0-6000 r-xp 00001000 fe:00 1234                   /a b/c (deleted)";
        let expected = Mapping {
            start: 0x55f0,
            end: 0x6000,
            offset: 0x1000,
            file: "/a b/c".into(),
            ..Mapping::default()
        };
        assert_eq!(executable(line), Some(expected));
        for other in
            ["", "55-60 r-xp 0 0 0", "55-60 r--p 0 0 0 /a", "55-60 r-xp 0 0 0 [vdso]", "x-60 r-xp 0 0 0 /a"]
        {
            assert_eq!(executable(other), None, "{other}");
        }
    }

    #[test]
    fn the_first_mapping_is_the_program() {
        let all = all();
        let here = (the_first_mapping_is_the_program as fn()) as usize as u64;
        assert!(all[0].holds(here), "{all:?}");
        assert_eq!(all[0].file, std::env::current_exe().unwrap().to_str().unwrap());
    }

    #[test]
    fn damaged_files_do_not_panic() {
        let mut file = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        file.truncate(4096);
        let found = build_id_in(&file);
        for at in 0..1024 {
            for byte in [0, 1, 4, 0x7f, 0xff] {
                let was = std::mem::replace(&mut file[at], byte);
                std::hint::black_box(build_id_in(&file));
                file[at] = was;
            }
            assert!(build_id_in(&file[..at]).is_none() || at > 500);
        }
        assert_eq!(build_id_in(&file), found);
        assert!(found.is_none_or(|id| id.len() >= 16 && id.bytes().all(|digit| digit.is_ascii_hexdigit())));
    }
}
