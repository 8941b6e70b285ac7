//! Who came and who went, by the app's own sentences.

/// A passage that a notice tells.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Told<'a> {
    /// The person.
    pub(super) who: &'a str,
    /// What became of the person.
    pub(super) what: Passage<'a>,
}

/// What became of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Passage<'a> {
    /// Came, by a link or added by somebody.
    Joined(Option<&'a str>),
    /// Left.
    Left,
    /// Was removed, by somebody.
    Removed(Option<&'a str>),
}

/// What follows the name of somebody who came alone.
const JOINED: &[&str] = &[
    " joined using ",
    " joined via ",
    " joined from ",
    " joined the group",
    " joined this group",
    " was added",
    "使用此群组的邀请链接加入",
    "通过此群组的邀请链接加入",
    "使用群组邀请链接加入",
    "使用群组链接加入",
    "通过邀请链接加入",
    "使用邀请链接加入",
    "使用您的邀请链接加入",
    "使用此群組的邀請連結加入",
    "使用邀請連結加入",
    "从社群加入",
    "加入了群组",
    "加入了此群组",
    "已被添加",
];
/// Endings that say no more than that somebody came.
const JOINED_ALONE: &[&str] = &[" joined", " were added"];
const LEFT: &[&str] = &[
    " left",
    " left the group",
    " left this group",
    "已退出",
    "已退出群组",
    "退出了群组",
    "退出了此群组",
    "退出群组",
    "已离开",
    "已离开群组",
    "离开了",
    "离开了群组",
    "离开了此群组",
    "已離開",
    "離開了群組",
];
const REMOVED_ALONE: &[&str] = &[" was removed", "已被移除", "被移除", "被移出群组"];
/// What stands between who did it and to whom.
const ADDED: &[&str] = &[" added ", "添加了", "已添加", "新增了", "已新增"];
const REMOVED: &[&str] = &[" removed ", "移除了", "已移除", "踢出了"];
/// What stands after the second person in sentences of the shape 将…移除.
const REMOVED_AFTER: &[&str] = &["移除", "移出群组", "移出了群组", "移出"];
/// Words of notices about the group itself.
const ABOUT_THE_GROUP: &[&str] = &["this group", "the group", "a group", "群组", "社群", "all participants"];
/// What only the app says, in notices that may hold a colon.
const OTHER_NOTICES: &[&str] = &[
    " changed the ",
    " changed this ",
    " created group ",
    " created this group",
    " pinned a message",
    " changed their phone number",
    "更改了",
    "更換了",
    "创建了群组",
    "建立了群組",
];

/// The passages that a notice tells; empty for any other notice.
pub(super) fn passages(notice: &str) -> Vec<Told<'_>> {
    let notice = notice.trim_end_matches(['.', '。', ' ']);
    let alone = [
        (LEFT, Passage::Left),
        (REMOVED_ALONE, Passage::Removed(None)),
        (JOINED_ALONE, Passage::Joined(None)),
    ];
    for (endings, what) in alone {
        if let Some(who) = endings.iter().find_map(|ending| notice.strip_suffix(ending)) {
            return people(who).map(|who| Told { who, what }).collect();
        }
    }
    if let Some((who, _)) = JOINED.iter().find_map(|joined| notice.split_once(joined)) {
        return people(who).map(|who| Told { who, what: Passage::Joined(None) }).collect();
    }
    if let Some((by, who)) = ADDED.iter().find_map(|added| notice.split_once(added)) {
        return told_of(who, Passage::Joined(Some(by.trim())));
    }
    let removed = REMOVED.iter().find_map(|removed| notice.split_once(removed)).or_else(|| {
        let before = REMOVED_AFTER.iter().find_map(|after| notice.strip_suffix(after))?;
        before.split_once("已将").or_else(|| before.split_once('将'))
    });
    removed.map_or_else(Vec::new, |(by, who)| told_of(who, Passage::Removed(Some(by.trim()))))
}

/// Whether what looks like an author is the beginning of a notice with a colon.
pub(super) fn is_notice(author: &str) -> bool {
    author.is_empty()
        || author.chars().count() > 100
        || OTHER_NOTICES.iter().any(|words| author.contains(words))
}

/// Whether a notice means the person who made the export.
pub(super) fn is_exporter(who: &str) -> bool {
    who.eq_ignore_ascii_case("you") || matches!(who, "你" | "您")
}

fn told_of<'a>(list: &'a str, what: Passage<'a>) -> Vec<Told<'a>> {
    if ABOUT_THE_GROUP.iter().any(|words| list.trim().starts_with(words)) {
        return Vec::new();
    }
    people(list).map(|who| Told { who, what }).collect()
}

/// The names of a list: `Ann, Bob and Cleo`, `Ann、Bob和Cleo`.
fn people(names: &str) -> impl Iterator<Item = &str> {
    let (others, last) = match names.rsplit_once(" and ").or_else(|| names.rsplit_once('和')) {
        Some((others, last)) if !others.trim().is_empty() && !last.trim().is_empty() => (others, Some(last)),
        _ => (names, None),
    };
    let split = others.split([',', '、', '，']).chain(last);
    split.map(str::trim).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(notice: &str) -> Vec<(&str, Passage<'_>)> {
        passages(notice).into_iter().map(|told| (told.who, told.what)).collect()
    }

    #[test]
    fn sentences_of_coming_and_going() {
        let joined = Passage::Joined;
        let removed = Passage::Removed;
        for (notice, expected) in [
            ("Ann Li joined using this group's invite link", vec![("Ann Li", joined(None))]),
            ("+44 7700 900123 joined using a group link.", vec![("+44 7700 900123", joined(None))]),
            ("Ann was added", vec![("Ann", joined(None))]),
            ("Bob added Ann", vec![("Ann", joined(Some("Bob")))]),
            (
                "Bob added Ann, Cleo and Dan",
                vec![
                    ("Ann", joined(Some("Bob"))),
                    ("Cleo", joined(Some("Bob"))),
                    ("Dan", joined(Some("Bob"))),
                ],
            ),
            ("Ann left", vec![("Ann", Passage::Left)]),
            ("Bob removed Ann", vec![("Ann", removed(Some("Bob")))]),
            ("Ann was removed", vec![("Ann", removed(None))]),
            ("安妮使用此群组的邀请链接加入了群组", vec![("安妮", joined(None))]),
            (
                "鲍勃添加了安妮、克莱奥",
                vec![("安妮", joined(Some("鲍勃"))), ("克莱奥", joined(Some("鲍勃")))],
            ),
            ("您已添加 安妮", vec![("安妮", joined(Some("您")))]),
            ("安妮已退出", vec![("安妮", Passage::Left)]),
            ("安妮 离开了群组。", vec![("安妮", Passage::Left)]),
            ("鲍勃移除了安妮", vec![("安妮", removed(Some("鲍勃")))]),
            ("鲍勃已将 安妮 移除", vec![("安妮", removed(Some("鲍勃")))]),
            ("Bob added this group to the community", vec![]),
            ("Bob changed the group description", vec![]),
            ("Messages and calls are end-to-end encrypted", vec![]),
        ] {
            assert_eq!(told(notice), expected, "{notice}");
        }
    }
}
