use deep_size::DeepSize;

use std::mem::ManuallyDrop;

#[derive(DeepSize)]
#[deep_size(bound = "T: DeepSize")]
union Faulty<T> {
    number: u64,
    value: ManuallyDrop<T>,
}

fn main() {}
