//! Loads two plugins one after the other, and prints the traces of the blocks that they allocate.

use std::ffi::{CString, c_char, c_int, c_void};

use deep_size_track::{Recorder, Snapshot, TrackingAllocator};

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

unsafe extern "C" {
    fn dlopen(path: *const c_char, mode: c_int) -> *mut c_void;
    fn dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
    fn dlclose(library: *mut c_void) -> c_int;
}

type Allocate = extern "C" fn(usize) -> *mut u8;

#[inline(never)]
extern "C" fn allocate(size: usize) -> *mut u8 {
    Box::leak(vec![0_u8; size].into_boxed_slice()).as_mut_ptr()
}

fn show(plugin: &str, size: usize) {
    let snapshot = Snapshot::take();
    let trace = snapshot.traces().find(|trace| trace.live_amount().size == size as u64);
    let functions: Vec<_> = trace.into_iter().flat_map(|trace| trace.frames()).map(|frame| frame.function()).collect();
    println!("{plugin}: {}", functions.join(" "));
}

fn main() {
    let recording = Recorder::all().start();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    for (plugin, size) in arguments.iter().zip([10_001, 20_002]) {
        let path = CString::new(plugin.as_str()).unwrap();
        // SAFETY: the plugins have no constructors, and their `entry` has this type. It is not called after `dlclose`.
        unsafe {
            let library = dlopen(path.as_ptr(), 2);
            assert!(!library.is_null());
            let entry = dlsym(library, c"entry".as_ptr());
            println!("entry {entry:?}");
            let entry: extern "C" fn(Allocate, usize) -> *mut u8 = std::mem::transmute(entry);
            entry(allocate, size);
            show("loaded", size);
            assert_eq!(dlclose(library), 0);
        }
        show("closed", size);
    }
    recording.stop();
}
