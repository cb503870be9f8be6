use std::collections::HashMap;
use std::ffi::c_void;
use std::sync::Arc;

use deep_size_migrate::{self as migrate, Picture};
use malloc_size_of::{MallocShallowSizeOf, MallocSizeOf, MallocSizeOfOps};
use malloc_size_of_derive::MallocSizeOf;

#[derive(MallocSizeOf)]
struct Page {
    title: String,
    texts: HashMap<u32, String>,
    #[ignore_malloc_size_of = "counted with the dictionary"]
    words: Vec<Arc<String>>,
    picture: Wrapped,
}

struct Wrapped(Picture);

impl MallocSizeOf for Wrapped {
    fn size_of(&self, ops: &mut MallocSizeOfOps) -> usize {
        self.0.pixels().shallow_size_of(ops)
    }
}

struct Dictionary(Vec<Arc<String>>);

impl MallocSizeOf for Dictionary {
    fn size_of(&self, ops: &mut MallocSizeOfOps) -> usize {
        let words = self.0.iter().map(|word| (**word).size_of(ops));
        words.sum::<usize>() + self.0.shallow_size_of(ops)
    }
}

#[derive(MallocSizeOf)]
struct Book {
    pages: Vec<Page>,
    dictionary: Dictionary,
}

fn page(number: u32, word: &Arc<String>) -> Page {
    Page {
        title: format!("Page {number}"),
        texts: (0..number % 9).map(|line| (line, line.to_string())).collect(),
        words: vec![word.clone(); 10],
        picture: Wrapped(Picture::new(16, 16)),
    }
}

unsafe extern "C" fn usable_size(block: *const c_void) -> usize {
    // SAFETY: the crate calls this with the start of a live block of the system's allocator.
    unsafe { libc::malloc_usable_size(block.cast_mut()) }
}

fn main() {
    let (book, held) = migrate::held(|| {
        let word = Arc::new(String::from("shared"));
        Book { pages: (0..100).map(|number| page(number, &word)).collect(), dictionary: Dictionary(vec![word]) }
    });
    let mut ops = MallocSizeOfOps::new(usable_size, None, None);
    println!("on the heap: {} B", book.size_of(&mut ops));
    println!("of the allocator: {held} B");
    assert!(book.pages.iter().all(|page| page.words.len() == 10));
}
