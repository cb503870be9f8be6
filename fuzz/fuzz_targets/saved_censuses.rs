//! Fuzzes saved censuses: reads any bytes, and writes each valid census in every format.
#![no_main]

use std::io;

use deep_size::census::Census;
use deep_size_fuzz::{assert_visible, written};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let census = match Census::from_json(data) {
        Ok(census) => census,
        Err(error) => return assert_visible(&error.to_string()),
    };
    let json = written(|out| census.write_json(out));
    let read = Census::from_json(json.as_bytes()).expect("a census can be read back");
    assert_eq!(written(|out| read.write_json(out)), json);

    let items: Vec<_> = census.items().collect();
    for item in &items {
        assert!(item.exclusive_size() <= item.proportional_size(), "{}", item.name());
        assert!(item.proportional_size() <= item.deep_size(), "{}", item.name());
    }
    let shares = census.roots().fold(0, |sum: usize, root| sum.saturating_add(root.proportional_size()));
    assert_eq!(shares, census.deep_size());
    for pair in items.windows(2) {
        let shared = census.shared_size(pair[0].name(), pair[1].name());
        assert_eq!(shared, census.shared_size(pair[1].name(), pair[0].name()));
    }
    assert_visible(&census.to_string());
    assert_visible(&census.diff(&read).to_string());
    assert_visible(&written(|out| census.write_csv(out)).replace("\r\n", "\n"));
    census.write_pprof(io::sink()).expect("the names are short");
    // Only for some inputs: a page contains a large script.
    if data.len().is_multiple_of(16) {
        assert_visible(&written(|out| census.write_html(out)));
    }
});
