//! Debian's Chromium, driven through ChromeDriver: as much of the WebDriver protocol as our stories need.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::http;

/// How a browser is set up.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Whether scripts may run. No page of ours has one; most stories are told without.
    pub scripts: bool,
    /// Languages that it asks for.
    pub languages: &'static str,
    /// Width and height of the page, in CSS pixels.
    pub size: (u32, u32),
}

impl Default for Setting {
    fn default() -> Setting {
        Setting { scripts: false, languages: "ja", size: DESKTOP }
    }
}

/// An old PC.
pub const DESKTOP: (u32, u32) = (1024, 768);
/// The narrowest width that WCAG 2.2 (1.4.10) asks for: 1280 pixels at 400 %.
pub const PHONE: (u32, u32) = (320, 640);

/// A browser; it ends with its value.
pub struct Browser {
    driver: Child,
    port: u16,
    session: String,
    size: (u32, u32),
    _profile: TempDir,
}

/// Something of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element(String);

/// The name under which WebDriver hands out elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
const PATIENCE: Duration = Duration::from_secs(60);

/// Keys that are not letters, as WebDriver writes them.
pub mod key {
    /// To the next field.
    pub const TAB: char = '\u{e004}';
    /// Presses a button, sends a form.
    pub const ENTER: char = '\u{e007}';
    /// Chooses.
    pub const SPACE: char = ' ';
    /// To the next choice.
    pub const DOWN: char = '\u{e015}';
    /// Held with the next one.
    pub const SHIFT: char = '\u{e008}';
}

impl Browser {
    /// Starts one.
    ///
    /// # Panics
    /// Where there is no Chromium on this machine: a story that cannot be told fails.
    pub fn start(setting: Setting) -> Browser {
        let profile =
            tempfile::Builder::new().prefix("monshin-browser").tempdir().expect("a temporary folder");
        let port = crate::field::free_address().port();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is missing: apt-get install chromium chromium-driver");
        let mut browser =
            Browser { driver, port, session: String::new(), size: setting.size, _profile: profile };
        browser.wait_for_driver();
        let wanted = capabilities(setting, browser._profile.path());
        let begun = browser.call("POST", "/session", &wanted);
        browser.session = begun["sessionId"].as_str().expect("a session").to_owned();
        browser.resize(setting.size);
        browser
    }

