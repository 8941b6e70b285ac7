//! A scope cannot be turned to another organization.

use qun_domain::id::OrgId;
use qun_infra::db::OrgScope;

fn turned(scope: OrgScope, org: OrgId) -> OrgScope {
    OrgScope { org, ..scope }
}

fn main() {}
