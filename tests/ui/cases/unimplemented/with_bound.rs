use deep_size::{DeepSize, Walker};

struct Foreign;

fn clone<T: Clone>(_: &T, _: &mut Walker<'_>) {}

#[derive(DeepSize)]
struct Faulty {
    #[deep_size(with = clone)]
    field: Foreign,
}

fn main() {}
