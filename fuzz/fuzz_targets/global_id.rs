//! Global ids: whatever is read is written in the same letters again.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|id: &str| qun_api::fuzzing::global_id(id));
