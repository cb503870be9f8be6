use std::collections::BTreeMap;

use arbitrary::Unstructured;
use deep_size::{DeepSize, Reason, Tally};
use ndarray::{ArcArray, Array, Array1, Array2, ArrayD, ArrayView, CowArray, IxDyn, s};

use crate::for_random_bytes;
use crate::random::{Random, below};
use crate::support::{Sum, assert_exact, assert_flat, assert_lower_bound, live_bytes};

/// A shape of up to six dimensions, each of length three at most.
fn random_shape(source: &mut Unstructured<'_>) -> IxDyn {
    let lengths: Vec<usize> = (0..below(source, 7)).map(|_| below(source, 4)).collect();
    IxDyn(&lengths)
}

#[test]
fn shapes_are_exact() {
    for_random_bytes(|source| {
        let shape = random_shape(source);
        assert_exact(|| shape.clone());
    });
    assert_flat(ndarray::Dim([2, 3]));
}

/// A new array has no spare capacity, so it is measured completely.
#[test]
fn new_arrays_are_measured_completely() {
    for_random_bytes(|source| {
        let shape = random_shape(source);
        let text = String::random(source, 0);
        let before = live_bytes();
        let array = ArrayD::from_elem(shape.clone(), text.clone());
        let built = live_bytes() - before;
        let sum = Sum::of(&array);
        let bounds = vec![(Reason::Capacity, None); usize::from(!array.is_empty())];
        assert_eq!(
            (array.heap_size() as isize, &sum.lower_bounds, &sum.opaque[..]),
            (built, &bounds, &[][..])
        );
        drop((sum, array));
        if !ArrayD::<u8>::zeros(shape.clone()).is_empty() {
            assert_lower_bound(Reason::Capacity, || ArrayD::from_elem(shape.clone(), 7_u16));
        } else {
            assert_exact(|| ArrayD::from_elem(shape.clone(), 7_u16));
        }
    });
}

#[test]
fn a_slice_counts_only_its_visible_elements() {
    let heap =
        assert_lower_bound(Reason::Capacity, || Array2::<u64>::zeros((10, 10)).slice_move(s![2..4, ..;-1]));
    assert_eq!(heap, 2 * 10 * 8);
    let heap = assert_lower_bound(Reason::Capacity, || Array1::from_vec(Vec::<u8>::with_capacity(100)));
    assert_eq!(heap, 0);
    let heap =
        assert_lower_bound(Reason::Capacity, || Array2::<u64>::zeros((10, 10)).slice_move(s![2..2, ..]));
    assert_eq!(heap, 0);
    assert_exact(|| Array1::from_elem(5, ()));
}

#[test]
fn views_own_only_their_dimensions() {
    let numbers = [1_u8, 2, 3, 4];
    assert_exact(|| ArrayView::from(&numbers[..]));
    assert_exact(|| ArrayView::from_shape(IxDyn(&[1, 1, 2, 1, 2]), &numbers).unwrap());
    assert_exact(|| CowArray::from(ArrayView::from(&numbers[..])));
    assert_lower_bound(Reason::Capacity, || CowArray::from(Array::from_vec(vec![String::from("owned")])));
}

#[test]
fn slices_of_an_array_count_their_union_once() {
    let shared = || ArcArray::<u64, _>::zeros((100, 100));
    let slices = || {
        let shared = shared();
        [shared.clone().slice_move(s![..10, ..]), shared.slice_move(s![5..20, ..])]
    };
    assert_eq!(assert_lower_bound(Reason::Slice, slices), 20 * 100 * 8);
    let clones = || {
        let shared = shared();
        [shared.clone(), shared.clone().slice_move(s![..;-1, ..]), shared]
    };
    assert_eq!(assert_lower_bound(Reason::Slice, clones), 100 * 100 * 8);
    let columns = || {
        let shared = shared();
        [shared.clone().slice_move(s![.., 3]), shared.slice_move(s![.., 5])]
    };
    assert_eq!(
        assert_lower_bound(Reason::Slice, columns),
        (99 * 100 + 3) * 8,
        "everything between the first and the last element is in the block"
    );
}

/// Random slices of an array of texts.
fn random_slices(source: &mut Unstructured<'_>) -> Vec<ArcArray<String, IxDyn>> {
    let texts = Array2::from_shape_fn((5, 6), |_| String::random(source, 0)).into_dyn().into_shared();
    let mut slices = vec![texts];
    for _ in 0..below(source, 6) {
        let slice = slices[below(source, slices.len())].clone();
        let (rows, columns) = (slice.shape()[0], slice.shape()[1]);
        let (row, column) = (below(source, rows + 1), below(source, columns + 1));
        slices.push(match below(source, 4) {
            0 => slice.slice_move(s![row.., ..]).into_dyn(),
            1 => slice.slice_move(s![.., column..]).into_dyn(),
            2 => slice.slice_move(s![..;-1, ..;2]).into_dyn(),
            _ => slice.reversed_axes(),
        });
        if bool::random(source, 0) {
            slices.swap_remove(below(source, slices.len() - 1));
        }
    }
    slices
}

#[test]
fn random_slices_count_each_visible_text_once() {
    for_random_bytes(|source| {
        let before = live_bytes();
        let slices = random_slices(source);
        let built = live_bytes() - before;
        let visible: BTreeMap<*const String, usize> =
            slices.iter().flatten().map(|text| (std::ptr::from_ref(text), text.capacity())).collect();
        let list = slices.capacity() * size_of::<ArcArray<String, IxDyn>>();
        let least = visible.len() * size_of::<String>() + visible.values().sum::<usize>();
        let counted = slices.heap_size() - list;
        assert!(counted >= least, "{counted} {least}");
        assert!((counted + list) as isize <= built);
        let header = if slices.len() == 1 { 40 } else { 0 };
        assert!(counted <= least + header, "only visible texts are counted: {counted} {least}");
        assert_eq!(Sum::of(&slices).bytes, slices.deep_size());
    });
}

#[test]
fn a_unique_handle_counts_its_visible_elements() {
    let before = live_bytes();
    let texts = ArcArray::<String, _>::from_elem((3, 2), String::from("text"));
    let built = live_bytes() - before;
    assert_eq!(texts.heap_size() as isize, built);
    let mut tally = Tally::new();
    assert_eq!(tally.add(&texts), texts.deep_size());
    assert_eq!(tally.add(&texts), size_of_val(&texts), "visited before");
    let other = texts.clone();
    assert_eq!(tally.add(&other), size_of_val(&texts));

    let row = || ArcArray::<u64, _>::zeros((10, 10)).slice_move(s![2..4, ..;-1]);
    assert_eq!(assert_lower_bound(Reason::Slice, row), 40 + 2 * 10 * 8);
    assert_eq!(assert_lower_bound(Reason::Slice, || ArcArray::<u64, _>::zeros((0, 10))), 0);
}
