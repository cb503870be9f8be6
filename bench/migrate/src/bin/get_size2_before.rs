use std::collections::{BTreeMap, HashMap};
use std::marker::PhantomData;
use std::sync::Arc;

use deep_size_migrate::{self as migrate, Engine, Picture};
use get_size2::{GetSize, StandardTracker};

#[derive(GetSize)]
struct Page {
    title: String,
    words: Vec<Arc<String>>,
    lines: BTreeMap<u32, u32>,
    #[get_size(size_fn = picture)]
    picture: Picture,
    #[get_size(size = 64)]
    engine: Engine,
    #[get_size(ignore)]
    drawn: Option<Picture>,
}

fn picture(picture: &Picture) -> usize {
    picture.pixels().capacity()
}

#[derive(GetSize)]
#[get_size(ignore(K))]
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
    println!("lines: {} B", book.pages.values().map(|page| page.lines.get_heap_size()).sum::<usize>());
    println!("all:   {} B", book.get_heap_size());
    println!("held:  {held} B");

    let tracker = StandardTracker::new();
    let (first, tracker) = book.pages[&0].get_heap_size_with_tracker(tracker);
    let (second, _) = book.pages[&0].get_heap_size_with_tracker(tracker);
    println!("a page: {first} B, and again {second} B");
    println!("a vector: {} B", book.pages[&0].words.get_heap_size());
    assert!(book.pages.values().all(|page| page.engine.is_running() && page.drawn.is_none()));
}