    fn wait_for_driver(&self) {
        let begin = Instant::now();
        while http::send(self.port, "GET", "/status", &[], b"").is_err() {
            assert!(begin.elapsed() < PATIENCE, "chromedriver did not start within a minute");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Calls the driver.
    fn try_call(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let body = if method == "POST" { body.to_string() } else { String::new() };
        let headers = [("Content-Type", "application/json")];
        let reply = http::send(self.port, method, path, &headers, body.as_bytes())
            .map_err(|error| error.to_string())?;
        let value: Value = serde_json::from_slice(&reply.body).map_err(|error| error.to_string())?;
        match reply.status {
            200 => Ok(value["value"].clone()),
            _ => {
                Err(format!("{method} {path} {body}: {}", value["value"]["message"].as_str().unwrap_or("?")))
            }
        }
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        self.try_call(method, path, body).unwrap_or_else(|error| panic!("{error}"))
    }

    fn ask(&self, what: &str) -> Value {
        self.call("GET", &format!("/session/{}/{what}", self.session), &Value::Null)
    }

    fn tell(&self, what: &str, body: &Value) -> Value {
        self.call("POST", &format!("/session/{}/{what}", self.session), body)
    }

    /// Opens an address and waits until it is loaded.
    pub fn open(&self, address: &str) {
        self.tell("url", &json!({ "url": address }));
    }

    /// Where it is.
    pub fn address(&self) -> String {
        text(&self.ask("url"))
    }

    /// The path of where it is, with what is asked.
    pub fn path(&self) -> String {
        self.address().splitn(4, '/').nth(3).map_or_else(String::new, |path| format!("/{path}"))
    }

    /// The button of the browser itself.
    pub fn back(&self) {
        self.tell("back", &json!({}));
    }

    /// The button of the browser itself.
    pub fn reload(&self) {
        self.tell("refresh", &json!({}));
    }

    /// A further tab, which becomes the one that is driven.
    pub fn new_tab(&self) -> String {
        let handle = text(&self.tell("window/new", &json!({ "type": "tab" }))["handle"]);
        self.to_tab(&handle);
        self.resize(self.size);
        handle
    }

    /// The tab that is driven.
    pub fn tab(&self) -> String {
        text(&self.ask("window"))
    }

    /// Drives another tab.
    pub fn to_tab(&self, handle: &str) {
        self.tell("window", &json!({ "handle": handle }));
    }

    /// The size of the page in CSS pixels.
    pub fn resize(&self, (width, height): (u32, u32)) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", &metrics);
    }

    /// A command of the browser's own protocol.
    pub fn devtools(&self, command: &str, arguments: &Value) -> Value {
        self.tell("goog/cdp/execute", &json!({ "cmd": command, "params": arguments }))
    }

    /// Forgets all cookies.
    pub fn forget(&self) {
        self.devtools("Network.clearBrowserCookies", &json!({}));
    }

    /// Everything that a selector finds.
    pub fn all(&self, selector: &str) -> Vec<Element> {
        let found = self.tell("elements", &json!({ "using": "css selector", "value": selector }));
        found.as_array().expect("a list").iter().map(element).collect()
    }

    /// The only thing that a selector finds.
    ///
    /// # Panics
    /// Where there is none, or more than one.
    pub fn one(&self, selector: &str) -> Element {
        let mut found = self.all(selector);
        assert_eq!(found.len(), 1, "{selector} on {}:\n{}", self.path(), self.text_of("body"));
        found.remove(0)
    }

    /// Whether it can be seen.
    pub fn shows(&self, selector: &str) -> bool {
        self.all(selector).iter().any(|found| self.is_shown(found))
    }

    /// Whether it can be seen.
    pub fn is_shown(&self, element: &Element) -> bool {
        self.ask(&format!("element/{}/displayed", element.0)) == Value::Bool(true)
    }

    /// Whether it is chosen.
    pub fn is_chosen(&self, selector: &str) -> bool {
        self.ask(&format!("element/{}/selected", self.one(selector).0)) == Value::Bool(true)
    }

    /// What can be read of it.
    pub fn text_of(&self, selector: &str) -> String {
        let found = self.all(selector);
        found.first().map_or_else(String::new, |found| text(&self.ask(&format!("element/{}/text", found.0))))
    }

    /// What stands in a field.
    pub fn value_of(&self, selector: &str) -> String {
        text(&self.property(&self.one(selector), "value"))
    }

    /// An attribute; empty where it has none.
    pub fn attribute(&self, element: &Element, name: &str) -> String {
        self.ask(&format!("element/{}/attribute/{name}", element.0)).as_str().unwrap_or_default().to_owned()
    }

    /// Something that the page's model says of it.
    pub fn property(&self, element: &Element, name: &str) -> Value {
        self.ask(&format!("element/{}/property/{name}", element.0))
    }

    /// A property of its style, as computed.
    pub fn style(&self, element: &Element, property: &str) -> String {
        text(&self.ask(&format!("element/{}/css/{property}", element.0)))
    }

    /// Presses it.
    pub fn click(&self, selector: &str) {
        self.press(&self.one(selector));
    }

    /// Presses it.
    pub fn press(&self, element: &Element) {
        self.tell(&format!("element/{}/click", element.0), &json!({}));
    }

    /// Presses what leads to another page, and waits for it.
    pub fn follow(&self, selector: &str) {
        let button = self.one(selector);
        self.through(|| self.press(&button));
    }

    /// Does what leads to another page, and waits until the one before is gone.
    pub fn through(&self, act: impl FnOnce()) {
        let before = self.one("html");
        act();
        let begin = Instant::now();
        while self
            .try_call("GET", &format!("/session/{}/element/{}/name", self.session, before.0), &Value::Null)
            .is_ok()
        {
            assert!(begin.elapsed() < PATIENCE, "no other page came after {}", self.path());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Presses twice, as fast as a hand cannot.
    pub fn double_click(&self, selector: &str) {
        let target = json!({ ELEMENT: self.one(selector).0 });
        let button = |kind: &str| json!({ "type": kind, "button": 0 });
        let actions = json!([{ "type": "pointer", "id": "mouse", "actions": [
            { "type": "pointerMove", "duration": 0, "origin": target, "x": 0, "y": 0 },
            button("pointerDown"), button("pointerUp"), button("pointerDown"), button("pointerUp"),
        ]}]);
        self.tell("actions", &json!({ "actions": actions }));
    }

    /// Fills a field.
    pub fn fill(&self, selector: &str, what: &str) {
        let id = self.one(selector).0;
        self.tell(&format!("element/{id}/clear"), &json!({}));
        self.tell(&format!("element/{id}/value"), &json!({ "text": what }));
    }

    /// Chooses a file of this machine.
    pub fn choose_file(&self, selector: &str, file: &std::path::Path) {
        let id = self.one(selector).0;
        self.tell(&format!("element/{id}/value"), &json!({ "text": file }));
    }

    /// Keys, wherever the focus is.
    pub fn keys(&self, keys: &[char]) {
        let act = |key: &char| {
            let key = key.to_string();
            [json!({ "type": "keyDown", "value": key }), json!({ "type": "keyUp", "value": key })]
        };
        let actions: Vec<Value> = keys.iter().flat_map(act).collect();
        self.tell(
            "actions",
            &json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] }),
        );
    }

