//! Wall 1: a query that forgets the tenant does not compile.

#[test]
fn what_forgets_the_tenant_does_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/untenanted/*.rs");
}
