//! The mappings of the process, from Linux's `/proc/self`.

use std::io::{BufRead, BufReader};
use std::{fs, io};

/// The bytes up to and including each part, from [`OtherAnonymous`](super::BreakdownPart::OtherAnonymous) to
/// [`Files`](super::BreakdownPart::Files).
pub(super) type Levels = [Option<u64>; 6];

pub(super) fn levels() -> Levels {
    if !cfg!(any(target_os = "linux", target_os = "android")) {
        return Levels::default();
    }
    let heads = stack_heads();
    let smaps = || from_smaps(open("/proc/self/smaps")?, &heads);
    // A sandbox may hide the first file.
    smaps().or_else(|_| from_status(open("/proc/self/status")?)).unwrap_or_default()
}

fn open(path: &str) -> io::Result<impl BufRead> {
    fs::File::open(path).map(BufReader::new)
}

#[derive(Default)]
struct Sums {
    /// Writable memory, and the resident or swapped rest.
    anonymous: u64,
    anonymous_resident: u64,
    anonymous_swapped: u64,
    stacks: u64,
    code: u64,
    files: u64,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Mapping {
    start: u64,
    end: u64,
    is_writable: bool,
    is_executable: bool,
    is_file: bool,
    name: String,
    resident: u64,
    swapped: u64,
    /// Whether the kernel must not use huge pages. This is true of stacks since Linux 6.7, so they are not merged with other mappings.
    is_without_huge_pages: bool,
}

/// All mappings of one file that follow each other.
#[derive(Default)]
struct MappedFile {
    name: String,
    resident: u64,
    is_executable: bool,
}

/// Reads the list of all mappings. `stacks` has an address near the upper end of the stack of each thread.
fn from_smaps(lines: impl BufRead, stacks: &[u64]) -> io::Result<Levels> {
    let (mut sums, mut file) = (Sums::default(), MappedFile::default());
    let mut mapping: Option<Mapping> = None;
    // Paths may be invalid UTF-8.
    for line in lines.split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        if let Some(next) = header(&line) {
            sums.add_last(mapping.replace(next), &mut file, stacks);
        } else if let Some(mapping) = &mut mapping {
            match line.split_once(':') {
                Some(("Rss", size)) => mapping.resident = bytes(size).unwrap_or(0),
                Some(("Swap", size)) => mapping.swapped = bytes(size).unwrap_or(0),
                Some(("VmFlags", flags)) => {
                    mapping.is_without_huge_pages = flags.split(' ').any(|flag| flag == "nh")
                }
                _ => {}
            }
        }
    }
    sums.add_last(mapping, &mut file, stacks);
    sums.add_file(file);
    sums.levels().ok_or_else(|| io::ErrorKind::InvalidData.into())
}

impl Sums {
    fn add_last(&mut self, mapping: Option<Mapping>, file: &mut MappedFile, stacks: &[u64]) {
        let Some(mapping) = mapping else { return };
        let Mapping { resident, swapped, .. } = mapping;
        if mapping.is_file {
            if file.name != mapping.name {
                let next = MappedFile { name: mapping.name, ..MappedFile::default() };
                self.add_file(std::mem::replace(file, next));
            }
            file.resident = file.resident.saturating_add(resident);
            file.is_executable |= mapping.is_executable;
        } else if mapping.is_stack(stacks) {
            self.stacks = self.stacks.saturating_add(resident);
        } else if mapping.is_anonymous() {
            let touched = resident.saturating_add(swapped);
            let size = if mapping.is_writable { mapping.end.saturating_sub(mapping.start) } else { touched };
            self.anonymous = self.anonymous.saturating_add(size.max(touched));
            self.anonymous_resident = self.anonymous_resident.saturating_add(resident);
            self.anonymous_swapped = self.anonymous_swapped.saturating_add(swapped);
        } else {
            // The kernel's code, such as `[vdso]`.
            self.code = self.code.saturating_add(resident);
        }
    }

    fn add_file(&mut self, file: MappedFile) {
        let sum = if file.is_executable { &mut self.code } else { &mut self.files };
        *sum = sum.saturating_add(file.resident);
    }

