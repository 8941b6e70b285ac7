use std::fs;
use std::io;

use qun_domain::access::MailPurpose;
use qun_domain::locale::Locale;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

use super::*;
use crate::access::{
    AccountChange, CreateOrganizationRefusal, LetterProblem, LocaleChange, LogInProblem, NewPasswordProblem,
    PostOffice, SignUpProblem,
};
use crate::mail::{MailRoute, Mailer};

on_both!(
    a_stranger_founds_an_organization,
    a_refusal_leaves_the_token_good,
    who_has_an_account_founds_another_organization,
    a_forgotten_password_is_replaced,
    a_token_is_good_for_one_thing_once_and_for_a_while,
    a_letter_that_does_not_leave_is_sent_again,
    three_letters_and_no_more,
    without_mail_nothing_is_promised,
    a_password_is_changed_by_who_knows_it,
    a_letter_is_no_way_around_a_second_factor,
    a_letter_is_in_the_language_of_the_account,
);

const NEW: &str = "another horse 电池";

/// An installation with mail, and the directory that it goes to.
struct Post {
    stage: Stage,
    office: PostOffice,
    home: TempDir,
}

impl Post {
    async fn new(db: Db) -> Self {
        let mut stage = Stage::new(db).await;
        let settings = AccessSettings { sign_up: true, mail: true, ..AccessSettings::default() };
        stage.access = Access::open(&stage.db, &stage.clock, &stage.ids, settings).await.expect("access");
        let home = TempDir::new().expect("a directory");
        let mailer = Mailer::new(&MailRoute::Files(home.path().into()), "Qun <qun@localhost>");
        let front = "https://qun.example".to_owned();
        let office = PostOffice::new(stage.access.clone(), mailer.expect("a mailer"), front);
        Self { stage, office, home }
    }

    async fn request(&self, purpose: MailPurpose, email: &str) {
        let caller = Caller::default();
        self.stage.access.request_letter(purpose, email, Locale::En, &caller).await.expect("a letter");
    }

    /// The tokens of the letters that leave now.
    async fn tokens(&self) -> Vec<String> {
        self.office.deliver().await.expect("an open office");
        let files: io::Result<Vec<_>> =
            fs::read_dir(self.home.path()).expect("a directory").map(|entry| Ok(entry?.path())).collect();
        let mut tokens = Vec::new();
        for file in files.expect("files") {
            let text = fs::read_to_string(&file).expect("a letter").replace("=\r\n", "").replace("=3D", "=");
            let (_, token) = text.split_once("#token=").expect("a link");
            tokens.push(token.split_whitespace().next().expect("a token").to_owned());
            fs::remove_file(file).expect("a file");
        }
        tokens
    }

    async fn token(&self, purpose: MailPurpose, email: &str) -> String {
        self.request(purpose, email).await;
        let mut tokens = self.tokens().await;
        assert_eq!(tokens.len(), 1);
        tokens.remove(0)
    }

    async fn sign_up(&self, token: &str, new: NewOrganization) -> Result<OrgScope, SignUpProblem> {
        let login = self.stage.access.complete_sign_up(token, new, None, &Caller::default()).await?;
        Ok(self.stage.access.authenticate(&login.access_token).await.expect("a scope"))
    }

    async fn can_log_in(&self, email: &str, password: &str) -> bool {
        match self.stage.access.log_in(email, password, None, &Caller::default()).await {
            Ok(_) | Err(LogInProblem::ChooseOrganization(_)) => true,
            Err(LogInProblem::BadCredentials) => false,
            Err(problem) => panic!("{problem:?}"),
        }
    }
}

async fn a_stranger_founds_an_organization(db: Db) {
    let post = Post::new(db).await;
    let token = post.token(MailPurpose::SignUp, " Ann@example.org").await;
    let scope = post.sign_up(&token, demo("anns")).await.expect("a founder");
    let account = post.stage.access.account_of(&scope).await.expect("an answer").expect("an account");
    assert_eq!((account.email.as_str(), account.display_name.as_str()), ("ann@example.org", "王芳"));
    assert_eq!(positions(scope.actor()), [OWNER]);
    assert!(post.can_log_in("ann@example.org", PASSWORD).await);
    assert!(
        !post.can_log_in("owner@example.org", PASSWORD).await,
        "the mailbox counts, not what was written"
    );
    let again = post.sign_up(&token, demo("more")).await.expect_err("used up");
    assert!(matches!(again, SignUpProblem::BadToken), "{again:?}");
}

