use deep_size::assert_footprint;

fn main() {
    assert_footprint!("number", 1_u8);
    deep_size::assert_footprint!("number", 1_u8, tolerance = 0.05);
}
