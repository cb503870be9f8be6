use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use deep_size::{DeepSize, Walker, by_capacity, flat_types};
use deep_size_migrate::{self as migrate, Picture, Sound};

#[derive(DeepSize)]
struct Page {
    title: String,
    words: Vec<Arc<str>>,
    lines: BTreeMap<u32, u32>,
    notes: HashMap<u32, String>,
    color: Color,
    #[deep_size(with = picture)]
    picture: Picture,
    #[deep_size(with = sound)]
    sound: Sound,
}

struct Color(u32);

flat_types! { Color }

fn picture(picture: &Picture, walker: &mut Walker<'_>) {
    walker.field("pixels", picture.pixels());
}

by_capacity! {
    fn sound(Sound) as u16;
}

fn page(number: u32, word: &Arc<str>) -> Page {
    Page {
        title: format!("Page {number}"),
        words: vec![word.clone(); 10],
        lines: (0..number).map(|line| (line, line * 80)).collect(),
        notes: (0..number % 9).map(|line| (line, line.to_string())).collect(),
        color: Color(number),
        picture: Picture::new(16, 16),
        sound: Sound::new(8),
    }
}

fn main() {
    let (pages, held) = migrate::held(|| {
        let word: Arc<str> = "shared".into();
        (0..100).map(|number| page(number, &word)).collect::<Vec<_>>()
    });
    let heap = |page: &Page| page.lines.heap_size();
    println!("lines: {} B", pages.iter().map(heap).sum::<usize>());
    let heap = |page: &Page| page.notes.heap_size();
    println!("notes: {} B", pages.iter().map(heap).sum::<usize>());
    println!("all:   {} B", pages.heap_size());
    println!("held:  {held} B");
    assert!(pages.iter().zip(0..).all(|(page, number)| page.color.0 == number));
}
