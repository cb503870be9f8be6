use deep_size::DeepSize;

struct Foreign;


#[derive(DeepSize)]
struct Faulty {
    foreign: Vec<Option<Foreign>>,
    array: [Foreign; 3],
}

fn main() {}
