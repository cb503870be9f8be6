use time::{Date, Duration, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcDateTime, UtcOffset, Weekday};

use crate::support::{assert_exact, assert_flat};

#[test]
fn times_own_nothing() {
    let date = Date::from_calendar_date(2026, Month::February, 28).unwrap();
    assert_flat(date);
    assert_flat(PrimitiveDateTime::new(date, Time::MIDNIGHT));
    assert_flat((Duration::HOUR, UtcOffset::UTC, Weekday::Monday, Month::May));
    assert_flat((OffsetDateTime::UNIX_EPOCH, UtcDateTime::UNIX_EPOCH));
}

#[test]
fn collections_of_times_are_exact() {
    assert_exact(|| {
        (0..1_000).map(|days| OffsetDateTime::UNIX_EPOCH + Duration::days(days)).collect::<Vec<_>>()
    });
}
