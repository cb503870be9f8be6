use deep_size::DeepSize;

#[derive(DeepSize)]
enum Faulty {
    #[deep_size(flatten(deep), skip)]
    Variant(String),
}

fn main() {}
