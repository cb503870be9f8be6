use deep_size::DeepSize;

#[derive(DeepSize)]
enum Faulty {
    #[deep_size(skipp)]
    Variant(String),
}

fn main() {}
