//! What a user is told who asked for something that cannot be.

use async_graphql::SimpleObject;
use qun_domain::locale::Locale;
use qun_domain::policy::PolicyProblem;

pub(super) use crate::errors::UserErrorCode;

/// Why a mutation did nothing, or a calculation was not made.
#[derive(Clone, Debug, SimpleObject)]
pub(super) struct UserError {
    /// What went wrong: stable, in no language.
    code: UserErrorCode,
    /// The path of the argument at fault, from the outside in.
    field: Vec<String>,
    /// A sentence for people, in the language of the request.
    message: String,
    /// The code of the broken rule of the policy document, such as `WEIGHTS_NOT_100`, or of what
    /// is in the way of a proposal, such as `NAME_TAKEN`; null where `code` says all.
    rule: Option<String>,
}

impl UserError {
    /// With the sentence of the code.
    pub(super) fn new(code: UserErrorCode, field: &[&str], locale: Locale) -> Self {
        Self {
            code,
            field: field.iter().map(|&part| part.to_owned()).collect(),
            message: code.message(locale),
            rule: None,
        }
    }

    /// The same with a code beneath that of the error.
    pub(super) fn because(self, rule: String) -> Self {
        Self { rule: Some(rule), ..self }
    }

    /// A rule of the policy that the keys in `field` would break.
    pub(super) fn of_policy(problem: &PolicyProblem, field: &[&str], locale: Locale) -> Self {
        let mut error = Self::new(UserErrorCode::InvalidPolicy, field, locale);
        error.field.extend(problem.path.split('.').filter(|part| !part.is_empty()).map(str::to_owned));
        error.message = problem.message(locale);
        error.rule = Some(problem.code().code().to_owned());
        error
    }
}
