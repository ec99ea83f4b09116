//! A survey in the field, made and served by the binary itself.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use monshin_diag::Source;
use monshin_instrument::{BreakdownSource, Privacy, Questionnaire, Simulation};
use monshin_seal::Identity;
use monshin_store::{Kind, Store};
use monshin_web::Record;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tempfile::TempDir;

use crate::journey::Script;

/// A survey folder with its database, codes sent out to made-up units who know what to answer.
pub struct Field {
    binary: PathBuf,
    folder: TempDir,
    /// What is asked.
    pub form: Arc<Questionnaire>,
    /// Where answers are kept.
    pub database: String,
    /// The units.
    pub units: Vec<Unit>,
}

/// A unit that was asked.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Its id.
    pub id: String,
    /// The path of its link.
    pub link: String,
    /// What it will answer.
    pub script: Script,
}

impl Field {
    /// Keys, frame and codes for made-up units, by the commands that an operator uses. The text of
    /// the survey gets dates that include today, and keys.
    ///
    /// # Panics
    /// Where one of the commands fails.
    pub fn new(
        binary: &Path,
        survey: &str,
        privacy: Privacy,
        units: usize,
        database: Option<String>,
        seed: u64,
    ) -> Field {
        Field::made(binary, survey, privacy, database, |form, dir| frame(form, dir, units, seed))
    }

    /// The same with a frame that is given; every unit will answer the same.
    ///
    /// # Panics
    /// Where one of the commands fails.
    pub fn with_frame(binary: &Path, survey: &str, privacy: Privacy, text: &str) -> Field {
        Field::made(binary, survey, privacy, None, |form, dir| {
            std::fs::write(dir.join("frame.csv"), text).expect("written");
            let answers = form.made_up(Simulation { blank: 0.0 }, &mut |_| 0);
            let mut csv = csv::Reader::from_reader(text.as_bytes());
            let id = |row: csv::StringRecord| row[0].to_owned();
            csv.records().map(|row| (id(row.expect("a row")), Script::new(form, &answers))).collect()
        })
    }

    fn made(
        binary: &Path,
        survey: &str,
        privacy: Privacy,
        database: Option<String>,
        frame: impl FnOnce(&Questionnaire, &Path) -> BTreeMap<String, Script>,
    ) -> Field {
        let folder = tempfile::tempdir().expect("a folder");
        let dir = folder.path().join("survey");
        std::fs::create_dir(&dir).expect("made");
        let keys = ["one", "two"].map(|name| said(binary, &["identity", text(&folder.path().join(name))]));
        let survey = in_the_field(survey, privacy, keys.each_ref().map(|key| key.trim()));
        std::fs::write(dir.join("survey.toml"), &survey).expect("written");
        let (form, found) = Questionnaire::compile(&Source::new("survey.toml", &survey));
        let form = Arc::new(form.unwrap_or_else(|| panic!("{found:#?}")));
        let scripts = frame(&form, &dir);
        let database = database.unwrap_or_else(|| text(&folder.path().join("field.db")).to_owned());
        let letters = folder.path().join("letters");
        let invite = ["invite", text(&dir), "--database", &database, "--public-url", "http://127.0.0.1"];
        said(binary, &[&invite[..], &["--out", text(&letters)]].concat());
        let units = read_letters(&letters.join("letters.csv"), scripts);
        Field { binary: binary.to_owned(), folder, form, database, units }
    }

    /// The survey folder.
    pub fn dir(&self) -> PathBuf {
        self.folder.path().join("survey")
    }

    /// The letters.
    pub fn letters(&self) -> PathBuf {
        self.folder.path().join("letters")
    }

    /// What the servers of this field said.
    ///
    /// # Panics
    /// Where it cannot be read.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("server.log")).expect("a server ran")
    }

    /// The analyst's key.
    ///
    /// # Panics
    /// Where it cannot be read.
    pub fn identity(&self) -> Identity {
        let file = std::fs::read_to_string(self.folder.path().join("one")).expect("made by new");
        Identity::parse(&file).expect("a key")
    }

    /// Serves it at an address, until the server is killed or told to stop.
    ///
    /// # Panics
    /// Where it does not come up.
    pub fn serve(&self, at: SocketAddr) -> Server {
        self.serve_with(at, &[])
    }

    /// The same with further words on the command line.
    ///
    /// # Panics
    /// Where it does not come up.
    pub fn serve_with(&self, at: SocketAddr, more: &[&str]) -> Server {
        self.start(&self.database, at, more)
    }

    /// Serves it from another database than its own.
    ///
    /// # Panics
    /// Where it does not come up.
    pub fn serve_from(&self, database: &str, at: SocketAddr) -> Server {
        self.start(database, at, &[])
    }

    fn start(&self, database: &str, at: SocketAddr, more: &[&str]) -> Server {
        let log = self.folder.path().join("server.log");
        let log = std::fs::OpenOptions::new().create(true).append(true).open(log).expect("a log");
        let mut child = Command::new(&self.binary)
            .args(["serve", text(&self.dir()), "--database", database])
            .args(["--listen", &at.to_string(), "--trust-proxy", "127.0.0.1"])
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the binary starts");
        let mut said = BufReader::new(child.stdout.take().expect("piped"));
        let mut line = String::new();
        said.read_line(&mut line).expect("read");
        assert!(line.starts_with("http://"), "it does not come up: {line}{}", self.log());
        Server { child }
    }

    /// Every return that counts, opened, by its key; each has to be whole and match its receipt.
    ///
    /// # Panics
    /// Where one is torn, stands twice, or cannot be opened.
    pub async fn returns(&self, store: &dyn Store) -> BTreeMap<String, Return> {
        let identity = self.identity();
        let id = &self.form.survey().id;
        let mut all = BTreeMap::new();
        let mut after = String::new();
        loop {
            let page = store.answers(id, &after, 500).await.expect("read");
            let Some(last) = page.last() else { return all };
            after.clone_from(&last.key);
            for answer in page {
                let bytes = monshin_seal::open(&identity, id.as_bytes(), &answer.sealed).expect("whole");
                let receipt = Record::receipt(&bytes);
                assert!(answer.receipt.is_none_or(|kept| kept == receipt), "{} is torn", answer.key);
                let record = Record::parse(&bytes).expect("a record");
                let receipt = receipt.iter().map(|byte| format!("{byte:02x}")).collect();
                let before = all.insert(answer.key.clone(), Return { receipt, record });
                assert!(before.is_none(), "{} stands twice", answer.key);
            }
        }
    }

    /// The database, opened.
    ///
    /// # Panics
    /// Where it cannot be.
    pub async fn store(&self) -> Arc<dyn Store> {
        monshin_store::open(&self.database, Kind::Field).await.expect("opens")
    }
}

