use std::collections::BTreeMap;
use std::sync::Arc;

use deep_size::{DeepSize, Walker};
use deep_size_migrate::{self as migrate, Picture};

#[derive(DeepSize)]
struct Page {
    title: String,
    words: Vec<Arc<str>>,
    lines: BTreeMap<u32, u32>,
    #[deep_size(with = picture)]
    picture: Picture,
}

fn picture(picture: &Picture, walker: &mut Walker<'_>) {
    walker.field("pixels", picture.pixels());
}

fn page(number: u32, word: &Arc<str>) -> Page {
    Page {
        title: format!("Page {number}"),
        words: vec![word.clone(); 10],
        lines: (0..number).map(|line| (line, line * 80)).collect(),
        picture: Picture::new(16, 16),
    }
}

fn main() {
    let word: Arc<str> = "shared".into();
    let (pages, held) = migrate::held(|| (0..100).map(|number| page(number, &word)).collect::<Vec<_>>());
    println!("in all: {} B", pages.deep_size());
    println!("of the allocator: {held} B, the word and the vector");
}
