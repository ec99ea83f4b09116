//! A PostgreSQL that a test starts for itself, from the server programs of the system.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A server that ends with the test.
pub struct Postgres {
    server: Child,
    port: u16,
    syncs: bool,
    folder: TempDir,
}

impl Postgres {
    /// Starts a server that does not sync to disk: whether the system keeps its promises is not what
    /// most stories ask.
    ///
    /// # Panics
    /// Where there is no PostgreSQL on this machine: a story that cannot be told fails.
    pub fn start() -> Postgres {
        Postgres::start_with(false, |_| {})
    }

    /// Starts a server as it is on anybody's machine: what it has said is kept is on disk.
    ///
    /// # Panics
    /// Where there is no PostgreSQL on this machine.
    pub fn start_durable() -> Postgres {
        Postgres::start_with(true, |_| {})
    }

    /// Starts a server that speaks TLS with this certificate, both as PEM, and nothing else.
    ///
    /// # Panics
    /// Where there is no PostgreSQL on this machine.
    pub fn start_encrypted(certificate: &str, key: &str) -> Postgres {
        Postgres::start_with(false, |data| {
            let write = |name: &str, text: &str| std::fs::write(data.join(name), text).expect("written");
            write("server.crt", certificate);
            write("server.key", key);
            write("pg_hba.conf", "hostssl all all 127.0.0.1/32 trust\n");
            write("postgresql.auto.conf", "ssl = on\n");
            let private = std::fs::Permissions::from_mode(0o600);
            std::fs::set_permissions(data.join("server.key"), private).expect("it is ours");
            ["server.crt", "server.key"].iter().for_each(|name| give_away(&data.join(name)));
        })
    }

    fn start_with(syncs: bool, set_up: impl FnOnce(&Path)) -> Postgres {
        let programs = programs();
        let folder = tempfile::Builder::new().prefix("monshin-pg").tempdir().expect("a temporary folder");
        let data = folder.path().join("data");
        give_away(folder.path());
        run(
            &programs.join("initdb"),
            &["-A", "trust", "-U", "monshin", "-E", "UTF8", "--no-sync", "-D"],
            &data,
        );
        set_up(&data);
        let port = free_port();
        let server = spawn(&folder, port, syncs);
        let postgres = Postgres { server, port, syncs, folder };
        postgres.wait();
        postgres
    }

    /// Ends all its processes without a word (`kill -9`), as when the machine's memory runs out.
    ///
    /// # Panics
    /// Where they do not end.
    pub fn kill(&mut self) {
        let mut all = self.processes();
        // The first, so that it starts no others.
        self.server.kill().expect("it runs");
        self.server.wait().expect("it ends");
        all.remove(0);
        for id in &all {
            let _ = Command::new("kill").args(["-KILL", &id.to_string()]).stderr(Stdio::null()).status();
        }
        let begin = Instant::now();
        while all.iter().any(|id| Path::new(&format!("/proc/{id}")).exists()) {
            assert!(begin.elapsed() < Duration::from_secs(10), "they do not end");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Starts it again on the same data and port.
    ///
    /// # Panics
    /// Where it does not come up.
    pub fn restart(&mut self) {
        self.server = spawn(&self.folder, self.port, self.syncs);
        self.wait();
    }

    /// The server's process and its children.
    pub fn processes(&self) -> Vec<u32> {
        let mut all = vec![self.server.id()];
        let path = format!("/proc/{0}/task/{0}/children", self.server.id());
        let children = std::fs::read_to_string(path).unwrap_or_default();
        all.extend(children.split_whitespace().filter_map(|id| id.parse::<u32>().ok()));
        all
    }

    /// Makes a database and gives its address.
    ///
    /// # Panics
    /// Where the server refuses.
    pub fn database(&self, name: &str) -> String {
        let port = self.port.to_string();
        let made = Command::new(programs().join("createdb"))
            .args(["-h", "127.0.0.1", "-U", "monshin", "-p", &port, name])
            .status();
        assert!(made.expect("createdb runs").success(), "{name}");
        format!("postgres://monshin@127.0.0.1:{port}/{name}")
    }

    /// What a statement gives, a line a row.
    ///
    /// # Panics
    /// Where the server refuses.
    pub fn query(&self, database: &str, statement: &str) -> Vec<String> {
        let port = self.port.to_string();
        let said = Command::new(programs().join("psql"))
            .args(["-h", "127.0.0.1", "-U", "monshin", "-p", &port, "-AtX", "-c", statement, database])
            .output()
            .expect("psql runs");
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        String::from_utf8_lossy(&said.stdout).lines().map(str::to_owned).collect()
    }

    fn wait(&self) {
        let port = self.port.to_string();
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_secs(60) {
            let ready = Command::new(programs().join("pg_isready"))
                .args(["-q", "-h", "127.0.0.1", "-p", &port])
                .status();
            if ready.is_ok_and(|status| status.success()) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("PostgreSQL did not start within a minute");
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // The fast shutdown; run as another user, the server is a child of `runuser`, which hands it on.
        let _ = Command::new("kill").args(["-INT", &self.server.id().to_string()]).status();
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_secs(10) {
            if matches!(self.server.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn spawn(folder: &TempDir, port: u16, syncs: bool) -> Child {
    let mut command = as_user(&programs().join("postgres"));
    if !syncs {
        command.arg("-F");
    }
    command
        .args(["-h", "127.0.0.1", "-p", &port.to_string(), "-k", ""])
        .arg("-D")
        .arg(folder.path().join("data"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the server starts")
}

fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> =
        versions.map(|entry| entry.path().join("bin")).filter(|bin| bin.join("postgres").is_file()).collect();
    found.sort();
    found.pop().expect("PostgreSQL's server programs are missing: apt-get install postgresql")
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|said| said.stdout.trim_ascii() == b"0")
}

/// PostgreSQL refuses to run as root.
fn as_user(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups"]).arg(program);
    command.env_remove("LC_ALL").env("LC_ALL", "C.UTF-8").current_dir("/");
    command
}

fn give_away(folder: &Path) {
    if is_root() {
        let given = Command::new("chown").arg("nobody:nogroup").arg(folder).status();
        assert!(given.expect("chown runs").success());
    }
}

fn run(program: &Path, args: &[&str], last: &Path) {
    let said = as_user(program).args(args).arg(last).output().expect("the program runs");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
}

fn free_port() -> u16 {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    socket.local_addr().expect("its address").port()
}
