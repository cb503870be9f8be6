use arbitrary::Unstructured;
use nalgebra::{
    DMatrix, DMatrixView, DVector, Dyn, Isometry3, Matrix3, Matrix4, OMatrix, Orthographic3, Perspective3,
    Point3, Quaternion, Rotation3, SMatrix, Similarity3, Translation3, U2, Unit, UnitQuaternion, Vector3,
};

use crate::exact;
use crate::random::{Random, below};
use crate::support::{assert_exact, assert_flat};

impl Random for DMatrix<f64> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let (rows, columns) = (below(source, 6), below(source, 6));
        let matrix = Self::from_fn(rows, columns, |_, _| f64::random(source, depth));
        if columns > 1 && bool::random(source, depth) { matrix.remove_column(0) } else { matrix }
    }
}

impl Random for DVector<u8> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut numbers = Vec::random(source, depth);
        if numbers.is_empty() {
            numbers.push(1);
        }
        Self::from_vec(numbers)
    }
}

exact! {
    matrices: Vec<DMatrix<f64>>;
    vectors: Vec<DVector<u8>>;
}

#[test]
fn matrices_of_fixed_size_own_nothing() {
    assert_flat((Matrix3::<f32>::identity(), Vector3::new(1, 2, 3), Point3::new(1_u8, 2, 3)));
    assert_flat((
        Quaternion::new(1.0, 0.0, 0.0, 0.0),
        UnitQuaternion::<f64>::identity(),
        Rotation3::<f64>::identity(),
    ));
    assert_flat((Isometry3::<f32>::identity(), Similarity3::<f32>::identity(), Translation3::new(1, 2, 3)));
    assert_flat(Unit::new_normalize(Vector3::new(1.0, 0.0, 0.0)));
    assert_flat((Orthographic3::new(0.0, 1.0, 0.0, 1.0, 0.1, 1.0), Perspective3::new(1.0, 1.0, 0.1, 1.0)));
    assert_flat(DMatrixView::<u8>::from_slice(&[1, 2, 3, 4], 2, 2));
}

#[test]
fn matrices_of_owning_elements_are_exact() {
    assert_exact(|| SMatrix::<String, 2, 2>::from_fn(|row, column| format!("{row} {column}")));
    assert_exact(|| DMatrix::from_fn(3, 4, |row, column| format!("{row} {column}")));
    assert_exact(|| OMatrix::<u16, U2, Dyn>::from_vec(Vec::with_capacity(10)));
    assert_exact(|| Box::new(Matrix4::<f64>::zeros()));
    assert_exact(|| Point3::from(["x", "y", "z"].map(String::from)));
}
