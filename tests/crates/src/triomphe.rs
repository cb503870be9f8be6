use arbitrary::Unstructured;
use triomphe::{Arc, ArcBorrow, ArcUnion, HeaderSlice, HeaderWithLength, OffsetArc, ThinArc, UniqueArc};

use crate::exact;
use crate::random::Random;
use crate::sharing::assert_counted_once;
use crate::support::{assert_exact, assert_flat};

impl<T: Random> Random for Arc<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Arc::new(T::random(source, depth))
    }
}

impl<T: Random> Random for Arc<[T]> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Vec::random(source, depth).into()
    }
}

impl<T: Random> Random for UniqueArc<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        UniqueArc::new(T::random(source, depth))
    }
}

impl<T: Random> Random for OffsetArc<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Arc::into_raw_offset(Arc::random(source, depth))
    }
}

impl<H: Random, T: Random> Random for ThinArc<H, T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let header = H::random(source, depth);
        ThinArc::from_header_and_iter(header, Vec::random(source, depth).into_iter())
    }
}

impl<A: Random, B: Random> Random for ArcUnion<A, B> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        if bool::random(source, depth) {
            ArcUnion::from_first(Arc::random(source, depth))
        } else {
            ArcUnion::from_second(Arc::random(source, depth))
        }
    }
}

exact! {
    arcs: Vec<Arc<String>>;
    over_aligned_arcs: Vec<Arc<u128>>;
    slices: Vec<Arc<[(u8, String)]>>;
    unique_arcs: Vec<UniqueArc<Vec<u16>>>;
    offset_arcs: Vec<OffsetArc<(u8, Box<u32>)>>;
    thin_arcs: Vec<ThinArc<String, Vec<u8>>>;
    thin_arcs_of_large_elements: Vec<ThinArc<u8, u128>>;
    unions: Vec<ArcUnion<String, u128>>;
}

#[test]
fn handles_on_one_block_count_it_once() {
    let text = || String::from("shared");
    assert_counted_once(|| Arc::new(text()));
    assert_counted_once(|| Arc::<str>::from("shared"));
    assert_counted_once(|| Arc::into_raw_offset(Arc::new(text())));
    assert_counted_once(|| ThinArc::from_header_and_iter(text(), [text(), text()].into_iter()));
    assert_counted_once(|| ArcUnion::<u8, String>::from_second(Arc::new(text())));
    assert_counted_once(|| UniqueArc::new(text()).shareable());
}

#[test]
fn handles_of_several_types_share_a_block() {
    assert_exact(|| {
        let arc = Arc::new(String::from("shared"));
        let offset = Arc::into_raw_offset(arc.clone());
        (ArcUnion::<String, u8>::from_first(arc.clone()), vec![offset; 2], arc)
    });
    assert_exact(|| {
        let thin = ThinArc::from_header_and_slice(1_u8, &[1_u64, 2]);
        (Arc::protected_from_thin(thin.clone()), Arc::from_thin(thin.clone()), thin)
    });
}

#[test]
fn handles_on_many_blocks_are_distinguished() {
    assert_exact(|| {
        let arcs: Vec<_> = (0..50_u64).map(|number| Arc::new(number.to_string())).collect();
        (0..500).map(|index| arcs[index * 7 % 50].clone()).collect::<Vec<_>>()
    });
}

#[test]
fn a_header_with_a_slice_is_measured_without_a_handle() {
    assert_exact(|| HeaderSlice { header: String::from("header"), slice: [Box::new(1)] });
    assert_exact(|| HeaderWithLength::new(String::from("header"), 1));
    assert_flat(HeaderWithLength::new(1, 1));
}

#[test]
fn a_borrow_owns_nothing() {
    let arc = Arc::new(String::from("not owned"));
    assert_flat::<ArcBorrow<'_, String>>(arc.borrow_arc());
    let union = ArcUnion::<String, u8>::from_first(arc);
    assert_flat(union.borrow());
}
