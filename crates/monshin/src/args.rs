//! What may be typed. The words of the help stand in `help.rs`, in both languages.

mod fielding;

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand};

pub use fielding::{
    ApiKey, Backup, Bounces, Cells, Close, Erase, Export, Identity, Import, Invite, Migrate, Operator,
    OperatorAction, Remind, Restore, Sealed, Serve, Smtp,
};

/// From a survey folder to a report that cannot lie.
#[derive(Parser)]
#[command(name = "monshin", version)]
pub struct Args {
    /// Language of messages.
    #[arg(long, global = true, value_name = "ja|en", value_parser = ["ja", "en"])]
    pub lang: Option<String>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands, in the order of the work.
#[derive(Subcommand)]
pub enum Command {
    /// Starts a survey folder.
    New(New),
    /// Checks questionnaire, data and commentary.
    Check(Check),
    /// Makes up responses.
    Simulate(Simulate),
    /// Makes the analyst's key.
    Identity(Identity),
    /// Issues codes.
    Invite(Invite),
    /// Reminds by mail.
    Remind(Remind),
    /// Reads mails that came back.
    Bounces(Bounces),
    /// Takes in returns on paper or as files.
    Import(Import),
    /// Serves the pages.
    Serve(Serve),
    /// Who may sign in to the console.
    Operator(Operator),
    /// Closes a survey.
    Close(Close),
    /// A key for a program.
    ApiKey(ApiKey),
    /// Erases a survey.
    Erase(Erase),
    /// Copies the database.
    Backup(Backup),
    /// Takes a copy back.
    Restore(Restore),
    /// Moves to another database.
    Migrate(Migrate),
    /// Writes the returns one by one.
    Export(Export),
    /// Prints tables.
    Tabulate(Tabulate),
    /// Writes the report.
    Report(Report),
    /// Shows the report while it is being written.
    Watch(Watch),
    /// Writes a first commentary.
    Draft(Draft),
    /// Puts surveys side by side.
    Compare(Compare),
    /// Explains one figure.
    Explain(Explain),
    /// Writes the published set.
    Release(Release),
    /// Checks a published set.
    Verify(Verify),
    /// Makes a pair of keys.
    SigningKey(SigningKey),
    /// Shell completions.
    Completions(Completions),
    /// The man page.
    Man(Man),
}

/// The survey folder and how its data are read.
#[derive(ClapArgs, Clone)]
pub struct Input {
    /// Survey folder.
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// Keeps faulty items out instead of stopping.
    #[arg(long)]
    pub lenient: bool,
    /// Column of the weights.
    #[arg(long, value_name = "COLUMN")]
    pub weights: Option<String>,
    /// Sealed answers.
    #[command(flatten)]
    pub sealed: Sealed,
}

/// `monshin new`.
#[derive(ClapArgs)]
pub struct New {
    /// Folder to make.
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// Starts from the bundled survey instead of a small one.
    #[arg(long)]
    pub example: bool,
}

/// `monshin check`.
#[derive(ClapArgs)]
pub struct Check {
    /// Folder and data.
    #[command(flatten)]
    pub input: Input,
    /// For machines.
    #[arg(long)]
    pub json: bool,
    /// Lists every reachable answer pattern.
    #[arg(long)]
    pub patterns: bool,
}

/// `monshin tabulate`.
#[derive(ClapArgs)]
pub struct Tabulate {
    /// Folder and data.
    #[command(flatten)]
    pub input: Input,
    /// Breakdown, or two joined by a comma; may be repeated.
    #[arg(long, value_name = "BREAKDOWN[,BREAKDOWN]")]
    pub by: Vec<String>,
    /// Only these questions.
    #[arg(long, value_name = "QUESTION", value_delimiter = ',')]
    pub question: Vec<String>,
    /// Who responded, instead of the tables.
    #[arg(long)]
    pub response: bool,
    /// For machines.
    #[arg(long)]
    pub json: bool,
    /// Writes the audit of what is withheld.
    #[arg(long, value_name = "FILE")]
    pub audit: Option<PathBuf>,
    /// Which classes to take together so that less is withheld.
    #[arg(long, conflicts_with_all = ["audit", "response", "json", "question"])]
    pub merging: bool,
}

/// `monshin report`.
#[derive(ClapArgs)]
pub struct Report {
    /// Folder and data.
    #[command(flatten)]
    pub input: Input,
    /// Folder to write.
    #[arg(long, value_name = "OUT", default_value = "report")]
    pub out: PathBuf,
    /// Language of the report.
    #[arg(long, value_name = "TAG")]
    pub language: Option<String>,
    /// The PDF.
    #[command(flatten)]
    pub typesetting: Typesetting,
}

/// How PDF and PNG are made.
#[derive(ClapArgs, Clone, Debug, Default)]
pub struct Typesetting {
    /// Program that sets the PDF.
    #[arg(long, value_name = "PROGRAM")]
    pub pdf_renderer: Option<PathBuf>,
    /// Folder of fonts for the PDF; may be repeated.
    #[arg(long, value_name = "FOLDER")]
    pub font_dir: Vec<PathBuf>,
    /// Leaves the PDF out.
    #[arg(long)]
    pub no_pdf: bool,
}

/// `monshin watch`.
#[derive(ClapArgs)]
pub struct Watch {
    /// Folder and data.
    #[command(flatten)]
    pub input: Input,
    /// Address of this machine to listen on.
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8090")]
    pub listen: std::net::SocketAddr,
}

/// `monshin draft`.
#[derive(ClapArgs)]
pub struct Draft {
    /// Folder and data.
    #[command(flatten)]
    pub input: Input,
    /// Language of the commentary.
    #[arg(long, value_name = "TAG")]
    pub language: Option<String>,
    /// File to write.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Writes over a file that is there.
    #[arg(long)]
    pub force: bool,
}

/// `monshin compare`.
#[derive(ClapArgs)]
pub struct Compare {
    /// Survey folders.
    #[arg(value_name = "DIR", required = true, num_args = 1..)]
    pub dirs: Vec<PathBuf>,
    /// What corresponds to what.
    #[arg(long, value_name = "FILE")]
    pub mapping: Option<PathBuf>,
    /// Folder to write.
    #[arg(long, value_name = "OUT", default_value = "comparison")]
    pub out: PathBuf,
    /// For machines.
    #[arg(long)]
    pub json: bool,
    /// Language of the page.
    #[arg(long, value_name = "TAG")]
    pub language: Option<String>,
    /// Keeps faulty items out instead of stopping.
    #[arg(long)]
    pub lenient: bool,
    /// Column of the weights.
    #[arg(long, value_name = "COLUMN")]
    pub weights: Option<String>,
    /// The PDF.
    #[command(flatten)]
    pub typesetting: Typesetting,
}

/// `monshin explain`.
#[derive(ClapArgs)]
pub struct Explain {
    /// Folder and data.
    #[command(flatten)]
    pub input: Input,
    /// The claim.
    #[arg(value_name = "CLAIM")]
    pub claim: String,
}

/// `monshin simulate`.
#[derive(ClapArgs)]
pub struct Simulate {
    /// Survey folder.
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// How many.
    #[arg(short = 'n', long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    pub count: u64,
    /// Seed of the random numbers.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Share of answers left blank.
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, value_parser = share)]
    pub blank: f64,
    /// A made-up frame of so many units around the responses, instead of them.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    pub frame: Option<u64>,
    /// Distributions to plant.
    #[arg(long, value_name = "FILE")]
    pub effects: Option<PathBuf>,
    /// The earlier wave of a panel.
    #[arg(long, value_name = "DIR", conflicts_with = "frame")]
    pub after: Option<PathBuf>,
    /// Share of its units that answer again.
    #[arg(long, value_name = "SHARE", default_value_t = 0.8, value_parser = share, requires = "after")]
    pub again: f64,
    /// Share of their answers that stay.
    #[arg(long, value_name = "SHARE", default_value_t = 0.7, value_parser = share, requires = "after")]
    pub stay: f64,
    /// File to write instead of printing.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// `monshin release`.
