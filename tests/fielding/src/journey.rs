//! A respondent who knows what to answer: from the link of the letter to the receipt.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use monshin_instrument::screen::pages;
use monshin_instrument::{Answers, Given, Questionnaire, Value, records};

use crate::client::{Answer, Client};

/// What one respondent sends on each page.
#[derive(Clone, Debug)]
pub struct Script {
    /// Values by the name of their item.
    pub cells: BTreeMap<String, Vec<String>>,
    items: Vec<Vec<String>>,
}

impl Script {
    /// The fields that say these answers.
    pub fn new(form: &Questionnaire, answers: &Answers) -> Script {
        let row: BTreeMap<String, String> =
            records::header(form).into_iter().zip(records::row(form, "", answers)).collect();
        let mut cells = BTreeMap::new();
        for (item, given) in form.items().iter().zip(&answers.values) {
            let texts = match given {
                Given::Value(Value::Codes(_)) => row[&item.name].split(';').map(str::to_owned).collect(),
                Given::Value(_) => vec![row[&item.name].clone()],
                Given::Missing | Given::Blank => continue,
            };
            cells.insert(item.name.clone(), texts);
        }
        let names = |items: std::ops::Range<usize>| form.items()[items].iter().map(|item| item.name.clone());
        Script { cells, items: pages(form).into_iter().map(|page| names(page.items).collect()).collect() }
    }

    /// The form of a page, from 1.
    fn form(&self, page: usize, token: &str) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("token", token).append_pair("go", "next");
        for name in self.items.get(page.wrapping_sub(1)).into_iter().flatten() {
            for text in self.cells.get(name).into_iter().flatten() {
                form.append_pair(name, text);
            }
        }
        form.finish()
    }
}

/// Why there is no receipt.
#[derive(Debug)]
pub enum Trouble {
    /// The line broke, or the server did not answer.
    Line(std::io::Error),
    /// The server said that something failed on its side.
    Failed(u16),
    /// An anonymous return had been kept before; which one nobody knows.
    KeptBefore,
    /// It said something else than was expected: a fault of ours.
    Unexpected(String),
}

/// What a whole journey took.
#[derive(Debug, Default)]
pub struct Taken {
    /// Each request.
    pub requests: Vec<Duration>,
    /// Bytes that came, heads included.
    pub bytes: usize,
}

/// One respondent at work.
#[derive(Debug)]
pub struct Journey {
    client: Client,
    /// Whether the style sheet is fetched, as a browser that comes for the first time does.
    pub fetches_style: bool,
    /// What it took so far.
    pub taken: Taken,
}

impl Journey {
    /// Not begun.
    pub fn new(client: Client) -> Journey {
        Journey { client, fetches_style: false, taken: Taken::default() }
    }

    /// Opens the link, answers, sends, and reads the receipt. A journey that broke off may be made again.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn travel(&mut self, link: &str, script: &Script) -> Result<String, Trouble> {
        let mut at = self.ask(link, None).await?;
        if at.status == 200 && at.location.is_empty() {
            return Err(Trouble::KeptBefore);
        }
        // A page, its form, the review, the sending: more steps than any survey has pages.
        for _ in 0..2 * script.items.len() + 8 {
            let path = at.location.clone();
            let place = path.splitn(3, '/').nth(2).unwrap_or_default();
            let page = place.strip_prefix("page/").and_then(|number| number.parse().ok());
            if place.starts_with("receipt") {
                let receipt = self.ask(&path, None).await?;
                return receipt_of(&receipt);
            } else if let Some(page) = page {
                let shown = self.ask(&path, None).await?;
                self.style(&shown).await?;
                at = self.ask(&path, Some(script.form(page, shown.hidden("token")))).await?;
            } else if place == "review" {
                let shown = self.ask(&path, None).await?;
                let (token, version) = (shown.hidden("token"), shown.hidden("version"));
                let submit = path.replace("/review", "/submit");
                at = self.ask(&submit, Some(format!("token={token}&version={version}"))).await?;
            } else if place == "review?changed" {
                // Another of our own tries was faster.
                at.location = path.replace("?changed", "");
            } else {
                return Err(Trouble::Unexpected(format!("{} {path}\n{}", at.status, at.body)));
            }
        }
        Err(Trouble::Unexpected("it went round in circles".to_owned()))
    }

    async fn style(&mut self, page: &Answer) -> Result<(), Trouble> {
        if std::mem::take(&mut self.fetches_style) {
            let sheet = page.body.split_once("rel=\"stylesheet\" href=\"").map_or("", |(_, rest)| rest);
            let path = sheet.split('"').next().unwrap_or_default().to_owned();
            self.ask(&path, None).await?;
        }
        Ok(())
    }

    async fn ask(&mut self, path: &str, form: Option<String>) -> Result<Answer, Trouble> {
        let begin = Instant::now();
        let answer = match form {
            None => self.client.get(path).await,
            Some(form) => self.client.post(path, &form).await,
        };
        let answer = answer.map_err(Trouble::Line)?;
        self.taken.requests.push(begin.elapsed());
        self.taken.bytes += answer.bytes;
        match answer.status {
            200 | 303 => Ok(answer),
            status if status >= 500 => Err(Trouble::Failed(status)),
            status => Err(Trouble::Unexpected(format!("{status} at {path}\n{}", answer.body))),
        }
    }
}

fn receipt_of(page: &Answer) -> Result<String, Trouble> {
    let hash = page.body.split_once("<dd class=\"hash\">").and_then(|(_, rest)| rest.split('<').next());
    hash.map(str::to_owned).ok_or_else(|| Trouble::Unexpected(page.body.clone()))
}
