//! `monshin serve`: the respondent's pages, until it is told to stop.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use monshin_diag::Lang;
use monshin_seal::{Identity, Recipient};
use monshin_store::{Kind, PutSurvey};
use monshin_web::{App, Bounds, Config, Fielded, Mailer, OidcClaim, OidcSettings};
use tempfile::TempDir;

use super::rehearsal;
use crate::args::Serve;
use crate::fielding::{
    Certificate, Ready, Reload, act, block_on, database_of, now, open_store, ready, rng, secret_file,
    secret_of, tell_system, terminal_closed, told_to_stop, write_private,
};
use crate::mail::Office;
use crate::output::{Verdict, pick, print, print_findings};

/// Where a rehearsal lives; gone when it ends.
struct Rehearsal {
    folder: TempDir,
    keys: Vec<Recipient>,
}

pub fn run(it: Serve, lang: Lang) -> Result<Verdict> {
    if let Some(refusal) = refusal(&it, lang) {
        eprintln!("{refusal}");
        return Ok(Verdict::AtFault);
    }
    log(it.log_json);
    let certificate = match certificate(&it, lang) {
        Ok(certificate) => certificate,
        Err(refusal) => {
            eprintln!("{refusal}");
            return Ok(Verdict::AtFault);
        }
    };
    let rehearsal = if it.rehearse { Some(Rehearsal::begin()?) } else { None };
    let mut surveys = Vec::new();
    for dir in &it.dirs {
        match ready(dir, rehearsal.as_ref().map(|rehearsal| &rehearsal.keys[..]))? {
            Ok(ready) => surveys.push(ready),
            Err(folder) => {
                print_findings(folder.found.as_slice(), &folder.sources, lang);
                return Ok(Verdict::AtFault);
            }
        }
    }
    block_on(serve(&it, lang, rehearsal.as_ref(), surveys, certificate))
}

/// What would make it unsafe, said before anything is opened.
fn refusal(it: &Serve, lang: Lang) -> Option<String> {
    let is_https = it.public_url.as_ref().is_some_and(|url| url.starts_with("https://"));
    if !it.listen.ip().is_loopback() && !is_https {
        return Some(pick(
            lang,
            "ほかの機器から開けるアドレスで待ち受けるときは、--public-url に https:// のアドレスを指定してください。暗号化は、--tls-cert と --tls-key を付ければこのサーバが、付けなければ前に置く中継サーバが行います".into(),
            "to listen where others can reach it, give --public-url with an https:// address; with --tls-cert and --tls-key the server encrypts, without them a proxy in front does".into(),
        ));
    }
    if it.tls_cert.is_some() && it.public_url.is_some() && !is_https {
        return Some(pick(
            lang,
            "--tls-cert を付けるときは、--public-url を https:// で始めてください".into(),
            "with --tls-cert, --public-url begins with https://".into(),
        ));
    }
    if it.oidc_issuer.is_some() && cfg!(not(feature = "oidc")) {
        return Some(pick(
            lang,
            "このビルドは OpenID Connect に対応していません。--features oidc を付けて作り直してください"
                .into(),
            "this build has no OpenID Connect: build it with --features oidc".into(),
        ));
    }
    let is_shared = it.at.database.is_some() && it.at.secret.is_some();
    (it.dirs.len() > 1 && !is_shared && !it.rehearse).then(|| {
        pick(
            lang,
            "複数の調査を1つのサーバで公開するときは、--database と --secret を指定してください。invite などほかのコマンドにも、どの調査にも同じものを付けます".into(),
            "to serve several surveys at once, give --database and --secret; the same go with `invite` and the other commands, for each of the surveys".into(),
        )
    })
}

/// The certificate, where one is named.
fn certificate(it: &Serve, lang: Lang) -> Result<Option<Certificate>, String> {
    match (&it.tls_cert, &it.tls_key) {
        (Some(certificate), Some(key)) => Certificate::open(certificate, key, lang).map(Some),
        _ => Ok(None),
    }
}

fn log(json: bool) {
    let builder = tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(tracing::Level::INFO);
    let _ = if json { builder.json().try_init() } else { builder.with_ansi(false).try_init() };
}

