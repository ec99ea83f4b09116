//! What may be typed for a survey in the field.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::Args as ClapArgs;

/// Where answers are kept.
#[derive(ClapArgs, Clone, Default)]
pub struct Database {
    /// Path of a SQLite file, or `postgres://…`.
    #[arg(long, value_name = "FILE|URL")]
    pub database: Option<String>,
    /// File of the server's secret.
    #[arg(long, value_name = "FILE")]
    pub secret: Option<PathBuf>,
}

/// Answers from a database, for the tables.
#[derive(ClapArgs, Clone, Default)]
pub struct Sealed {
    /// Path of a SQLite file, or `postgres://…`.
    #[arg(long, value_name = "FILE|URL")]
    pub database: Option<String>,
    /// File of the private key that opens the answers.
    #[arg(long, value_name = "FILE")]
    pub identity: Option<PathBuf>,
    /// Takes the answers of a rehearsal, and says so wherever they are shown.
    #[arg(long)]
    pub rehearsal: bool,
}

/// `monshin export`.
#[derive(ClapArgs)]
pub struct Export {
    /// Survey folder.
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// File to make.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// For whom it is written.
    #[arg(long, value_enum, default_value_t = Cells::Excel)]
    pub encoding: Cells,
    /// Sealed answers.
    #[command(flatten)]
    pub sealed: Sealed,
}

/// How returns are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Cells {
    /// UTF-8 with a byte order mark; texts that would be formulas are marked.
    Excel,
    /// CP932; the same mark.
    Cp932,
    /// UTF-8 as the answers are.
    Utf8,
}

/// `monshin identity`.
#[derive(ClapArgs)]
pub struct Identity {
    /// File to make.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// `monshin serve`.
#[derive(ClapArgs)]
pub struct Serve {
    /// Survey folders.
    #[arg(value_name = "DIR", required = true)]
    pub dirs: Vec<PathBuf>,
    /// Where to listen.
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8088")]
    pub listen: SocketAddr,
    /// Where answers are kept.
    #[command(flatten)]
    pub at: Database,
    /// Address that respondents use.
    #[arg(long, value_name = "URL", value_parser = crate::usage::public_url)]
    pub public_url: Option<String>,
    /// Certificate with which the server encrypts.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// Its private key.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Where to lead from http:// to https://.
    #[arg(long, value_name = "ADDR:PORT", requires = "tls_cert")]
    pub http_redirect: Option<SocketAddr>,
    /// Where counts can be fetched.
    #[arg(long, value_name = "ADDR:PORT")]
    pub metrics: Option<SocketAddr>,
    /// Proxies that are believed.
    #[arg(long, value_name = "ADDR")]
    pub trust_proxy: Vec<IpAddr>,
    /// At once, with made-up institutions.
    #[arg(long, conflicts_with_all = ["database", "secret", "smtp"])]
    pub rehearse: bool,
    /// A provider of OpenID Connect.
    #[arg(long, value_name = "URL", requires = "oidc_client")]
    pub oidc_issuer: Option<String>,
    /// What it calls us.
    #[arg(long, value_name = "ID", requires = "oidc_issuer")]
    pub oidc_client: Option<String>,
    /// File of what proves it.
    #[arg(long, value_name = "FILE", requires = "oidc_issuer")]
    pub oidc_secret: Option<PathBuf>,
    /// What names an operator.
    #[arg(long, value_name = "email|sub|username", default_value = "email", value_parser = ["email", "sub", "username"])]
    pub oidc_claim: String,
    /// How strongly they have to have proven themselves.
    #[arg(long, value_name = "ACR", requires = "oidc_issuer")]
    pub oidc_acr: Option<String>,
    /// The mail server of the console.
    #[command(flatten)]
    pub mail: MailLine,
    /// Log as JSON.
    #[arg(long)]
    pub log_json: bool,
}

/// `monshin invite`.
#[derive(ClapArgs)]
pub struct Invite {
    /// Survey folder.
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// Where answers are kept.
    #[command(flatten)]
    pub at: Database,
    /// Address that respondents use.
    #[arg(long, value_name = "URL", value_parser = crate::usage::public_url)]
    pub public_url: String,
    /// Folder to write.
    #[arg(long, value_name = "OUT")]
    pub out: PathBuf,
    /// QR codes too.
    #[arg(long)]
    pub qr: bool,
    /// Mails.
    #[command(flatten)]
    pub mail: Smtp,
}

/// A mail server.
#[derive(ClapArgs, Clone)]
pub struct MailLine {
    /// The mail server.
    #[arg(long, value_name = "URL")]
    pub smtp: Option<String>,
    /// File of its password.
    #[arg(long, value_name = "FILE", requires = "smtp")]
    pub smtp_password: Option<PathBuf>,
    /// Certificate to trust.
    #[arg(long, value_name = "FILE", requires = "smtp")]
    pub smtp_ca: Option<PathBuf>,
    /// Mails in a minute.
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=60_000))]
    pub per_minute: u32,
}

impl MailLine {
    /// The mail server, where one is named.
    pub fn relay(&self) -> anyhow::Result<Option<crate::mail::Relay>> {
        let Some(url) = &self.smtp else { return Ok(None) };
        let (password, trusted) = (self.smtp_password.as_deref(), self.smtp_ca.as_deref());
        crate::mail::Relay::new(url, password, trusted).map(Some)
    }
}

/// How mails are sent.
#[derive(ClapArgs, Clone)]
pub struct Smtp {
    /// The mail server.
    #[command(flatten)]
    pub line: MailLine,
    /// Those that may have arrived too.
    #[arg(long, requires = "smtp")]
    pub again: bool,
    /// Says what would be sent.
    #[arg(long, requires = "smtp")]
    pub dry_run: bool,
    /// Language of the mails.
    #[arg(long, value_name = "TAG", requires = "smtp")]
    pub language: Option<String>,
}

