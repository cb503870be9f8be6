//! Finds the handles that keep memory alive after a drop.
//!
//! ```sh
//! cargo run --example who_holds_it
//! ```
//!
//! A player still uses one texture of a scene, so dropping the scene does not free it. The report shows this before the
//! drop: the blocks that handles outside of the scene hold, and the paths by which the scene holds them.

use std::error::Error;
use std::sync::Arc;

use deep_size::{DeepSize, inspect};

#[derive(DeepSize)]
struct Scene {
    textures: Vec<Arc<Texture>>,
    objects: Vec<Object>,
}

#[derive(DeepSize)]
struct Object {
    name: String,
    texture: Arc<Texture>,
}

#[derive(DeepSize)]
struct Texture {
    name: String,
    pixels: Vec<u8>,
}

fn texture(name: &str, size: usize) -> Arc<Texture> {
    Arc::new(Texture { name: name.to_owned(), pixels: vec![0; size] })
}

fn main() -> Result<(), Box<dyn Error>> {
    let textures = vec![texture("grass", 20_000), texture("player", 60_000), texture("sky", 10_000)];
    let objects = (0..40)
        .map(|number| Object { name: format!("object {number}"), texture: textures[number % 2].clone() });
    let objects = objects.collect();
    let scene = Scene { textures, objects };
    // Another part of the program.
    let player = scene.textures[1].clone();

    let report = inspect(&scene);
    report.print()?;

    println!("\nheld outside:");
    for block in report.shared_allocations().filter(|block| block.outside_strong_count() != Some(0)) {
        println!("{} B of {}, which the scene holds at", block.retained_size(), block.type_name());
        for holder in block.holders() {
            println!("    {} by {} handles", holder.node().path(), holder.strong_count());
        }
    }

    // The player's texture outlives the scene.
    assert_eq!(report.external_size(), DeepSize::heap_size(&player));
    assert_eq!(scene.objects[39].name, "object 39");
    drop(scene);
    assert_eq!(Arc::strong_count(&player), 1);
    assert_eq!((player.name.as_str(), player.pixels.len()), ("player", 60_000));
    Ok(())
}
