use std::time::{Instant, SystemTime, SystemTimeError};

flat! { Instant, SystemTime, SystemTimeError }
