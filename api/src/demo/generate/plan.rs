//! The twelve groups: who they are and what becomes of them.

use chrono_tz::Tz;

use super::DemoGroup;
use super::rhythm::Rhythm;
use super::texts::{Language, topic};

/// What becomes of a group in the 16 weeks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Steady,
    /// Founded in the second week.
    Young,
    /// A fifth less every week, and people leave.
    Dying,
    /// A raid of spammers in the twelfth week.
    Raided,
}

/// The weekly event of a group.
#[derive(Clone, Copy)]
pub(super) struct Meetup {
    /// Monday is 0.
    pub weekday: i32,
    /// Local hours.
    pub hour: i32,
    pub hours: i32,
    pub titles: &'static [&'static str],
}

pub(super) struct Plan {
    pub group: DemoGroup,
    /// Begins the ids of the group's rows.
    pub slug: &'static str,
    pub language: Language,
    /// What the group talks about.
    pub things: &'static [&'static str],
    pub rhythm: Rhythm,
    /// Members when the 16 weeks begin; of a young group, those of its first three weeks.
    pub size: usize,
    /// Newcomers a week, in hundredths.
    pub newcomers: u32,
    /// Percent of an average group's messages.
    pub loudness: u32,
    pub fate: Fate,
    pub meetup: Option<Meetup>,
    /// Where members live beside the group's own zone.
    pub elsewhere: &'static [Tz],
}

const MAKERS: &str = "浦江造物社";
const BENCH: &str = "Open Bench International";
const RUNNERS: &str = "滨江跑者社";

const fn group(
    name: &'static str,
    community: &'static str,
    platform: &'static str,
    kind: &'static str,
    time_zone: Tz,
) -> DemoGroup {
    DemoGroup { name, community, platform, kind, time_zone }
}

const fn meetup(weekday: i32, hour: i32, hours: i32, titles: &'static [&'static str]) -> Meetup {
    Meetup { weekday, hour, hours, titles }
}

const SHANGHAI: Tz = Tz::Asia__Shanghai;

