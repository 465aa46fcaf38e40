//! Somebody at a browser: Chromium through WebDriver, used by what the eye sees — labels, buttons, links, text.
//!
//! Without Chromium and ChromeDriver the journeys pass and say that they were left out; with `CI=true` that fails.

use std::collections::BTreeSet;
use std::future::Future;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use axum::http::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::common::command::FormatRequestData;
use thirtyfour::{By, ChromiumLikeCapabilities, DesiredCapabilities, RequestData, SessionId, WebDriver, WebElement};

use crate::demo::Demo;
use crate::process::Leashed;

/// How long something may take to appear on the page.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whether pages may run scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scripts {
    /// As most people have it.
    Run,
    /// As a filter, an old device or a broken connection leaves it.
    Blocked,
}

/// A person's browser.
#[derive(Clone, Debug)]
pub(crate) struct Browser {
    driver: WebDriver,
    scripts: Scripts,
    seen: Arc<Mutex<BTreeSet<String>>>,
    faults: Arc<Mutex<Vec<String>>>,
}

/// Gives a new browser to `steps`; then no page on their way may have had a fault. When they fail, a picture of the page
/// is kept.
pub(crate) async fn journey<F>(name: &str, scripts: Scripts, steps: impl FnOnce(Browser) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let Some(server) = chromedriver() else {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "chromium and chromedriver are needed");
        // Written past the test harness, which hides what a passing test prints.
        let said = format!("left out, no chromium or no chromedriver: {name} ({scripts:?})\n");
        std::io::stderr().write_all(said.as_bytes()).unwrap();
        return;
    };
    let profile = TempDir::new().unwrap();
    let driver = WebDriver::new(server, capabilities(profile.path())).await.expect("a browser starts");
    let browser = Browser { driver, scripts, seen: Arc::default(), faults: Arc::default() };
    browser.script_execution(scripts).await;
    browser.appearance("light").await;
    let walked = tokio::spawn(steps(browser.clone())).await;
    if walked.is_err() {
        let picture = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{scripts:?}.png"));
        // The failure itself says more than a picture that could not be taken.
        if browser.driver.screenshot(&picture).await.is_ok() {
            eprintln!("the page as it was: {}", picture.display());
        }
    }
    // What matters is how the journey ended.
    let _ = browser.driver.quit().await;
    if let Err(failure) = walked {
        std::panic::resume_unwind(failure.into_panic());
    }
    let faults = browser.faults.lock().unwrap();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Returns the address of the one ChromeDriver, when both programs are installed.
fn chromedriver() -> Option<&'static str> {
    static DRIVER: OnceLock<Option<(String, Leashed)>> = OnceLock::new();
    let started = DRIVER.get_or_init(|| {
        let installed = |program: &str| {
            let path = std::env::var_os("PATH").unwrap_or_default();
            std::env::split_paths(&path).any(|directory| directory.join(program).is_file())
        };
        if !installed("chromedriver") || !installed("chromium") {
            return None;
        }
        let (process, mut lines) = Leashed::start("chromedriver", &["--port=0"]);
        let port = lines.by_ref().find_map(|line| {
            let line = line.unwrap();
            line.split_once("successfully on port ").map(|(_, port)| port.trim_end_matches('.').to_owned())
        });
        std::thread::spawn(move || lines.for_each(drop));
        Some((format!("http://127.0.0.1:{}", port.expect("chromedriver says its port")), process))
    });
    started.as_ref().map(|(address, _)| address.as_str())
}

fn capabilities(profile: &Path) -> impl Into<thirtyfour::Capabilities> {
    let mut capabilities = DesiredCapabilities::chrome();
    for argument in [
        "--headless=new",
        // Containers run as root, and Chromium has no sandbox for root.
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        // No request leaves this machine.
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1280,900",
        &format!("--user-data-dir={}", profile.display()),
    ] {
        capabilities.add_arg(argument).unwrap();
    }
    // A visitor's pages follow the browser's languages.
    capabilities.add_experimental_option("prefs", json!({ "intl.accept_languages": "fr,fr-FR" })).unwrap();
    capabilities
}

