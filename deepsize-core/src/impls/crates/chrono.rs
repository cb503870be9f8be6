//! `chrono` 0.4: exact. Its types own nothing.

use chrono::format::{
    Colons, Fixed, Numeric, OffsetFormat, OffsetPrecision, Pad, ParseError, ParseErrorKind, Parsed,
};
use chrono::{
    DateTime, Days, FixedOffset, IsoWeek, MappedLocalTime, Month, Months, NaiveDate, NaiveDateTime,
    NaiveTime, NaiveWeek, OutOfRange, ParseMonthError, ParseWeekdayError, RoundingError, SecondsFormat,
    TimeDelta, TimeZone, Utc, Weekday, WeekdaySet,
};

use crate::{DeepSize, Walker};

flat! {
    Colons, Days, Fixed, FixedOffset, IsoWeek, Month, Months, NaiveDate, NaiveDateTime, NaiveTime, NaiveWeek, Numeric,
    OffsetFormat, OffsetPrecision, OutOfRange, Pad, ParseError, ParseErrorKind, ParseMonthError,
    ParseWeekdayError, Parsed, RoundingError, SecondsFormat, TimeDelta, Utc, Weekday, WeekdaySet,
}

/// The offset, which is flat for the time zones of `chrono` and `chrono-tz`.
///
/// The value stores no zone, so `DateTime<Local>` is flat too.
impl<Z: TimeZone<Offset: DeepSize>> DeepSize for DateTime<Z> {
    built_in! {}

    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if !Self::is_flat() {
            walker.field("offset", self.offset());
        }
    }

    #[inline]
    fn is_flat() -> bool {
        Z::Offset::is_flat()
    }
}

/// The zero to two times.
impl<T: DeepSize> DeepSize for MappedLocalTime<T> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        match self {
            Self::Single(time) => {
                walker.variant("Single");
                walker.field("0", time);
            }
            Self::Ambiguous(earliest, latest) => {
                walker.variant("Ambiguous");
                walker.field("0", earliest);
                walker.field("1", latest);
            }
            Self::None => walker.variant("None"),
        }
    }

    #[inline]
    fn is_flat() -> bool {
        T::is_flat()
    }
}