/// `monshin remind`.
#[derive(ClapArgs)]
pub struct Remind {
    /// Survey folder.
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// Where answers are kept.
    #[command(flatten)]
    pub at: Database,
    /// Address that respondents use.
    #[arg(long, value_name = "URL", value_parser = crate::usage::public_url)]
    pub public_url: String,
    /// The list of letters.
    #[arg(long, value_name = "FILE", required = true)]
    pub letters: Vec<PathBuf>,
    /// Which reminder it is.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=9))]
    pub round: u8,
    /// Mails.
    #[command(flatten)]
    pub smtp: Smtp,
}

/// `monshin bounces`.
#[derive(ClapArgs)]
pub struct Bounces {
    /// Survey folder.
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// Path of a SQLite file, or `postgres://…`.
    #[arg(long, value_name = "FILE|URL")]
    pub database: Option<String>,
    /// Mails that came back.
    #[arg(long, value_name = "PATH", required = true)]
    pub from: Vec<PathBuf>,
}

/// `monshin import`.
#[derive(ClapArgs)]
pub struct Import {
    /// Survey folder.
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// Files of returns.
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// How they came.
    #[arg(long, value_name = "paper|fax|phone|file", value_parser = crate::commands::import::mode)]
    pub mode: monshin_store::Mode,
    /// Says what would be taken in.
    #[arg(long)]
    pub dry_run: bool,
    /// What is done where the respondent has answered on the web.
    #[arg(long, value_name = "stop|keep|replace", value_enum, default_value = "stop")]
    pub on_conflict: crate::keyed::OnConflict,
    /// Takes rows in place of those that were taken in before.
    #[arg(long)]
    pub correct: bool,
    /// Takes returns although the survey has closed.
    #[arg(long)]
    pub after_closing: bool,
    /// Sheet of a workbook.
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// Path of a SQLite file, or `postgres://…`.
    #[arg(long, value_name = "FILE|URL")]
    pub database: Option<String>,
}

/// `monshin api-key`.
#[derive(ClapArgs)]
pub struct ApiKey {
    /// Survey folder.
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// Where answers are kept.
    #[command(flatten)]
    pub at: Database,
    /// What it is called.
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// What it may do.
    #[arg(long, value_name = "status|import", value_parser = ["status", "import"], required_unless_present = "revoke")]
    pub scope: Option<String>,
    /// Days that it works.
    #[arg(long, value_name = "DAYS", default_value_t = 90, value_parser = clap::value_parser!(u16).range(1..=400))]
    pub days: u16,
    /// Ends it.
    #[arg(long, conflicts_with = "scope")]
    pub revoke: bool,
}

/// `monshin erase`.
#[derive(ClapArgs)]
pub struct Erase {
    /// Survey folder.
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// Path of a SQLite file, or `postgres://…`.
    #[arg(long, value_name = "FILE|URL")]
    pub database: Option<String>,
    /// File to make.
    #[arg(long, value_name = "FILE")]
    pub certificate: PathBuf,
    /// Secret key to sign it with.
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// Before `erase_on`.
    #[arg(long)]
    pub before_due: bool,
}

/// What `monshin operator` does.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperatorAction {
    /// Adds one and prints a set-up link.
    Add,
    /// Lists them.
    List,
    /// Takes password and second factor away and prints a new link.
    Reset,
    /// Removes one.
    Remove,
    /// Ends the sessions of one, or of all.
    SignOut,
}

/// `monshin operator`.
#[derive(ClapArgs)]
pub struct Operator {
    /// What to do.
    #[arg(value_name = "add|list|reset|remove|sign-out")]
    pub action: OperatorAction,
    /// Survey folder.
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// Name to sign in with.
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
    /// Everybody, for `sign-out`.
    #[arg(long, conflicts_with = "name")]
    pub all: bool,
    /// What they may do.
    #[arg(long, value_name = "ROLE", default_value = "owner", value_parser = crate::commands::operator::role)]
    pub role: monshin_store::Role,
    /// Where answers are kept.
    #[command(flatten)]
    pub at: Database,
    /// Address of the console.
    #[arg(long, value_name = "URL", value_parser = crate::usage::public_url)]
    pub public_url: Option<String>,
    /// It is the database of a rehearsal.
    #[arg(long)]
    pub rehearsal: bool,
}

/// `monshin close`.
#[derive(ClapArgs)]
pub struct Close {
    /// Survey folder.
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// Path of a SQLite file, or `postgres://…`.
    #[arg(long, value_name = "FILE|URL")]
    pub database: Option<String>,
}

/// `monshin backup`.
#[derive(ClapArgs)]
pub struct Backup {
    /// Path of a SQLite file, or `postgres://…`.
    #[arg(long, value_name = "FILE|URL")]
    pub database: String,
    /// File to make.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// It is the database of a rehearsal.
    #[arg(long)]
    pub rehearsal: bool,
}

/// `monshin restore`.
#[derive(ClapArgs)]
pub struct Restore {
    /// The backup.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Path of a SQLite file, or `postgres://…`.
    #[arg(long, value_name = "FILE|URL")]
    pub database: String,
}

/// `monshin migrate`.
#[derive(ClapArgs)]
pub struct Migrate {
    /// Database to read.
    #[arg(long, value_name = "FILE|URL")]
    pub from: String,
    /// New database to fill.
    #[arg(long, value_name = "FILE|URL")]
    pub to: String,
}
