use std::borrow::Cow;

use qun_domain::locale::Locale;

/// A sentence for people, in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sentence {
    en: Cow<'static, str>,
    zh: Cow<'static, str>,
}

impl Sentence {
    /// One that is always the same.
    pub(crate) const fn fixed(en: &'static str, zh: &'static str) -> Self {
        Self { en: Cow::Borrowed(en), zh: Cow::Borrowed(zh) }
    }

    /// One with numbers or names in it.
    pub(crate) fn of(en: String, zh: String) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }

    /// The sentence in one of its languages.
    pub(crate) fn text(&self, locale: Locale) -> &str {
        match locale {
            Locale::En => &self.en,
            Locale::ZhCn => &self.zh,
        }
    }
}
