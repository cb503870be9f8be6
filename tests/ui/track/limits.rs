use deep_size_track::{assert_allocations, assert_size};

fn main() {
    assert_allocations!(7, size <= 3);
    assert_allocations!(7, <= 3, block == 1, peak < 5);
    assert_allocations!(7, blocks = 3);
    assert_allocations!(7, blocks 3);
    assert_allocations!(7);
    assert_allocations!(7, "text");
    assert_size!(7);
}
