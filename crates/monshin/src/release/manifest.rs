//! `release.json`: what a release holds and what it was made from.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Files, MANIFEST, SIGNATURE, SUMS};

/// The format that is written and read.
pub const FORMAT: &str = "monshin-release/1";

/// Which data go along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum DataKind {
    /// None: whoever holds the data can verify.
    None,
    /// Answers with disclosure control: anyone can verify the overall tables.
    Controlled,
    /// All answers: anyone can verify everything.
    Full,
}

impl DataKind {
    /// The name in the manifest.
    pub fn name(self) -> &'static str {
        match self {
            DataKind::None => "none",
            DataKind::Controlled => "controlled",
            DataKind::Full => "full",
        }
    }

    fn from_name(name: &str) -> Option<DataKind> {
        [DataKind::None, DataKind::Controlled, DataKind::Full].into_iter().find(|kind| kind.name() == name)
    }
}

/// What a release was made from and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    /// Id of the survey.
    pub survey: String,
    /// Its title in its first language.
    pub title: String,
    /// Version of monshin that made it.
    pub monshin: String,
    /// Which data go along.
    pub data: DataKind,
    /// Why all answers may be published, in the publisher's words.
    pub consent: Option<String>,
    /// Whether faulty answers were kept out.
    pub lenient: bool,
    /// Column of the weights, where one was named.
    pub weights: Option<String>,
    /// Name and SHA-256 of the files that the figures were made from, as their holder has them.
    pub inputs: Vec<(String, String)>,
    /// Languages of the reports.
    pub languages: Vec<String>,
    /// Address on the web, where one was named.
    pub url: Option<String>,
    /// Version of the typesetter that made PDF and PNG, where there was one.
    pub typesetter: Option<String>,
}

impl Manifest {
    /// The text of `release.json`, which lists every other file but the signature and the sums.
    pub fn text(&self, files: &Files) -> String {
        let hashed = |(name, hash): (&str, String)| json!({ "file": name, "sha256": hash });
        let inputs = self.inputs.iter().map(|(name, hash)| hashed((name, hash.clone())));
        let listed = files.iter().filter(|(name, _)| is_listed(name));
        let whole = json!({
            "format": FORMAT,
            "survey": self.survey,
            "title": self.title,
            "monshin": self.monshin,
            "languages": self.languages,
            "data": self.data.name(),
            "consent": self.consent,
            "lenient": self.lenient,
            "weights": self.weights,
            "url": self.url,
            "typesetter": self.typesetter,
            "inputs": inputs.collect::<Vec<_>>(),
            "files": listed.map(|(name, bytes)| hashed((name, hash(bytes)))).collect::<Vec<_>>(),
        });
        serde_json::to_string_pretty(&whole).expect("a value of our own making has no odd keys") + "\n"
    }

    /// Reads `release.json`; the second is the list of files with their hashes.
    pub fn read(text: &[u8]) -> Result<(Manifest, Vec<(String, String)>)> {
        let value: Value = serde_json::from_slice(text).context(MANIFEST)?;
        let string = |key: &str| value[key].as_str().map(str::to_owned);
        match string("format").as_deref() {
            Some(FORMAT) => {}
            other => bail!("{MANIFEST}: format {}, not {FORMAT}", other.unwrap_or("missing")),
        }
        let missing = |key: &str| format!("{MANIFEST}: {key}");
        let manifest = Manifest {
            survey: string("survey").with_context(|| missing("survey"))?,
            title: string("title").unwrap_or_default(),
            monshin: string("monshin").with_context(|| missing("monshin"))?,
            data: string("data")
                .and_then(|name| DataKind::from_name(&name))
                .with_context(|| missing("data"))?,
            consent: string("consent"),
            lenient: value["lenient"].as_bool().unwrap_or(false),
            weights: string("weights"),
            inputs: hashes(&value["inputs"]).with_context(|| missing("inputs"))?,
            languages: strings(&value["languages"]),
            url: string("url"),
            typesetter: string("typesetter"),
        };
        Ok((manifest, hashes(&value["files"]).with_context(|| missing("files"))?))
    }
}

/// Whether the manifest lists a file: all but itself, its signature, and the sums.
pub fn is_listed(name: &str) -> bool {
    ![MANIFEST, SIGNATURE, SUMS].contains(&name)
}

/// What `sha256sum` prints for the files.
pub fn sums(files: &Files) -> String {
    let line = |(name, bytes): (&String, &Vec<u8>)| format!("{}  {name}\n", hash(bytes));
    files.iter().filter(|(name, _)| ![SIGNATURE, SUMS].contains(&&***name)).map(line).collect()
}

/// SHA-256 in hexadecimal.
pub fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn hashes(value: &Value) -> Option<Vec<(String, String)>> {
    let one =
        |entry: &Value| Some((entry["file"].as_str()?.to_owned(), entry["sha256"].as_str()?.to_owned()));
    value.as_array()?.iter().map(one).collect()
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
