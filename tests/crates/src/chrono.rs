use std::collections::BTreeMap;

use chrono::{
    DateTime, Days, FixedOffset, MappedLocalTime, Month, Months, NaiveDate, NaiveDateTime, NaiveTime,
    TimeDelta, TimeZone, Utc, Weekday, WeekdaySet,
};
use chrono_tz::{Tz, TzOffset};

use crate::support::{assert_exact, assert_flat};

#[test]
fn times_own_nothing() {
    let date = NaiveDate::from_ymd_opt(2026, 2, 28).unwrap();
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap();
    assert_flat(date);
    assert_flat(noon);
    assert_flat(NaiveDateTime::new(date, noon));
    assert_flat(TimeDelta::seconds(5));
    assert_flat(FixedOffset::east_opt(3600).unwrap());
    assert_flat((Month::May, Weekday::Mon, WeekdaySet::ALL, Days::new(3), Months::new(2)));
    assert_flat(NaiveDate::from_ymd_opt(2026, 13, 1));
    assert_flat("12:61".parse::<NaiveTime>());
    assert_flat(DateTime::<Utc>::UNIX_EPOCH);
    assert_flat(DateTime::<Utc>::UNIX_EPOCH.fixed_offset());
}

#[test]
fn times_with_a_zone_own_nothing() {
    let berlin: Tz = "Europe/Berlin".parse().unwrap();
    assert_flat(berlin);
    assert_flat::<Result<Tz, _>>("Europe/Nowhere".parse::<Tz>());
    assert_flat::<DateTime<Tz>>(DateTime::<Utc>::UNIX_EPOCH.with_timezone(&berlin));
    let offset: MappedLocalTime<TzOffset> = berlin.offset_from_local_date(&NaiveDate::MIN);
    assert_flat(offset);
}

#[test]
fn collections_of_times_are_exact() {
    let days = || NaiveDate::from_ymd_opt(2000, 1, 1).unwrap().iter_days().take(1_000);
    assert_exact(|| days().collect::<Vec<_>>());
    assert_exact(|| days().map(|day| (day, day.to_string())).collect::<BTreeMap<_, _>>());
}
