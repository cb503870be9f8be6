//! `ulid` 1 to 3: exact, since an identifier is a number.

use ulid::Ulid;

flat! { Ulid }
