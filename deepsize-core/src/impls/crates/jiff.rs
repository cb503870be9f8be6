//! `jiff` 0.2: exact but for time zones.
//!
//! A time zone with rules of its own is a pointer to them, either shared or in the program itself (`Repr` in
//! `src/tz/timezone.rs` of 0.2.43), which is not shown. UTC and fixed offsets own nothing.

use jiff::civil::{Date, DateTime, ISOWeekDate, Time, Weekday};
use jiff::tz::{AmbiguousOffset, Disambiguation, Dst, Offset, OffsetConflict, TimeZone};
use jiff::{RoundMode, SignedDuration, Span, SpanFieldwise, Timestamp, Unit, Zoned};

use crate::{DeepSize, Reason, Walker};

flat! {
    AmbiguousOffset, Date, DateTime, Disambiguation, Dst, ISOWeekDate, Offset, OffsetConflict, RoundMode, SignedDuration,
    Span, SpanFieldwise, Time, Timestamp, Unit, Weekday,
}

/// Nothing, or opaque if it has rules.
impl DeepSize for TimeZone {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if !is_fixed(self) {
            walker.opaque(Reason::Hidden);
        }
    }
}

/// Whether a zone has the same offset at all times and no rules. (`to_fixed_offset` makes an error on the heap if not.)
fn is_fixed(zone: &TimeZone) -> bool {
    zone.is_unknown() || *zone == TimeZone::fixed(zone.to_offset(Timestamp::UNIX_EPOCH))
}

/// What the time zone owns.
impl DeepSize for Zoned {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("time_zone", self.time_zone());
    }
}
