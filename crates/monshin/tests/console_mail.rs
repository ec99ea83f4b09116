//! Mails from the console, in Chromium without scripts, against a mail server: looked at, sent, stopped, gone on
//! with, never to who has answered or wants none.
#![allow(clippy::disallowed_methods, reason = "a story of processes and files")]

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use monshin_fielding_tests::client::Client;
use monshin_fielding_tests::driver::{Browser, DESKTOP, PHONE, Setting};
use monshin_fielding_tests::field::{Field, Server, free_address, said, text};
use monshin_fielding_tests::journey::Journey;
use monshin_fielding_tests::smtp::{MailServer, Taken};
use monshin_fielding_tests::{axe, operator, world};
use monshin_store::{Privacy, verify_audit};

const FRAME: &str = "id,name,email\nu0,青葉医院,aoba@example.jp\nu1,文京医院,bunkyo@example.jp\n\
    u2,中央医院,chuo@example.jp\nu3,無人病院,nobody@example.jp\nu4,多忙病院,busy@example.jp\nu5,宛先なし,\n\
    u6,書き損じ病院,kaki sonji\n";

struct World {
    field: Field,
    mails: MailServer,
    at: SocketAddr,
}

impl World {
    fn new() -> World {
        let binary = Path::new(env!("CARGO_BIN_EXE_monshin"));
        let field = Field::with_frame(binary, &world::small(), Privacy::Confidential, FRAME);
        World { field, mails: MailServer::start(), at: free_address() }
    }

    fn serve(&self, per_minute: &str) -> Server {
        self.field.serve_with(self.at, &["--smtp", &self.mails.url(), "--per-minute", per_minute])
    }

    fn page(&self, path: &str) -> String {
        format!("http://{}/console/ja/{path}", self.at)
    }

    /// A browser in which an owner has signed in.
    fn signed_in(&self, name: &str, setting: Setting) -> Browser {
        let (dir, url) = (self.field.dir(), format!("http://{}", self.at));
        let words = ["operator", "add", text(&dir), name, "--database", &self.field.database];
        let binary = Path::new(env!("CARGO_BIN_EXE_monshin"));
        let told = said(binary, &[&words[..], &["--public-url", &url]].concat());
        let link = told.split_whitespace().find(|word| word.contains("/set-up/")).expect("a link");
        let browser = Browser::start(setting);
        operator::set_up(&browser, link, operator::now());
        browser
    }

    fn to(&self) -> Vec<String> {
        let name = |mail: Taken| mail.to.trim_matches(['<', '>']).to_owned();
        let mut to: Vec<String> = self.mails.taken().into_iter().map(name).collect();
        to.sort();
        to
    }

    /// Chooses the list of letters on the page, and looks at what would be sent.
    fn look(&self, browser: &Browser) -> String {
        browser.open(&self.page("s/small/mail"));
        browser.choose_file("#file", &self.field.letters().join("letters.csv"));
        browser.follow("form[action$='/mail'] button");
        browser.text_of("section.note table")
    }
}

