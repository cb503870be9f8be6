use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use deep_size::{DeepSize, Tally, Walker, flat_types};
use deep_size_migrate::{self as migrate, Picture};

#[derive(DeepSize)]
struct Page {
    title: String,
    notes: HashMap<u32, String>,
    lines: BTreeMap<u32, u32>,
    word: Arc<String>,
    color: Color,
    #[deep_size(with = picture)]
    picture: Picture,
    // Belongs to the screen.
    #[deep_size(skip)]
    drawn: Option<Picture>,
}

struct Color(u32);

flat_types! { Color }

fn picture(picture: &Picture, walker: &mut Walker<'_>) {
    walker.field("pixels", picture.pixels());
}

fn page(number: u32, word: &Arc<String>) -> Page {
    Page {
        title: format!("Page {number}"),
        notes: (0..number % 9).map(|line| (line, line.to_string())).collect(),
        lines: (0..number).map(|line| (line, line * 80)).collect(),
        word: word.clone(),
        color: Color(number),
        picture: Picture::new(16, 16),
        drawn: None,
    }
}

fn main() {
    let (pages, held) = migrate::held(|| {
        let word = Arc::new(String::from("shared"));
        (0..100).map(|number| page(number, &word)).collect::<Vec<_>>()
    });
    let mut tally = Tally::new();
    println!("lines: {} B", pages.iter().map(|page| page.lines.heap_size()).sum::<usize>());
    println!("notes: {} B", pages.iter().map(|page| page.notes.heap_size()).sum::<usize>());
    println!("all:   {} B", tally.add(&pages) - size_of_val(&pages));
    println!("held:  {held} B");
    println!("again: {} B", tally.add(&pages[0]) - size_of::<Page>());
    assert!(pages.iter().zip(0..).all(|(page, number)| page.color.0 == number && page.drawn.is_none()));
}
