//! Every page of a respondent: readable, operable and whole, on a phone as on an old PC.
#![allow(clippy::disallowed_methods, reason = "writes pictures to be looked at")]

use std::collections::BTreeMap;

use monshin_fielding_tests::axe;
use monshin_fielding_tests::driver::{Browser, DESKTOP, PHONE, Setting};
use monshin_fielding_tests::tour;
use monshin_fielding_tests::world::{Fielding, World, file, repository};
use serde_json::json;

#[test]
fn no_page_breaks_a_rule_of_accessibility_in_japanese() {
    tour::respondent(Setting::default(), &mut |browser, name| axe::check(browser, name));
}

#[test]
fn no_page_breaks_a_rule_of_accessibility_in_english_on_a_phone() {
    let setting = Setting { languages: "en", size: PHONE, ..Setting::default() };
    tour::respondent(setting, &mut |browser, name| axe::check(browser, name));
}

/// 320 pixels are 1280 at 400 % (WCAG 2.2, 1.4.10).
#[test]
fn every_page_fits_at_400_percent_and_in_large_print() {
    for languages in ["ja", "en"] {
        let setting = Setting { languages, size: PHONE, ..Setting::default() };
        tour::respondent(setting, &mut |browser, name| {
            assert_fits(browser, name);
            browser.run("document.documentElement.classList.add('large')", &[]);
            assert_fits(browser, &format!("{name}, in large print"));
            browser.run("document.documentElement.classList.remove('large')", &[]);
        });
    }
}

fn assert_fits(browser: &Browser, name: &str) {
    let wider =
        "const width = document.documentElement.clientWidth, page = document.documentElement.scrollWidth;
        if (page <= width) return [];
        return [page + ' > ' + width, ...[...document.querySelectorAll('body *')]
            .filter(it => it.getBoundingClientRect().right > width).map(it => it.outerHTML.slice(0, 160))];";
    assert_eq!(browser.run(wider, &[]), serde_json::json!([]), "{name}");
}

/// WCAG 2.4.2: a title says where one is; and no two pages that mean different things are called alike.
#[test]
fn every_page_has_one_heading_and_a_title_that_says_it() {
    let mut titles = BTreeMap::new();
    tour::respondent(Setting::default(), &mut |browser, name| {
        let (title, heading) = (browser.run("return document.title", &[]), browser.text_of("h1"));
        assert_eq!(browser.all("h1").len(), 1, "{name}");
        assert!(title.as_str().is_some_and(|title| title.contains(&heading)), "{name}: {title}");
        titles.insert(name.to_owned(), heading);
    });
    for one in [
        "not-yet-open",
        "closed",
        "code-unknown",
        "session-lost",
        "too-many-tries",
        "our-failure",
        "slow-line",
    ] {
        let alike = titles.iter().filter(|(_, title)| **title == titles[one]).count();
        assert!(alike == 1 || one == "session-lost", "{one}: {}", titles[one]);
    }
}

/// What a browser says that it fetched for a page, heads included: requests and bytes.
fn fetched(browser: &Browser) -> (u64, u64) {
    let entries =
        "const all = ['navigation', 'resource'].flatMap(kind => performance.getEntriesByType(kind));
        return [all.length, all.reduce((sum, entry) => sum + entry.transferSize, 0)]";
    let both = browser.run(entries, &[]);
    (both[0].as_u64().expect("a number"), both[1].as_u64().expect("a number"))
}

#[test]
fn the_first_page_of_the_example_comes_in_two_requests_and_15_kilobytes() {
    let survey = file("examples/hodanren-2022/survey.toml");
    for path in ["/ja/", "/ja/page/1"] {
        let world = World::of(Fielding { survey: survey.clone(), ..Fielding::default() });
        let browser = Browser::start(Setting { scripts: true, ..Setting::default() });
        // In by the link, and then with an empty cache as if nothing had been fetched.
        browser.open(&world.link(0));
        browser.devtools("Network.enable", &json!({}));
        browser.devtools("Network.setCacheDisabled", &json!({ "cacheDisabled": true }));
        browser.open(&world.at(path));
        let (requests, bytes) = fetched(&browser);
        println!("{path}: {requests} requests, {bytes} bytes");
        assert_eq!(requests, 2, "{path}");
        assert!((1_000..=15_000).contains(&bytes), "{path}: {bytes} bytes");
    }
}

/// `cargo nextest run -p monshin-fielding-tests --run-ignored only -E 'test(pictures)'`, then look.
#[test]
#[ignore = "writes target/pages/*.png, to be looked at"]
fn pictures() {
    let folder = repository("target/pages");
    std::fs::create_dir_all(&folder).expect("a folder");
    for (device, size) in [("phone", (375, 667)), ("desktop", DESKTOP)] {
        tour::respondent(Setting { size, ..Setting::default() }, &mut |browser, name| {
            std::fs::write(folder.join(format!("{name}-{device}.png")), browser.picture()).expect("written");
        });
    }
}