/// Looks again until the page says this.
fn wait_for(browser: &Browser, words: &str) {
    for _ in 0..600 {
        browser.reload();
        if browser.text_of("main").contains(words) {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("it never says {words}: {}", browser.text_of("main"));
}

/// The path of an address of ours in the mail to somebody.
fn path_in(mails: &[Taken], to: &str, begin: &str) -> String {
    let mail = mails.iter().rev().find(|mail| mail.to.contains(to)).expect("a mail");
    let parsed = mail_parser::MessageParser::default().parse(&mail.mail).expect("a mail");
    let body = parsed.body_text(0).expect("a text").into_owned();
    let at = body.find(begin).unwrap_or_else(|| panic!("{begin} in {body}"));
    body[at..].split_whitespace().next().expect("a word").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_round_is_looked_at_sent_and_goes_to_nobody_who_is_done() {
    let world = World::new();
    let _server = world.serve("60000");
    let browser = world.signed_in("aoki", Setting::default());
    browser.open(&world.page(""));
    browser.follow("tbody a");
    browser.follow("nav a[href$='/mail']");
    assert!(browser.text_of("main").contains("まだメールは送っていません"), "{}", browser.text_of("main"));

    // A file that is no list is told, and nothing is sent by looking.
    browser.choose_file("#file", &world.field.dir().join("survey.toml"));
    browser.follow("form[action$='/mail'] button");
    assert!(browser.text_of(".errors").contains("このファイルは使えません"));
    let table = world.look(&browser);
    for line in ["送る 5", "送れない（メールアドレスがない）", "例 u5", "例 u6"] {
        assert!(table.contains(line), "{line}: {table}");
    }
    let sample = browser.text_of(".mail");
    assert!(sample.contains("調査事務局 <desk@example.jp>") && sample.contains("青葉医院 <aoba@example.jp>"));
    assert!(sample.contains("青葉医院 御中") && sample.contains("/r/●●●●"), "{sample}");
    assert!(world.to().is_empty());
    let codes = std::fs::read_to_string(world.field.letters().join("letters.csv")).expect("there");
    let links = codes.lines().filter_map(|line| line.rsplit_once("/r/")).map(|(_, code)| code);
    let source = browser.run("return document.documentElement.outerHTML", &[]).to_string();
    for code in links {
        assert!(!source.contains(code), "a link stands in the page");
    }
    browser.follow("section.note form button");
    wait_for(&browser, "送り終えました");
    assert_eq!(world.to(), ["aoba@example.jp", "bunkyo@example.jp", "chuo@example.jp"]);
    assert_eq!(browser.text_of("tbody tr"), "依頼 3 0 1 0 1 0", "busy waits, nobody is undeliverable");

    // One answers, one wants no more; the reminder goes to the others.
    let mails = world.mails.taken();
    let script = &world.field.units[0].script;
    let link = path_in(&mails, "aoba", "/r/");
    Journey::new(Client::new(world.at, "10.0.0.1")).travel(&link, script).await.expect("a receipt");
    let mut program = Client::new(world.at, "10.0.0.2");
    let stop = path_in(&mails, "bunkyo", "/stop/");
    let stopped = program.post(&stop, "List-Unsubscribe=One-Click").await.expect("a page");
    assert_eq!(stopped.status, 200);
    let table = world.look(&browser);
    for line in ["送る 2", "回答済み・拒否・不達・対象外） 2", "停止を希望） 1"] {
        assert!(table.contains(line), "{line}: {table}");
    }
    assert!(browser.text_of(".mail").contains("中央医院"), "{}", browser.text_of(".mail"));
    browser.follow("section.note form button");
    wait_for(&browser, "督促1回目：送り終えました");
    assert_eq!(world.to().len(), 4);
    assert_eq!(world.to().iter().filter(|to| *to == "chuo@example.jp").count(), 2);

    browser.open(&world.page("audit"));
    let log = browser.text_of("tbody");
    assert!(log.contains("aoki メールの送信") && log.contains("round 1: begins, 2 units"), "{log}");
    let store = world.field.store().await;
    verify_audit(&store.audit_log().await.expect("read")).expect("one chain");
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_round_that_is_stopped_goes_on_after_a_new_start_and_sends_none_twice() {
    let world = World::new();
    let server = world.serve("30");
    let browser = world.signed_in("aoki", Setting::default());
    world.look(&browser);
    browser.follow("section.note form button");
    wait_for(&browser, "送信中です");
    world.look(&browser);
    browser.follow("section.note form button");
    assert!(browser.text_of(".errors").contains("すでに送信中です"));
    browser.open(&world.page("s/small/mail"));
    browser.follow("form[action$='/stop'] button");
    wait_for(&browser, "途中で止めました");
    let before = world.to().len();
    assert!((1..3).contains(&before), "{before}");
    assert!(server.stop(), "{}", world.field.log());

    let _server = world.serve("60000");
    world.look(&browser);
    assert!(browser.is_chosen("input[name=round][value='0']"), "the round that is not done comes first");
    browser.follow("section.note form button");
    wait_for(&browser, "送り終えました");
    assert_eq!(world.to(), ["aoba@example.jp", "bunkyo@example.jp", "chuo@example.jp"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_does_not_answer_is_told_and_nothing_is_lost() {
    let world = World::new();
    let dead = format!("smtp://{}", free_address());
    let server = world.field.serve_with(world.at, &["--smtp", &dead, "--per-minute", "60000"]);
    let browser = world.signed_in("aoki", Setting { scripts: true, ..Setting::default() });
    world.look(&browser);
    browser.follow("section.note form button");
    wait_for(&browser, "送信が途中で終わりました");
    axe::check(&browser, "mail-failed");
    browser.keep_pictures("console-mail-failed");
    assert!(browser.text_of(".errors").contains("127.0.0.1"), "{}", browser.text_of(".errors"));
    assert_eq!(browser.text_of("tbody tr"), "依頼 0 5 0 0 0 0", "all of them wait");
    assert!(server.stop());
    let _server = world.serve("60000");
    world.look(&browser);
    browser.follow("section.note form button");
    wait_for(&browser, "送り終えました");
    assert_eq!(world.to().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_keep_the_rules_of_axe_and_hold_on_a_phone() {
    let world = World::new();
    let _server = world.serve("60000");
    let browser = world.signed_in("aoki", Setting { scripts: true, ..Setting::default() });
    let check = |name: &str| {
        for size in [DESKTOP, PHONE] {
            browser.resize(size);
            axe::check(&browser, name);
            let width = browser.run("return document.documentElement.scrollWidth", &[]).as_u64();
            assert!(width.is_some_and(|width| width <= u64::from(size.0)), "{name}: {width:?}");
        }
        browser.keep_pictures(&format!("console-{name}"));
        browser.resize(DESKTOP);
    };
    browser.open(&world.page("s/small/mail"));
    check("mail");
    world.look(&browser);
    check("mail-checked");
    browser.follow("section.note form button");
    wait_for(&browser, "送り終えました");
    check("mail-done");
}
