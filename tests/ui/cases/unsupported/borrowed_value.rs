use deep_size::DeepSize;

#[derive(DeepSize)]
struct Faulty<'a> {
    #[deep_size(borrowed)]
    number: u32,
    #[deep_size(borrowed)]
    text: Option<u8>,
    #[deep_size(borrowed)]
    array: [&'a str; 2],
    #[deep_size(borrowed)]
    pointer: *const u8,
}

fn main() {}
