use deep_size::Reason;
use memmap2::{MmapMut, MmapOptions};

use crate::support::{assert_flat, assert_opaque};

const REASON: Reason = Reason::Other("mapped by the operating system");

#[test]
fn mappings_are_opaque() {
    let map = || MmapMut::map_anon(10_000).expect("memory can be mapped");
    assert_eq!(assert_opaque(REASON, map), 0);
    assert_eq!(assert_opaque(REASON, || map().make_read_only().expect("it can be read")), 0);
    assert_flat(MmapOptions::new());
}
