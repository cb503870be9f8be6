//! Types of other crates cannot be declared flat, nor types without a list of their parameters.

struct Key<T>(u32, std::marker::PhantomData<T>);

deep_size::flat_types! {
    std::sync::MutexGuard<'static, u8>,
    Key<T>,
}

fn main() {}
