use super::input::{from_address, from_body};
use crate::graphql::fuzzing::look_through;

/// Reads a body, and looks through the document in it.
pub fn request_by_post(body: &[u8]) {
    if let Ok(request) = from_body(body) {
        look_through(request);
    }
}

/// Reads the query of an address, and looks through the document in it.
pub fn request_by_get(query: &str) {
    if let Ok(request) = from_address(query) {
        look_through(request);
    }
}
