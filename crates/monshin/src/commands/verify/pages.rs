//! Whether pages, figures and workbooks are those that the tables give: written again and compared.

use anyhow::Result;
use monshin_report::CheckedReport;
use monshin_report::publish::{Site, differences};
use monshin_report::theme::Theme;

use super::told::Told;
use crate::args::Verify;
use crate::pdf::Typesetter;
use crate::release::contents::{self, Making};
use crate::release::manifest::{self, Manifest};
use crate::release::{Files, SOURCE};

/// What is compared.
pub struct Pages<'a> {
    /// What was asked for.
    pub it: &'a Verify,
    /// The release.
    pub files: &'a Files,
    /// What it says of itself.
    pub manifest: &'a Manifest,
}

impl Pages<'_> {
    /// Compares every file with the one that these reports give; only the same version writes the same
    /// bytes.
    pub fn compare(&self, reports: &[CheckedReport], theme: &Theme, told: &mut Told) -> Result<()> {
        if let Some((ja, en)) = self.incomparable() {
            return told.line(format!("－ {ja}"), format!("– {en}"));
        }
        let site = Site { url: self.manifest.url.clone(), pictures: self.manifest.typesetter.is_some() };
        let making = Making { theme, site: &site };
        let mut computed = contents::of_reports(reports, &making);
        let typeset = self.typesetter(told)?;
        if let Some(typesetter) = &typeset {
            computed.extend(contents::typeset(reports, &making, typesetter, told.lang)?.0);
        }
        let before = told.faults;
        for (name, bytes) in computed.iter().filter(|(name, _)| *name != "tables.json") {
            self.one(name, bytes, told)?;
        }
        let is_made = |name: &str| computed.contains_key(name) || typeset.is_none() && is_typeset(name);
        let shown = |name: &str| manifest::is_listed(name) && !name.starts_with(SOURCE);
        for name in self.files.keys().filter(|name| shown(name) && !is_made(name)) {
            told.fault(
                format!("{name}: このデータから作られるファイルではありません"),
                format!("{name}: no file that these data give"),
            )?;
        }
        if told.faults == before {
            let count = computed.len();
            told.line(
                format!("○ 報告書、図、表計算ファイルも同じ内容（{count} ファイル）"),
                format!("○ reports, figures and workbooks are the same too ({count} files)"),
            )?;
        }
        Ok(())
    }

    fn one(&self, name: &str, computed: &[u8], told: &mut Told) -> Result<()> {
        let Some(published) = self.files.get(name) else {
            return told.fault(
                format!("{name}: データから作られるはずのファイルがありません"),
                format!("{name}: the data give this file, and it is not there"),
            );
        };
        if published == computed {
            return Ok(());
        }
        let found = differences(name, published, computed);
        if found.is_empty() {
            return told.fault(
                format!("{name}: 集計表から作られるものと異なります"),
                format!("{name}: not what these tables give"),
            );
        }
        told.differences(name, &found)
    }

    /// Why pages cannot be compared, where they cannot.
    fn incomparable(&self) -> Option<(String, String)> {
        let (theirs, ours) = (&self.manifest.monshin, env!("CARGO_PKG_VERSION"));
        (theirs != ours).then(|| {
            (
                format!("版が異なるため（{theirs}、こちらは {ours}）、ページの内容は比べていません"),
                format!("pages were not compared: made by version {theirs}, this is {ours}"),
            )
        })
    }

    /// The typesetter that makes the same bytes; says so where there should be one and is none.
    fn typesetter(&self, told: &Told) -> Result<Option<Typesetter>> {
        let Some(theirs) = &self.manifest.typesetter else { return Ok(None) };
        let found = Typesetter::find(&self.it.typesetting);
        let ours = found.as_ref().map(Typesetter::version).transpose()?;
        if ours.as_ref() == Some(theirs) {
            return Ok(found);
        }
        let ours = ours.as_deref().unwrap_or("–");
        told.line(
            format!("－ PDFとPNGは作り直して比べていません（公開物は {theirs}、こちらは {ours}）"),
            format!("– PDF and PNG were not set again: made by {theirs}, here is {ours}"),
        )?;
        Ok(None)
    }
}

/// Whether the typesetter makes such a file.
fn is_typeset(name: &str) -> bool {
    let is_page = name.starts_with("report") && name.ends_with(".pdf");
    is_page || name.starts_with("figures.") && name.ends_with(".png")
}
