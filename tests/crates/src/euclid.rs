use arbitrary::Unstructured;
use euclid::default::{Box2D, Point2D, Rect, Size2D, Transform3D};
use euclid::{Angle, Length, Rotation3D, UnknownUnit};

use crate::exact;
use crate::random::Random;
use crate::support::{assert_exact, assert_flat};

impl<T: Random> Random for Point2D<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Self::new(T::random(source, depth), T::random(source, depth))
    }
}

impl<T: Random> Random for Rect<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Self::new(
            Point2D::random(source, depth),
            Size2D::new(T::random(source, depth), T::random(source, depth)),
        )
    }
}

exact! {
    points: Vec<Point2D<f64>>;
    // The unit needs no impl, and the number need not be flat.
    points_of_vectors: Point2D<Vec<u8>>;
    rectangles_of_strings: Rect<String>;
}

#[test]
fn shapes_of_numbers_are_flat() {
    assert_flat(Box2D::new(Point2D::new(0, 0), Point2D::new(1, 1)));
    assert_flat(Transform3D::<f32>::identity());
    assert_flat(Rotation3D::<f32, UnknownUnit, UnknownUnit>::identity());
    assert_flat(Angle::radians(1.0));
    assert_exact(|| Length::<Vec<u8>, UnknownUnit>::new(vec![1, 2, 3]));
}
