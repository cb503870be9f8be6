use deep_size::DeepSize;

trait Shape {}

#[derive(DeepSize)]
struct Faulty {
    shape: Box<dyn Shape>,
}

fn main() {}
