use deep_size::DeepSize;

struct Foreign;


#[derive(DeepSize)]
struct Faulty {
    id: u32,
    foreign: Foreign,
    name: String,
}

fn main() {}
