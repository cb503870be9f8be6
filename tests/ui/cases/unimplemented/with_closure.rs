use deep_size::{DeepSize, Walker};

fn captured(walker: &mut Walker<'_>, capacity: usize) {
    let _ = (walker, capacity);
}

#[derive(DeepSize)]
struct Faulty {
    #[deep_size(with = |field: &str, walker| captured(walker, field.len()))]
    another_type: String,
    #[deep_size(with = |field| field.len())]
    no_walker: String,
    #[deep_size(with = || ())]
    nothing: String,
    #[deep_size(with = |field, walker| walker.capacity(field))]
    unknown_method: String,
    #[deep_size(with = |field, _| field.capacity())]
    returns: String,
}

#[derive(DeepSize)]
enum FaultyEnum {
    #[deep_size(with = |first, walker| captured(walker, first.len()))]
    Two(String, String),
    #[deep_size(with = captured(1))]
    Call(String, String),
    #[deep_size(with = 1)]
    Literal(String),
}

fn main() {}
