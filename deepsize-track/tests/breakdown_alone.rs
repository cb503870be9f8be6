//! Breakdowns of a program that maps, touches and frees known amounts.

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod shared;

use deep_size_track::TrackingAllocator;

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

// Without the test harness, whose main thread may allocate at any time.
fn main() {
    #[cfg(target_os = "linux")]
    linux::main();
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs::File;
    use std::mem::MaybeUninit;
    use std::os::fd::{AsRawFd as _, FromRawFd as _};
    use std::{fs, hint, ptr, slice};

    use deep_size_track::BreakdownPart::{Code, Files, NotResident, OtherAnonymous, Stacks, Swapped};
    use deep_size_track::{Breakdown, BreakdownPart, process};

    pub(super) fn main() {
        if has_other_allocator() || !has_resident_sizes() {
            return;
        }
        // Otherwise, the kernel may map two megabytes when the program touches a byte.
        // SAFETY: the option takes no pointers.
        assert_eq!(unsafe { libc::prctl(libc::PR_SET_THP_DISABLE, 1, 0, 0, 0) }, 0);
        rows_add_up_to_the_resident_memory();
        a_breakdown_keeps_no_memory();
        mapped_memory_is_resident_once_it_is_touched();
        memory_without_rights_does_not_count();
        pages_of_files_and_of_shared_memory_count_as_files();
        pages_of_executable_files_count_as_code();
        #[cfg(target_env = "gnu")]
        super::glibc::main();
    }

    /// Whether AddressSanitizer replaces the allocator of the C library.
    fn has_other_allocator() -> bool {
        // SAFETY: the name ends with a zero byte.
        !unsafe { libc::dlsym(libc::RTLD_DEFAULT, c"__asan_init".as_ptr()) }.is_null()
    }

    /// QEMU emulates the file, but its sizes are 0.
    fn has_resident_sizes() -> bool {
        let text = fs::read_to_string("/proc/self/smaps").expect("the mappings can be read");
        text.lines().any(|line| line.starts_with("Rss:") && !line.ends_with(" 0 kB"))
    }

    /// A breakdown in which all anonymous memory is `OtherAnonymous`.
    fn take() -> Breakdown {
        Breakdown::take().with_mapped(0)
    }

    /// Two breakdowns, before and after a change.
    pub(super) struct Changes(Breakdown, Breakdown);

    pub(super) fn changes(take: fn() -> Breakdown, change: impl FnOnce()) -> Changes {
        // The first breakdown may enlarge the heap.
        let _ = take();
        let before = take();
        change();
        let after = take();
        for breakdown in [&before, &after] {
            let sum: i64 = breakdown.rows().map(|(_, size)| size).sum();
            assert_eq!(u64::try_from(sum).ok(), breakdown.resident_size(), "{breakdown:#}");
        }
        Changes(before, after)
    }

    impl Changes {
        /// The change of a part.
        #[track_caller]
        pub(super) fn of(&self, part: BreakdownPart) -> i64 {
            let Self(before, after) = self;
            let change = after.size(part).zip(before.size(part)).map(|(after, before)| after - before);
            change.unwrap_or_else(|| panic!("{part:?}: {before:#}{after:#}"))
        }

        #[track_caller]
        pub(super) fn check<const N: usize>(&self, expected: [(BreakdownPart, i64); N]) {
            let Self(before, after) = self;
            for (part, change) in expected {
                assert_eq!(self.of(part), change, "{part:?}: {before:#}{after:#}");
            }
        }
    }

    pub(super) fn page() -> usize {
        // SAFETY: the function has no requirements.
        unsafe { libc::sysconf(libc::_SC_PAGESIZE) as usize }
    }

    /// A mapping of the program, not of the allocator.
    pub(super) struct Map(*mut u8, usize);

    impl Map {
        fn new(size: usize, rights: i32, flags: i32, file: i32) -> Self {
            // SAFETY: the kernel chooses a free address.
            let start = unsafe { libc::mmap(ptr::null_mut(), size, rights, flags, file, 0) };
            assert_ne!(start, libc::MAP_FAILED);
            Self(start.cast(), size)
        }

        fn writable(size: usize, flags: i32, file: i32) -> Self {
            Self::new(size, libc::PROT_READ | libc::PROT_WRITE, flags, file)
        }

        pub(super) fn anonymous(size: usize) -> Self {
            Self::writable(size, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS, -1)
        }

        /// Writes to each page of the first `size` bytes.
        pub(super) fn touch(&self, size: usize) {
            assert!(size <= self.1);
            // SAFETY: this is memory of the mapping.
            touch(unsafe { slice::from_raw_parts_mut(self.0.cast(), size) });
        }

        fn read(&self, at: usize) -> u8 {
            assert!(at < self.1);
            // SAFETY: this is memory of the mapping.
            unsafe { self.0.add(at).read_volatile() }
        }

        fn protect(&self, size: usize, rights: i32) {
            assert!(size <= self.1);
            // SAFETY: this is memory of the mapping, and no reference to it exists.
            assert_eq!(unsafe { libc::mprotect(self.0.cast(), size, rights) }, 0);
        }
    }

    impl Drop for Map {
        fn drop(&mut self) {
            // SAFETY: no reference to the memory exists.
            assert_eq!(unsafe { libc::munmap(self.0.cast(), self.1) }, 0);
        }
    }

    /// Writes to each page.
    pub(super) fn touch(memory: &mut [MaybeUninit<u8>]) {
        for byte in memory.iter_mut().step_by(page()) {
            *hint::black_box(byte) = MaybeUninit::new(1);
        }
    }

    /// A file of zeros in memory.
    fn file(size: usize) -> File {
        // SAFETY: the name ends with a zero byte, and the new file has no other owner.
        let file = unsafe { File::from_raw_fd(libc::memfd_create(c"data".as_ptr(), 0)) };
        file.set_len(size as u64).expect("there is memory");
        file
    }

    fn rows_add_up_to_the_resident_memory() {
        let breakdown = Breakdown::take().with_glibc().with_claimed(100);
        println!("{breakdown}");
        let rollup = || {
            let text = fs::read_to_string("/proc/self/smaps_rollup").ok()?;
            let resident =
                text.lines().find_map(|line| line.strip_prefix("Rss:")?.trim().strip_suffix(" kB"));
            Some(resident?.parse::<u64>().expect("it is a number") * 1024)
        };
        // The first reading touches pages of code.
        rollup();
        let _ = take();
        let resident = take().resident_size();
        assert!(resident.is_some());
        // Other allocators than glibc's may unmap the buffers of the first reading before the second one.
        if let (Some(rollup), true) = (rollup(), cfg!(target_env = "gnu")) {
            assert_eq!(resident, Some(rollup));
        }
        assert_eq!(take().requested_size(), Some(process().live_size));
    }

    fn a_breakdown_keeps_no_memory() {
        let live = process().live_size;
        let breakdown = Breakdown::take().with_glibc();
        assert_eq!(process().live_size, live);
        let again = Breakdown::take().with_glibc();
        assert_eq!(breakdown.resident_size(), again.resident_size());
    }

    fn mapped_memory_is_resident_once_it_is_touched() {
        for pages in [1, 3, 1000, 50_001] {
            let size = pages * page();
            let mut map = None;
            let change = changes(take, || map = Some(Map::anonymous(size)));
            change.check([(OtherAnonymous, size as i64), (NotResident, -(size as i64))]);
            let map = map.expect("it was just mapped");
            let half = size / 2 / page() * page();
            let change = changes(take, || map.touch(half));
            change.check([(OtherAnonymous, 0), (NotResident, half as i64)]);
            // Reading maps no memory.
            let change = changes(take, || assert_eq!(map.read(half), 0));
            change.check([(OtherAnonymous, 0), (NotResident, 0)]);
            // Only the resident pages of a read-only mapping count.
            let change = changes(take, || map.protect(size, libc::PROT_READ));
            let rest = (size - half) as i64;
            change.check([(OtherAnonymous, -rest), (NotResident, rest)]);
            let change = changes(take, || drop(map));
            change.check([(OtherAnonymous, -(half as i64)), (NotResident, 0)]);
            for part in [Stacks, Code, Files, Swapped] {
                change.check([(part, 0)]);
            }
        }
    }

    fn memory_without_rights_does_not_count() {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
        let mut map = None;
        let change = changes(take, || map = Some(Map::new(1 << 30, libc::PROT_NONE, flags, -1)));
        change.check([(OtherAnonymous, 0), (NotResident, 0)]);
    }

    fn pages_of_files_and_of_shared_memory_count_as_files() {
        let size = 300 * page();
        let file = file(size);
        let maps = [
            Map::writable(size, libc::MAP_SHARED, file.as_raw_fd()),
            Map::writable(size, libc::MAP_PRIVATE, file.as_raw_fd()),
            Map::writable(size, libc::MAP_SHARED | libc::MAP_ANONYMOUS, -1),
        ];
        let change = changes(take, || maps.iter().for_each(|map| map.touch(size)));
        change.check([(Files, 3 * size as i64), (OtherAnonymous, 0)]);
        change.check([(Code, 0), (NotResident, 0)]);
        let change = changes(take, || drop(maps));
        change.check([(Files, -3 * size as i64)]);
    }

    fn pages_of_executable_files_count_as_code() {
        let size = 300 * page();
        let file = file(size);
        let map = Map::writable(size, libc::MAP_PRIVATE, file.as_raw_fd());
        map.touch(size);
        // Half of the pages become code, and half remain variables.
        let rights = libc::PROT_READ | libc::PROT_EXEC;
        let change = changes(take, || map.protect(size / 2, rights));
        change.check([(Code, size as i64), (Files, -(size as i64))]);
    }
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod glibc {
    use std::mem::MaybeUninit;
    use std::sync::Barrier;
    use std::{hint, thread};

    use deep_size_track::BreakdownPart::{
        Claimed, Files, NotResident, OtherAnonymous, Retained, Rounding, Stacks, Tracker, Unclaimed,
    };
    use deep_size_track::{Breakdown, Recorder};

    use super::linux::{Map, changes, page, touch};
    use super::shared::random;

    pub(super) fn main() {
        stacks_of_threads_are_separate();
        a_block_is_resident_once_it_is_touched();
        the_rounding_of_a_mapped_block_is_a_page();
        freed_blocks_are_retained_until_the_allocator_is_trimmed();
        the_rounding_of_recorded_blocks_is_the_allocators();
    }

    fn take() -> Breakdown {
        Breakdown::take().with_glibc().with_claimed(0)
    }

    fn stacks_of_threads_are_separate() {
        const TOUCHED: usize = 512 << 10;
        const THREADS: usize = 5;

        #[inline(never)]
        fn touch_stack() {
            touch(hint::black_box(&mut [const { MaybeUninit::uninit() }; TOUCHED]));
        }

        let barrier = &Barrier::new(THREADS + 1);
        let wait = || {
            barrier.wait();
        };
        // The kernel could merge the stacks with this mapping if their flags were equal.
        let above = Map::anonymous(64 << 20);
        above.touch(1 << 20);
        let (started, touched) = thread::scope(|scope| {
            let mut threads = Vec::with_capacity(THREADS);
            let started = changes(take, || {
                for _ in 0..THREADS {
                    let builder = thread::Builder::new().stack_size(2 << 20);
                    let body = move || {
                        wait();
                        wait();
                        touch_stack();
                        wait();
                        wait();
                    };
                    threads.push(builder.spawn_scoped(scope, body).expect("threads can be started"));
                }
                wait();
            });
            let touched = changes(take, || {
                wait();
                wait();
            });
            wait();
            // The end of the scope does not wait until the threads have freed their memory.
            threads.into_iter().for_each(|thread| thread.join().expect("threads do not panic"));
            (started, touched)
        });
        let few = 0..(THREADS * 16 * page()) as i64;
        // Each thread has a second stack for signals, which counts as other anonymous memory.
        for part in [Stacks, OtherAnonymous] {
            assert!(few.contains(&started.of(part)), "{}", started.of(part));
        }
        // The start of the thread has touched some of the pages.
        let missing = (THREADS * TOUCHED) as i64 - touched.of(Stacks);
        assert!(missing.unsigned_abs() <= (4 * THREADS * page()) as u64, "{missing}");
        touched.check([(OtherAnonymous, 0), (Files, 0)]);
    }

    fn a_block_is_resident_once_it_is_touched() {
        let size = 64 << 20;
        let mut block = Vec::<u8>::new();
        let in_use = take().in_use_size().unwrap();
        let change = changes(take, || block.reserve_exact(size));
        // The allocator maps whole pages, and writes its header to the first.
        assert_eq!(take().in_use_size().unwrap() - in_use, (size + page()) as u64);
        change.check([(Unclaimed, size as i64), (NotResident, -(size as i64))]);
        change.check([(Retained, 0), (OtherAnonymous, 0)]);
        let change = changes(take, || touch(&mut block.spare_capacity_mut()[..size / 2]));
        change.check([(NotResident, (size / 2 - page()) as i64), (Unclaimed, 0), (OtherAnonymous, 0)]);
        let change = changes(take, || drop(block));
        change.check([(NotResident, (size / 2) as i64 + page() as i64), (Unclaimed, -(size as i64))]);
        change.check([(Retained, 0), (OtherAnonymous, 0)]);
    }

    fn the_rounding_of_a_mapped_block_is_a_page() {
        let recording = Recorder::all().start();
        let mut block = Vec::<u8>::new();
        let change = changes(take, || block.reserve_exact(64 << 20));
        change.check([(Unclaimed, 64 << 20), (Rounding, page() as i64)]);
        drop((block, recording));
    }

    fn freed_blocks_are_retained_until_the_allocator_is_trimmed() {
        const BLOCKS: usize = 20_000;
        const SIZE: usize = 1000;

        let mut blocks: Vec<Vec<u8>> = (0..BLOCKS).map(|_| vec![1; SIZE]).collect();
        // While this block lives, glibc does not return the memory below it to the system.
        let last = vec![1_u8; 100_000];
        assert!(blocks.iter().all(|block| block.as_ptr() < last.as_ptr()));
        let change = changes(take, || blocks.clear());
        let size = (BLOCKS * SIZE) as i64;
        change.check([(Unclaimed, -size)]);
        assert!(change.of(Retained) >= size, "{}", change.of(Retained));
        change.check([(OtherAnonymous, 0), (NotResident, 0)]);
        let change = changes(take, || {
            // SAFETY: the function only returns free memory to the system.
            unsafe { libc::malloc_trim(0) };
        });
        let returned = -(change.of(Retained) + change.of(NotResident));
        assert!((size..size * 11 / 10).contains(&returned), "{returned}");
        change.check([(Unclaimed, 0), (OtherAnonymous, 0)]);
        drop(last);
    }

    fn the_rounding_of_recorded_blocks_is_the_allocators() {
        const BLOCKS: usize = 5000;

        let mut below = random();
        let recording = Recorder::all().start();
        let mut blocks: Vec<Vec<u8>> = Vec::with_capacity(2 * BLOCKS);
        let change = changes(take, || {
            for _ in 0..2 * BLOCKS {
                // Small sizes are as likely as large ones, but no block has its own mapping.
                let most = 1 << below(17);
                blocks.push(Vec::with_capacity(1 + below(most)));
                if below(2) == 0 {
                    blocks.swap_remove(below(blocks.len()));
                }
            }
        });
        let rounding = |block: &Vec<u8>| (block_size(block.as_ptr()) - block.capacity()) as i64;
        let truth: i64 = blocks.iter().map(rounding).sum();
        let missing = truth - change.of(Rounding);
        println!("{} blocks: {truth} bytes of rounding, {missing} of them missing", blocks.len());
        // Some blocks have 16 bytes more, because these would be too few for a block.
        assert!(missing % 16 == 0 && (0..=4 * blocks.len() as i64).contains(&missing), "{truth} {missing}");
        change.check([(Claimed, 0)]);
        assert!(change.of(Tracker) > 0);
        drop(recording);
    }

    /// The size of a block with its header, read from the allocator. The block must be live and small.
    fn block_size(block: *const u8) -> usize {
        // SAFETY: the caller owns the block.
        size_of::<usize>() + unsafe { libc::malloc_usable_size(block.cast_mut().cast()) }
    }
}
