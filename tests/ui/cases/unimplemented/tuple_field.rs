use deep_size::DeepSize;

struct Foreign;


#[derive(DeepSize)]
struct Faulty(u32, Foreign);

fn main() {}