impl Rehearsal {
    /// A folder with a key that opens what is answered in it.
    fn begin() -> Result<Rehearsal> {
        let folder = tempfile::Builder::new().prefix("monshin-rehearsal-").tempdir()?;
        let identity = Identity::draw(&mut rng());
        write_private(&folder.path().join("identity"), &format!("{}\n", *identity.to_text()))?;
        Ok(Rehearsal { keys: vec![identity.recipient()], folder })
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

async fn serve(
    it: &Serve,
    lang: Lang,
    rehearsal: Option<&Rehearsal>,
    surveys: Vec<Ready>,
    certificate: Option<Certificate>,
) -> Result<Verdict> {
    // Before anything else: from here on SIGHUP ends nothing.
    let reload = Reload::new();
    let dir = &it.dirs[0];
    let (address, secret, kind) = match rehearsal {
        Some(rehearsal) => {
            (rehearsal.file("rehearsal.db").display().to_string(), rehearsal.file("secret"), Kind::Rehearsal)
        }
        None => {
            let secret = secret_file(dir, it.at.secret.as_ref());
            (database_of(dir, it.at.database.as_ref()), secret, Kind::Field)
        }
    };
    let store = open_store(&address, kind).await?;
    let secret = secret_of(&*store, &secret, lang).await?;
    let listener = monshin_web::listen(it.listen).with_context(|| it.listen.to_string())?;
    let plain = it.http_redirect.map(|at| monshin_web::listen(at).with_context(|| at.to_string()));
    let plain = plain.transpose()?;
    let watched = it.metrics.map(|at| monshin_web::listen(at).with_context(|| at.to_string())).transpose()?;
    let bound = listener.local_addr()?;
    let scheme = if certificate.is_some() { "https" } else { "http" };
    let public_url = it.public_url.clone().unwrap_or_else(|| format!("{scheme}://{bound}"));
    let public_url = public_url.trim_end_matches('/').to_owned();
    let mut fielded = Vec::new();
    for survey in surveys {
        if rehearsal.is_some() {
            print(&rehearsal::invite_made_up(&*store, &survey, &secret, &public_url, lang).await?)?;
        } else if store.put_survey(survey.row.clone(), act("survey", "serve")).await? == PutSurvey::InUse {
            eprintln!("{}", in_use(lang, &survey.row.id));
            store.close().await;
            return Ok(Verdict::AtFault);
        }
        let row = store.survey(&survey.row.id).await?.context("it was put there")?;
        fielded.push(Fielded::new(row, Arc::clone(&survey.form))?);
    }
    if let Some(rehearsal) = rehearsal {
        print(&rehearsal::console_link(&*store, &secret, &public_url, lang).await?)?;
        print(&how_to_tabulate(lang, it, rehearsal))?;
    }
    print(&format!("{public_url}/\n"))?;
    if let Some(certificate) = &certificate {
        certificate.warn_of_host(&public_url, lang);
    }
    let config = Config {
        hosts: vec![bound.to_string(), format!("localhost:{}", bound.port())],
        public_url,
        trusted_proxies: it.trust_proxy.clone(),
        bounds: Bounds::default(),
        rehearsal: rehearsal.is_some(),
    };
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        listen = %bound,
        public_url = config.public_url,
        surveys = fielded.len(),
        "serving"
    );
    let leading = plain.map(|listener| lead_to_https(listener, config.clone()));
    let office = match it.mail.relay()? {
        Some(relay) => {
            let (store, public_url) = (Arc::clone(&store), config.public_url.clone());
            Some(Office::new(relay, it.mail.per_minute, store, secret.clone(), public_url))
        }
        None => None,
    };
    let mailer = office.clone().map(|office| Arc::new(office) as Arc<dyn Mailer>);
    let mut app = App::new(Arc::clone(&store), secret, fielded, config, Arc::new(now)).with_mailer(mailer);
    if let Some(settings) = provider(it)? {
        app = app.with_oidc(settings)?;
    }
    let watched = watched.map(|listener| give_counts(listener, app.clone()));
    let tls = match certificate {
        Some(certificate) => Some(certificate.watched(reload)),
        None => {
            reload.noted();
            None
        }
    };
    tell_system("READY=1");
    let is_rehearsal = rehearsal.is_some();
    let told = async {
        told_to_end(is_rehearsal).await;
        tell_system("STOPPING=1");
        tracing::info!("told to end: what is under way is finished");
    };
    monshin_web::serve(listener, app, tls, told).await?;
    for beside in [leading, watched].into_iter().flatten() {
        beside.abort();
    }
    if let Some(office) = office {
        office.close().await;
    }
    store.close().await;
    tracing::info!("ended");
    Ok(Verdict::Fine)
}

/// A rehearsal ends with the terminal that it was started from; a server of a survey in the field does not.
async fn told_to_end(is_rehearsal: bool) {
    if is_rehearsal {
        tokio::select! { () = told_to_stop() => {}, () = terminal_closed() => {} }
    } else {
        told_to_stop().await;
    }
}

/// Leads from http:// to https:// at a port of its own, as long as the server runs.
fn lead_to_https(listener: tokio::net::TcpListener, config: Config) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        if let Err(error) = monshin_web::redirect(listener, &config, std::future::pending()).await {
            tracing::error!(%error, "nobody is led from http to https any longer");
        }
    })
}

