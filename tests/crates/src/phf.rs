use phf::{phf_map, phf_ordered_map, phf_ordered_set, phf_set};

use crate::support::assert_flat;

#[test]
fn tables_in_the_program_own_nothing() {
    assert_flat(phf_map! { "a" => 1, "b" => 2 });
    assert_flat(phf_set! { "a", "b" });
    assert_flat(phf_ordered_map! { 1_u8 => "a", 2_u8 => "b" });
    assert_flat(phf_ordered_set! { 'a', 'b' });
}
