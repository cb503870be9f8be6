use deep_size::DeepSize;

use std::mem::ManuallyDrop;

#[derive(DeepSize)]
union Faulty {
    number: u64,
    text: ManuallyDrop<String>,
}

fn main() {}
