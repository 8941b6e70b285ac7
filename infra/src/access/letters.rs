//! What the letters say.

use qun_domain::access::MailPurpose;
use qun_domain::locale::Locale;

use super::mailed::Due;
use crate::mail::Letter;

/// The letter, with links into the front end at `front`; none to an address that a letter
/// would only trouble. The token stands behind the `#`, which browsers send to no server.
pub(super) fn write(due: &Due, front: &str) -> Option<Letter> {
    let front = front.trim_end_matches('/');
    let link = |path: &str| format!("{front}/{path}#token={}", due.token);
    let (subject, text) = match (due.purpose, due.has_account, due.locale) {
        (MailPurpose::ResetPassword, false, _) => return None,
        (MailPurpose::ResetPassword, true, Locale::En) => (
            "Choose a new password",
            format!(
                "Somebody, we hope you, wants to choose a new password for this address.\n\n\
                 Do so within an hour:\n{}\n\n\
                 If it was not you, do nothing: your password stays as it is.\n",
                link("reset-password")
            ),
        ),
        (MailPurpose::ResetPassword, true, Locale::ZhCn) => (
            "重设密码",
            format!(
                "有人（但愿是您）要为此邮箱的账号重设密码。\n\n请在一小时内完成：\n{}\n\n如果不是您本人，请忽略本邮件，密码不会改变。\n",
                link("reset-password")
            ),
        ),
        (MailPurpose::SignUp, false, Locale::En) => (
            "Finish signing up",
            format!(
                "Somebody, we hope you, wants to found an organization with this address.\n\n\
                 Go on within a day:\n{}\n\n\
                 If it was not you, do nothing: no account is made.\n",
                link("sign-up")
            ),
        ),
        (MailPurpose::SignUp, false, Locale::ZhCn) => (
            "完成注册",
            format!(
                "有人（但愿是您）要用此邮箱创建组织。\n\n请在一天内继续：\n{}\n\n如果不是您本人，请忽略本邮件，不会创建任何账号。\n",
                link("sign-up")
            ),
        ),
        (MailPurpose::SignUp, true, Locale::En) => (
            "You have an account already",
            format!(
                "Somebody, we hope you, wants to sign up with this address, which has an account already. \
                 To log in, you need nothing more than its password; if you forgot it, ask for a new one.\n\n\
                 To found a further organization with it, go on within a day, with its password:\n{}\n\n\
                 If it was not you, do nothing.\n",
                link("sign-up")
            ),
        ),
        (MailPurpose::SignUp, true, Locale::ZhCn) => (
            "您已有账号",
            format!(
                "有人（但愿是您）要用此邮箱注册，而此邮箱已有账号。请直接用密码登录；如果忘记密码，请申请重设。\n\n\
                 如要再创建一个组织，请在一天内用此账号的密码继续：\n{}\n\n如果不是您本人，请忽略本邮件。\n",
                link("sign-up")
            ),
        ),
    };
    Some(Letter { to: due.email.to_string(), subject: subject.to_owned(), text })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(purpose: MailPurpose, has_account: bool, locale: Locale) -> Option<Letter> {
        let due = Due {
            id: uuid::Uuid::from_u128(1),
            purpose,
            email: "ann@example.org".parse().expect("an address"),
            locale,
            has_account,
            token: "TOKEN".to_owned(),
        };
        write(&due, "https://qun.example/")
    }

    #[test]
    fn every_letter_has_its_link_in_its_language() {
        for purpose in MailPurpose::ALL {
            for locale in Locale::ALL {
                let letter = letter(purpose, true, locale).expect("a letter");
                let path = if purpose == MailPurpose::SignUp { "sign-up" } else { "reset-password" };
                assert!(
                    letter.text.contains(&format!("\nhttps://qun.example/{path}#token=TOKEN\n")),
                    "{letter:?}"
                );
                assert_eq!(letter.subject.is_ascii(), locale == Locale::En);
                assert!(!letter.subject.contains("TOKEN") && !format!("{letter:?}").contains("TOKEN"));
            }
        }
    }

    #[test]
    fn who_has_no_account_is_sent_no_password() {
        assert_eq!(letter(MailPurpose::ResetPassword, false, Locale::En), None);
        assert!(letter(MailPurpose::SignUp, false, Locale::En).is_some());
    }
}
