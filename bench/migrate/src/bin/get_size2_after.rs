use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::Arc;

use deep_size::{DeepSize, Tally, Walker};
use deep_size_migrate::{self as migrate, Picture};

#[derive(DeepSize)]
struct Page {
    title: String,
    words: Vec<Arc<String>>,
    #[deep_size(with = picture)]
    picture: Picture,
    // The book holds it.
    #[deep_size(skip)]
    parent: Option<Arc<Page>>,
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
    let words = vec![word.clone(); 10];
    Page { title: format!("Page {number}"), words, picture: Picture::new(16, 16), parent: None }
}

struct Novel;

fn main() {
    let word = Arc::new(String::from("shared"));
    let (book, held) = migrate::held(|| {
        let pages = (0..100).map(|number| (number, page(number, &word))).collect();
        Book::<Novel> { pages, kind: PhantomData }
    });
    println!("on the heap: {} B", book.heap_size());
    println!("of the allocator: {held} B, and the word");

    let one = page(1, &word);
    let mut tally = Tally::new();
    let first = tally.add(&one);
    let second = tally.add(&one);
    println!("first {first} B, then {second} B");
    assert!(one.parent.is_none());
}