    /// What has the focus.
    pub fn focus(&self) -> Element {
        element(&self.ask("element/active"))
    }

    /// Runs a script of the tests in the page; where pages may not run any, it may all the same.
    pub fn run(&self, script: &str, arguments: &[Value]) -> Value {
        self.tell("execute/sync", &json!({ "script": script, "args": arguments }))
    }

    /// Runs a script that calls its last argument when it is done.
    pub fn run_to_end(&self, script: &str) -> Value {
        self.tell("execute/async", &json!({ "script": script, "args": [] }))
    }

    /// Keeps a picture of the page to be looked at, on a phone and on an old PC, where `MONSHIN_PICTURES` names a
    /// folder.
    ///
    /// # Panics
    /// Where it cannot be written.
    pub fn keep_pictures(&self, name: &str) {
        let Ok(folder) = std::env::var("MONSHIN_PICTURES") else { return };
        for (device, size) in [("phone", PHONE), ("desktop", DESKTOP)] {
            self.resize(size);
            let file = std::path::Path::new(&folder).join(format!("{name}-{device}.png"));
            std::fs::write(file, self.picture()).expect("written");
        }
    }

    /// The whole page as PNG.
    ///
    /// # Panics
    /// Where the browser sends something else.
    pub fn picture(&self) -> Vec<u8> {
        let arguments = json!({ "format": "png", "captureBeyondViewport": true });
        let picture = self.devtools("Page.captureScreenshot", &arguments);
        from_base64(picture["data"].as_str().expect("a picture"))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            let _ = self.try_call("DELETE", &format!("/session/{}", self.session), &Value::Null);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn capabilities(setting: Setting, profile: &std::path::Path) -> Value {
    let arguments = [
        "--headless=new",
        // Root has no sandbox of Chromium's; the pages are our own.
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
    ];
    let mut arguments: Vec<String> = arguments.map(str::to_owned).to_vec();
    arguments.push(format!("--user-data-dir={}", profile.display()));
    let scripts = if setting.scripts { 1 } else { 2 };
    json!({ "capabilities": { "alwaysMatch": {
        "timeouts": { "pageLoad": 60_000, "script": 60_000 },
        "goog:chromeOptions": {
            "args": arguments,
            "prefs": {
                "profile.managed_default_content_settings.javascript": scripts,
                "intl.accept_languages": setting.languages,
            },
        },
    }}})
}

fn element(value: &Value) -> Element {
    Element(text(&value[ELEMENT]))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn from_base64(text: &str) -> Vec<u8> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let (mut bytes, mut bits, mut have) = (Vec::new(), 0_u32, 0);
    for value in text.bytes().filter_map(digit) {
        bits = bits << 6 | u32::from(value);
        have += 6;
        if have >= 8 {
            have -= 8;
            bytes.push((bits >> have) as u8);
        }
    }
    bytes
}
