//! Bad inputs that others were broken by, through the port, each class by its name.

use monshin_fielding_tests::driver::{Browser, Setting};
use monshin_fielding_tests::http::{self, Reply};
use monshin_fielding_tests::tour;
use monshin_fielding_tests::world::{Fielding, World, every_kind};
use monshin_instrument::Privacy;
use serde_json::json;

/// A browser that keeps one cookie, on a connection a request.
struct Visitor<'w> {
    world: &'w World,
    cookie: String,
}

impl Visitor<'_> {
    fn outside(world: &World) -> Visitor<'_> {
        Visitor { world, cookie: String::new() }
    }

    fn inside(world: &World, unit: usize) -> Visitor<'_> {
        let mut visitor = Visitor::outside(world);
        let entered = visitor.ask("GET", &format!("/r/{}", *world.links[unit].to_text()), &[]);
        assert_eq!(entered.header("location"), Some("/ja/page/1"), "{}", entered.text());
        visitor
    }

    fn ask(&mut self, method: &str, path: &str, fields: &[(&str, &str)]) -> Reply {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let headers = [("Cookie", self.cookie.as_str())];
        let reply = http::send(self.world.port, method, path, &headers, body.as_bytes()).expect("an answer");
        if let Some(set) = reply.header("set-cookie") {
            self.cookie = set.split(';').next().unwrap_or_default().to_owned();
        }
        reply
    }

    fn token(&mut self) -> String {
        self.ask("GET", "/ja/page/1", &[]).hidden("token")
    }

    fn save(&mut self, page: u32, fields: &[(&str, &str)]) -> Reply {
        let token = self.token();
        let all = [&[("token", token.as_str()), ("go", "next")], fields].concat();
        self.ask("POST", &format!("/ja/page/{page}"), &all)
    }

    fn answer(&mut self) {
        self.save(1, &[("q1", "no")]);
        let sent = self.save(3, &[("q5.backup", "done"), ("q5.mfa", "absent"), ("q5.drill", "na")]);
        assert_eq!(sent.header("location"), Some("/ja/page/4"));
    }

    fn submit(&mut self) -> Reply {
        let review = self.ask("GET", "/ja/review", &[]);
        let fields = [("token", review.hidden("token")), ("version", review.hidden("version"))];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        self.ask("POST", "/ja/submit", &fields)
    }
}

const SIGNS: [&str; 14] = [
    "1'; SELECT SLEEP(5)--",
    "' OR '1'='1",
    "\"; DROP TABLE survey_case; --",
    "1) UNION SELECT sealed FROM submission--",
    "\\'; PRAGMA writable_schema=1; --",
    "$1",
    "{{7919*7907}}",
    "${7919*7907}",
    "<%= 7919*7907 %>",
    "{% include \"/etc/passwd\" %}",
    "../../../../etc/passwd",
    "%00",
    "%s%n",
    "\u{202e}\u{feff}＇；－－",
];

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[test]
fn sql_and_template_signs_in_codes_languages_and_parameters_are_words_and_nothing_else() {
    let world = World::start();
    let before = world.ask(world.store.audit_log()).expect("read").len();
    for signs in SIGNS {
        let path = encoded(signs);
        let mut visitor = Visitor::inside(&world, 0);
        let token = visitor.token();
        let replies = [
            visitor.ask("GET", &format!("/{path}/"), &[]),
            visitor.ask("GET", &format!("/{path}/page/1"), &[]),
            visitor.ask("GET", &format!("/ja/page/{path}"), &[]),
            visitor.ask("GET", &format!("/style/{path}.css"), &[]),
            visitor.ask(
                "GET",
                &format!("/ja/page/1?{path}&lang={path}&size={path}&check={path}&sort={path}"),
                &[],
            ),
            visitor.ask(
                "POST",
                "/ja/page/1",
                &[("token", &token), (signs, signs), ("q1", signs), ("go", signs)],
            ),
            visitor.ask("POST", "/ja/submit", &[("token", &token), ("version", signs)]),
            Visitor::outside(&world).ask("GET", &format!("/r/{path}"), &[]),
            Visitor::outside(&world).ask("POST", "/ja/enter", &[("code", signs)]),
            Visitor::outside(&world).ask("POST", &format!("/{path}/enter"), &[("code", signs)]),
            Visitor::outside(&world).ask("POST", "/ja/page/1", &[("the code", signs), (signs, signs)]),
            Visitor { world: &world, cookie: format!("monshin={path}; size={path}") }.ask(
                "GET",
                "/ja/page/1",
                &[],
            ),
            http::send(
                world.port,
                "GET",
                "/",
                &[("Accept-Language", signs.trim_start_matches('\u{202e}').trim_start_matches('\u{feff}'))],
                b"",
            )
            .expect("an answer"),
        ];
        for (at, reply) in replies.iter().enumerate() {
            assert!(reply.status < 500, "{signs} at {at}: {}\n{}", reply.status, reply.text());
            let text = reply.text();
            assert!(
                !text.contains("49") || !signs.contains("7*7") || text.contains("7*7"),
                "{signs} at {at}"
            );
            assert!(
                !text.contains("root:") && !text.contains("SQL") || text.contains("&#39;"),
                "{signs} at {at}"
            );
        }
        world.wait(300_000_000);
    }
    assert_eq!(world.ask(world.store.audit_log()).expect("read").len(), before);
    let mut last = Visitor::inside(&world, 1);
    last.answer();
    assert_eq!(last.submit().header("location"), Some("/ja/receipt"), "everything stands as it did");
}