pub(super) static PLANS: [Plan; 12] = [
    Plan {
        group: group("造物社·大客厅", MAKERS, "WECHAT", "HOBBY", SHANGHAI),
        slug: "lounge",
        language: Language::Chinese,
        things: topic::MAKING,
        rhythm: Rhythm::Evening,
        size: 112,
        newcomers: 180,
        loudness: 100,
        fate: Fate::Steady,
        meetup: Some(meetup(5, 14, 3, &["周六开放日", "木工台体验", "社员作品分享", "激光切割入门"])),
        elsewhere: &[],
    },
    Plan {
        group: group("造物社·三维打印", MAKERS, "WECHAT", "HOBBY", SHANGHAI),
        slug: "printing",
        language: Language::Chinese,
        things: topic::PRINTING,
        rhythm: Rhythm::Evening,
        size: 65,
        newcomers: 90,
        loudness: 105,
        fate: Fate::Steady,
        meetup: Some(meetup(2, 20, 1, &["切片参数夜谈", "打印失败博物馆", "柔性耗材试用"])),
        elsewhere: &[],
    },
    Plan {
        group: group("产品共创内测群", MAKERS, "WECOM", "PRODUCT", SHANGHAI),
        slug: "beta",
        language: Language::Chinese,
        things: topic::PRODUCT,
        rhythm: Rhythm::Office,
        size: 56,
        newcomers: 70,
        loudness: 100,
        fate: Fate::Steady,
        meetup: Some(meetup(3, 15, 1, &["内测周会", "新功能走查", "用户问答"])),
        elsewhere: &[],
    },
    Plan {
        group: group("客户成功陪跑营", MAKERS, "WECOM", "SUPPORT", SHANGHAI),
        slug: "success",
        language: Language::Chinese,
        things: topic::SUCCESS,
        rhythm: Rhythm::Office,
        size: 48,
        newcomers: 60,
        loudness: 85,
        fate: Fate::Steady,
        meetup: Some(meetup(1, 10, 1, &["上线答疑", "案例拆解", "看板共读"])),
        elsewhere: &[],
    },
    Plan {
        group: group("造物社·旧物改造", MAKERS, "WECHAT", "HOBBY", SHANGHAI),
        slug: "mending",
        language: Language::Chinese,
        things: topic::MENDING,
        rhythm: Rhythm::Evening,
        size: 60,
        newcomers: 60,
        loudness: 100,
        fate: Fate::Dying,
        meetup: Some(meetup(6, 15, 2, &["修补茶会", "旧物交换"])),
        elsewhere: &[],
    },
    Plan {
        group: group("Tinker Lounge", BENCH, "TELEGRAM", "HOBBY", Tz::Europe__Berlin),
        slug: "tinker",
        language: Language::English,
        things: topic::ELECTRONICS,
        rhythm: Rhythm::Evening,
        size: 90,
        newcomers: 160,
        loudness: 100,
        fate: Fate::Raided,
        meetup: Some(meetup(
            3,
            19,
            2,
            &["Show and tell", "Open repair hour", "Soldering together", "Datasheet club"],
        )),
        elsewhere: &[Tz::Europe__London, Tz::Asia__Singapore, Tz::America__New_York],
    },
    Plan {
        group: group("Night Shift Makers", BENCH, "DISCORD", "HOBBY", Tz::America__New_York),
        slug: "nightshift",
        language: Language::English,
        things: topic::ELECTRONICS,
        rhythm: Rhythm::Night,
        size: 56,
        newcomers: 90,
        loudness: 105,
        fate: Fate::Steady,
        meetup: Some(meetup(4, 21, 2, &["Friday build stream", "Parts bin bingo", "Late lab"])),
        elsewhere: &[Tz::America__Los_Angeles, Tz::America__Chicago],
    },
    Plan {
        group: group("Beginners' Bench", BENCH, "DISCORD", "LEARNING", Tz::Europe__London),
        slug: "beginners",
        language: Language::English,
        things: topic::WOODWORK,
        rhythm: Rhythm::Evening,
        size: 60,
        newcomers: 270,
        loudness: 95,
        fate: Fate::Steady,
        meetup: Some(meetup(
            6,
            16,
            2,
            &["First cuts", "Bring a broken thing", "Ask me anything about joints"],
        )),
        elsewhere: &[Tz::Europe__Berlin, Tz::America__New_York],
    },
    Plan {
        group: group("Field Recording Corner", BENCH, "TELEGRAM", "HOBBY", Tz::Asia__Singapore),
        slug: "sound",
        language: Language::English,
        things: topic::SOUND,
        rhythm: Rhythm::Weekend,
        size: 42,
        newcomers: 40,
        loudness: 75,
        fate: Fate::Steady,
        meetup: None,
        elsewhere: &[Tz::Europe__Berlin, Tz::Asia__Tokyo],
    },
    Plan {
        group: group("滨江晨跑团", RUNNERS, "WECHAT", "SPORT", SHANGHAI),
        slug: "morning",
        language: Language::Chinese,
        things: topic::RUNNING,
        rhythm: Rhythm::Morning,
        size: 83,
        newcomers: 150,
        loudness: 100,
        fate: Fate::Steady,
        meetup: Some(meetup(2, 6, 1, &["周三晨跑", "步道慢跑", "五公里测试"])),
        elsewhere: &[],
    },
    Plan {
        group: group("周末越野小队", RUNNERS, "OTHER", "SPORT", SHANGHAI),
        slug: "trail",
        language: Language::Chinese,
        things: topic::TRAIL,
        rhythm: Rhythm::Weekend,
        size: 50,
        newcomers: 60,
        loudness: 85,
        fate: Fate::Steady,
        meetup: Some(meetup(5, 7, 5, &["竹林步道拉练", "山脊线体验", "下坡技术课"])),
        elsewhere: &[],
    },
    Plan {
        group: group("半马训练营", RUNNERS, "WECHAT", "LEARNING", SHANGHAI),
        slug: "half",
        language: Language::Chinese,
        things: topic::HALF_MARATHON,
        rhythm: Rhythm::Morning,
        size: 46,
        newcomers: 110,
        loudness: 110,
        fate: Fate::Young,
        meetup: Some(meetup(6, 7, 2, &["周日长距离", "配速团跑", "力量训练课"])),
        elsewhere: &[],
    },
];

impl Plan {
    /// The day on which the group was founded.
    pub(super) fn founded(&self) -> i32 {
        match self.fate {
            Fate::Young => 8,
            Fate::Steady | Fate::Dying | Fate::Raided => -400,
        }
    }

    /// Percent of the usual talk in a week.
    pub(super) fn volume(&self, week: i32) -> u32 {
        match (self.fate, week) {
            (Fate::Young, ..=0) => 0,
            // A new group is excited.
            (Fate::Young, 1..=3) => 140,
            (Fate::Dying, 1..) => (0..week.min(WEEKS_TO_SILENCE)).fold(100, |volume, _| volume * 80 / 100),
            // Of the time before, little is left in the import; it swells until
            // the first week, so that nobody rises for want of history.
            (_, ..=-5) => 10,
            (_, -4) => 30,
            (_, -3) => 55,
            (_, -2) => 75,
            (_, -1) => 90,
            _ => 100,
        }
    }

    /// Whether the weekly event takes place at all in a week.
    pub(super) fn meets(&self, week: i32) -> bool {
        match self.fate {
            Fate::Young => week >= 2,
            Fate::Dying => week <= 4,
            Fate::Steady | Fate::Raided => true,
        }
    }
}

/// After these weeks a dying group no longer shrinks: two or three still write.
const WEEKS_TO_SILENCE: i32 = 14;
