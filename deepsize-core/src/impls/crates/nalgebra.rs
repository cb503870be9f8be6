//! `nalgebra` 0.33 to 0.35: exact.

use nalgebra::allocator::Allocator;
use nalgebra::{
    ArrayStorage, Const, DefaultAllocator, Dim, DimName, DualQuaternion, Dyn, Isometry, Matrix, OPoint,
    OVector, Orthographic3, Perspective3, Quaternion, Rotation, Scalar, Scale, Similarity, Translation, Unit,
    VecStorage, ViewStorage, ViewStorageMut,
};

use crate::{DeepSize, Walker};

flat! {
    Const<N> where [const N: usize],
    Dyn,
    ViewStorage<'_, T, R, C, S, D> where [T, R: Dim, C: Dim, S: Dim, D: Dim],
    ViewStorageMut<'_, T, R, C, S, D> where [T, R: Dim, C: Dim, S: Dim, D: Dim],
}

/// Implements `DeepSize` for types with one part that may own memory.
macro_rules! parts {
    ($($(#[$attribute:meta])* $type:ty where [$($generics:tt)*] $([$($bound:tt)*])?
        => $part:ty: |$this:ident| $value:expr;)*) => {$(
        $(#[$attribute])*
        impl<$($generics)*> DeepSize for $type $(where $($bound)*)? {
            built_in! {}

            #[inline]
            fn walk_owned(&self, walker: &mut Walker<'_>) {
                let $this = self;
                walker.inner::<$part>($value);
            }

            #[inline]
            fn is_flat() -> bool {
                <$part as DeepSize>::is_flat()
            }
        }
    )*};
}

parts! {
    ArrayStorage<T, R, C> where [T: DeepSize, const R: usize, const C: usize] => [[T; R]; C]: |this| &this.0;
    /// Capacity × element size.
    VecStorage<T, R, C> where [T: DeepSize, R: Dim, C: Dim] => alloc::vec::Vec<T>: |this| this.as_vec();
    Matrix<T, R, C, S> where [T, R, C, S: DeepSize] => S: |this| &this.data;
    OPoint<T, D> where [T: Scalar, D: DimName] [DefaultAllocator: Allocator<D>, OVector<T, D>: DeepSize]
        => OVector<T, D>: |this| &this.coords;
    Orthographic3<T> where [T: nalgebra::RealField + DeepSize] => nalgebra::Matrix4<T>: |this| this.as_matrix();
    Perspective3<T> where [T: nalgebra::RealField + DeepSize] => nalgebra::Matrix4<T>: |this| this.as_matrix();
    Quaternion<T> where [T: DeepSize] => nalgebra::Vector4<T>: |this| &this.coords;
    Rotation<T, D> where [T: Scalar + DeepSize, const D: usize] => nalgebra::SMatrix<T, D, D>: |this| this.matrix();
    Scale<T, D> where [T: DeepSize, const D: usize] => nalgebra::SVector<T, D>: |this| &this.vector;
    Translation<T, D> where [T: DeepSize, const D: usize] => nalgebra::SVector<T, D>: |this| &this.vector;
    Unit<T> where [T: DeepSize] => T: |this| this.as_ref();
}

impl<T: DeepSize> DeepSize for DualQuaternion<T> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("real", &self.real);
        walker.field("dual", &self.dual);
    }

    #[inline]
    fn is_flat() -> bool {
        T::is_flat()
    }
}

impl<T: DeepSize, R: DeepSize, const D: usize> DeepSize for Isometry<T, R, D> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("rotation", &self.rotation);
        walker.field("translation", &self.translation);
    }

    #[inline]
    fn is_flat() -> bool {
        T::is_flat() && R::is_flat()
    }
}

/// The isometry. The scaling factor is not exposed, so it is opaque unless its type is flat.
impl<T: DeepSize, R: DeepSize, const D: usize> DeepSize for Similarity<T, R, D> {
    built_in! { hides T }

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("isometry", &self.isometry);
        if !T::is_flat() {
            walker.opaque(crate::Reason::Hidden);
        }
    }

    #[inline]
    fn is_flat() -> bool {
        T::is_flat() && R::is_flat()
    }
}