/// Every text of the questionnaire, each in quotation marks of its own, turned into markup.
fn with_markup() -> String {
    let evil =
        "<script>alert(1)</script><svg onload=alert(2)><a href='javascript:alert(3)'>x</a>\\\"'>{{7*7}}&lt;";
    let mut survey = String::new();
    for line in every_kind().lines() {
        let mut rest = line;
        while let Some(at) = ["ja = \"", "en = \""].iter().filter_map(|key| rest.find(key)).min() {
            let (before, text) = rest.split_at(at + 6);
            let end = text.find('"').expect("a closing quotation mark");
            survey.push_str(&format!("{before}{evil} {}", &text[..end]));
            rest = &text[end..];
        }
        survey.push_str(rest);
        survey.push('\n');
    }
    survey
}

#[test]
fn script_svg_and_javascript_addresses_in_any_text_of_a_survey_stay_text() {
    tour::respondent_of(&with_markup(), Setting::default(), &mut |browser, name| {
        let live = "return [...document.querySelectorAll(
            'script,svg,iframe,object,embed,base,meta[http-equiv],a[href^=\"javascript\" i],img,style')]
            .map(it => it.outerHTML).concat([...document.querySelectorAll('*')]
            .filter(it => [...it.attributes].some(one => one.name.startsWith('on') || one.name === 'style'))
            .map(it => it.outerHTML))";
        assert_eq!(browser.run(live, &[]), json!([]), "{name}");
    });
}

#[test]
fn script_in_what_a_respondent_types_stays_text_in_the_browser() {
    let world = World::start();
    let browser = Browser::start(Setting { scripts: true, ..Setting::default() });
    let evil = "<script>document.title='taken'</script><svg onload=document.title='taken'>";
    browser.open(&world.link(0));
    browser.click("#i0-0");
    browser.click("#i1-2");
    browser.fill("input[name='q2.other']", evil);
    browser.fill("input[name=q3]", evil);
    browser.follow("button[value=next]");
    browser.open(&world.at("/ja/review"));
    for path in ["/ja/page/1?check", "/ja/page/1", "/ja/review"] {
        browser.open(&world.at(path));
        assert_eq!(browser.all("script, svg").len(), 0, "{path}");
        assert_ne!(browser.run("return document.title", &[]), "taken", "{path}");
    }
    assert!(browser.text_of("main").contains(evil), "it is shown as it was typed");
}

#[test]
fn expired_sessions_and_sessions_of_another_server_open_nothing() {
    let (world, other) = (World::start(), World::start());
    let stranger = Visitor::inside(&other, 0).cookie;
    let page = Visitor { world: &world, cookie: stranger }.ask("GET", "/ja/page/1", &[]);
    assert_eq!(page.status, 403);
    let mut visitor = Visitor::inside(&world, 0);
    world.wait(13 * 3_600_000_000);
    assert_eq!(visitor.ask("GET", "/ja/page/1", &[]).status, 403);
    assert_eq!(visitor.ask("GET", "/ja/review", &[]).status, 403);
}

#[test]
fn two_submits_at_once_from_many_lines_are_one_return() {
    let world = World::start();
    let mut visitor = Visitor::inside(&world, 0);
    visitor.answer();
    let review = visitor.ask("GET", "/ja/review", &[]);
    let (token, version) = (review.hidden("token"), review.hidden("version"));
    let to = std::thread::scope(|scope| {
        let submit = || {
            let mut again = Visitor { world: &world, cookie: visitor.cookie.clone() };
            let reply = again.ask("POST", "/ja/submit", &[("token", &token), ("version", &version)]);
            reply.header("location").map(str::to_owned)
        };
        let lines: Vec<_> = (0..16).map(|_| scope.spawn(submit)).collect();
        lines.into_iter().map(|line| line.join().expect("no panic")).collect::<Vec<_>>()
    });
    assert!(to.iter().all(|to| to.as_deref() == Some("/ja/receipt")), "{to:?}");
    assert_eq!(world.records().len(), 1);
    assert_eq!(world.ask(world.store.case(1)).expect("read").expect("a case").revision, 1);
}

#[test]
fn replayed_posts_after_completion_change_nothing_that_counts() {
    for privacy in [Privacy::Identified, Privacy::Confidential, Privacy::Anonymous] {
        let world = World::of(Fielding { privacy, ..Fielding::default() });
        let mut visitor = Visitor::inside(&world, 0);
        visitor.answer();
        let review = visitor.ask("GET", "/ja/review", &[]);
        let (token, version) = (review.hidden("token"), review.hidden("version"));
        let before = visitor.cookie.clone();
        visitor.ask("POST", "/ja/submit", &[("token", &token), ("version", &version)]);
        let kept = world.records();
        assert_eq!(kept.len(), 1);
        let mut replay = Visitor { world: &world, cookie: before };
        for path in ["/ja/submit", "/ja/page/1", "/ja/page/3", "/ja/submit"] {
            let fields = [("token", token.as_str()), ("version", &version), ("q1", "yes"), ("go", "next")];
            let reply = replay.ask("POST", path, &fields);
            assert!(reply.status < 500, "{path}: {}", reply.status);
        }
        assert_eq!(world.records(), kept, "{privacy:?}");
    }
}

#[test]
fn csrf_without_a_token_or_with_one_of_another_case_saves_nothing() {
    let world = World::start();
    let foreign = Visitor::inside(&world, 1).token();
    let mut visitor = Visitor::inside(&world, 0);
    for token in ["", "x", foreign.as_str()] {
        for path in ["/ja/page/1", "/ja/submit"] {
            assert_eq!(visitor.ask("POST", path, &[("token", token), ("q1", "yes")]).status, 403, "{path}");
        }
        visitor.ask("POST", "/ja/leave", &[("token", token)]);
        assert!(visitor.cookie.len() > 20, "nobody else signs a respondent out");
    }
    assert_eq!(world.ask(world.store.draft(1)).expect("read"), None);
}
