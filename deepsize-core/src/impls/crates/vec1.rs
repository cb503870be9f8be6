//! `vec1` 1: exact, like its `Vec`.

use vec1::{Size0Error, Vec1};

use crate::DeepSize;

flat! { Size0Error }

delegates! { |this: Vec1<T> where [T: DeepSize]| this.as_vec(); }
