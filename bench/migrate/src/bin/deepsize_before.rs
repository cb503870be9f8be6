use std::collections::BTreeMap;
use std::sync::Arc;

use deep_size_migrate::{self as migrate, Picture};
use deepsize::{Context, DeepSizeOf};

#[derive(DeepSizeOf)]
struct Page {
    title: String,
    words: Vec<Arc<str>>,
    lines: BTreeMap<u32, u32>,
    picture: Wrapped,
}

struct Wrapped(Picture);

impl DeepSizeOf for Wrapped {
    fn deep_size_of_children(&self, context: &mut Context) -> usize {
        self.0.pixels().deep_size_of_children(context)
    }
}

fn page(number: u32, word: &Arc<str>) -> Page {
    Page {
        title: format!("Page {number}"),
        words: vec![word.clone(); 10],
        lines: (0..number).map(|line| (line, line * 80)).collect(),
        picture: Wrapped(Picture::new(16, 16)),
    }
}

fn main() {
    let word: Arc<str> = "shared".into();
    let (pages, held) = migrate::held(|| (0..100).map(|number| page(number, &word)).collect::<Vec<_>>());
    println!("in all: {} B", pages.deep_size_of());
    println!("of the allocator: {held} B, the word and the vector");
}