async fn a_refusal_leaves_the_token_good(db: Db) {
    let post = Post::new(db).await;
    post.stage.organization("taken").await;
    let token = post.token(MailPurpose::SignUp, "ann@example.org").await;
    for (new, why) in [
        (demo("taken"), CreateOrganizationRefusal::SlugTaken),
        (NewOrganization { name: " ".to_owned(), ..demo("anns") }, CreateOrganizationRefusal::BadName),
        (
            NewOrganization { owner_name: String::new(), ..demo("anns") },
            CreateOrganizationRefusal::BadOwnerName,
        ),
        (
            NewOrganization { owner_password: "short".to_owned(), ..demo("anns") },
            CreateOrganizationRefusal::WeakPassword,
        ),
    ] {
        let problem = post.sign_up(&token, new).await.expect_err("refused");
        assert!(matches!(problem, SignUpProblem::Refused(refusal) if refusal == why), "{problem:?}");
    }
    post.sign_up(&token, demo("anns")).await.expect("the token is still good");
}

async fn who_has_an_account_founds_another_organization(db: Db) {
    let post = Post::new(db).await;
    post.stage.organization("first").await;
    let token = post.token(MailPurpose::SignUp, "owner@example.org").await;
    let guessed = NewOrganization { owner_password: NEW.to_owned(), ..demo("second") };
    let problem = post.sign_up(&token, guessed).await.expect_err("the letter alone opens no account");
    assert!(matches!(problem, SignUpProblem::WrongPassword), "{problem:?}");
    post.sign_up(&token, demo("second")).await.expect("by the account's own password");
    assert!(post.can_log_in("owner@example.org", PASSWORD).await);
    assert!(!post.can_log_in("owner@example.org", NEW).await);
}

async fn a_forgotten_password_is_replaced(db: Db) {
    let post = Post::new(db).await;
    post.stage.organization("demo").await;
    let access = &post.stage.access;
    let before =
        access.log_in("owner@example.org", PASSWORD, None, &Caller::default()).await.expect("a log-in");
    let token = post.token(MailPurpose::ResetPassword, "owner@example.org").await;
    let weak = access.reset_password(&token, "short", &Caller::default()).await.expect_err("weak");
    assert!(matches!(weak, NewPasswordProblem::WeakPassword), "{weak:?}");
    access.reset_password(&token, NEW, &Caller::default()).await.expect("a new password");
    assert!(post.can_log_in("owner@example.org", NEW).await);
    assert!(!post.can_log_in("owner@example.org", PASSWORD).await);
    access.authenticate(&before.access_token).await.expect_err("all sessions are over");
    access.refresh(&before.refresh_token, &Caller::default()).await.expect_err("all sessions are over");

    post.request(MailPurpose::ResetPassword, "nobody@example.org").await;
    assert_eq!(post.tokens().await, [""; 0], "no letter to who has no account");
}

async fn a_token_is_good_for_one_thing_once_and_for_a_while(db: Db) {
    let post = Post::new(db).await;
    post.stage.organization("demo").await;
    let access = &post.stage.access;
    let reset = async |token: &str| access.reset_password(token, NEW, &Caller::default()).await;
    let sign_up = post.token(MailPurpose::SignUp, "owner@example.org").await;
    assert!(matches!(reset(&sign_up).await, Err(NewPasswordProblem::BadToken)));
    for nothing in ["", "x", &"A".repeat(43)] {
        assert!(matches!(reset(nothing).await, Err(NewPasswordProblem::BadToken)));
    }
    let token = post.token(MailPurpose::ResetPassword, "owner@example.org").await;
    post.stage.advance(MailPurpose::ResetPassword.life());
    assert!(matches!(reset(&token).await, Err(NewPasswordProblem::BadToken)), "it is over");

    let first = post.token(MailPurpose::ResetPassword, "owner@example.org").await;
    let second = post.token(MailPurpose::ResetPassword, "owner@example.org").await;
    reset(&second).await.expect("a new password");
    assert!(matches!(reset(&second).await, Err(NewPasswordProblem::BadToken)), "it was used");
    assert!(matches!(reset(&first).await, Err(NewPasswordProblem::BadToken)), "and one was enough");
}

