use deep_size::assert_deep_size;

fn main() {
    assert_deep_size!(1_u8);
    assert_deep_size!(1_u8 != 2);
}
