//! `ulid` 1 to 3: exact. An identifier is a number.

use ulid::Ulid;

flat! { Ulid }
