//! What the survey's owner wants withheld.

/// The disclosure policy: a preset with its thresholds, all of them printed in the method note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disclosure {
    /// Which counts are small, and where.
    pub preset: DisclosurePreset,
    /// What is smaller is small: the base of a group ([`DisclosurePreset::Voluntary`]), every
    /// count ([`DisclosurePreset::Register`]). Default 3 (1 and 2 are small).
    pub k: u64,
    /// How many whole steps must separate the least from the greatest value that a reader can
    /// work out for a small count. Default k.
    pub protection: u64,
    /// Classes with a smaller base are small: 0 % and 100 % are marked there, quartiles are not
    /// given, and of a sensitive question a class that is of one mind is withheld. Default 10.
    pub small_class: u64,
}

/// Whose rule it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DisclosurePreset {
    /// Nothing is withheld; the method note says so.
    None,
    /// A sample or census that people answered of their own will: groups whose base is small are
    /// withheld. Overall figures stay, and so do the numbers of responses.
    Voluntary,
    /// A register census, in which everybody knows that everybody is in: every unweighted count
    /// from 1 to k − 1 is withheld everywhere, in cells, bases, blanks and numbers of responses, in
    /// overall tables too. Only the number of all responses stays.
    Register,
}

impl DisclosurePreset {
    /// All of them.
    pub const ALL: [DisclosurePreset; 3] =
        [DisclosurePreset::Register, DisclosurePreset::Voluntary, DisclosurePreset::None];

    /// The name in `survey.toml` and `tables.json`.
    pub fn name(self) -> &'static str {
        match self {
            DisclosurePreset::None => "none",
            DisclosurePreset::Voluntary => "voluntary",
            DisclosurePreset::Register => "register",
        }
    }
}

impl Disclosure {
    /// A preset with k = 3, as in Japanese official statistics (the rule of "1 or 2").
    pub fn preset(preset: DisclosurePreset) -> Disclosure {
        Disclosure { preset, k: 3, protection: 3, small_class: 10 }
    }

    /// Whether nothing is withheld.
    pub fn is_none(&self) -> bool {
        self.preset == DisclosurePreset::None
    }

    /// Whether a class with this base is small; never without a policy or without anybody.
    pub fn is_small_class(&self, base: u64) -> bool {
        !self.is_none() && (1..self.small_class).contains(&base)
    }
}

impl Default for Disclosure {
    /// A voluntary survey, k = 3.
    fn default() -> Disclosure {
        Disclosure::preset(DisclosurePreset::Voluntary)
    }
}
