use async_graphql::Enum;
use qun_domain::locale::Locale;

use super::{Advice, Again, Sentence};

macro_rules! codes {
    ($(#[doc = $cause:literal] $name:ident: $en:literal, $zh:literal, $remedy:literal, $again:ident;)+) => {
        /// Why a mutation did nothing: stable, in no language.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
        pub(crate) enum UserErrorCode {
            $(#[doc = $cause] $name),+
        }

        impl UserErrorCode {
            const fn sentence(self) -> Sentence {
                match self { $(Self::$name => Sentence::fixed($en, $zh)),+ }
            }

            pub(super) const fn advice(self) -> Advice {
                match self {
                    $(Self::$name => Advice { cause: $cause, remedy: $remedy, again: Again::$again }),+
                }
            }
        }
    };
}

// The doc comment is the description in the schema and the cause in the catalogue; then come the
// sentences for users, what to do, and when to ask again.
codes! {
    /// What the id or name in `field` names is not in your organization.
    NotFound: "There is no such thing in your organization.", "您的组织中没有这一项。",
        "read the id again", Changed;
    /// Another object has this name.
    NameTaken: "This name is taken.", "该名称已被使用。",
        "choose another; names of groups and of communities are unique each", Changed;
    /// A name has 1 to 200 characters and no control characters.
    InvalidName: "A name has 1 to 200 characters and no control characters.", "名称须为 1 到 200 个字符，且不含控制字符。",
        "mend it", Changed;
    /// The email, password or organization is wrong; which, is not told.
    BadCredentials: "The email, the password or the organization is wrong.", "邮箱、密码或组织有误。",
        "try again, or ask an owner", Changed;
    /// The account belongs to several organizations: name one of `organizations`.
    ChooseOrganization: "You belong to several organizations: name one.", "您属于多个组织，请指明其中一个。",
        "name one of `organizations`", Changed;
    /// Too many attempts failed; try again after `retryAfterSeconds`.
    Throttled: "Too many attempts failed. Try again later.", "失败次数过多，请稍后再试。",
        "wait for `retryAfterSeconds`: from one address an account has 10 tries at once and then one in 90 seconds, after the right password 5 codes and then one in 3 minutes, a mailbox 3 letters and then one in 5 minutes", Later;
    /// The session is over: log in again.
    SessionEnded: "The session is over. Log in again.", "会话已结束，请重新登录。",
        "log in", Never;
    /// The password is right, and the account has a second factor: send `code` too.
    SecondFactorRequired: "Give a code of your authenticator app, or a recovery code.", "请输入身份验证器中的验证码，或恢复码。",
        "log in again, with `code`", Changed;
    /// The code is wrong, or was used.
    BadSecondFactor: "The code is wrong, or was used. Take the next one.", "验证码有误或已被使用，请使用下一个验证码。",
        "send the next code, or a recovery code; each is good once", Changed;
    /// The organization requires a second factor, and the account has none.
    SecondFactorMissing: "Your organization requires a second factor. Set one up first.", "您的组织要求两步验证，请先设置。",
        "at `logIn`: show `enrollment`, then log in with `enrollmentCode`; else `beginSecondFactor`", AfterThat;
    /// The account has a second factor.
    SecondFactorActive: "You have a second factor already.", "您已启用两步验证。",
        "end it first, if it is to be another", AfterThat;
    /// The account has no second factor.
    SecondFactorNotActive: "You have no second factor.", "您尚未启用两步验证。",
        "nothing, or `beginSecondFactor`", AfterThat;
    /// No second factor waits for its confirmation, or has waited for more than an hour.
    SecondFactorNotBegun: "Begin anew: nothing waits for a code, or not any more.", "请重新开始：没有等待确认的两步验证，或已过期。",
        "`beginSecondFactor`", AfterThat;
    /// Strangers cannot sign up in this installation.
    SignUpClosed: "Nobody can sign up here. Ask whoever runs this installation.", "此处不开放注册，请联系管理员。",
        "ask the operator, who can set `sign_up`", Never;
    /// This installation sends no mail.
    MailNotAvailable: "No mail is sent from here. Ask whoever runs this installation.", "此处不发送邮件，请联系管理员。",
        "ask the operator, who can set `mail_url`", Never;
    /// An address such as `ann@example.org`, of at most 254 bytes.
    InvalidEmail: "This is no e-mail address.", "这不是有效的邮箱地址。",
        "mend it", Changed;
    /// The token was never sent, was used, or is over: ask for another letter.
    TokenInvalid: "This link is not good any more. Ask for another letter.", "链接已失效，请重新申请邮件。",
        "ask for another letter", Changed;
    /// A slug has 2 to 63 lower-case letters, digits and hyphens, and no hyphen at its ends.
    InvalidSlug: "A short name has 2 to 63 lower-case letters, digits and hyphens.", "短名称须为 2 到 63 个小写字母、数字或连字符。",
        "mend it", Changed;
    /// A password has 10 to 200 characters.
    WeakPassword: "A password has 10 to 200 characters.", "密码须为 10 到 200 个字符。",
        "choose another", Changed;
    /// The present password is another one.
    WrongPassword: "The present password is wrong.", "当前密码有误。",
        "try again, or ask for a letter", Changed;
    /// A key has at least one scope.
    NoScope: "A key has at least one scope.", "密钥至少须有一个权限范围。",
        "name one", Changed;
    /// A key ends in the future, at most two years from now; an invitation is good for 1 to 30 days.
    ExpiryOutOfRange: "A key ends in the future, at most two years from now; an invitation is good for 1 to 30 days.", "密钥的失效时间须在将来两年之内；邀请的有效期为 1 到 30 天。",
        "mend the field", Changed;
    /// The key is over or was called back.
    ApiKeyOver: "The key is over or was called back.", "该密钥已失效或已被撤销。",
        "make a new one", Never;
    /// A key that is replaced goes on for 0 to 168 hours.
    OverlapOutOfRange: "A key that is replaced goes on for 0 to 168 hours.", "被替换的密钥可继续使用 0 到 168 小时。",
        "mend `overlapHours`", Changed;
    /// More rows than one request takes.
    TooManyRows: "At most 1,000 rows go into one request.", "一次请求最多 1,000 行。",
        "split them, at most 1,000 each, or use `POST /v1/interactions`", Changed;
    /// A source has 1 to 200 characters.
    InvalidSource: "A source has 1 to 200 characters.", "来源须为 1 到 200 个字符。",
        "mend it", Changed;
    /// The document would break a rule; `rule` says which.
    InvalidPolicy: "The policy would not be sound.", "该策略不成立。",
        "see [the rules](#rules-of-the-policy)", Changed;
    /// The scope says all of this already.
    NothingChanges: "The policy says all of this already.", "策略中已有这些内容，没有变化。",
        "nothing", Never;
    /// A note has at most 500 characters.
    NoteTooLong: "A note has at most 500 characters.", "备注最多 500 个字符。",
        "shorten it", Changed;
    /// The organization as a whole has no evaluation: name a group or a community.
    ScopeNotEvaluated: "Only groups and communities are evaluated.", "只对群和社区进行评估。",
        "name a group or a community", Changed;
    /// The number of weeks is out of range.
    WeeksOutOfRange: "The number of weeks is out of range.", "周数超出允许的范围。",
        "ask for 1 to 26 weeks", Changed;
    /// The first week comes after the last.
    WeeksReversed: "The first week comes after the last.", "起始周晚于结束周。",
        "exchange them", Changed;
    /// The week has not ended in the zone of the group or community.
    WeekNotEnded: "The week has not ended yet.", "该周尚未结束。",
        "wait for Monday", Later;
    /// The person was never a member there.
    NotAMember: "The person was never a member there.", "此人从未是其成员。",
        "name somebody who was", Changed;
    /// Only CORE, ACTIVE and ORDINARY can be pinned.
    TierCannotBePinned: "Only core, active and ordinary can be pinned.", "只能固定为核心、活跃或普通。",
        "take one of these", Changed;
    /// A reason has 1 to 500 characters.
    InvalidReason: "A reason has 1 to 500 characters.", "理由须为 1 到 500 个字符。",
        "give one", Changed;
    /// The pin would end before it begins.
    AlreadyExpired: "The pin would end before it begins.", "固定的截止时间早于现在。",
        "mend `expiresAt`", Changed;
    /// Somebody has decided on the proposal already, or it was taken back.
    AlreadyDecided: "This was decided on already.", "此提议已有决定。",
        "read the proposal again", Never;
    /// You proposed this yourself: somebody else has to decide.
    OwnProposal: "You proposed this yourself: somebody else decides.", "这是您自己的提议，须由他人决定。",
        "ask somebody who holds the capability of the proposal at its scope", Never;
    /// Somebody else proposed this: only who did can take it back.
    NotYours: "Only who proposed this can take it back.", "只有提议人可以撤回。",
        "reject it instead, if you may decide", Never;
    /// Whoever proposed this may not even propose it any more.
    ProposerMayNot: "Whoever proposed this may not do so any more.", "提议人已无权提出此事。",
        "reject it, or do it yourself", Changed;
    /// The act itself is refused by now; `rule` names its own refusal.
    NoLongerPossible: "What was proposed is not possible any more.", "所提议的操作现已无法执行。",
        "see `rule`, and reject the proposal or mend what is in its way", Changed;
    /// What was asked for is so already.
    AlreadySo: "This is so already.", "目前已是如此。",
        "nothing", Never;
    /// Nobody decides about himself.
    OwnCase: "Nobody decides about himself.", "不能就自己的事项作决定。",
        "ask somebody else who manages the team", Never;
    /// Only an owner decides about owners, and delegates.
    AboveYou: "Only an owner decides about this.", "只有群主可以决定此事。",
        "ask an owner of the scope", Never;
    /// Nobody else owns the organization.
    LastOwner: "Nobody else owns the organization.", "该成员是组织唯一的群主。",
        "make somebody else an owner first", Changed;
    /// Owners have no rank, all others have one.
    RankUnfit: "An owner has no rank, and all others have one.", "群主没有职级，其他角色必须有职级。",
        "mend `rank`", Changed;
    /// The member holds this role at this scope, in whatever rank.
    AlreadyAssigned: "The member holds this role there already.", "该成员在此范围已担任该角色。",
        "change the rank instead", Changed;
    /// The member is away on some of these days already.
    LeaveOverlaps: "The member is away on some of these days already.", "该成员在其中某些日期已有请假。",
        "cancel the other leave, or take other days", Changed;
    /// Days end before they begin, or are more than 366.
    InvalidDays: "The last day is the first one or after it, and at most 366 days are taken at once.", "结束日期不得早于开始日期，且最多 366 天。",
        "mend the days", Changed;
    /// The account belongs to the team already.
    AlreadyMember: "This account belongs to the team already.", "该账号已是团队成员。",
        "give it a role with `assignRole`; one that is suspended is reinstated", AfterThat;
    /// An invitation to this address is open.
    AlreadyInvited: "An invitation to this address is open.", "发给该地址的邀请尚未处理。",
        "renew that one, or call it back", Changed;
    /// As many invitations are open as can be.
    TooManyInvitations: "500 invitations are open.", "已有 500 个未处理的邀请。",
        "call back what nobody accepts", AfterThat;
    /// The invitation was accepted, or called back.
    InvitationSettled: "The invitation was accepted or called back.", "该邀请已被接受或撤回。",
        "invite anew", Never;
    /// The invitation was sent to another address than that of the account.
    OtherAddress: "The invitation was sent to another address.", "该邀请发给了另一个邮箱地址。",
        "log in with the account of that address", Changed;
    /// Whoever sent the invitation may not invite to this any more.
    NobodyStandsForIt: "Whoever invited you may not do so any more.", "邀请人已无权发出此邀请。",
        "ask for another invitation", Never;
    /// A share is 0 to 10,000 basis points.
    InvalidShare: "A share is 0 to 10,000 basis points.", "工时占比须为 0 到 10,000 个基点。",
        "mend it", Changed;
    /// Ownership is delegated to owner candidates.
    NotACandidate: "Only an owner candidate can act as owner.", "只有群主候选人可以代行群主职责。",
        "change the rank first", Changed;
    /// A delegation ends after now, and within 90 days.
    InvalidDelegation: "A delegation ends within 90 days.", "授权须在 90 天内结束。",
        "mend `until`", Changed;
    /// A text is too long for its field, or has control characters.
    InvalidText: "This text is too long, or has control characters.", "文本过长，或含有控制字符。",
        "mend it: a body and a text to paste have at most 10,000 characters, a note 500", Changed;
    /// A subject is `kind:id`, of at most 200 characters.
    InvalidSubject: "A subject is kind:id, such as proposal:42, of at most 200 characters.", "主题须为 kind:id 的形式（如 proposal:42），最多 200 个字符。",
        "mend it: lower-case letters and `_`, a colon, then visible ASCII", Changed;
    /// Nobody stands in for himself.
    BackupIsAssignee: "Nobody stands in for himself.", "替补人不能是负责人本人。",
        "name somebody else, or nobody", Changed;
    /// A task is due in the future, at most a year ahead.
    DueOutOfRange: "A task is due in the future, at most a year ahead.", "任务的截止时间须在将来一年之内。",
        "mend `dueAt`", Changed;
    /// A task of this kind about this subject was given to the same account, and is not over.
    TaskAlreadyOpen: "This task was given already, and is not over.", "该任务已派发且尚未结束。",
        "look for it among the open tasks", Never;
    /// The task is with somebody else.
    TaskNotYours: "This task is with somebody else.", "该任务不由您负责。",
        "have it reassigned to you", Changed;
    /// The task is not open: it was done or cancelled, perhaps just now by somebody else.
    TaskNotOpen: "This task is not open any more.", "该任务已不是待办状态。",
        "read the task again", Never;
    /// The task is over.
    TaskOver: "This task is over.", "该任务已结束。",
        "nothing", Never;
    /// A proof is a text of at most 10,000 characters, the SHA-256 of an image as 64 hexadecimal digits, or a reference of at most 200 characters.
    InvalidProof: "This is no proof: give a text, the 64 digits of a SHA-256, or a reference.", "凭证无效：请提供文本、64 位 SHA-256 或引用编号。",
        "mend it, and give one proof alone", Changed;
    /// The task asks for another proof: see `proofAskedFor`.
    WrongProof: "The task asks for another proof.", "该任务要求的是另一种凭证。",
        "give what `Task.proofAskedFor` says; CONFIRMATION is given by `confirmTask` of a machine", Changed;
    /// Only a machine, with a key of the scope `MANAGE_TASKS`, confirms a task.
    NotAMachine: "Only a machine confirms a task.", "只有程序密钥才能确认任务。",
        "ask with a key", Never;
    /// The task does not wait to be verified.
    NothingToVerify: "This task does not wait to be verified.", "该任务并不在等待复核。",
        "read the task again", Changed;
    /// Only a person does this.
    NeedsPerson: "Only a person does this.", "此操作须由人来完成。",
        "log in", Never;
    /// Nobody verifies what he submitted himself.
    OwnWork: "Nobody verifies what he submitted himself.", "不能复核自己提交的任务。",
        "ask somebody else", Never;
    /// More facts than one request takes.
    TooManyFacts: "At most 500 facts go into one request.", "一次请求最多 500 条事实。",
        "split them, at most 500 each, or use `qun import-staff`", Changed;
    /// `READ` and `WORK_ON_TASKS` are what it takes to go through a course.
    CannotBeWithheld: "Without this nobody could go through the course.", "若扣留此权限，将无人能完成该课程。",
        "withhold something else", Changed;
    /// The course was archived.
    CourseArchived: "This course has ended.", "该课程已结束。",
        "nothing", Never;
    /// The course has another version by now.
    CourseOutdated: "There is a newer version of this course.", "该课程已有更新的版本。",
        "read `Course.version` again, and go through that one", Changed;
    /// A version has a text of 1 to 20,000 characters, or a link.
    InvalidMaterial: "Give a text of 1 to 20,000 characters, or a link.", "请提供 1 到 20,000 个字符的内容或链接。",
        "mend it, or give `link`", Changed;
    /// A link is an http or https address of at most 2,000 characters.
    InvalidLink: "A link is an http or https address of at most 2,000 characters.", "链接须为不超过 2,000 个字符的 http 或 https 地址。",
        "mend it", Changed;
    /// A score is a number from 0 to 100.
    InvalidScore: "A score is a number from 0 to 100.", "分数须为 0 到 100。",
        "mend it", Changed;
    /// A completion lies in the past, and after the first version of its course.
    InvalidCompletionTime: "A completion lies in the past, and after the course began.", "完成时间须早于现在且晚于课程首个版本。",
        "mend `at`", Changed;
    /// An offer of training has 1 to 1,000 places.
    InvalidPlaces: "An offer of training has 1 to 1,000 places.", "培训名额须为 1 到 1,000 个。",
        "mend it", Changed;
    /// An offer of training closes on its last day or before it.
    InvalidClosing: "An offer of training closes on its last day, or before it.", "报名截止日期不得晚于培训的最后一天。",
        "mend `closesOn`", Changed;
    /// The offer of training has closed, or was archived.
    OfferClosed: "This offer of training has closed.", "该培训已停止报名。",
        "nothing, or make another offer", Never;
    /// All places of the offer are taken.
    NoPlaceLeft: "All places are taken.", "名额已满。",
        "release a place that somebody gives up, or make another offer", Changed;
    /// A key of a badge or bonus has 1 to 60 lower-case letters, digits and hyphens.
    InvalidKey: "A key has 1 to 60 lower-case letters, digits and hyphens.", "标识须为 1 到 60 个小写字母、数字或连字符。",
        "mend it", Changed;
    /// The badge was archived.
    BadgeArchived: "This badge is not awarded any more.", "该徽章已停止颁发。",
        "award another", Never;
    /// An amount is 1 to 1,000,000,000 minor units.
    InvalidAmount: "An amount is 1 to 1,000,000,000 minor units.", "金额须为 1 到 1,000,000,000 个最小货币单位。",
        "mend `minorUnits`: of yuan, it counts fen", Changed;
    /// A currency is a code of ISO 4217, such as `CNY`.
    InvalidCurrency: "A currency is a code of ISO 4217, such as CNY.", "货币须为 ISO 4217 代码，如 CNY。",
        "mend it", Changed;
    /// A bonus is for this month of the organization's zone, or for one before it.
    MonthAhead: "A bonus is for this month, or for one before it.", "奖金只能对应本月或之前的月份。",
        "wait for the month, or name another", Later;
    /// The member has another bonus for this month under this key.
    BonusGrantedOtherwise: "The member has another bonus for this month under this key.", "该成员本月在此标识下已有另一笔奖金。",
        "cancel that one first, or take another `key`", Changed;
    /// The bonus was cancelled.
    BonusCancelled: "This bonus was cancelled.", "该奖金已取消。",
        "grant another", Never;
    /// The bonus was paid, perhaps on another day or under another reference.
    BonusPaid: "This bonus was paid.", "该奖金已发放。",
        "read the bonus again", Never;
    /// A bonus is paid within its month or after it, and not after today.
    InvalidPaymentDay: "A bonus is paid within its month or after it, and not after today.", "发放日期不得早于所属月份，也不得晚于今天。",
        "mend `day`", Changed;
    /// There is no such organization, or it has no identity provider.
    NoProvider: "This organization has no identity provider. Log in with your password.", "该组织未设置身份提供方，请使用密码登录。",
        "`logIn`; or have an owner set one by `setIdentityProvider`", Changed;
    /// An issuer is an https address of at most 500 bytes, without query and fragment.
    InvalidIssuer: "An issuer is an https address without query and fragment.", "颁发者须为不含查询参数和片段的 https 地址。",
        "mend it: to the letter as it stands in the provider's own `issuer`", Changed;
    /// A client id and a client secret have 1 to 500 visible characters of ASCII.
    InvalidClient: "This has 1 to 500 visible characters of ASCII.", "须为 1 到 500 个可见的 ASCII 字符。",
        "mend it", Changed;
    /// The identity provider is at an address that this installation does not ask.
    ProviderNotPublic: "The identity provider is at an address that is not asked from here.", "此处不访问该身份提供方所在的地址。",
        "use https and a public address, or ask the operator, who can set `private_providers`", Changed;
    /// The identity provider does not answer.
    ProviderUnreachable: "The identity provider does not answer. Try again later.", "身份提供方没有响应，请稍后再试。",
        "try again; `logIn` goes on working", Later;
    /// The identity provider answers what cannot be used or believed.
    ProviderInvalid: "The identity provider answers what cannot be used.", "身份提供方的应答无法使用。",
        "ask the operator, whose log says what; often it is the client id, the client secret or the issuer", Changed;
    /// Nothing is under way that this state and this secret belong to, or not any more.
    LogInOver: "This took too long, or was done before. Begin to log in again.", "登录已超时或已完成，请重新开始登录。",
        "`beginOidcLogIn` again: what is begun is good for 10 minutes, once, in the browser that began it", AfterThat;
    /// The identity provider knows somebody who is nobody here.
    NobodyHere: "You do not belong to this organization. Ask for an invitation.", "您不属于该组织，请申请邀请。",
        "ask for an invitation to the address that your provider has verified", Changed;
    /// The invited address has an account, which accepts the invitation by its password first.
    PasswordFirst: "You have an account already. Accept the invitation with its password first.", "您已有账号，请先用其密码接受邀请。",
        "`acceptInvitation` with the password; from then on the identity provider will do", AfterThat;
    /// The task has no backup who could do it.
    NoBackup: "This task has no backup.", "该任务没有替补人。",
        "have it reassigned", Changed;
}

impl UserErrorCode {
    /// The sentence for users.
    pub(crate) fn message(self, locale: Locale) -> String {
        self.sentence().text(locale).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::resolver_utils::EnumType;

    use super::*;

    #[test]
    fn every_code_has_a_sentence_in_both_languages() {
        for item in UserErrorCode::items() {
            assert!(item.value.message(Locale::En).ends_with('.'), "{}", item.name);
            assert!(item.value.message(Locale::ZhCn).ends_with('。'), "{}", item.name);
        }
    }
}
