use deep_size::DeepSize;

#[derive(DeepSize)]
#[repr(C, packed(2))]
struct Faulty {
    id: u8,
    name: String,
    tags: Vec<u8>,
}

fn main() {}
