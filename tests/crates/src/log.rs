use log::{Level, LevelFilter, Metadata, Record};

use crate::support::{assert_exact, assert_flat};

#[test]
fn levels_and_records_own_nothing() {
    assert_flat(Level::Warn);
    assert_flat("no level".parse::<LevelFilter>());
    assert_flat(Metadata::builder().level(Level::Info).build());
    assert_flat(Record::builder().args(format_args!("text")).build());
    assert_exact(|| vec![(LevelFilter::Trace, String::from("text"))]);
}
