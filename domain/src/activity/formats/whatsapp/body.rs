//! What a message holds: text, media, or the trace of a deleted one.

use super::{is_mark, plain};
use crate::activity::Medium;

/// What stands after the author.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Body {
    /// Text, media or both.
    Content {
        /// The text.
        text: Option<String>,
        /// What it carries.
        media: Option<Medium>,
    },
    /// A message that its author deleted.
    Deleted,
    /// A message that an admin deleted, with the admin's name where it stands.
    DeletedByAdmin(Option<String>),
    /// Words of the app, not of the author: only there in files of iOS.
    Notice(String),
}

const DELETED: &[&str] = &[
    "this message was deleted",
    "you deleted this message",
    "此消息已被删除",
    "此消息已删除",
    "该消息已被删除",
    "您已删除此消息",
    "您删除了此消息",
    "你删除了此消息",
    "你删除了这条消息",
    "此訊息已被刪除",
    "您已刪除此訊息",
];
const DELETED_BY_ADMIN: &[&str] =
    &["this message was deleted by admin", "此消息已被管理员删除", "此消息已被管理员"];
const EDITED: &[&str] =
    &["<This message was edited>", "<此消息已被编辑>", "<此消息已编辑>", "<這則訊息已編輯>"];
const OMITTED: &[&str] = &[
    "<media omitted>",
    "<媒体文件已省略>",
    "<媒体已省略>",
    "<附件已省略>",
    "<省略多媒体文件>",
    "<忽略多媒體檔>",
];
const ATTACHED: &[&str] =
    &["(file attached)", "(文件附件)", "（文件附件）", "(附件)", "（附件）", "(檔案附件)"];
const ATTACHED_BEFORE: &[&str] = &["<attached: ", "<附件：", "<附件: ", "<已附加: ", "<已附加："];
const WORDS: &[(&str, Medium)] = &[
    ("image", Medium::Image),
    ("图片", Medium::Image),
    ("图像", Medium::Image),
    ("照片", Medium::Image),
    ("video", Medium::Video),
    ("gif", Medium::Video),
    ("视频", Medium::Video),
    ("影片", Medium::Video),
    ("audio", Medium::Audio),
    ("音频", Medium::Audio),
    ("语音", Medium::Audio),
    ("sticker", Medium::Sticker),
    ("贴图", Medium::Sticker),
    ("表情", Medium::Sticker),
    ("contact card", Medium::Card),
    ("名片", Medium::Card),
    ("联系人", Medium::Card),
    ("document", Medium::File),
    ("文档", Medium::File),
    ("文件", Medium::File),
];
const CARDS: &[&str] = &["POLL:", "Location: ", "location: ", "投票：", "投票:", "位置：", "位置: "];

/// Reads what stands after the author. The app's own words begin with a mark in
/// files of iOS (`bracketed`), and nowhere else.
pub(super) fn read(whole: &str, bracketed: bool) -> Body {
    let marked = bracketed && whole.starts_with('\u{200E}');
    let body = whole.trim_start_matches(is_mark).trim_end();
    let bare = plain(body);
    let bare = bare.trim_end_matches(['.', '。']);
    if DELETED.iter().any(|phrase| bare.eq_ignore_ascii_case(phrase)) {
        return Body::Deleted;
    }
    if let Some(admin) = DELETED_BY_ADMIN.iter().find_map(|phrase| strip(bare, phrase)) {
        let admin = admin.trim().trim_end_matches("删除").trim();
        return Body::DeletedByAdmin((!admin.is_empty()).then(|| admin.to_owned()));
    }
    if let Some((text, media)) = attachment(body) {
        return Body::Content { text: some(text), media: Some(media) };
    }
    if let Some((before, media)) = bracketed.then(|| omitted(whole)).flatten() {
        // Before the word for a document stands its title, before others a caption.
        let text = if media == Medium::File { None } else { some(before) };
        return Body::Content { text, media: Some(media) };
    }
    if marked {
        if !CARDS.iter().any(|card| bare.starts_with(card)) {
            return Body::Notice(bare.to_owned());
        }
        return Body::Content { text: some(body), media: Some(Medium::Card) };
    }
    let text = EDITED.iter().find_map(|edited| body.strip_suffix(edited)).unwrap_or(body);
    Body::Content { text: some(text), media: None }
}

/// The caption and the medium of a message that says it carries a file.
fn attachment(body: &str) -> Option<(&str, Medium)> {
    let (first, caption) = body.split_once('\n').unwrap_or((body, ""));
    let line = plain(first);
    if OMITTED.iter().any(|omitted| line.eq_ignore_ascii_case(omitted)) {
        return Some((caption, Medium::File));
    }
    if let Some(file) = ATTACHED.iter().find_map(|attached| line.strip_suffix(attached)) {
        return Some((caption, by_extension(file)));
    }
    let (start, file) = ATTACHED_BEFORE.iter().find_map(|attached| {
        let start = body.rfind(attached)?;
        Some((start, body[start + attached.len()..].strip_suffix('>')?))
    })?;
    Some((body[..start].trim_end_matches(is_mark), by_extension(file)))
}

/// What stands before `image omitted`, `已省略图片` and their like, and the medium.
/// The app puts a mark before its words.
fn omitted(body: &str) -> Option<(&str, Medium)> {
    let (before, words) = body.rsplit_once('\u{200E}')?;
    let words = words.trim().trim_end_matches(['.', '。']).to_lowercase();
    let says_so = words.ends_with(" omitted") || words.contains("省略") || words.contains("忽略");
    if !says_so || words.chars().count() > 24 {
        return None;
    }
    WORDS.iter().find(|(word, _)| words.contains(word)).map(|(_, medium)| (before, *medium))
}

fn by_extension(file: &str) -> Medium {
    let extension = file.trim().rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    match extension.as_str() {
        "jpg" | "jpeg" | "png" | "heic" => Medium::Image,
        "mp4" | "mov" | "3gp" | "gif" => Medium::Video,
        "opus" | "ogg" | "m4a" | "mp3" | "aac" | "amr" => Medium::Audio,
        "webp" => Medium::Sticker,
        "vcf" => Medium::Card,
        _ => Medium::File,
    }
}

fn strip<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

fn some(text: &str) -> Option<String> {
    let text = text.trim_matches(is_mark).trim_end().trim_end_matches(is_mark).trim_end();
    (!text.is_empty()).then(|| text.to_owned())
}
