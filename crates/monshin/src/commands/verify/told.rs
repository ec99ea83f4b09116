//! What is said of a release, line by line.

use anyhow::Result;
use monshin_diag::Lang;
use monshin_report::publish::{Difference, Reproduced};

use crate::output::{pick, print};

/// Most differences of one file that are printed one by one.
const MOST: usize = 40;

/// Prints lines and counts what is wrong.
pub struct Told {
    /// Language of the lines.
    pub lang: Lang,
    /// Faults so far.
    pub faults: usize,
}

impl Told {
    /// Nothing said yet.
    pub fn new(lang: Lang) -> Told {
        Told { lang, faults: 0 }
    }

    /// A line.
    pub fn line(&self, ja: String, en: String) -> Result<()> {
        print(&(pick(self.lang, ja, en) + "\n"))
    }

    /// A line that says what is wrong.
    pub fn fault(&mut self, ja: String, en: String) -> Result<()> {
        self.faults += 1;
        self.line(format!("× {ja}"), format!("× {en}"))
    }

    /// Places where a file is not what the data give.
    pub fn differences(&mut self, file: &str, found: &[Difference]) -> Result<()> {
        let place = |one: &Difference| match file {
            "" => one.place.clone(),
            file => format!("{file} {}", one.place),
        };
        for one in found.iter().take(MOST) {
            let (place, published, computed) = (place(one), &one.published, &one.computed);
            self.fault(
                format!("{place}: 公開 {published}、データからは {computed}"),
                format!("{place}: published {published}, the data give {computed}"),
            )?;
        }
        if found.len() > MOST {
            let more = found.len() - MOST;
            self.fault(format!("ほかに {more} か所"), format!("and {more} more places"))?;
        }
        Ok(())
    }

    /// What computing all figures again came to.
    pub fn reproduced(&mut self, found: &Reproduced) -> Result<()> {
        self.differences("", &found.different)?;
        let (same, beyond) = (found.same, found.beyond_reach);
        self.line(
            format!("{} 数値 {same} 個を再現", if found.different.is_empty() { "○" } else { "－" }),
            format!("{} {same} figures reproduced", if found.different.is_empty() { "○" } else { "–" }),
        )?;
        if beyond > 0 {
            self.line(
                format!("－ 数値 {beyond} 個は、区分のない秘匿済みの個票からは再現できません"),
                format!("– {beyond} figures cannot be reproduced from answers without classes"),
            )?;
        }
        Ok(())
    }
}
