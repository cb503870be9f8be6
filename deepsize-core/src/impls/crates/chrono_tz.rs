//! `chrono-tz` 0.10: exact, since its zones are tables in the program itself.

use chrono_tz::{ParseError, Tz, TzOffset};

flat! { ParseError, Tz, TzOffset }
