//! A respondent in Debian's Chromium, without any script: from the letter to the receipt.

use monshin_fielding_tests::driver::{Browser, Setting, key};
use monshin_fielding_tests::world::World;

fn choose(browser: &Browser, name: &str, value: &str) {
    browser.click(&format!("input[name='{name}'][value='{value}']"));
}

fn next(browser: &Browser) {
    browser.follow("button[value=next]");
}

/// The least that can be sent, up to the review.
fn answer_briefly(world: &World, browser: &Browser, unit: usize) {
    browser.open(&world.link(unit));
    choose(browser, "q1", "no");
    next(browser);
    answer_measures(browser);
    next(browser);
    assert_eq!(browser.path(), "/ja/review");
}

fn answer_measures(browser: &Browser) {
    for (row, state) in [("backup", "done"), ("mfa", "absent"), ("drill", "na")] {
        choose(browser, &format!("q5.{row}"), state);
    }
    next(browser);
}

fn cells(world: &World) -> String {
    let records = world.records();
    assert_eq!(records.len(), 1, "one return");
    let cells: Vec<String> = records[0].cells.iter().map(|(name, cell)| format!("{name}={cell}")).collect();
    cells.join(" | ")
}

#[test]
fn answers_skips_goes_back_and_sends() {
    let world = World::start();
    let browser = Browser::start(Setting::default());
    browser.open(&world.link(0));
    assert_eq!(browser.path(), "/ja/page/1", "the code has left the address");
    assert!(!browser.shows("#w1") && !browser.shows("#w3"), "nobody is asked yet");
    choose(&browser, "q1", "yes");
    assert!(browser.shows("#w1") && browser.shows("#w3"), "shown at once, without a script");
    choose(&browser, "q1", "no");
    assert!(!browser.shows("#w1"), "and hidden again");
    choose(&browser, "q1", "yes");
    assert!(!browser.shows("#w2"));
    choose(&browser, "q2", "other");
    browser.fill("input[name='q2.other']", "東西 & <b>社</b>");
    browser.fill("input[name=q3]", "１２");
    next(&browser);
    assert_eq!(browser.path(), "/ja/page/2", "twelve devices bring a question of their own");
    choose(&browser, "q4", "no");
    browser.follow("button[value=back]");
    assert_eq!(browser.path(), "/ja/page/1");
    assert!(browser.is_chosen("#i0-0") && browser.shows("#w3"), "what was answered is there");
    assert_eq!(browser.value_of("input[name=q3]"), "１２");
    browser.fill("input[name=q3]", "3");
    next(&browser);
    assert_eq!(browser.path(), "/ja/page/3", "three do not");
    answer_measures(&browser);
    assert_eq!(browser.path(), "/ja/page/4");
    next(&browser);
    assert_eq!(browser.path(), "/ja/review");
    let review = browser.text_of("main");
    for seen in ["東西 & <b>社</b>", "3台", "該当しない", "無回答"] {
        assert!(review.contains(seen), "{seen}: {review}");
    }
    assert!(!review.contains("10台以上"), "{review}");
    browser.follow("main form button");
    assert_eq!(browser.path(), "/ja/receipt");
    assert_eq!(browser.text_of(".hash").len(), 64);
    assert_eq!(
        cells(&world),
        "beds=none | q1=yes | q2=other | q2.other=東西 & <b>社</b> | q3=3 | \
         q5.backup=done | q5.drill=na | q5.mfa=absent"
    );
}

#[test]
fn slips_are_led_to_and_mended() {
    let world = World::start();
    let browser = Browser::start(Setting::default());
    browser.open(&world.link(0));
    choose(&browser, "q1", "yes");
    browser.fill("input[name=q3]", "たくさん");
    next(&browser);
    assert_eq!(browser.path(), "/ja/page/1?check");
    assert_eq!(browser.all(".errors a").len(), 2, "{}", browser.text_of("main"));
    assert_eq!(browser.value_of("input[name=q3]"), "たくさん", "what was typed is not thrown away");
    browser.press(&browser.all(".errors a")[1]);
    assert_eq!(browser.path(), "/ja/page/1?check#i3", "the link leads to the field itself");
    assert_eq!(browser.attribute(&browser.focus(), "name"), "q3");
    browser.fill("input[name=q3]", "2");
    choose(&browser, "q2", "f");
    next(&browser);
    assert_eq!(browser.path(), "/ja/page/3");
}

