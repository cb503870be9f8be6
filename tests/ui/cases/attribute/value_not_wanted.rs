use deep_size::DeepSize;

#[derive(DeepSize)]
struct Faulty {
    #[deep_size(skip = true)]
    first: String,
    #[deep_size(borrowed(deep))]
    second: &'static str,
}

fn main() {}
