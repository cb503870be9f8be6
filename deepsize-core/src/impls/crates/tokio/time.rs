//! Times and timers. A timer belongs to a runtime, so it is opaque.

use tokio::time::error::{Elapsed, Error};
use tokio::time::{Instant, Interval, MissedTickBehavior, Sleep, Timeout};

use crate::{DeepSize, Reason, Walker};

flat! { Elapsed, Error, Instant, MissedTickBehavior }

opaque! { Handle: Interval, Sleep }

/// The future. Its timer is opaque.
impl<T: DeepSize> DeepSize for Timeout<T> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("value", self.get_ref());
        walker.opaque(Reason::Handle);
    }
}