    /// `None` if no memory is resident, because a running process has some.
    fn levels(&self) -> Option<Levels> {
        let parts = [self.anonymous_swapped, self.stacks, self.code, self.files];
        let (swapped, resident) = (parts[0], self.anonymous_resident);
        let stacks = resident.saturating_add(self.stacks);
        let code = stacks.saturating_add(self.code);
        let all = code.saturating_add(self.files);
        let levels = [self.anonymous, resident.saturating_add(swapped), resident, stacks, code, all];
        (all > 0).then(|| levels.map(Some))
    }
}

impl Mapping {
    fn is_anonymous(&self) -> bool {
        self.name.is_empty() || self.name == "[heap]" || self.name.starts_with("[anon")
    }

    fn is_stack(&self, stacks: &[u64]) -> bool {
        /// The most bytes above the address in a stack: thread-local variables.
        const ABOVE: u64 = 1 << 16;
        let is_near_end = |at: u64| self.is_without_huge_pages || self.end - at <= ABOVE;
        self.name.starts_with("[stack")
            || self.is_anonymous()
                && stacks.iter().any(|&at| (self.start..self.end).contains(&at) && is_near_end(at))
    }
}

/// Parses `start-end rwxp offset device inode name`.
fn header(line: &str) -> Option<Mapping> {
    let mut parts = line.splitn(6, ' ');
    let (range, rights) = (parts.next()?, parts.next()?);
    let (inode, name) = (parts.nth(2)?, parts.next().unwrap_or_default().trim_start());
    let (start, end) = range.split_once('-')?;
    let hex = |digits| u64::from_str_radix(digits, 16).ok();
    Some(Mapping {
        start: hex(start)?,
        end: hex(end)?,
        is_writable: rights.contains('w'),
        is_executable: rights.contains('x'),
        is_file: inode != "0",
        name: name.into(),
        ..Mapping::default()
    })
}

/// Parses `   12 kB`.
fn bytes(size: &str) -> Option<u64> {
    size.trim().strip_suffix(" kB")?.parse::<u64>().ok()?.checked_mul(1024)
}

/// Reads the sums that the kernel keeps. Anonymous memory includes stacks and the changed pages of files.
fn from_status(lines: impl BufRead) -> io::Result<Levels> {
    let (mut anonymous, mut all) = (None, None);
    for line in lines.lines() {
        match line?.split_once(':') {
            Some(("RssAnon", size)) => anonymous = bytes(size),
            Some(("VmRSS", size)) => all = bytes(size),
            _ => {}
        }
    }
    Ok([None, None, None, anonymous, None, all])
}

/// An address near the upper end of the stack of each thread except the first.
///
/// glibc registers a list of mutexes for each thread. The head of this list is in the thread's descriptor, above its stack.
#[cfg(target_os = "linux")]
fn stack_heads() -> Vec<u64> {
    use std::ptr;

    let head = |thread: libc::pid_t| {
        let (mut head, mut size) = (ptr::null::<libc::c_void>(), 0_usize);
        #[expect(unsafe_code, reason = "a system call")]
        // SAFETY: the call writes a pointer and a size. Any thread id is allowed.
        let result =
            unsafe { libc::syscall(libc::SYS_get_robust_list, thread, &raw mut head, &raw mut size) };
        (result == 0 && !head.is_null()).then(|| head.addr() as u64)
    };
    let threads = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let threads = threads.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let others = threads.filter(|&thread| thread != std::process::id());
    others.filter_map(|thread| head(thread.try_into().ok()?)).collect()
}

