//! Where a published set will stand on the web.

use crate::html::Published;

/// A place on the web, and whether there is a PNG of every picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    /// Its address, a folder that ends in `/`; `None` where it is not known.
    pub url: Option<String>,
    /// Whether there is a PNG of each figure and of the card.
    pub pictures: bool,
}

impl Site {
    /// The place of an address; `None` where it is no address of the web.
    pub fn at(url: &str) -> Option<Site> {
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
        let is_plain = |c: char| c.is_ascii_graphic() && !"\"'<>\\^`{|}?#".contains(c);
        let is_address = !rest.is_empty() && !rest.starts_with('/') && rest.chars().all(is_plain);
        let slash = if url.ends_with('/') { "" } else { "/" };
        is_address.then(|| Site { url: Some(format!("{url}{slash}")), pictures: false })
    }

    /// The address of a file of some folder; beside the page that asks, where the site is not known.
    pub(super) fn beside(&self, folder: &str, name: &str) -> String {
        self.url.as_ref().map_or_else(|| name.to_owned(), |url| format!("{url}{folder}{name}"))
    }

    /// The addresses of a page in one language.
    pub fn page(&self, name: &str, language: &str) -> Published {
        let address = |name: &str| self.url.as_ref().map(|url| format!("{url}{name}"));
        let card = address(&format!("figures.{language}/card.png")).filter(|_| self.pictures);
        Published { page: address(name), card }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_the_web_is_a_folder_and_nothing_else_is_one() {
        let url = |text: &str| Site::at(text).and_then(|site| site.url);
        assert_eq!(url("https://example.org/2026").as_deref(), Some("https://example.org/2026/"));
        assert_eq!(url("https://example.org/").as_deref(), Some("https://example.org/"));
        for wrong in [
            "",
            "example.org",
            "https://",
            "https:///x",
            "javascript:alert(1)",
            "https://a b",
            "https://a\">",
        ] {
            assert_eq!(url(wrong), None, "{wrong}");
        }
    }
}
