use deep_size::DeepSize;

#[derive(DeepSize)]
struct Faulty {
    #[deep_size("skip")]
    first: String,
    #[deep_size(skip with = path)]
    second: String,
    #[deep_size(, skip)]
    third: String,
    #[deep_size(deep_size::skip)]
    fourth: String,
}

fn main() {}
