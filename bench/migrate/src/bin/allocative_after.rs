use std::collections::{BTreeMap, HashMap};
use std::marker::PhantomData;
use std::sync::Arc;

use deep_size::{DeepSize, Walker, inspect};
use deep_size_migrate::{self as migrate, Picture};

#[derive(DeepSize)]
struct Page {
    title: String,
    words: Vec<Arc<String>>,
    lines: BTreeMap<u32, u32>,
    #[deep_size(with = picture)]
    picture: Picture,
    // Belongs to the screen.
    #[deep_size(skip)]
    drawn: Option<Picture>,
}

fn picture(picture: &Picture, walker: &mut Walker<'_>) {
    walker.field("pixels", picture.pixels());
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
    let heap = |page: &Page| page.lines.heap_size();
    println!("lines: {} B", book.pages.values().map(heap).sum::<usize>());
    println!("all:   {} B", book.heap_size());
    println!("held:  {held} B");

    let report = inspect(&book);
    println!("flame graph: {} B", report.deep_size());
    println!("opaque parts: {}", report.opaque_parts().len());
    let mut stacks = Vec::new();
    report.write_folded(&mut stacks).expect("vectors take any text");
    let stacks = String::from_utf8(stacks).expect("stacks are text");
    assert!(stacks.contains("title") && book.pages[&0].drawn.is_none());
}
