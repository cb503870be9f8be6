use deep_size::{DeepSize, Walker, with};

struct Foreign;

fn measure(_: &String, _: &mut Walker<'_>) {}
fn measure_str() -> fn(&str, &mut Walker<'_>) {
    |_, _| {}
}

#[derive(DeepSize)]
struct Faulty {
    #[deep_size(with = 1)]
    literal: String,
    #[deep_size(with = measure())]
    no_argument: String,
    #[deep_size(with = measure_str())]
    another_type: Foreign,
    #[deep_size(with = with::each(measure))]
    another_element: Vec<Foreign>,
    #[deep_size(with = with::each(DeepSize::walk_owned))]
    element_without_impl: Vec<Foreign>,
    #[deep_size(with = with::each(1))]
    not_a_function: Vec<Foreign>,
    #[deep_size(with = with::each(|_: &Foreign| ()))]
    no_walker: Vec<Foreign>,
    #[deep_size(with = with::each(measure, measure))]
    two_functions: Vec<Foreign>,
}

fn main() {}
