use arbitrary::Unstructured;
use deep_size::Reason;
use geo_types::{Coord, Geometry, GeometryCollection, Line, LineString, MultiPoint, Point, Polygon, Rect};

use crate::random::{Random, below, length};
use crate::support::{assert_flat, assert_lower_bound};
use crate::{exact, for_random_bytes};

impl Random for Coord {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Self { x: f64::random(source, depth), y: 1.0 }
    }
}

impl Random for LineString {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Self(Vec::random(source, depth))
    }
}

/// Some of the kinds without a polygon.
impl Random for Geometry {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        match below(source, 4) {
            0 => Self::LineString(LineString::random(source, depth)),
            1 => Self::MultiPoint(MultiPoint(
                (0..length(source, depth)).map(|_| Point(Coord::random(source, depth))).collect(),
            )),
            2 if depth < 3 => Self::GeometryCollection(GeometryCollection(Vec::random(source, depth + 1))),
            _ => Self::Point(Point::new(1.0, 2.0)),
        }
    }
}

exact! {
    geometries: Geometry;
}

#[test]
fn random_polygons_are_lower_bounds() {
    for_random_bytes(|source| {
        let rings: Vec<LineString> = Random::random(source, 1);
        let points: usize = rings.iter().map(|ring| ring.0.len()).sum();
        let build = || Polygon::new(LineString(vec![]), rings.clone());
        assert!(assert_lower_bound(Reason::Capacity, build) >= points * 16 + rings.len() * 24);
    });
}

#[test]
fn shapes_without_vectors_are_flat() {
    let corner = Coord { x: 1.0, y: 2.0 };
    assert_flat(Line::new(corner, corner));
    assert_flat(Rect::new(corner, corner));
    assert_flat(geo_types::Triangle::new(corner, corner, corner));
}
