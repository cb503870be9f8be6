//! `num-complex` 0.4: exact.

use num_complex::Complex;

use crate::DeepSize;

fields! { Complex<T> where [T: DeepSize] => T { re, im } }
