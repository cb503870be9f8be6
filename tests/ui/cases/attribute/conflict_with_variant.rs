use deep_size::DeepSize;

#[derive(DeepSize)]
enum Faulty {
    #[deep_size(skip)]
    First(#[deep_size(skip)] String),
    #[deep_size(with = measure)]
    Second {
        #[deep_size(skip)]
        field: String,
    },
}

fn main() {}
