use deep_size::{DeepSize, Walker};

fn one(_: &String, _: &mut Walker<'_>) {}
fn swapped(_: &u8, _: &String, _: &mut Walker<'_>) {}
fn returns(_: &mut Walker<'_>) -> usize {
    1
}

#[derive(DeepSize)]
enum Faulty {
    #[deep_size(with = one)]
    Two(String, u8),
    #[deep_size(with = swapped)]
    Swapped(String, u8),
    #[deep_size(with = returns)]
    Returns,
}

fn main() {}
