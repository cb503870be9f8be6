use std::collections::{BTreeMap, HashMap};
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

fn page(number: u32, word: &Arc<String>) -> (u32, Page) {
    let page = Page {
        title: format!("Page {number}"),
        words: vec![word.clone(); 10],
        lines: (0..number).map(|line| (line, line * 80)).collect(),
        picture: Picture::new(16, 16),
        drawn: None,
    };
    (number, page)
}

fn main() {
    let word = Arc::new(String::from("shared"));
    let (pages, held) =
        migrate::held(|| (0..100).map(|number| page(number, &word)).collect::<HashMap<_, _>>());
    println!("in all: {} B", pages.deep_size());
    println!("of the allocator: {held} B, the word and the map");

    let mut stacks = Vec::new();
    inspect(&pages).write_folded(&mut stacks).expect("there is room for the stacks");
    let stacks = String::from_utf8(stacks).expect("stacks are text");
    assert!(stacks.contains("title") && pages[&0].drawn.is_none());
}
