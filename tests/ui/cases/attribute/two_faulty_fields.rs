use deep_size::DeepSize;

#[derive(DeepSize)]
#[deep_size(skip)]
enum Faulty {
    First {
        #[deep_size(ignore)]
        field: String,
        #[deep_size(skip, crate = path, skip)]
        other: String,
    },
    #[deep_size(borrowed)]
    Second(#[deep_size(bound)] String),
}

fn main() {}
