use deep_size::DeepSize;

struct Foreign;

#[derive(DeepSize)]
#[repr(packed)]
struct Faulty {
    id: u8,
    foreign: Foreign,
}

fn main() {}
