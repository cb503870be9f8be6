//! `rust_decimal` 1: exact, since a number has all its digits inside.

use rust_decimal::{Decimal, RoundingStrategy};

flat! { Decimal, RoundingStrategy }
