use deep_size::DeepSize;

trait Shape {}

#[derive(DeepSize)]
struct Faulty {
    id: u8,
    tail: dyn Shape,
}

fn main() {}
