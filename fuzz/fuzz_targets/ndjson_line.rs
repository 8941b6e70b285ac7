//! A line of NDJSON: a row keeps the bounds that the database goes by, and an error tells no
//! id that is none.
#![no_main]

use libfuzzer_sys::fuzz_target;
use qun_domain::activity::{MAX_ID_CHARS, parse};
use qun_domain::time::Timestamp;

fuzz_target!(|line: &[u8]| {
    let now = Timestamp::from_millis(1_800_000_000_000).expect("a time");
    let is_id = |id: &str| (1..=MAX_ID_CHARS).contains(&id.chars().count()) && !id.contains('\0');
    match parse(line, now) {
        Ok(row) => {
            assert!(is_id(&row.id), "{:?}", row.id);
            assert!(row.user.as_deref().is_none_or(is_id), "{:?}", row.user);
            assert!(row.ts.millis() <= now.millis() + 5 * 60 * 1_000, "{:?}", row.ts);
            assert!(row.text_bytes() <= 2 * line.len() + 64, "more text than the line has");
        }
        Err(error) => assert!(error.id.as_deref().is_none_or(is_id), "{:?}", error.id),
    }
});