#[test]
fn the_keyboard_is_enough() {
    let world = World::start();
    let browser = Browser::start(Setting::default());
    browser.open(&world.at("/ja/"));
    let go_to = |wanted: &dyn Fn(&Browser) -> bool| {
        for _ in 0..60 {
            if wanted(&browser) {
                return;
            }
            browser.keys(&[key::TAB]);
            assert!(is_focus_seen(&browser), "{}", browser.property(&browser.focus(), "outerHTML"));
        }
        panic!("not reached by Tab on {}", browser.path());
    };
    let has = |attribute: &'static str, value: &'static str| {
        move |browser: &Browser| browser.attribute(&browser.focus(), attribute) == value
    };
    browser.keys(&[key::TAB]);
    assert_eq!(browser.attribute(&browser.focus(), "class"), "skip", "the way past the head comes first");
    assert!(browser.shows(".skip"), "and is seen when it is reached");
    go_to(&has("name", "code"));
    let code: Vec<char> = world.code(0).chars().collect();
    browser.keys(&code);
    browser.through(|| browser.keys(&[key::ENTER]));
    assert_eq!(browser.path(), "/ja/page/1");
    go_to(&has("name", "q1"));
    browser.keys(&[key::SPACE]);
    assert!(browser.is_chosen("#i0-0") && browser.shows("#w1"));
    go_to(&has("name", "q2"));
    browser.keys(&[key::SPACE, key::DOWN]);
    assert!(browser.is_chosen("#i1-1"), "the arrows choose among the others");
    go_to(&has("name", "q3"));
    browser.through(|| browser.keys(&['4', key::ENTER]));
    assert_eq!(browser.path(), "/ja/page/3", "Enter sends a page on");
    for name in ["q5.backup", "q5.mfa", "q5.drill"] {
        go_to(&has("name", name));
        browser.keys(&[key::SPACE]);
    }
    go_to(&has("value", "next"));
    browser.through(|| browser.keys(&[key::ENTER]));
    assert_eq!(browser.path(), "/ja/page/4");
    go_to(&|browser| {
        browser.path() == "/ja/page/4" && browser.attribute(&browser.focus(), "value") == "next"
    });
    browser.through(|| browser.keys(&[key::ENTER]));
    assert_eq!(browser.path(), "/ja/review");
    go_to(&|browser| browser.text_of("form button:focus") == "提出する");
    browser.through(|| browser.keys(&[key::SPACE]));
    assert_eq!(browser.path(), "/ja/receipt");
    assert!(cells(&world).contains("q2=p | q3=4 | q5.backup=done"));
}

/// What has the focus is outlined, so that it can be told from what surrounds it.
fn is_focus_seen(browser: &Browser) -> bool {
    let focus = browser.focus();
    let is_page = browser.property(&focus, "tagName") == "BODY";
    is_page
        || (browser.style(&focus, "outline-style") == "solid"
            && browser.style(&focus, "outline-width") == "3px")
}

#[test]
fn a_draft_goes_on_at_another_machine() {
    let world = World::start();
    {
        let office = Browser::start(Setting::default());
        office.open(&world.link(0));
        choose(&office, "q1", "yes");
        choose(&office, "q2", "p");
        office.fill("input[name=q3]", "7");
        office.follow("button[value=leave]");
        assert!(office.text_of("main").contains("保存しました"));
        office.back();
        office.reload();
        assert!(
            office.text_of("main").contains("もう一度お入りください"),
            "nobody else at this machine sees it"
        );
    }
    let home = Browser::start(Setting { languages: "en", ..Setting::default() });
    home.open(&world.at("/"));
    assert_eq!(home.path(), "/en/", "in this browser's language");
    home.fill("#code", &world.code(0).replace('-', " ").to_lowercase());
    home.follow("main form button");
    assert_eq!(home.path(), "/en/page/1");
    assert!(home.is_chosen("#i1-1"));
    assert_eq!(home.value_of("input[name=q3]"), "7");
    assert!(home.text_of("main").contains("Whose device is it?"));
    home.follow("footer a[hreflang=ja]");
    assert!(
        home.is_chosen("#i1-1") && home.text_of("main").contains("どの会社の機器ですか"),
        "and in the other"
    );
}

