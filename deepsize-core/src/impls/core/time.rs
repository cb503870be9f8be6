use core::time::{Duration, TryFromFloatSecsError};

flat! { Duration, TryFromFloatSecsError }
