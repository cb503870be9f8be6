use deep_size::DeepSize;

#[derive(DeepSize)]
struct Faulty<'a> {
    #[deep_size(skip, with = measure)]
    first: String,
    #[deep_size(borrowed)]
    #[deep_size(skip)]
    second: &'a str,
    #[deep_size(with = measure, borrowed)]
    third: &'a str,
}

fn main() {}
