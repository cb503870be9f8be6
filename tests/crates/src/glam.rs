use crate::support::{assert_exact, assert_flat};

#[test]
fn vectors_and_matrices_own_nothing() {
    assert_flat((
        glam::Vec3::ONE,
        glam::Vec3A::ONE,
        glam::DVec4::ONE,
        glam::U8Vec2::ONE,
        glam::USizeVec3::ONE,
    ));
    assert_flat((
        glam::Mat4::IDENTITY,
        glam::DMat2::IDENTITY,
        glam::Quat::IDENTITY,
        glam::Affine3A::IDENTITY,
    ));
    assert_flat((glam::BVec3::TRUE, glam::EulerRot::XYZ));
    assert_exact(|| {
        (0..100).map(|number| (glam::IVec2::splat(number), number.to_string())).collect::<Vec<_>>()
    });
}
