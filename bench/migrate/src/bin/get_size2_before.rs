use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::Arc;

use deep_size_migrate::{self as migrate, Picture};
use get_size2::{GetSize, StandardTracker};

#[derive(GetSize)]
struct Page {
    title: String,
    words: Vec<Arc<String>>,
    #[get_size(size_fn = picture)]
    picture: Picture,
    #[get_size(ignore)]
    parent: Option<Arc<Page>>,
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
    println!("on the heap: {} B", book.get_heap_size());
    println!("of the allocator: {held} B, and the word");

    let one = page(1, &word);
    let (first, tracker) = one.get_size_with_tracker(StandardTracker::new());
    let (second, _) = one.get_size_with_tracker(tracker);
    println!("first {first} B, then {second} B");
    assert!(one.parent.is_none());
}
