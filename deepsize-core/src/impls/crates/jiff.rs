//! `jiff` 0.2 and 1: exact, except for time zones.
//!
//! A time zone with rules is a pointer to shared or static memory, and it does not expose which. UTC and fixed offsets own nothing.
//!
//! Source: `Repr` in `src/tz/timezone.rs` of 0.2.43 and 1.0.2.

/// Implements `DeepSize` for the types of one version. `$zoned` is its date and time with a time zone.
macro_rules! version {
    ($jiff:ident, $zoned:ident) => {
        const _: () = {
            use $jiff::civil::{Date, DateTime, ISOWeekDate, Time, Weekday};
            use $jiff::tz::{AmbiguousOffset, Disambiguation, Dst, Offset, OffsetConflict, TimeZone};
            use $jiff::{RoundMode, SignedDuration, Span, SpanFieldwise, Timestamp, Unit, $zoned};

            use crate::{DeepSize, Reason, Walker};

            flat! {
                AmbiguousOffset, Date, DateTime, Disambiguation, Dst, ISOWeekDate, Offset, OffsetConflict, RoundMode,
                SignedDuration, Span, SpanFieldwise, Time, Timestamp, Unit, Weekday,
            }

            /// Opaque if it has rules, otherwise nothing.
            impl DeepSize for TimeZone {
                built_in! {}

                fn walk_owned(&self, walker: &mut Walker<'_>) {
                    if !is_fixed(self) {
                        walker.opaque(Reason::Hidden);
                    }
                }
            }

            /// Whether a zone has a fixed offset and no rules.
            // Not `to_fixed_offset`, because it allocates an error for other zones.
            fn is_fixed(zone: &TimeZone) -> bool {
                zone.is_unknown() || *zone == TimeZone::fixed(zone.to_offset(Timestamp::UNIX_EPOCH))
            }

            /// The time zone.
            impl DeepSize for $zoned {
                built_in! {}

                fn walk_owned(&self, walker: &mut Walker<'_>) {
                    walker.field("time_zone", self.time_zone());
                }
            }
        };
    };
}

#[cfg(feature = "jiff")]
version! { jiff, ZonedDateTime }
#[cfg(feature = "jiff_0_2")]
version! { jiff_0_2, Zoned }
