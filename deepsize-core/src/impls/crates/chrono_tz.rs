//! `chrono-tz` 0.10: exact. Its zones are static tables.

use chrono_tz::{ParseError, Tz, TzOffset};

flat! { ParseError, Tz, TzOffset }
