//! Made-up nicknames and ids in the manner of each platform.

use std::collections::BTreeSet;

use super::dice::Dice;
use super::texts::Language;

#[rustfmt::skip]
const ZH_FIRST: &[&str] = &[
    "山间", "北窗", "小满", "橘子", "雨后", "半块", "慢慢", "青石", "纸船", "夜航", "松果", "白露",
    "海盐", "南巷", "竹影", "晴天", "麦田", "云边", "旧城", "拾光", "豆角", "风铃", "木木", "星河",
    "柚子", "芒种", "蓝鲸", "午后", "阿禾", "小舟", "热豆浆", "梧桐", "三点半", "糯米", "左手", "鹿角",
    "远山", "胖虾", "雪糕", "门牌", "泡面", "灰雀", "薄荷", "老砖", "蓝灯", "七月", "石榴", "弄堂",
];
#[rustfmt::skip]
const ZH_LAST: &[&str] = &[
    "听雨", "晚风", "同学", "汽水", "不加糖", "在路上", "的猫", "先生", "小馆", "工坊", "来信", "电台",
    "与茶", "饼干", "散步", "灯塔", "日记", "木匠", "跑不动", "爱早起", "Leo", "_0", "呀", "船长",
    "小记", "吃早饭", "慢半拍", "不打烊", "的口袋", "去爬山", "Momo", "研究员", "在阳台", "与海",
];
#[rustfmt::skip]
const EN_FIRST: &[&str] = &[
    "copper", "quiet", "mossy", "amber", "paper", "north", "velvet", "tidal", "rusty", "plain", "lunar", "brisk",
    "cedar", "salty", "hollow", "early", "violet", "dusty", "gentle", "spare", "wandering", "second", "crooked", "silver",
    "low", "foggy", "patient", "tiny", "loose", "winter",
];
#[rustfmt::skip]
const EN_LAST: &[&str] = &[
    "finch", "lamp", "harbor", "kettle", "otter", "signal", "spool", "ladder", "maple", "comet", "button", "anvil",
    "heron", "pocket", "static", "meadow", "lantern", "badger", "compass", "thimble", "resistor", "orchard", "puddle", "gecko",
];

/// Names and ids that nobody has yet.
#[derive(Default)]
pub(super) struct Register {
    names: BTreeSet<String>,
    users: BTreeSet<String>,
}

impl Register {
    /// A nickname that nobody bears yet.
    pub(super) fn name(&mut self, dice: &mut Dice, language: Language) -> String {
        loop {
            let plain = match language {
                Language::Chinese => format!("{}{}", dice.pick(ZH_FIRST), dice.pick(ZH_LAST)),
                Language::English => english(dice),
            };
            // One in six has a number behind it: there are names for a hundred demos.
            let name = if dice.percent(16) { format!("{plain}{}", dice.between(2, 99)) } else { plain };
            if self.names.insert(name.clone()) {
                return name;
            }
        }
    }

    /// An id in the manner of the platform, which nobody has yet.
    pub(super) fn user(&mut self, dice: &mut Dice, platform: &str) -> String {
        loop {
            let user = match platform {
                "WECHAT" => format!("wxid_{}", letters(dice, 13)),
                "WECOM" => format!("wm{}", letters(dice, 16)),
                "TELEGRAM" => format!("{}{}", dice.between(1, 7), digits(dice, 9)),
                "DISCORD" => format!("{}{}", dice.between(1, 9), digits(dice, 17)),
                _ => format!("u-{}", digits(dice, 6)),
            };
            if self.users.insert(user.clone()) {
                return user;
            }
        }
    }
}

fn english(dice: &mut Dice) -> String {
    let (first, last) = (dice.pick(EN_FIRST), dice.pick(EN_LAST));
    match dice.below(3) {
        0 => format!("{first}_{last}"),
        1 => format!("{first}{last}"),
        _ => format!("{last}.{first}"),
    }
}

fn letters(dice: &mut Dice, length: usize) -> String {
    const ALPHABET: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    (0..length).map(|_| char::from(dice.pick(ALPHABET))).collect()
}

fn digits(dice: &mut Dice, length: usize) -> String {
    (0..length).map(|_| char::from(b'0' + u8::try_from(dice.below(10)).unwrap_or(0))).collect()
}
