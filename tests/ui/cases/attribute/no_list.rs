use deep_size::DeepSize;

#[derive(DeepSize)]
#[deep_size]
enum Faulty {
    #[deep_size = "skip"]
    First(#[deep_size] String),
}

fn main() {}