#[test]
fn two_tabs_a_double_click_and_the_back_button_are_one_return() {
    let world = World::start();
    let browser = Browser::start(Setting::default());
    answer_briefly(&world, &browser, 0);
    let first = browser.tab();
    let second = browser.new_tab();
    browser.open(&world.at("/ja/review"));
    browser.through(|| browser.double_click("main form button"));
    assert_eq!(browser.path(), "/ja/receipt");
    let receipt = browser.text_of(".hash");
    browser.to_tab(&first);
    browser.follow("main form button");
    assert_eq!(
        (browser.path(), browser.text_of(".hash")),
        ("/ja/receipt".into(), receipt.clone()),
        "the other tab"
    );
    browser.to_tab(&second);
    browser.back();
    assert!(browser.path().starts_with("/ja/review"), "{}", browser.path());
    browser.follow("main form button");
    assert_eq!(browser.text_of(".hash"), receipt, "and once more, by the back button");
    browser.reload();
    assert_eq!(browser.text_of(".hash"), receipt);
    assert!(browser.text_of("main").contains("提出回数\n1"), "{}", browser.text_of("main"));
    assert_eq!(world.records().len(), 1);
}

#[test]
fn a_tab_that_has_grown_old_is_told_before_it_sends() {
    let world = World::start();
    let browser = Browser::start(Setting::default());
    answer_briefly(&world, &browser, 0);
    let old = browser.tab();
    browser.new_tab();
    browser.open(&world.at("/ja/page/1"));
    choose(&browser, "q1", "yes");
    choose(&browser, "q2", "f");
    browser.fill("input[name=q3]", "2");
    next(&browser);
    browser.to_tab(&old);
    browser.follow("main form button");
    assert_eq!(browser.path(), "/ja/review?changed");
    assert!(browser.text_of("[role=status]").contains("新しい内容を表示しています"));
    assert_eq!(world.records(), []);
    browser.follow("main form button");
    assert!(cells(&world).contains("q1=yes | q2=f | q3=2"));
}

#[test]
fn coming_in_again_by_the_letter_keeps_an_open_page_usable() {
    let world = World::start();
    let browser = Browser::start(Setting::default());
    browser.open(&world.link(0));
    choose(&browser, "q1", "yes");
    browser.fill("input[name=q3]", "9");
    let half_filled = browser.tab();
    browser.new_tab();
    browser.open(&world.link(0));
    browser.to_tab(&half_filled);
    choose(&browser, "q2", "p");
    next(&browser);
    assert_eq!(browser.path(), "/ja/page/3", "{}", browser.text_of("main"));
}

#[test]
fn english_from_the_letter_to_the_receipt() {
    let world = World::start();
    let browser = Browser::start(Setting { languages: "en-GB,en", ..Setting::default() });
    browser.open(&world.link(0));
    assert_eq!(browser.path(), "/en/page/1");
    choose(&browser, "q1", "no");
    next(&browser);
    answer_measures(&browser);
    next(&browser);
    let review = browser.text_of("main");
    assert!(review.contains("Not applicable") && review.contains("No answer"), "{review}");
    browser.follow("main form button");
    assert!(browser.text_of("main").contains("Your answers have arrived"));
    let text = browser.text_of("body");
    let japanese = text.chars().filter(|sign| ('\u{3040}'..'\u{30ff}').contains(sign)).count();
    assert!(text.contains("日本語") && japanese == 0, "{text}");
    assert_eq!(world.records().len(), 1);
}