#[derive(ClapArgs)]
pub struct Release {
    /// Folder and data.
    #[command(flatten)]
    pub input: Input,
    /// Folder to write, or archive where it ends in `.zip`.
    #[arg(long, value_name = "OUT", default_value = "release")]
    pub out: PathBuf,
    /// Which data go along.
    #[arg(long, value_name = "none|controlled|full", value_enum, default_value = "none")]
    pub data: crate::release::manifest::DataKind,
    /// Why all answers may be published.
    #[arg(long, value_name = "REASON")]
    pub consent: Option<String>,
    /// Secret key to sign with.
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// Address that it will have on the web.
    #[arg(long, value_name = "https://…/")]
    pub url: Option<String>,
    /// PDF and PNG.
    #[command(flatten)]
    pub typesetting: Typesetting,
}

/// `monshin verify`.
#[derive(ClapArgs)]
pub struct Verify {
    /// Folder or archive of the release.
    #[arg(value_name = "RELEASE")]
    pub release: PathBuf,
    /// Public key of whoever should have signed it.
    #[arg(long, value_name = "FILE")]
    pub public_key: Option<PathBuf>,
    /// Folder that has the data.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// PDF and PNG.
    #[command(flatten)]
    pub typesetting: Typesetting,
}

/// `monshin signing-key`.
#[derive(ClapArgs)]
pub struct SigningKey {
    /// Name of the files, without ending.
    #[arg(value_name = "NAME")]
    pub file: PathBuf,
    /// Leaves the secret key without a password.
    #[arg(long)]
    pub no_password: bool,
}

/// `monshin completions`.
#[derive(ClapArgs)]
pub struct Completions {
    /// The shell.
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

/// `monshin man`.
#[derive(ClapArgs)]
pub struct Man {}

fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("0 … 1".to_owned()),
    }
}
