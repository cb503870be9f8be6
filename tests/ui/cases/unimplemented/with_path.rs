use deep_size::DeepSize;

#[derive(DeepSize)]
struct Faulty {
    #[deep_size(with = missing)]
    field: String,
}

fn main() {}
