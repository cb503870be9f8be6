//! `either` 1: exact.

use either::Either;

either! { Either { Left, Right } }
