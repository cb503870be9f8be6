use std::collections::HashMap;
use std::sync::Arc;

use deep_size::{DeepSize, Walker};
use deep_size_migrate::{self as migrate, Picture};

#[derive(DeepSize)]
struct Page {
    title: String,
    texts: HashMap<u32, String>,
    words: Vec<Arc<String>>,
    #[deep_size(with = picture)]
    picture: Picture,
}

fn picture(picture: &Picture, walker: &mut Walker<'_>) {
    walker.field("pixels", picture.pixels());
}

#[derive(DeepSize)]
struct Dictionary(Vec<Arc<String>>);

#[derive(DeepSize)]
struct Book {
    pages: Vec<Page>,
    dictionary: Dictionary,
}

fn page(number: u32, word: &Arc<String>) -> Page {
    Page {
        title: format!("Page {number}"),
        texts: (0..number % 9).map(|line| (line, line.to_string())).collect(),
        words: vec![word.clone(); 10],
        picture: Picture::new(16, 16),
    }
}

fn main() {
    let (book, held) = migrate::held(|| {
        let word = Arc::new(String::from("shared"));
        Book { pages: (0..100).map(|number| page(number, &word)).collect(), dictionary: Dictionary(vec![word]) }
    });
    println!("on the heap: {} B", book.heap_size());
    println!("of the allocator: {held} B");
    assert!(book.pages.iter().all(|page| page.words.len() == 10));
}
