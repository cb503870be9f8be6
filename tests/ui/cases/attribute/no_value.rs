use deep_size::DeepSize;

#[derive(DeepSize)]
#[deep_size(crate)]
struct Faulty<T> {
    #[deep_size(with)]
    first: T,
    #[deep_size(bound, skip)]
    second: T,
    #[deep_size(with =)]
    third: T,
}

fn main() {}
