//! Names, numbers, profiles, pages and figures over time, as `deep-size` and `deep-size-track` write them.
//!
//! Private to these packages: any release may change this API.

mod csv;
#[cfg(feature = "html")]
pub mod html;
#[cfg(feature = "pprof")]
mod message;
mod names;
#[cfg(feature = "pprof")]
mod pprof;
mod series;
mod texts;
pub mod units;
pub mod visible;

pub use csv::CsvField;
pub use names::{folded_frame, markup, short_type_name, shown, write_json_escape};
#[cfg(feature = "pprof")]
pub use pprof::Profile;
pub use series::{Series, Verdict};
pub use texts::Texts;
