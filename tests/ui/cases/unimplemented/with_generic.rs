use deep_size::{DeepSize, Walker};

fn slice<T: DeepSize>(_: &[T], _: &mut Walker<'_>) {}
fn mutable<T>(_: &mut T, _: &mut Walker<'_>) {}
fn swapped<T>(_: &mut Walker<'_>, _: &T) {}
fn walker_by_value<T>(_: &T, _: Walker<'_>) {}
fn shared_walker<T>(_: &T, _: &Walker<'_>) {}

#[derive(DeepSize)]
struct Faulty<T> {
    #[deep_size(with = slice)]
    not_a_slice: Option<T>,
    #[deep_size(with = mutable)]
    mutable: T,
    #[deep_size(with = swapped)]
    swapped: T,
    #[deep_size(with = walker_by_value)]
    walker_by_value: T,
    #[deep_size(with = shared_walker)]
    shared_walker: T,
    #[deep_size(with = String::len)]
    method: String,
    #[deep_size(with = String)]
    a_type: String,
}

fn main() {}
