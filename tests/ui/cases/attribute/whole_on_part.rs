use deep_size::DeepSize;

#[derive(DeepSize)]
enum Faulty {
    #[deep_size(flat)]
    First(#[deep_size(opaque)] String),
    #[deep_size(opaque)]
    Second {
        #[deep_size(flat)]
        field: String,
    },
}

fn main() {}
