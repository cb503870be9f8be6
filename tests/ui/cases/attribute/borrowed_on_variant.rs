use deep_size::DeepSize;

#[derive(DeepSize)]
enum Faulty {
    #[deep_size(borrowed)]
    Variant(&'static str),
}

fn main() {}
