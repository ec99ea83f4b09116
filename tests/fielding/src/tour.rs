//! Every page that a respondent can come to, one after the other.

use std::time::Duration;

use monshin_instrument::Privacy;
use monshin_seal::{Code, CodeKind};
use monshin_web::Bounds;

use crate::driver::{Browser, Setting};
use crate::http;
use crate::proxy::{Change, between};
use crate::world::{DAY, Fielding, World, every_kind, rng};

/// What is done on each page: the browser that shows it, and what it is called.
pub type Visit<'v> = &'v mut dyn FnMut(&Browser, &str);

/// Leads through every page, in a browser that may run the scripts of whoever looks.
///
/// # Panics
/// Where a page is not the one that it should be.
pub fn respondent(setting: Setting, visit: Visit<'_>) {
    respondent_of(&every_kind(), setting, visit);
}

/// The same through a survey with the same questions and other words.
///
/// # Panics
/// Where a page is not the one that it should be.
pub fn respondent_of(survey: &str, setting: Setting, visit: Visit<'_>) {
    let browser = Browser::start(Setting { scripts: true, ..setting });
    let lang = setting.languages;
    let tour = Tour { browser: &browser, survey, lang };
    tour.answering(visit);
    tour.doors(visit);
    tour.mishaps(visit);
    tour.anonymous(visit);
    tour.times(visit);
    tour.failures(visit);
}

struct Tour<'b> {
    browser: &'b Browser,
    survey: &'b str,
    lang: &'static str,
}

