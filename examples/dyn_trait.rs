//! Measures values behind trait objects: `Box<dyn Shape>`, and a shared `Arc<dyn Shape>`.
//!
//! ```text
//! cargo run --example dyn_trait
//! ```
//!
//! `DeepSize` as a supertrait is enough: the vtable contains the impl of the concrete type.

use std::sync::Arc;

use deep_size::DeepSize;

trait Shape: DeepSize {
    fn area(&self) -> f64;
}

#[derive(DeepSize)]
struct Circle {
    radius: f64,
}

#[derive(DeepSize)]
struct Polygon {
    corners: Vec<(f64, f64)>,
}

/// Shapes, which other groups may share.
#[derive(DeepSize)]
struct Group {
    name: String,
    members: Vec<Arc<dyn Shape>>,
}

impl Shape for Circle {
    fn area(&self) -> f64 {
        std::f64::consts::PI * self.radius * self.radius
    }
}

impl Shape for Polygon {
    fn area(&self) -> f64 {
        let next = self.corners.iter().cycle().skip(1);
        let twice: f64 = self.corners.iter().zip(next).map(|((x1, y1), (x2, y2))| x1 * y2 - x2 * y1).sum();
        twice.abs() / 2.0
    }
}

impl Shape for Group {
    fn area(&self) -> f64 {
        self.members.iter().map(|member| member.area()).sum()
    }
}

/// `&dyn Shape` measures the shape alone, without the pointer to it.
fn describe(shape: &dyn Shape) {
    println!("  area {:.2}, deep size {} B", shape.area(), shape.deep_size());
}

fn main() {
    let square = || Polygon { corners: vec![(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)] };

    println!("owned, behind `Box<dyn Shape>`:");
    let owned: Vec<Box<dyn Shape>> = vec![Box::new(Circle { radius: 1.0 }), Box::new(square())];
    owned.iter().for_each(|shape| describe(&**shape));
    println!("  both in a vector: deep size {} B", owned.deep_size());

    println!("shared, behind `Arc<dyn Shape>`:");
    let shared: Arc<dyn Shape> = Arc::new(square());
    let group = |name: &str| Group { name: name.to_owned(), members: vec![shared.clone(), shared.clone()] };
    let groups = [group("left"), group("right")];
    for group in &groups {
        println!("  group {}: area {:.2}, deep size {} B", group.name, group.area(), group.deep_size());
    }
    println!("  both groups together: {} B, with the shared square counted once", groups.deep_size());
}
