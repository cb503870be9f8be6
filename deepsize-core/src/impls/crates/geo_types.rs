//! `geo-types` 0.7: exact, except for the vector of a polygon's interior rings, which is a lower bound.
//!
//! Coordinates are numbers, so they own nothing.

use geo_types::{
    Coord, CoordNum, Geometry, GeometryCollection, Line, LineString, MultiLineString, MultiPoint,
    MultiPolygon, Point, Polygon, Rect, Triangle,
};

use crate::{DeepSize, Walker, with};

fields! {
    Coord<T> where [T: CoordNum + DeepSize] => T { x, y }
    GeometryCollection<T> where [T: CoordNum + DeepSize] { 0 }
    Line<T> where [T: CoordNum + DeepSize] => T { start, end }
    LineString<T> where [T: CoordNum + DeepSize] { 0 }
    MultiLineString<T> where [T: CoordNum + DeepSize] { 0 }
    MultiPoint<T> where [T: CoordNum + DeepSize] { 0 }
    MultiPolygon<T> where [T: CoordNum + DeepSize] { 0 }
    Point<T> where [T: CoordNum + DeepSize] => T { 0 }
}

variants! {
    Geometry<T> where [T: CoordNum + DeepSize] {
        Point(value), Line(value), LineString(value), Polygon(value), MultiPoint(value),
        MultiLineString(value), MultiPolygon(value), GeometryCollection(value), Rect(value), Triangle(value),
    }
}

unseen! {
    Hidden:
    /// Opaque unless the coordinates are flat: the accessors return copies.
    Rect<T> where [T: CoordNum + DeepSize] => T;
    /// Opaque unless the coordinates are flat: the accessors return copies.
    Triangle<T> where [T: CoordNum + DeepSize] => T;
}

/// The rings. The capacity of the vector of interior rings is not exposed.
impl<T: CoordNum + DeepSize> DeepSize for Polygon<T> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("exterior", self.exterior());
        with::slice_at_least(self.interiors(), walker);
    }
}
