//! Words that people read, in both languages of the tool, from one place.

/// A language of the tool's own words. Texts of a survey may be in any language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lang {
    /// Japanese.
    #[default]
    Ja,
    /// English.
    En,
}

impl Lang {
    /// The language that a tag such as `ja`, `ja_JP.UTF-8` or `en-GB` asks for.
    pub fn from_tag(tag: &str) -> Option<Lang> {
        match tag.split(['-', '_', '.']).next() {
            Some("ja") => Some(Lang::Ja),
            Some("en" | "C" | "POSIX") => Some(Lang::En),
            _ => None,
        }
    }

    /// The tag used in file names and in `survey.toml`.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::Ja => "ja",
            Lang::En => "en",
        }
    }
}

/// The same sentence in Japanese and in English.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Words {
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
}

impl Words {
    /// Both sentences at once.
    pub fn new(ja: impl Into<String>, en: impl Into<String>) -> Words {
        Words { ja: ja.into(), en: en.into() }
    }

    /// The sentence in one language.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ja => &self.ja,
            Lang::En => &self.en,
        }
    }
}

/// Builds [`Words`] from two format strings: `words!("値 {x}"; "value {x}")`, each with its own
/// arguments where needed: `words!("値 {}", x; "value {}", x)`.
#[macro_export]
macro_rules! words {
    ($ja:literal $(, $ja_arg:expr)* ; $en:literal $(, $en_arg:expr)* $(,)?) => {
        $crate::Words::new(format!($ja $(, $ja_arg)*), format!($en $(, $en_arg)*))
    };
}
