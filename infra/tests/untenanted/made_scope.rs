//! A scope comes from authentication, the operator or the job runner.

use qun_domain::access::Actor;
use qun_domain::id::OrgId;
use qun_infra::db::OrgScope;

fn anybody(org: OrgId) -> OrgScope {
    OrgScope::new(org, Actor::Operator)
}

fn main() {}
