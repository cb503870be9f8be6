use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::c_void;
use std::sync::Arc;

use deep_size_migrate::{self as migrate, Picture};
use malloc_size_of::{
    MallocConditionalSizeOf, MallocShallowSizeOf, MallocSizeOf, MallocSizeOfOps, malloc_size_of_is_0,
};
use malloc_size_of_derive::MallocSizeOf;

#[derive(MallocSizeOf)]
struct Page {
    title: String,
    notes: HashMap<u32, String>,
    lines: BTreeMap<u32, u32>,
    #[conditional_malloc_size_of]
    word: Word,
    color: Color,
    picture: Shown,
    #[ignore_malloc_size_of = "belongs to the screen"]
    drawn: Option<Picture>,
}

struct Color(u32);

malloc_size_of_is_0!(Color);

struct Word(Arc<String>);

impl MallocConditionalSizeOf for Word {
    fn conditional_size_of(&self, ops: &mut MallocSizeOfOps) -> usize {
        if ops.have_seen_ptr(Arc::as_ptr(&self.0)) {
            return 0;
        }
        // SAFETY: the block of an `Arc` begins with its two counts.
        let block = unsafe { ops.malloc_size_of(Arc::as_ptr(&self.0).byte_sub(16)) };
        block + (*self.0).size_of(ops)
    }
}

struct Shown(Picture);

impl MallocSizeOf for Shown {
    fn size_of(&self, ops: &mut MallocSizeOfOps) -> usize {
        self.0.pixels().shallow_size_of(ops)
    }
}

fn page(number: u32, word: &Arc<String>) -> Page {
    Page {
        title: format!("Page {number}"),
        notes: (0..number % 9).map(|line| (line, line.to_string())).collect(),
        lines: (0..number).map(|line| (line, line * 80)).collect(),
        word: Word(word.clone()),
        color: Color(number),
        picture: Shown(Picture::new(16, 16)),
        drawn: None,
    }
}

unsafe extern "C" fn usable_size(block: *const c_void) -> usize {
    // SAFETY: the crate calls this with the start of a live block of the system's allocator.
    unsafe { libc::malloc_usable_size(block.cast_mut()) }
}

fn main() {
    let (pages, held) = migrate::held(|| {
        let word = Arc::new(String::from("shared"));
        (0..100).map(|number| page(number, &word)).collect::<Vec<_>>()
    });
    let mut seen = HashSet::new();
    let have_seen = Box::new(move |block| !seen.insert(block));
    let mut ops = MallocSizeOfOps::new(usable_size, None, Some(have_seen));
    println!("lines: {} B", pages.iter().map(|page| page.lines.size_of(&mut ops)).sum::<usize>());
    println!("notes: {} B", pages.iter().map(|page| page.notes.size_of(&mut ops)).sum::<usize>());
    println!("all:   {} B", pages.size_of(&mut ops));
    println!("held:  {held} B");
    println!("again: {} B", pages[0].size_of(&mut ops));
    assert!(pages.iter().zip(0..).all(|(page, number)| page.color.0 == number && page.drawn.is_none()));
}