/// A mail server that says no, and then yes; what it was given.
async fn moody_server(listener: TcpListener) -> Vec<String> {
    let mut letters = Vec::new();
    for answer in ["451 not now", "250 taken"] {
        let (stream, _) = listener.accept().await.expect("a client");
        let (reader, mut writer) = stream.into_split();
        let mut lines = BufReader::new(reader).lines();
        writer.write_all(b"220 here\r\n").await.expect("a client");
        let mut letter = None;
        while let Ok(Some(line)) = lines.next_line().await {
            let reply = match (&mut letter, line.as_str()) {
                (Some(_), ".") => {
                    letters.extend(letter.take());
                    answer
                }
                (Some(text), line) => {
                    *text = format!("{text}{line}\n");
                    continue;
                }
                (None, "DATA") => {
                    letter = Some(String::new());
                    "354 go on"
                }
                (None, "QUIT") => break,
                (None, _) => "250 fine",
            };
            writer.write_all(format!("{reply}\r\n").as_bytes()).await.expect("a client");
            if reply == answer {
                break;
            }
        }
    }
    letters
}

async fn a_letter_that_does_not_leave_is_sent_again(db: Db) {
    let mut post = Post::new(db).await;
    post.stage.organization("demo").await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("smtp://{}", listener.local_addr().expect("an address"));
    let mailer = Mailer::new(&MailRoute::Smtp(url), "Qun <qun@localhost>").expect("a mailer");
    post.office = PostOffice::new(post.stage.access.clone(), mailer, "https://qun.example".to_owned());
    post.request(MailPurpose::ResetPassword, "owner@example.org").await;
    let deliver = async {
        assert_eq!(post.office.deliver().await.expect("an open office"), 0);
        assert_eq!(post.office.deliver().await.expect("an open office"), 0, "not before its time");
        post.stage.advance(60_000);
        assert_eq!(post.office.deliver().await.expect("an open office"), 1);
        assert_eq!(post.office.deliver().await.expect("an open office"), 0, "once");
    };
    let (letters, ()) = tokio::join!(moody_server(listener), deliver);
    assert_eq!(letters.len(), 2);
    assert!(letters[0].contains("To: owner@example.org"), "{}", letters[0]);
    assert_ne!(letters[0], letters[1], "another token");
}

async fn three_letters_and_no_more(db: Db) {
    let post = Post::new(db).await;
    for _ in 0..3 {
        post.request(MailPurpose::SignUp, "ann@example.org").await;
    }
    let fourth = async |email: &str| {
        let caller = Caller::default();
        post.stage.access.request_letter(MailPurpose::SignUp, email, Locale::En, &caller).await
    };
    let problem = fourth("Ann@example.org").await.expect_err("enough");
    assert!(matches!(problem, LetterProblem::Throttled { retry_after_seconds: 300 }), "{problem:?}");
    fourth("bob@example.org").await.expect("another mailbox");
    let problem = fourth("no address").await.expect_err("none");
    assert!(matches!(problem, LetterProblem::BadEmail), "{problem:?}");
}

async fn without_mail_nothing_is_promised(db: Db) {
    let stage = Stage::new(db).await;
    let request = async |purpose| {
        let caller = Caller::default();
        stage.access.request_letter(purpose, "ann@example.org", Locale::En, &caller).await
    };
    assert!(matches!(request(MailPurpose::SignUp).await, Err(LetterProblem::SignUpClosed)));
    assert!(matches!(request(MailPurpose::ResetPassword).await, Err(LetterProblem::NoMail)));
    let closed = stage.access.complete_sign_up("x", demo("anns"), None, &Caller::default()).await;
    assert!(matches!(closed, Err(SignUpProblem::BadToken)));
}

async fn a_password_is_changed_by_who_knows_it(db: Db) {
    let post = Post::new(db).await;
    post.stage.organization("demo").await;
    let access = &post.stage.access;
    let caller = Caller::default();
    let mine = access.log_in("owner@example.org", PASSWORD, None, &caller).await.expect("a log-in");
    let other = access.log_in("owner@example.org", PASSWORD, None, &caller).await.expect("a log-in");
    let scope = access.authenticate(&mine.access_token).await.expect("a scope");
    let wrong = access.change_password(&scope, NEW, NEW, &caller).await.expect_err("wrong");
    assert!(matches!(wrong, NewPasswordProblem::WrongPassword), "{wrong:?}");
    access.change_password(&scope, PASSWORD, NEW, &caller).await.expect("a new password");
    assert!(post.can_log_in("owner@example.org", NEW).await);
    access.authenticate(&mine.access_token).await.expect("this session goes on");
    access.authenticate(&other.access_token).await.expect_err("the others are over");
    let life = std::time::Duration::from_mins(15);
    let issued = access.token_for("owner@example.org", &slug("demo"), life).await.expect("a token");
    let issued = access.authenticate(&issued.access_token).await.expect("a scope");
    let problem = access.change_password(&issued, NEW, PASSWORD, &caller).await.expect_err("no log-in");
    assert!(matches!(problem, NewPasswordProblem::NoSession), "{problem:?}");
}

