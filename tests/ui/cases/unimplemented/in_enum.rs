use deep_size::DeepSize;

struct Foreign;


#[derive(DeepSize)]
enum Faulty {
    Tuple(u32, Foreign),
    Named { foreign: Box<Foreign> },
}

fn main() {}
