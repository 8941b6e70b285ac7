use async_graphql::ID;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use qun_domain::id::OrgId;
use qun_domain::streams::Position;

/// The id of an event as clients see it: opaque, and enough to go on from there. That of
/// position 0 stands before the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::graphql) struct EventId(pub(in crate::graphql) OrgId, pub(in crate::graphql) Position);

impl EventId {
    pub(in crate::graphql) fn id(self) -> ID {
        ID(URL_SAFE_NO_PAD.encode(format!("Event:{}:{}", self.0, self.1.0)))
    }

    /// Reads an id; one that is not ours names nothing.
    pub(super) fn read(id: &str) -> Option<Self> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(id).ok()?).ok()?;
        let (org, position) = text.strip_prefix("Event:")?.split_once(':')?;
        let found = Self(org.parse().ok()?, Position(position.parse().ok()?));
        (found.1.0 >= 0 && found.id().as_str() == id).then_some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_back_in_one_spelling() {
        let org = OrgId(uuid::Uuid::from_u128(7));
        for position in [0, 1, 42, i64::MAX] {
            let id = EventId(org, Position(position));
            assert_eq!(EventId::read(&id.id()), Some(id));
        }
        for bad in [
            format!("Event:{org}:00"),
            format!("Event:{org}:-1"),
            format!("Event:{org}:+1"),
            format!("Event:{org}:01"),
            format!("Event:{org}"),
            format!("Group:{org}:1"),
            format!("Event:{}:1", org.0.simple()),
        ] {
            assert_eq!(EventId::read(&URL_SAFE_NO_PAD.encode(&bad)), None, "{bad}");
        }
        assert_eq!(EventId::read("1"), None);
    }
}
