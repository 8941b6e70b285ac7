use async_graphql::Request;
use qun_domain::id::{AccountId, CourseId, GroupId};
use qun_domain::time::Week;

use super::documents::Documents;
use super::node::NodeId;
use super::page::{ByDue, ByName, ByNumber, ByPupil, ByTime, MemberPlace, reads_back};

/// Parses the document of a request, within limits.
pub fn look_through(mut request: Request) {
    // What it finds is for those who run it; here it only has to come to an end.
    let _ = Documents::new().parse(&mut request);
}

/// An id that is read is written in the same letters again.
pub fn global_id(id: &str) {
    if let Some(read) = NodeId::read(id) {
        assert_eq!(read.id().as_str(), id);
    }
}

/// A place that a cursor names, in whichever list, is read again from what it is written as.
pub fn cursor(cursor: &str) {
    reads_back::<ByName>(cursor);
    reads_back::<Week>(cursor);
    reads_back::<u32>(cursor);
    reads_back::<ByTime>(cursor);
    reads_back::<MemberPlace>(cursor);
    reads_back::<ByDue>(cursor);
    reads_back::<ByNumber>(cursor);
    reads_back::<AccountId>(cursor);
    reads_back::<GroupId>(cursor);
    reads_back::<CourseId>(cursor);
    reads_back::<ByPupil>(cursor);
}
