use deep_size::DeepSize;

#[derive(DeepSize)]
#[derive(Clone, Copy)]
union Faulty {
    #[deep_size(with = measure)]
    number: u64,
    #[deep_size(borrowed)]
    text: &'static str,
    #[deep_size(skip)]
    fine: u8,
}

fn main() {}
