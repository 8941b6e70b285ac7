//! Cursors of every list: a place that is read is read again from what it is written as.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|cursor: &str| qun_api::fuzzing::cursor(cursor));