async fn a_letter_is_no_way_around_a_second_factor(db: Db) {
    let post = Post::new(db).await;
    post.stage.organization("demo").await;
    let access = &post.stage.access;
    let caller = Caller::default();
    let login = access.log_in("owner@example.org", PASSWORD, None, &caller).await.expect("a log-in");
    let scope = access.authenticate(&login.access_token).await.expect("a scope");
    let shown = access.begin_second_factor(&scope, PASSWORD, &caller).await.expect("a secret");
    let app = totp_rs::Totp::from_url(&shown.url).expect("a picture");
    let code = |steps: i64| {
        let second = post.stage.clock.now().millis() / 1_000 + 30 * steps;
        app.generate(u64::try_from(second).expect("a time")).to_string()
    };
    access.confirm_second_factor(&scope, &code(0)).await.expect("recovery codes");

    let token = post.token(MailPurpose::ResetPassword, "owner@example.org").await;
    access.reset_password(&token, NEW, &caller).await.expect("a new password");
    let problem = access.log_in("owner@example.org", NEW, None, &caller).await.expect_err("half of it");
    assert!(matches!(problem, LogInProblem::SecondFactorRequired), "{problem:?}");

    let token = post.token(MailPurpose::SignUp, "owner@example.org").await;
    let sign_up = async |code: Option<&str>| {
        let new = NewOrganization { owner_password: NEW.to_owned(), ..demo("second") };
        access.complete_sign_up(&token, new, code, &caller).await
    };
    let problem = sign_up(None).await.expect_err("half of it");
    assert!(matches!(problem, SignUpProblem::SecondFactorRequired), "{problem:?}");
    for wrong in [code(0), "no code".to_owned()] {
        let problem = sign_up(Some(&wrong)).await.expect_err("wrong");
        assert!(matches!(problem, SignUpProblem::BadSecondFactor), "{problem:?}");
    }
    assert_eq!(access.own_seats(&scope).await.expect("seats").len(), 1, "nothing was founded");
    sign_up(Some(&code(1))).await.expect("both");
    let given = crate::access::Credentials {
        email: "owner@example.org",
        password: NEW,
        organization: Some(&slug("second")),
        code: Some(&code(1)),
        enrollment_code: None,
    };
    let used = access.log_in_with(given, &caller).await.expect_err("it was used to sign up");
    assert!(matches!(used, LogInProblem::BadSecondFactor), "{used:?}");
}

async fn a_letter_is_in_the_language_of_the_account(db: Db) {
    let post = Post::new(db).await;
    post.stage.organization("demo").await;
    let access = &post.stage.access;
    let login = access.log_in("owner@example.org", PASSWORD, None, &Caller::default()).await;
    let scope = access.authenticate(&login.expect("a log-in").access_token).await.expect("a scope");
    let files = || {
        let entries =
            fs::read_dir(post.home.path()).expect("a directory").map(|entry| entry.expect("a file"));
        entries.map(|entry| fs::read_to_string(entry.path()).expect("a letter")).collect::<Vec<_>>()
    };
    for (locale, word) in
        [(None, "Choose a new password"), (Some(Locale::ZhCn), "=?utf-8?b?"), (None, "Choose a new password")]
    {
        let locale = locale.map_or(LocaleChange::Clear, LocaleChange::Set);
        let change = AccountChange { display_name: None, locale };
        access.update_account(&scope, change).await.expect("a change");
        post.request(MailPurpose::ResetPassword, "owner@example.org").await;
        assert_eq!(post.office.deliver().await.expect("an open office"), 1);
        let letters = files();
        assert!(letters.len() == 1 && letters[0].contains(word), "{letters:?}");
        for entry in fs::read_dir(post.home.path()).expect("a directory") {
            fs::remove_file(entry.expect("a file").path()).expect("a file");
        }
    }
}