/// Gives counts at an address of their own, as long as the server runs.
fn give_counts(listener: tokio::net::TcpListener, app: App) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        if let Err(error) = monshin_web::watch(listener, app, std::future::pending()).await {
            tracing::error!(%error, "counts can be fetched no longer");
        }
    })
}

/// The provider of OpenID Connect, where one is named.
fn provider(it: &Serve) -> Result<Option<OidcSettings>> {
    let (Some(issuer), Some(client)) = (&it.oidc_issuer, &it.oidc_client) else { return Ok(None) };
    let secret = match &it.oidc_secret {
        Some(path) => std::fs::read_to_string(path).with_context(|| path.display().to_string())?,
        None => String::new(),
    };
    let claim = match it.oidc_claim.as_str() {
        "sub" => OidcClaim::Subject,
        "username" => OidcClaim::Username,
        _ => OidcClaim::Email,
    };
    let secret = secret.trim().to_owned().into();
    let roots = trusted_authorities();
    let strength = it.oidc_acr.clone();
    if strength.is_none() {
        tracing::warn!(
            "whether operators prove two things at the provider is its own rule: --oidc-acr has it checked"
        );
    }
    Ok(Some(OidcSettings { issuer: issuer.clone(), client: client.clone(), secret, claim, strength, roots }))
}

/// Those that the system trusts; `SSL_CERT_FILE` names others.
#[cfg(feature = "oidc")]
fn trusted_authorities() -> Vec<Vec<u8>> {
    let found = rustls_native_certs::load_native_certs();
    found.certs.iter().map(|one| one.as_ref().to_vec()).collect()
}

#[cfg(not(feature = "oidc"))]
fn trusted_authorities() -> Vec<Vec<u8>> {
    Vec::new()
}

fn in_use(lang: Lang, id: &str) -> String {
    pick(
        lang,
        format!(
            "「{id}」はすでに回答が始まっているため、設問・鍵・回答の扱いを変えられません。survey.toml を元に戻すか、別の id の調査として始めてください"
        ),
        format!(
            "`{id}` has begun to be answered: its questions, keys and privacy cannot change. Put survey.toml back, or start a survey of another id"
        ),
    )
}

fn how_to_tabulate(lang: Lang, it: &Serve, rehearsal: &Rehearsal) -> String {
    let (database, identity) = (rehearsal.file("rehearsal.db"), rehearsal.file("identity"));
    let command = |dir: &PathBuf| {
        format!(
            "monshin tabulate {} --rehearsal --database {} --identity {}",
            dir.display(),
            database.display(),
            identity.display()
        )
    };
    let command = it.dirs.iter().map(command).collect::<Vec<_>>().join("\n  ");
    pick(
        lang,
        format!(
            "予行の回答を集計する（サーバが動いている間）:\n  {command}\n止めるには Ctrl-C。予行のデータは消えます。\n"
        ),
        format!(
            "To tabulate what was answered in the rehearsal, while it runs:\n  {command}\nCtrl-C stops it, and its data are gone.\n"
        ),
    )
}
