//! A text of the survey in every language it is fielded in.

/// The same text in several languages, in the order in which the survey declares them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocalText(Vec<(String, String)>);

impl LocalText {
    /// From pairs of language tag and text.
    pub fn new<T: Into<String>, U: Into<String>>(pairs: impl IntoIterator<Item = (T, U)>) -> Self {
        LocalText(pairs.into_iter().map(|(tag, text)| (tag.into(), text.into())).collect())
    }

    /// The text in a language, or in the first language there is, or `""` where there is none.
    pub fn get(&self, language: &str) -> &str {
        self.exact(language).or_else(|| self.0.first().map(|(_, text)| &**text)).unwrap_or("")
    }

    /// The text in just this language.
    pub fn exact(&self, language: &str) -> Option<&str> {
        self.0.iter().find(|(tag, _)| tag == language).map(|(_, text)| &**text)
    }

    /// All languages with their texts.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(tag, text)| (&**tag, &**text))
    }

    /// Whether there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same for every language: each text through `change`.
    #[must_use]
    pub fn map(&self, mut change: impl FnMut(&str, &str) -> String) -> LocalText {
        LocalText(self.0.iter().map(|(tag, text)| (tag.clone(), change(tag, text))).collect())
    }
}
