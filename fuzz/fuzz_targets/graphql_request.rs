//! GraphQL over HTTP: a body, or the query of an address. The first byte says which.
#![no_main]

use libfuzzer_sys::fuzz_target;
use qun_api::fuzzing::{request_by_get, request_by_post};

fuzz_target!(|input: &[u8]| {
    match input.split_first() {
        Some((b'?', address)) => {
            if let Ok(address) = std::str::from_utf8(address) {
                request_by_get(address);
            }
        }
        _ => request_by_post(input),
    }
});
