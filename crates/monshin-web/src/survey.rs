//! A survey as it is served: everything that can be worked out before the first request.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use monshin_instrument::Questionnaire;
use monshin_instrument::screen::{Page, pages};
use monshin_seal::Recipient;
use monshin_store::{Dates, SurveyRow};

use crate::packed::Known;
use crate::style;
use crate::words::Words;

/// A survey with its pages and its style sheet.
#[derive(Debug)]
pub struct Fielded {
    pub(crate) row: SurveyRow,
    pub(crate) form: Arc<Questionnaire>,
    pub(crate) pages: Vec<Page>,
    pub(crate) recipients: Vec<Recipient>,
    pub(crate) css: String,
    pub(crate) css_name: String,
    /// The sheet as browsers take it.
    pub(crate) css_packed: Vec<u8>,
    pub(crate) zone: jiff::tz::TimeZone,
    /// As the database has them; operators change them while the server runs.
    dates: RwLock<Dates>,
    /// Its pages as they are for nobody, by language, page and size of print.
    known: RwLock<BTreeMap<(String, Shown, bool), Arc<Known>>>,
}

/// A page of which most is the same for every respondent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Shown {
    /// A page of questions, from 1.
    Questions(usize),
    Review,
    Receipt,
}

/// Why a survey cannot be served.
#[derive(Debug)]
pub enum CannotField {
    /// The store holds another questionnaire than the one compiled.
    OtherQuestionnaire,
    /// A public key cannot be read, or there is none, or more than an answer can be sealed to.
    Recipients,
    /// There is no such time zone.
    TimeZone(String),
}

impl fmt::Display for CannotField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CannotField::OtherQuestionnaire => f.write_str("the database holds another questionnaire"),
            CannotField::Recipients => f.write_str("a public key that answers are sealed to cannot be read"),
            CannotField::TimeZone(name) => write!(f, "there is no time zone `{name}`"),
        }
    }
}

impl std::error::Error for CannotField {}

impl Fielded {
    /// Joins what the database says with the questionnaire that was compiled from its text.
    ///
    /// # Errors
    /// [`CannotField`].
    pub fn new(row: SurveyRow, form: Arc<Questionnaire>) -> Result<Fielded, CannotField> {
        if row.hash != form.asked() {
            return Err(CannotField::OtherQuestionnaire);
        }
        let recipients: Result<Vec<Recipient>, _> =
            row.recipients.iter().map(|text| Recipient::parse(text)).collect();
        let may_be = 1..=monshin_seal::MOST_RECIPIENTS;
        let recipients = recipients.ok().filter(|list| may_be.contains(&list.len()));
        let recipients = recipients.ok_or(CannotField::Recipients)?;
        let name = &form.survey().timezone;
        let zone = jiff::tz::TimeZone::get(name).map_err(|_| CannotField::TimeZone(name.clone()))?;
        let (css, css_name) = style::sheet(&form);
        let dates = RwLock::new(row.dates());
        let css_packed = style::pack(&css);
        let known = RwLock::default();
        Ok(Fielded {
            pages: pages(&form),
            row,
            form,
            recipients,
            css,
            css_name,
            css_packed,
            zone,
            dates,
            known,
        })
    }

    /// The survey's id.
    pub fn id(&self) -> &str {
        &self.row.id
    }

    /// What a page says to everybody; learnt when it is first shown.
    pub(crate) fn known(
        &self,
        lang: &str,
        page: Shown,
        large: bool,
        learn: impl FnOnce() -> Known,
    ) -> Arc<Known> {
        let key = (lang.to_owned(), page, large);
        if let Some(known) = self.known.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Arc::clone(known);
        }
        let known = Arc::new(learn());
        self.known.write().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&known));
        known
    }

    /// When answers are taken.
    pub(crate) fn dates(&self) -> Dates {
        *self.dates.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set_dates(&self, dates: Dates) {
        *self.dates.write().unwrap_or_else(PoisonError::into_inner) = dates;
    }

    /// The local day of an instant, in days since 1970.
    pub(crate) fn day(&self, micros: i64) -> i32 {
        let local = jiff::Timestamp::from_microsecond(micros).map(|at| at.to_zoned(self.zone.clone()).date());
        let epoch = jiff::civil::date(1970, 1, 1);
        local.map_or(0, |date| (date - epoch).get_days())
    }

    /// An instant as a form for dates has it: `2026-12-01T09:00`.
    pub(crate) fn field(&self, micros: i64) -> String {
        let instant = jiff::Timestamp::from_microsecond(micros);
        instant.map_or_else(
            |_| String::new(),
            |at| at.to_zoned(self.zone.clone()).strftime("%Y-%m-%dT%H:%M").to_string(),
        )
    }

    /// The instant that such a form says.
    pub(crate) fn instant(&self, field: &str) -> Option<i64> {
        let civil: jiff::civil::DateTime = field.parse().ok()?;
        Some(civil.to_zoned(self.zone.clone()).ok()?.timestamp().as_microsecond())
    }

    /// An instant as its respondents read it.
    pub(crate) fn time(&self, micros: i64, words: &Words) -> String {
        match jiff::Timestamp::from_microsecond(micros) {
            Ok(instant) => instant.to_zoned(self.zone.clone()).strftime(words.minute).to_string(),
            Err(_) => String::new(),
        }
    }

    /// The last minute before an instant, as people name the end of a day.
    pub(crate) fn until(&self, micros: i64, words: &Words) -> String {
        self.time(micros - 1, words)
    }

    /// The page that shows an item, from 1.
    pub(crate) fn page_of(&self, item: usize) -> usize {
        self.pages.iter().position(|page| page.items.contains(&item)).map_or(1, |at| at + 1)
    }

    /// The language asked for where the survey has it, else its first.
    pub(crate) fn language<'a>(&'a self, wanted: &'a str) -> &'a str {
        let have = |tag: &&String| tag.as_str() == wanted;
        match self.form.survey().languages.iter().find(have) {
            Some(tag) => tag,
            None => self.form.language(),
        }
    }
}