/// One command of the Chrome DevTools Protocol, through ChromeDriver.
#[derive(Debug)]
struct DevTools(&'static str, Value);

impl FormatRequestData for DevTools {
    fn format_request(&self, session_id: &SessionId) -> RequestData {
        RequestData::new(Method::POST, format!("session/{session_id}/goog/cdp/execute"))
            .add_body(json!({ "cmd": self.0, "params": self.1 }))
    }
}

/// Going about.
impl Browser {
    /// Opens a page that is there, and looks whether it is sound.
    pub(crate) async fn visit(&self, path: &str) {
        self.open(path).await;
        let errors = self.driver.find_all(By::Css(".error-page")).await.unwrap();
        assert!(errors.is_empty(), "{path}: {}", self.text().await);
    }

    /// Opens a page, were it an error's, and looks whether it is sound.
    pub(crate) async fn open(&self, path: &str) {
        self.driver.goto(Demo::shared().url(path)).await.unwrap();
        self.is_sound().await;
    }

    /// Goes back, as with the browser's button.
    pub(crate) async fn back(&self) {
        self.driver.back().await.unwrap();
    }

    /// Returns the number of elements that a selector finds.
    pub(crate) async fn count(&self, css: &str) -> usize {
        self.driver.find_all(By::Css(css)).await.unwrap().len()
    }

    /// Follows a link by its text.
    pub(crate) async fn follow(&self, text: &str) {
        self.wait_for(&format!("//a[{}]", has_text(text))).await.click().await.unwrap();
    }

    /// Presses a button by its text.
    pub(crate) async fn press(&self, text: &str) {
        self.wait_for(&format!("//button[{}]", has_text(text))).await.click().await.unwrap();
    }

    /// Writes into the field with this label, over what is there.
    pub(crate) async fn fill(&self, label: &str, text: &str) {
        let field = self.field(label).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Returns the field with this label.
    pub(crate) async fn field(&self, label: &str) -> WebElement {
        let labelled = format!("//*[@id = //label[{}]/@for]", has_text(label));
        self.wait_for(&labelled).await
    }

    /// Waits for the first element on show that an XPath names.
    pub(crate) async fn wait_for(&self, xpath: &str) -> WebElement {
        let deadline = Instant::now() + PATIENCE;
        loop {
            for element in self.driver.find_all(By::XPath(xpath)).await.unwrap() {
                // It may leave the page meanwhile.
                if element.is_displayed().await.unwrap_or(false) {
                    return element;
                }
            }
            assert!(Instant::now() < deadline, "no `{xpath}` at {}: {}", self.path().await, self.text().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until the page shows this text, whatever its spaces.
    pub(crate) async fn sees(&self, text: &str) {
        self.waits_until(text, true).await;
    }

    /// Waits until the page no longer shows this text.
    pub(crate) async fn does_not_see(&self, text: &str) {
        self.waits_until(text, false).await;
    }

    async fn waits_until(&self, text: &str, shown: bool) {
        let deadline = Instant::now() + PATIENCE;
        while self.text().await.contains(text) != shown {
            let is = if shown { "no" } else { "still" };
            assert!(Instant::now() < deadline, "{is} `{text}` at {}: {}", self.path().await, self.text().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Returns the distinct targets of the links that an XPath finds.
    pub(crate) async fn paths_of(&self, xpath: &str) -> BTreeSet<String> {
        let mut paths = BTreeSet::new();
        for link in self.driver.find_all(By::XPath(xpath)).await.unwrap() {
            paths.extend(link.attr("href").await.unwrap());
        }
        paths
    }

    /// Returns the visible text of the page, with plain spaces.
    pub(crate) async fn text(&self) -> String {
        // A page that is loading or unloading is empty.
        let Ok(body) = self.driver.find(By::Tag("body")).await else { return String::new() };
        body.text().await.unwrap_or_default().replace(['\u{a0}', '\u{202f}'], " ")
    }

    /// Returns path and query of the browser's page.
    pub(crate) async fn path(&self) -> String {
        let url = self.driver.current_url().await.unwrap();
        url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
    }

    /// Signs another person in.
    pub(crate) async fn sign_in(&self, login: &str) {
        self.driver.delete_all_cookies().await.unwrap();
        self.seen.lock().unwrap().clear();
        self.driver.goto(Demo::shared().url("/connexion")).await.unwrap();
        self.fill("Identifiant", login).await;
        self.fill("Mot de passe", Demo::shared().password()).await;
        self.press("Se connecter").await;
        self.wait_for("//summary//span[contains(@class, 'avatar')]").await;
    }
}

/// What holds of every page.
impl Browser {
    /// Checks that the page fits a phone of 320 pixels and that axe-core finds no fault in it, in light and in
    /// dark. A page is checked once per journey.
    pub(crate) async fn is_sound(&self) {
        let path = self.path().await;
        if !self.seen.lock().unwrap().insert(path.clone()) {
            return;
        }
        self.script_execution(Scripts::Run).await;
        self.fits(&path).await;
        let found = self.run(TWICE).await;
        self.note(&format!("ids that stand twice at {path}"), &found);
        self.run(AXE).await;
        for appearance in ["light", "dark"] {
            self.appearance(appearance).await;
            let found = self.run_async(VIOLATIONS).await;
            self.note(&format!("axe-core at {path} in {appearance}"), &found);
        }
        self.appearance("light").await;
        self.script_execution(self.scripts).await;
    }

    /// Checks the page again as [`Browser::is_sound`] does, after it has changed.
    pub(crate) async fn is_sound_still(&self) {
        let path = self.path().await;
        self.seen.lock().unwrap().remove(&path);
        self.is_sound().await;
    }

    async fn fits(&self, path: &str) {
        let narrow = json!({ "width": 320, "height": 640, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", narrow).await;
        let found = self.run(TOO_WIDE).await;
        self.note(&format!("wider than 320 pixels at {path}"), &found);
        self.devtools("Emulation.clearDeviceMetricsOverride", json!({})).await;
    }

    fn note(&self, what: &str, found: &Value) {
        if *found != json!([]) {
            self.faults.lock().unwrap().push(format!("{what}: {found:#}"));
        }
    }

    async fn appearance(&self, scheme: &str) {
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            // Colours that are on their way would be measured half-way.
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// Emulates a high-contrast theme of the system.
    pub(crate) async fn forced_colours(&self) {
        let features = json!([
            { "name": "forced-colors", "value": "active" },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    async fn script_execution(&self, scripts: Scripts) {
        let blocked = scripts == Scripts::Blocked;
        self.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": blocked })).await;
    }

    async fn devtools(&self, command: &'static str, parameters: Value) {
        self.driver.cmd(DevTools(command, parameters)).await.unwrap();
    }

    /// Runs a script as the driver, which the page's own policy does not bind.
    pub(crate) async fn run(&self, script: &str) -> Value {
        self.driver.execute(script, Vec::new()).await.unwrap().json().clone()
    }

    async fn run_async(&self, script: &str) -> Value {
        self.driver.execute_async(script, Vec::new()).await.unwrap().json().clone()
    }
}

/// axe-core; see `vendor/VENDORED.md`.
const AXE: &str = include_str!("vendor/axe.min.js");

/// All its rules; of what it finds, what somebody needs to mend it.
const VIOLATIONS: &str = r#"
const done = arguments[arguments.length - 1];
axe.run(document, { resultTypes: ["violations"] }).then(
  (results) => done(results.violations.map((violation) => ({
    rule: violation.id,
    why: violation.help,
    nodes: violation.nodes.map((node) => ({ html: node.html, summary: node.failureSummary })),
  }))),
  (error) => done([String(error)]),
);
"#;

/// When the page scrolls sideways: what sticks out.
const TOO_WIDE: &str = r#"
const root = document.documentElement;
if (root.scrollWidth <= root.clientWidth) return [];
const out = [...document.querySelectorAll("body *:not(svg *)")]
  .filter((element) => element.getBoundingClientRect().right > root.clientWidth + 1);
return out.filter((element) => !out.some((other) => other !== element && element.contains(other)))
  .map((element) => element.outerHTML.slice(0, 160));
"#;

/// Ids that several elements have.
const TWICE: &str = r#"
const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
return [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))];
"#;

/// Returns the XPath condition that an element's text contains `text`, whatever its spaces.
pub(crate) fn has_text(text: &str) -> String {
    format!("contains(normalize-space(translate(., '\u{a0}\u{202f}', '  ')), \"{text}\")")
}
