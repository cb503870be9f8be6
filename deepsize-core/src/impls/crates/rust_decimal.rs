//! `rust_decimal` 1: exact. A number stores all its digits inline.

use rust_decimal::{Decimal, RoundingStrategy};

flat! { Decimal, RoundingStrategy }
