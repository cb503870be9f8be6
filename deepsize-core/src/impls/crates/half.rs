//! `half` 2: exact, since a float owns nothing.

use half::{bf16, f16};

flat! { bf16, f16 }
