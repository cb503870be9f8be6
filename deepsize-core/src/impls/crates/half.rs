//! `half` 2: exact. Its types own nothing.

use half::{bf16, f16};

flat! { bf16, f16 }