#[cfg(not(target_os = "linux"))]
fn stack_heads() -> Vec<u64> {
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::{Levels, from_smaps, from_status};

    /// An entry of a mapping, with some of its lines.
    fn entry(header: &str, resident: u64, swapped: u64, flags: &str) -> String {
        format!("{header}\nSize: 4 kB\nRss: {resident:>8} kB\nSwap: {swapped} kB\nVmFlags: rd {flags}\n")
    }

    /// The parts between the levels in KiB.
    fn parts(levels: Levels) -> [i64; 6] {
        let mut below = 0;
        levels.map(|level| {
            let level = level.unwrap() as i64 / 1024;
            level - std::mem::replace(&mut below, level)
        })
    }

    fn smaps(text: &str) -> [i64; 6] {
        parts(from_smaps(text.as_bytes(), &[0x7f_0001_f000]).unwrap())
    }

    #[test]
    fn each_mapping_is_part_of_one_sum() {
        let text = [
            entry("1000-3000 r--p 0 fe:00 7 /bin/a b", 8, 0, "mr"),
            entry("3000-4000 r-xp 0 fe:00 7 /bin/a b", 4, 0, "mr"),
            entry("4000-5000 rw-p 0 fe:00 7 /bin/a b", 4, 0, "mr"),
            // Static variables without an initial value.
            entry("5000-9000 rw-p 0 00:00 0 ", 4, 0, "wr"),
            entry("10000-20000 rw-p 0 00:00 0          [heap]", 12, 8, "wr"),
            entry("20000-30000 rw-p 0 00:00 0          [anon:any name]", 16, 0, "wr"),
            entry("30000-40000 r--p 0 00:00 0", 0, 20, "mr"),
            entry("40000-80000 ---p 0 00:00 0", 0, 0, "mr"),
            entry("80000-90000 r--s 0 fe:00 8 /data", 64, 0, "mr"),
            entry("90000-a0000 rw-s 0 00:01 9 /dev/zero (deleted)", 32, 4, "mr"),
            entry("b0000-b1000 r-xp 0 00:00 0 [vdso]", 4, 0, "mr"),
            entry("7f00000000-7f00020000 rw-p 0 00:00 0", 24, 0, "wr"),
            entry("7ff000000000-7ff000100000 rw-p 0 00:00 0 [stack]", 40, 0, "gd"),
        ]
        .concat();
        // 16 KiB, 64 KiB, 64 KiB and the 20 KiB in swap space.
        assert_eq!(smaps(&text), [164, -104, -28, 64, 20, 96]);
    }

    #[test]
    fn a_mapping_with_other_memory_above_a_stack_is_no_stack() {
        let merged = "7f00000000-7f10000000 rw-p 0 00:00 0";
        assert_eq!(smaps(&entry(merged, 100, 0, "wr")), [262_144, -262_044, 0, 0, 0, 0]);
        // Without huge pages, all of it is stacks.
        assert_eq!(smaps(&entry(merged, 100, 0, "wr nh")), [0, 0, 0, 100, 0, 0]);
        let elsewhere = "7e00000000-7e00020000 rw-p 0 00:00 0";
        assert_eq!(smaps(&entry(elsewhere, 100, 0, "wr nh")), [128, -28, 0, 0, 0, 0]);
    }

    #[test]
    fn other_texts_have_no_sums() {
        for text in ["", "Rss: 4 kB\n", "1000-2000 rw-p 0 00:00 0\n", "x-y rw-p\nRss: 4 kB\n", "\u{0}\n\n-"] {
            assert!(from_smaps(text.as_bytes(), &[]).is_err(), "{text:?}");
        }
        let huge = entry("0-ffffffffffffffff rw-p 0 00:00 0", u64::MAX >> 10, u64::MAX, "wr");
        let levels = from_smaps([huge.as_str(), &huge].concat().as_bytes(), &[]).unwrap();
        assert_eq!(levels[0], Some(u64::MAX));
        // The end is before the start, and the path is invalid UTF-8.
        let text =
            [b"2000-1000 rw-p 0 00:00 0 \nRss: 8 kB\n1-2 r--p 0 0 5 /\xff\nRss: 4 kB\n".as_slice()].concat();
        assert_eq!(parts(from_smaps(text.as_slice(), &[0x1800]).unwrap()), [8, 0, 0, 0, 0, 4]);
    }

    #[test]
    fn the_status_has_fewer_sums() {
        let text = "Name:\tVmRSS:\nVmRSS:\t    1776 kB\nRssAnon:\t     112 kB\nRssFile:\t 1664 kB\n";
        let levels = [None, None, None, Some(112 << 10), None, Some(1776 << 10)];
        assert_eq!(from_status(text.as_bytes()).unwrap(), levels);
        assert_eq!(from_status("VmRSS: -1 kB\nRssAnon: 1 MB".as_bytes()).unwrap(), Levels::default());
    }
}
