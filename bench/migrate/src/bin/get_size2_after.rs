use std::alloc::Layout;
use std::collections::{BTreeMap, HashMap};
use std::marker::PhantomData;
use std::sync::Arc;

use deep_size::{DeepSize, Tally, Walker};
use deep_size_migrate::{self as migrate, Engine, Picture};

#[derive(DeepSize)]
struct Page {
    title: String,
    words: Vec<Arc<String>>,
    lines: BTreeMap<u32, u32>,
    #[deep_size(with = picture)]
    picture: Picture,
    #[deep_size(with = engine)]
    engine: Engine,
    // Belongs to the screen.
    #[deep_size(skip)]
    drawn: Option<Picture>,
}

fn picture(picture: &Picture, walker: &mut Walker<'_>) {
    walker.field("pixels", picture.pixels());
}

fn engine(_: &Engine, walker: &mut Walker<'_>) {
    walker.allocation(std::ptr::null::<u8>(), Layout::new::<[u64; 8]>(), 64);
}

#[derive(DeepSize)]
struct Book<K> {
    pages: HashMap<u32, Page>,
    kind: PhantomData<K>,
}

fn page(number: u32, word: &Arc<String>) -> Page {
    Page {
        title: format!("Page {number}"),
        words: vec![word.clone(); 10],
        lines: (0..number).map(|line| (line, line * 80)).collect(),
        picture: Picture::new(16, 16),
        engine: Engine::new(),
        drawn: None,
    }
}

struct Novel;

fn main() {
    let (book, held) = migrate::held(|| {
        let word = Arc::new(String::from("shared"));
        let pages = (0..100).map(|number| (number, page(number, &word))).collect();
        Book::<Novel> { pages, kind: PhantomData }
    });
    println!("lines: {} B", book.pages.values().map(|page| page.lines.heap_size()).sum::<usize>());
    println!("all:   {} B", book.heap_size());
    println!("held:  {held} B");

    let mut tally = Tally::new();
    let first = tally.add(&book.pages[&0]) - size_of::<Page>();
    let second = tally.add(&book.pages[&0]) - size_of::<Page>();
    println!("a page: {first} B, and again {second} B");
    println!("a vector: {} B", book.pages[&0].words.heap_size());
    assert!(book.pages.values().all(|page| page.engine.is_running() && page.drawn.is_none()));
}
