//! Both versions have the same tests.

macro_rules! version {
    ($version:ident: $jiff:ident, $zoned:ident) => {
        mod $version {
            use deep_size::{DeepSize, Reason};
            use $jiff::civil::{Weekday, date, time};
            use $jiff::tz::{Offset, TimeZone};
            use $jiff::{SignedDuration, Timestamp, ToSpan, Unit, $zoned};

            use crate::support::{assert_exact, assert_flat, assert_opaque};

            #[test]
            fn times_own_nothing() {
                assert_flat((date(2026, 2, 28), time(12, 0, 0, 0), date(2026, 2, 28).at(12, 0, 0, 0)));
                assert_flat(date(2026, 2, 28).iso_week_date());
                assert_flat((
                    Timestamp::UNIX_EPOCH,
                    5.days().fieldwise(),
                    5.days(),
                    SignedDuration::from_secs(5),
                ));
                assert_flat((Weekday::Monday, Unit::Day, Offset::UTC));
            }

            #[test]
            fn a_time_with_a_fixed_offset_owns_nothing() {
                assert_exact(|| $zoned::new(Timestamp::UNIX_EPOCH, TimeZone::UTC));
                assert_exact(|| $zoned::new(Timestamp::UNIX_EPOCH, TimeZone::fixed(Offset::constant(2))));
                assert_exact(|| vec![TimeZone::unknown(), TimeZone::UTC]);
            }

            /// All times in a zone share its rules, so a time must not count them.
            #[test]
            fn the_rules_of_a_zone_are_opaque() {
                let zone = || TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
                assert_eq!(assert_opaque(Reason::Hidden, zone), 0);
                let times = vec![$zoned::new(Timestamp::UNIX_EPOCH, zone()); 10];
                assert_eq!(times.heap_size(), 10 * size_of::<$zoned>());
            }
        }
    };
}

version! { version_1: jiff, ZonedDateTime }
version! { version_0_2: jiff_0_2, Zoned }
