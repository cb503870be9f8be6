//! Names, numbers, profiles and figures over time, as `deep-size` and `deep-size-track` write them.
//!
//! Private to these packages: any release may change this API.

mod csv;
#[cfg(feature = "pprof")]
mod message;
mod names;
#[cfg(feature = "pprof")]
mod pprof;
mod series;
pub mod units;
pub mod visible;

pub use csv::CsvField;
pub use names::{folded_frame, markup, shown};
#[cfg(feature = "pprof")]
pub use pprof::Profile;
pub use series::{Series, Verdict};
