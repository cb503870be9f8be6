use deep_size::{DeepSize, Walker};

fn measure(_: &String, _: &mut Walker<'_>) {}

#[derive(DeepSize)]
#[repr(packed)]
struct Faulty<'a> {
    #[deep_size(with = measure)]
    name: String,
    #[deep_size(borrowed)]
    target: &'a mut u8,
}

fn main() {}