impl Tour<'_> {
    fn fielding(&self) -> Fielding {
        Fielding { survey: self.survey.to_owned(), ..Fielding::default() }
    }

    fn path(&self, rest: &str) -> String {
        format!("/{}/{rest}", self.lang)
    }

    /// Where the browser should be by now; what is asked behind it does not matter.
    fn expect(&self, rest: &str) {
        let path = self.browser.path();
        let plain = path.split(['?', '#']).next().unwrap_or_default();
        assert_eq!(plain, self.path(rest), "{}", self.browser.text_of("body"));
    }

    fn choose(&self, name: &str, value: &str) {
        self.browser.click(&format!("input[name='{name}'][value='{value}']"));
    }

    fn next(&self) {
        self.browser.follow("button[value=next]");
    }

    fn measures(&self) {
        for (row, state) in [("backup", "done"), ("mfa", "absent"), ("drill", "na")] {
            self.choose(&format!("q5.{row}"), state);
        }
        self.next();
    }

    /// From the first question to the receipt, with every kind of mistake.
    fn answering(&self, visit: Visit<'_>) {
        let (browser, world) = (self.browser, World::of(self.fielding()));
        browser.open(&world.at(&self.path("")));
        visit(browser, "start");
        browser.open(&world.link(0));
        self.expect("page/1");
        visit(browser, "questions");
        self.choose("q1", "yes");
        self.choose("q2", "other");
        browser.fill("input[name=q3]", "?");
        visit(browser, "questions-shown");
        self.next();
        self.expect("page/1");
        visit(browser, "questions-mistakes");
        browser.open(&world.at(&self.path("review")));
        visit(browser, "review-mistakes");
        browser.open(&world.at(&self.path("page/1")));
        browser.fill("input[name='q2.other']", "ABC");
        browser.fill("input[name=q3]", "12");
        self.next();
        self.expect("page/2");
        visit(browser, "question-alone");
        self.choose("q4", "yes");
        self.next();
        self.expect("page/3");
        visit(browser, "grid-and-fields");
        for code in ["mail", "fax", "phone"] {
            self.choose("q6", code);
        }
        self.next();
        visit(browser, "grid-and-fields-mistakes");
        self.choose("q6", "phone");
        browser.fill("textarea", "長い文章でも、\n改行しても、そのまま残ります。");
        self.measures();
        self.expect("page/4");
        visit(browser, "block");
        for (number, summary) in browser.all("summary").iter().enumerate() {
            browser.press(summary);
            browser.fill(&format!("input[name='device.{}.model']", number + 2), "XG-1");
        }
        visit(browser, "block-opened");
        self.next();
        self.expect("review");
        visit(browser, "review");
        browser.follow("main form button");
        self.expect("receipt");
        visit(browser, "receipt");
        browser.open(&world.link(0));
        self.expect("receipt");
        visit(browser, "receipt-of-a-colleague");
        browser.open(&world.at(&self.path("page/1?size=large")));
        visit(browser, "changing-in-large-print");
        browser.open(&world.at(&self.path("page/1?size=normal")));
        browser.follow("button[value=leave]");
        visit(browser, "left");
    }

    /// The start page, and what may be typed there.
    fn doors(&self, visit: Visit<'_>) {
        let (browser, world) = (self.browser, World::of(self.fielding()));
        let enter = |code: &str| {
            browser.open(&world.at(&self.path("")));
            browser.fill("#code", code);
            browser.follow("main form button");
        };
        enter("");
        visit(browser, "code-missing");
        let right = world.code(0);
        let wrong = if right.starts_with('2') { "3" } else { "2" };
        enter(&format!("{wrong}{}", &right[1..]));
        visit(browser, "code-mistyped");
        enter(&Code::draw(CodeKind::Short, &mut rng()).to_text());
        visit(browser, "code-unknown");
        for _ in 0..61 {
            let tried = http::send(world.port, "POST", &self.path("enter"), &[], b"code=x");
            assert!(tried.is_ok_and(|reply| reply.status == 422 || reply.status == 429));
        }
        browser.open(&world.link(0));
        visit(browser, "too-many-tries");
    }

    /// Sessions lost and swapped, forms from elsewhere, addresses that are none.
    fn mishaps(&self, visit: Visit<'_>) {
        let (browser, world) = (self.browser, World::of(self.fielding()));
        browser.forget();
        browser.open(&world.at(&self.path("page/1")));
        visit(browser, "session-lost");
        browser.open(&world.link(0));
        self.choose("q1", "no");
        browser.forget();
        self.next();
        visit(browser, "session-lost-while-answering");
        browser.open(&world.link(0));
        let first = browser.tab();
        let second = browser.new_tab();
        browser.open(&world.link(1));
        browser.to_tab(&first);
        self.next();
        visit(browser, "page-of-another-case");
        browser.to_tab(&second);
        browser.open(&world.at(&self.path("nowhere")));
        visit(browser, "no-such-page");
        browser.open(&format!("http://elsewhere.localhost:{}{}", world.port, self.path("")));
        visit(browser, "wrong-address");
        let form =
            format!("<form method=post action='{}'><button>x</button></form>", world.at(&self.path("enter")));
        browser.open(&format!("data:text/html,{form}"));
        browser.follow("button");
        visit(browser, "form-from-elsewhere");
        browser.open(&world.link(0));
        self.choose("q1", "no");
        self.next();
        browser.run(
            "const it = document.querySelector('textarea'); it.maxLength = 1e6; it.value = 'x'.repeat(3e5);",
            &[],
        );
        self.next();
        visit(browser, "too-large");
    }

    fn anonymous(&self, visit: Visit<'_>) {
        let world = World::of(Fielding { privacy: Privacy::Anonymous, rehearsal: true, ..self.fielding() });
        let browser = self.browser;
        browser.open(&world.at(&self.path("")));
        visit(browser, "start-anonymous-rehearsal");
        browser.open(&world.link(0));
        self.choose("q1", "no");
        self.next();
        self.measures();
        self.next();
        visit(browser, "review-anonymous");
        browser.follow("main form button");
        self.expect("receipt");
        visit(browser, "receipt-anonymous");
        browser.open(&world.link(0));
        visit(browser, "already-sent-anonymous");
    }

    fn times(&self, visit: Visit<'_>) {
        let (browser, world) = (self.browser, World::of(self.fielding()));
        world.wait(-2 * DAY);
        browser.open(&world.link(0));
        visit(browser, "not-yet-open");
        world.wait(4 * DAY);
        browser.open(&world.link(0));
        visit(browser, "closed");
    }

    fn failures(&self, visit: Visit<'_>) {
        let browser = self.browser;
        let bounds = Bounds { request: Duration::from_secs(1), ..Bounds::default() };
        let half = |body: Vec<u8>| body[..body.len() / 2].to_vec();
        let slow = Change { body: half, reply: |reply| reply };
        let (_slow, at) = between(Fielding { bounds, ..self.fielding() }, slow);
        browser.open(&format!("{at}{}", self.path("")));
        browser.fill("#code", "x");
        browser.follow("main form button");
        visit(browser, "slow-line");
        let world = World::of(self.fielding());
        browser.open(&world.link(0));
        world.ask(world.store.close());
        browser.reload();
        visit(browser, "our-failure");
    }
}
