//! An operator in Debian's Chromium, without any script: from the link to the closed survey.

#![allow(clippy::disallowed_methods, reason = "a browser takes a file from the disk")]

use monshin_fielding_tests::driver::{Browser, DESKTOP, PHONE, Setting};
use monshin_fielding_tests::world::{Fielding, NOW, World};
use monshin_fielding_tests::{axe, operator};
use monshin_store::{AccountChange, OfAccount, Role};

/// The link that a new owner is given.
fn link_for(world: &World, name: &str) -> String {
    let link = monshin_web::new_link(&world.secret, NOW);
    let change = AccountChange::Add { role: Role::Owner, setup: link.setup };
    let of = OfAccount { name: name.into(), change, at: NOW, act: None };
    assert!(world.ask(world.store.change_account(of)).expect("written"));
    world.at(&format!("/console/ja/set-up/{}", *link.token))
}

#[test]
fn loads_a_frame_invites_watches_and_closes() {
    let world = World::start();
    let browser = Browser::start(Setting::default());
    operator::set_up(&browser, &link_for(&world, "aoki"), NOW);
    assert_eq!(browser.path(), "/console/ja/");
    browser.follow("tbody a");

    // The classes of the frame, as those who were invited before have them.
    let first = world.ask(world.store.case(1)).expect("read").expect("invited");
    let part = |at: usize| {
        let pair = |(breakdown, class): &(String, String)| [breakdown.clone(), class.clone()][at].clone();
        first.classes.0.iter().map(pair).collect::<Vec<_>>().join(",")
    };
    let (head, row) = (part(0), part(1));
    let file = world.folder.path().join("frame.csv");
    let unit = |number: usize| format!("A{number},{row},青葉医院{number}\n");
    let faulty = format!("id,{head},name\n{}A1,{row},\n", unit(1));
    std::fs::write(&file, faulty).expect("written");
    browser.follow("nav a[href$='/frame']");
    browser.choose_file("#file", &file);
    browser.follow("form[enctype] button");
    assert!(browser.text_of(".errors").contains("3行目 id"), "{}", browser.text_of(".errors"));
    let good: String = (1..=4).map(unit).collect();
    std::fs::write(&file, format!("id,{head},name\n{good}")).expect("written");
    browser.choose_file("#file", &file);
    browser.follow("form[enctype] button");
    browser.follow("section form button");
    assert!(browser.text_of(".note").contains("読み込みました"));

    browser.follow("nav a[href$='/letters']");
    browser.click("input[value=print]");
    browser.follow("main form button");
    assert_eq!(browser.all("article").len(), 4);
    let code = browser.text_of("article:first-of-type dd.hash");
    let respondent = Browser::start(Setting::default());
    respondent.open(&world.at("/ja/"));
    respondent.fill("#code", &code);
    respondent.follow("main form button");
    assert_eq!(respondent.path(), "/ja/page/1");
    respondent.click("input[name=q1][value=no]");
    respondent.follow("button[value=next]");

    browser.follow("nav a[href$='/board']");
    let all = browser.text_of("tr.sum");
    assert!(all.starts_with("全体 10 0 0.00 % 1 "), "ten were asked and one has begun: {all}");
    browser.follow("nav a[href$='/names']");
    browser.fill("#named", "医院2");
    browser.follow(".filter button");
    assert_eq!(browser.all("tbody tr").len(), 1);
    browser.follow("tbody a");
    browser.run("document.querySelector('#disposition').value = 'refusal'", &[]);
    browser.follow("main form[action*='/list/'] button");
    assert!(browser.text_of("dl").contains("2.11"));

    browser.follow("nav a[href$='/dates']");
    browser.click("input[name=sure]");
    browser.follow("form[action$='/close'] button");
    assert!(browser.text_of("main").contains("受付終了"));
    respondent.open(&world.at("/ja/"));
    assert!(respondent.text_of("h1").contains("受付は終わりました"));
    browser.follow("nav a[href$='/audit']");
    assert!(browser.text_of("main").contains("すべての記録がつながっています"));
    browser.follow("form[action$='/sign-out'] button");
    assert_eq!(browser.path(), "/console/ja/sign-in");
    browser.back();
    assert!(!browser.shows("nav"), "nothing of it is left in the browser");
}

/// The word of a session alone is not enough for what is weighty.
#[test]
fn a_weighty_step_asks_for_password_and_second_factor_and_then_goes_on() {
    let world = World::start();
    let browser = Browser::start(Setting { scripts: true, ..Setting::default() });
    let secret = operator::set_up(&browser, &link_for(&world, "aoki"), NOW);
    world.wait(11 * 60_000_000);
    browser.open(&world.at(&format!("/console/ja/s/{}/dates", world.survey)));
    browser.click("input[name=sure]");
    browser.follow("form[action$='/close'] button");
    axe::check(&browser, "proof");
    browser.keep_pictures("console-proof");
    browser.fill("#own_password", "wrong");
    browser.fill("#own_code", "000000");
    browser.follow("main button");
    assert!(browser.text_of(".errors").contains("パスワードか数字が違います"));
    browser.keep_pictures("console-proof-wrong");
    browser.fill("#own_password", operator::PASSWORD);
    browser.fill("#own_code", &operator::code_of(&secret, NOW + 11 * 60_000_000));
    browser.follow("main button");
    assert!(browser.text_of("main").contains("受付終了"), "{}", browser.text_of("main"));
}

#[test]
fn every_page_keeps_the_rules_of_axe_and_holds_on_a_phone() {
    let world = World::of(Fielding { rehearsal: true, ..Fielding::default() });
    let browser = Browser::start(Setting { scripts: true, ..Setting::default() });
    let link = link_for(&world, "aoki");
    browser.open(&world.at("/console/en/sign-in"));
    axe::check(&browser, "sign-in");
    browser.open(&link);
    axe::check(&browser, "set-up");
    browser.open(&link.replace("/set-up/", "/rehearsal/"));
    let survey = &world.survey;
    for path in ["", "account", "operators", "audit"].map(str::to_owned).into_iter().chain(
        ["board", "names", "names/1", "list", "frame", "letters", "mail", "dates"]
            .map(|page| format!("s/{survey}/{page}")),
    ) {
        browser.resize(DESKTOP);
        browser.open(&world.at(&format!("/console/en/{path}")));
        axe::check(&browser, &path);
        browser.keep_pictures(&format!("console-{}", path.replace('/', "-")));
        browser.resize(PHONE);
        let width = browser.run("return document.documentElement.scrollWidth", &[]);
        assert!(width.as_u64().is_some_and(|width| width <= 320), "{path} is {width} pixels wide on a phone");
    }
}
