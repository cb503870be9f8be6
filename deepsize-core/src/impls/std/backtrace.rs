use std::backtrace::{Backtrace, BacktraceStatus};

use crate::{DeepSize, Reason, Walker};

flat! { BacktraceStatus }

/// Opaque if it was captured, otherwise nothing.
impl DeepSize for Backtrace {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if !matches!(self.status(), BacktraceStatus::Disabled | BacktraceStatus::Unsupported) {
            walker.opaque(Reason::Hidden);
        }
    }
}
