//! What a user is told who asked for something that cannot be.

use async_graphql::{Enum, SimpleObject};
use qun_domain::locale::Locale;
use qun_domain::policy::PolicyProblem;

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $name:ident: $en:literal, $zh:literal;)+) => {
        /// Why a mutation did nothing: stable, in no language.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
        pub(super) enum UserErrorCode {
            $($(#[doc = $doc])* $name),+
        }

        impl UserErrorCode {
            #[cfg(test)]
            const ALL: &'static [Self] = &[$(Self::$name),+];

            const fn message(self, locale: Locale) -> &'static str {
                match (self, locale) {
                    $((Self::$name, Locale::En) => $en, (Self::$name, Locale::ZhCn) => $zh,)+
                }
            }
        }
    };
}

codes! {
    /// What the id or name in `field` names is not in your organization.
    NotFound: "There is no such thing in your organization.", "您的组织中没有这一项。";
    /// Another object has this name.
    NameTaken: "This name is taken.", "该名称已被使用。";
    /// A name has 1 to 200 characters and no control characters.
    InvalidName: "A name has 1 to 200 characters and no control characters.", "名称须为 1 到 200 个字符，且不含控制字符。";
    /// The email, password or organization is wrong; which, is not told.
    BadCredentials: "The email, the password or the organization is wrong.", "邮箱、密码或组织有误。";
    /// The account belongs to several organizations: name one of `organizations`.
    ChooseOrganization: "You belong to several organizations: name one.", "您属于多个组织，请指明其中一个。";
    /// Too many attempts failed; try again after `retryAfterSeconds`.
    Throttled: "Too many attempts failed. Try again later.", "失败次数过多，请稍后再试。";
    /// The session is over: log in again.
    SessionEnded: "The session is over. Log in again.", "会话已结束，请重新登录。";
    /// Strangers cannot sign up in this installation.
    SignUpClosed: "Nobody can sign up here. Ask whoever runs this installation.", "此处不开放注册，请联系管理员。";
    /// This installation sends no mail.
    MailNotAvailable: "No mail is sent from here. Ask whoever runs this installation.", "此处不发送邮件，请联系管理员。";
    /// An address such as `ann@example.org`, of at most 254 bytes.
    InvalidEmail: "This is no e-mail address.", "这不是有效的邮箱地址。";
    /// The token was never sent, was used, or is over: ask for another letter.
    TokenInvalid: "This link is not good any more. Ask for another letter.", "链接已失效，请重新申请邮件。";
    /// A slug has 2 to 63 lower-case letters, digits and hyphens, and no hyphen at its ends.
    InvalidSlug: "A short name has 2 to 63 lower-case letters, digits and hyphens.", "短名称须为 2 到 63 个小写字母、数字或连字符。";
    /// A password has 10 to 200 characters.
    WeakPassword: "A password has 10 to 200 characters.", "密码须为 10 到 200 个字符。";
    /// The present password is another one.
    WrongPassword: "The present password is wrong.", "当前密码有误。";
    /// A key has at least one scope.
    NoScope: "A key has at least one scope.", "密钥至少须有一个权限范围。";
    /// A key ends in the future, at most two years from now.
    ExpiryOutOfRange: "A key ends in the future, at most two years from now.", "密钥的失效时间须在将来两年之内。";
    /// The key is over or was called back.
    ApiKeyOver: "The key is over or was called back.", "该密钥已失效或已被撤销。";
    /// A key that is replaced goes on for 0 to 168 hours.
    OverlapOutOfRange: "A key that is replaced goes on for 0 to 168 hours.", "被替换的密钥可继续使用 0 到 168 小时。";
    /// More rows than one request takes.
    TooManyRows: "At most 1,000 rows go into one request.", "一次请求最多 1,000 行。";
    /// A source has 1 to 200 characters.
    InvalidSource: "A source has 1 to 200 characters.", "来源须为 1 到 200 个字符。";
    /// The document would break a rule; `rule` says which.
    InvalidPolicy: "The policy would not be sound.", "该策略不成立。";
    /// The scope says all of this already.
    NothingChanges: "The policy says all of this already.", "策略中已有这些内容，没有变化。";
    /// A note has at most 500 characters.
    NoteTooLong: "A note has at most 500 characters.", "备注最多 500 个字符。";
    /// The organization as a whole has no evaluation: name a group or a community.
    ScopeNotEvaluated: "Only groups and communities are evaluated.", "只对群和社区进行评估。";
    /// The number of weeks is out of range.
    WeeksOutOfRange: "The number of weeks is out of range.", "周数超出允许的范围。";
    /// The first week comes after the last.
    WeeksReversed: "The first week comes after the last.", "起始周晚于结束周。";
    /// The week has not ended in the zone of the group or community.
    WeekNotEnded: "The week has not ended yet.", "该周尚未结束。";
    /// The person was never a member there.
    NotAMember: "The person was never a member there.", "此人从未是其成员。";
    /// Only CORE, ACTIVE and ORDINARY can be pinned.
    TierCannotBePinned: "Only core, active and ordinary can be pinned.", "只能固定为核心、活跃或普通。";
    /// A reason has 1 to 500 characters.
    InvalidReason: "A reason has 1 to 500 characters.", "理由须为 1 到 500 个字符。";
    /// The pin would end before it begins.
    AlreadyExpired: "The pin would end before it begins.", "固定的截止时间早于现在。";
}

/// Why a mutation did nothing, or a calculation was not made.
#[derive(Clone, Debug, SimpleObject)]
pub(super) struct UserError {
    /// What went wrong: stable, in no language.
    code: UserErrorCode,
    /// The path of the argument at fault, from the outside in.
    field: Vec<String>,
    /// A sentence for people, in the language of the request.
    message: String,
    /// The code of the broken rule of the policy document, such as `WEIGHTS_NOT_100`; null
    /// where `code` says all.
    rule: Option<String>,
}

impl UserError {
    /// With the sentence of the code.
    pub(super) fn new(code: UserErrorCode, field: &[&str], locale: Locale) -> Self {
        Self {
            code,
            field: field.iter().map(|&part| part.to_owned()).collect(),
            message: code.message(locale).to_owned(),
            rule: None,
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_sentence_in_both_languages() {
        for code in UserErrorCode::ALL {
            assert!(code.message(Locale::En).ends_with('.'), "{code:?}");
            assert!(code.message(Locale::ZhCn).ends_with('。'), "{code:?}");
        }
    }
}