/// A return as the analyst sees it.
#[derive(Debug)]
pub struct Return {
    /// Its receipt, in hexadecimal digits.
    pub receipt: String,
    /// What was answered.
    pub record: Record,
}

/// A server that runs.
pub struct Server {
    child: Child,
}

impl Server {
    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it without a word (`kill -9`).
    ///
    /// # Panics
    /// Where it is not there.
    pub fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// Tells it to stop, and waits until it has; gives whether it ended well.
    ///
    /// # Panics
    /// Where it is not there.
    pub fn stop(mut self) -> bool {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(told.expect("kill runs").success());
        self.child.wait().expect("it ends").success()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An address on this machine that is free now.
///
/// # Panics
/// Where there is none.
pub fn free_address() -> SocketAddr {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    socket.local_addr().expect("its address")
}

/// What a command prints, which has to end well.
///
/// # Panics
/// Where it does not.
pub fn said(binary: &Path, arguments: &[&str]) -> String {
    let output = Command::new(binary).args(["--lang", "en"]).args(arguments).output().expect("it starts");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// A path as an argument.
///
/// # Panics
/// Where it is no UTF-8.
pub fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// The text of a survey that is in the field today.
pub fn in_the_field(survey: &str, privacy: Privacy, keys: [&str; 2]) -> String {
    let dated = |line: &&str| !line.starts_with("opens =") && !line.starts_with("closes =");
    let mut lines: Vec<&str> = survey.lines().filter(dated).collect();
    let at = lines.iter().position(|line| line.trim() == "[survey]").map_or(0, |at| at + 1);
    lines.splice(at..at, ["opens = 2020-01-01", "closes = 2199-12-31"]);
    let [one, two] = keys;
    format!(
        "{}\n[fielding]\nprivacy = \"{}\"\nrecipients = [\"{one}\", \"{two}\"]\n",
        lines.join("\n"),
        privacy.name()
    )
}

/// Writes a frame of made-up units; gives what each will answer.
fn frame(form: &Questionnaire, dir: &Path, units: usize, seed: u64) -> BTreeMap<String, Script> {
    let of_frame: Vec<_> = form
        .breakdowns()
        .iter()
        .enumerate()
        .filter(|(_, one)| one.source == BreakdownSource::Frame)
        .collect();
    let mut csv = csv::Writer::from_path(dir.join("frame.csv")).expect("made");
    let header = of_frame.iter().map(|(_, breakdown)| breakdown.id.as_str());
    csv.write_record(["id"].into_iter().chain(header).chain(["name", "email"])).expect("written");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut scripts = BTreeMap::new();
    for number in 0..units {
        let id = format!("unit-{number:06}");
        let mut pick = |bound: u64| rng.random_range(0..bound.max(1));
        let answers = form.made_up(Simulation { blank: 0.0 }, &mut pick);
        let class = |(at, breakdown): &(usize, &monshin_instrument::Breakdown)| {
            let class = usize::from(answers.classes[*at].expect("made up"));
            breakdown.codes.codes[class].id.clone()
        };
        let mut row = vec![id.clone()];
        row.extend(of_frame.iter().map(class));
        row.extend([format!("医院{number}"), format!("unit-{number}@example.jp")]);
        csv.write_record(row).expect("written");
        scripts.insert(id, Script::new(form, &answers));
    }
    csv.flush().expect("written");
    scripts
}

fn read_letters(path: &Path, mut scripts: BTreeMap<String, Script>) -> Vec<Unit> {
    let text = std::fs::read_to_string(path).expect("letters");
    let mut csv = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = csv.headers().expect("a header").clone();
    let column = |name: &str| header.iter().position(|have| have == name).expect("a column");
    let (id, link) = (column("id"), column("link"));
    let mut unit = |row: csv::StringRecord| Unit {
        id: row[id].to_owned(),
        link: row[link].strip_prefix("http://127.0.0.1").expect("our address").to_owned(),
        script: scripts.remove(&row[id]).expect("of the frame"),
    };
    csv.records().map(|row| unit(row.expect("a row"))).collect()
}
