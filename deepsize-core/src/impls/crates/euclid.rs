//! `euclid` 0.22: exact, because all fields are public.

use euclid::{
    Angle, BoolVector2D, BoolVector3D, Box2D, Box3D, HomogeneousVector, Length, Point2D, Point3D, Rect,
    RigidTransform3D, Rotation2D, Rotation3D, Scale, ScaleOffset2D, SideOffsets2D, Size2D, Size3D,
    Transform2D, Transform3D, Translation2D, Translation3D, UnknownUnit, Vector2D, Vector3D,
};

use crate::DeepSize;

flat! { BoolVector2D, BoolVector3D, UnknownUnit }

fields! {
    Angle<T> where [T: DeepSize] => T { radians }
    Box2D<T, U> where [T: DeepSize, U] => T { min, max }
    Box3D<T, U> where [T: DeepSize, U] => T { min, max }
    HomogeneousVector<T, U> where [T: DeepSize, U] => T { x, y, z, w }
    Length<T, U> where [T: DeepSize, U] => T { 0 }
    Point2D<T, U> where [T: DeepSize, U] => T { x, y }
    Point3D<T, U> where [T: DeepSize, U] => T { x, y, z }
    Rect<T, U> where [T: DeepSize, U] => T { origin, size }
    RigidTransform3D<T, A, B> where [T: DeepSize, A, B] => T { rotation, translation }
    Rotation2D<T, A, B> where [T: DeepSize, A, B] => T { angle }
    Rotation3D<T, A, B> where [T: DeepSize, A, B] => T { i, j, k, r }
    Scale<T, A, B> where [T: DeepSize, A, B] => T { 0 }
    ScaleOffset2D<T, A, B> where [T: DeepSize, A, B] => T { sx, sy, tx, ty }
    SideOffsets2D<T, U> where [T: DeepSize, U] => T { top, right, bottom, left }
    Size2D<T, U> where [T: DeepSize, U] => T { width, height }
    Size3D<T, U> where [T: DeepSize, U] => T { width, height, depth }
    Transform2D<T, A, B> where [T: DeepSize, A, B] => T { m11, m12, m21, m22, m31, m32 }
    Transform3D<T, A, B> where [T: DeepSize, A, B] => T {
        m11, m12, m13, m14, m21, m22, m23, m24, m31, m32, m33, m34, m41, m42, m43, m44,
    }
    Translation2D<T, A, B> where [T: DeepSize, A, B] => T { x, y }
    Translation3D<T, A, B> where [T: DeepSize, A, B] => T { x, y, z }
    Vector2D<T, U> where [T: DeepSize, U] => T { x, y }
    Vector3D<T, U> where [T: DeepSize, U] => T { x, y, z }
}
