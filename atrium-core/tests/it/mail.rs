//! Mail: queued with an act, composed at delivery in the recipient's language, retried or not as servers answer, and
//! never sent twice.

mod bounces;
mod sink;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use atrium_core::clock::Clock;
use atrium_core::config::Settings;
use atrium_core::db::Db;
use atrium_core::directory::{PersonId, Profile};
use atrium_core::mail::{Composer, Letter, LetterKind, Letters, Recipient, Thread, actions as mail};
use atrium_core::plugin::{Plugin, PluginContext};
use atrium_core::testing::{TestDatabase, TestSite};
use atrium_core::web::{LetterText, Locale, Printing, WebPlugin};
use atrium_core::{Atrium, Result, audit};
use http::Method;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;
use tempfile::TempDir;

use crate::api::{actor, administrator, send};
use crate::python::Script;
use sink::Sink;

const SAME: (&str, &str) = ("sec-fetch-site", "same-origin");
/// The bell rang; the payload is how often.
const RANG: LetterKind<u32> = LetterKind::new("bell.rang");
/// Name the directory, the database and the key of a process that is killed.
const KILLED: &str = "ATRIUM_TEST_KILLED_MAIL";
const KILLED_DATABASE: &str = "ATRIUM_TEST_KILLED_MAIL_DATABASE";
const KILLED_KEY: &str = "ATRIUM_TEST_KILLED_KEY";
/// After so many letters the process hangs, and is killed.
const BEFORE_DEATH: usize = 400;
/// The letters that the process is to send.
const LETTERS: u32 = 1_000;

#[derive(Clone, Default)]
struct Bell(Arc<State>);

#[derive(Default)]
struct State {
    cx: Mutex<Option<PluginContext>>,
    /// The recipients have lost what the letters tell of.
    is_withheld: AtomicBool,
    composed: AtomicUsize,
    hangs: bool,
}

#[async_trait]
impl Composer<u32> for Bell {
    async fn compose(&self, _db: &Db, to: &Recipient, times: u32) -> Result<Option<Letter>> {
        if self.0.is_withheld.load(Ordering::SeqCst) {
            return Ok(None);
        }
        if self.0.composed.fetch_add(1, Ordering::SeqCst) >= BEFORE_DEATH && self.0.hangs {
            std::future::pending::<()>().await;
        }
        let cx = self.0.cx.lock().unwrap().clone().unwrap();
        let locale = cx.locale_of(to);
        let (hello, link) =
            if locale == Locale::Fr { ("Bonjour", "Voir la cloche") } else { ("Hello", "See the bell") };
        let text = LetterText::new(locale, format!("Ding × {times}")).greeting(format!("{hello} {},", to.name));
        let text = text.paragraph("It's <loud> & \"clear\"").quote("Ding\nDong");
        let text = text.action(link, cx.whole_url("/cloche").unwrap()).closing("bell = bell");
        let letter = cx.letter(locale, &text)?.on_list("bell").in_thread(Thread { root: "bell:1".to_owned() });
        Ok(Some(letter.unsubscribed_at("https://atrium.example/stop".parse().unwrap())))
    }
}

impl Plugin for Bell {
    fn id(&self) -> &'static str {
        "bell"
    }

    fn letters(&self, cx: &PluginContext) -> Vec<Letters> {
        *self.0.cx.lock().unwrap() = Some(cx.clone());
        vec![Letters::new(RANG, self.clone())]
    }
}

impl WebPlugin for Bell {}

/// Starts a site that sends mail to `url`.
async fn site(bell: &Bell, url: &str) -> TestSite {
    let builder = TestSite::builder().plugin(bell.clone()).public_url("https://atrium.example");
    builder.mail_to(url).start().await
}

async fn person(site: &TestSite, address: &str) -> PersonId {
    let id = site.school().member(Profile::Teacher).await.id();
    set(site, id, "email", address).await;
    id
}

async fn set(site: &TestSite, id: PersonId, column: &str, value: &str) {
    let sql = format!("UPDATE atrium_person SET {column} = '{value}' WHERE id = {id}");
    site.atrium().db().writer().execute_unprepared(&sql).await.unwrap();
}

async fn ring(site: &TestSite, to: PersonId, key: &str) -> bool {
    let tx = site.atrium().db().begin().await.unwrap();
    let is_new = tx.send_letter(RANG, to, key, &3).await.unwrap();
    tx.commit().await.unwrap();
    is_new
}

async fn refused(site: &TestSite) -> Vec<(PersonId, String)> {
    let rows = mail::suppressed(site.atrium().db(), &site.system(), None, 10).await.unwrap();
    rows.into_iter().map(|row| (row.person, row.code)).collect()
}

/// Returns the parts of a message, decoded as far as the tests need.
fn decoded(text: &str) -> String {
    let text = text.replace("=\r\n", "").replace("=\n", "");
    text.replace("=3D", "=").replace("=20", " ")
}

fn header(text: &str, name: &str) -> String {
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
    line.unwrap_or_else(|| panic!("no {name} in: {text}")).trim().to_owned()
}

#[tokio::test]
async fn a_letter_arrives_in_the_recipients_language_as_text_and_as_html() {
    let (bell, sink) = (Bell::default(), Sink::start().await);
    let site = site(&bell, &sink.url()).await;
    let (french, english) = (person(&site, "ana@ecole.example").await, person(&site, "bob@ecole.example").await);
    set(&site, english, "locale", "en").await;
    ring(&site, french, "noon").await;
    ring(&site, english, "noon").await;
    assert!(sink.messages().is_empty(), "nothing is sent in the act");
    assert_eq!(site.run_tasks().await, 2);
    let of = |address: &str| sink.messages().into_iter().find(|(to, _)| to == address).unwrap().1;
    let (fr, en) = (of("ana@ecole.example"), of("bob@ecole.example"));
    assert!(
        decoded(&fr).contains("Bonjour ") && decoded(&fr).contains("Voir la cloche\nhttps://atrium.example/cloche")
    );
    assert!(decoded(&en).contains("Hello ") && decoded(&en).contains("See the bell\nhttps://atrium.example/cloche"));
    let text = decoded(&en);
    assert!(text.contains("It's <loud> & \"clear\"\n") && text.contains("> Ding\n> Dong\n"), "{text}");
    assert!(text.contains("It&#x27;s &lt;loud&gt; &amp; &quot;clear&quot;"), "escaped as HTML: {text}");
    assert!(text.contains("\n-- \nbell = bell"), "{text}");
    assert!(text.contains("<html lang=\"en\">") && text.contains("Ding<br>Dong"), "{text}");
    assert_eq!(header(&en, "Auto-Submitted"), "auto-generated");
    assert_eq!(header(&en, "List-Id"), "<bell.atrium.example>");
    assert_eq!(header(&en, "List-Unsubscribe"), "<https://atrium.example/stop>");
    assert_eq!(header(&en, "List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    assert_eq!(header(&en, "From"), "ATRIUM <assistance@atrium.example>");
    assert_eq!(header(&en, "References"), header(&fr, "References"), "one conversation");
    assert_ne!(header(&en, "Message-ID"), header(&fr, "Message-ID"));
}

#[tokio::test]
async fn a_letter_is_sent_once_and_never_of_an_act_that_was_rolled_back() {
    let (bell, sink) = (Bell::default(), Sink::start().await);
    let site = site(&bell, &sink.url()).await;
    let ana = person(&site, "ana@ecole.example").await;
    let tx = site.atrium().db().begin().await.unwrap();
    tx.send_letter(RANG, ana, "undone", &1).await.unwrap();
    tx.rollback().await.unwrap();
    assert!(ring(&site, ana, "noon").await);
    assert!(!ring(&site, ana, "noon").await);
    site.run_tasks().await;
    assert!(!ring(&site, ana, "noon").await, "also after it was sent");
    assert_eq!(site.run_tasks().await, 0);
    assert_eq!(sink.messages().len(), 1);
}

#[tokio::test]
async fn who_lost_access_is_suspended_or_has_no_address_gets_nothing() {
    let (bell, sink) = (Bell::default(), Sink::start().await);
    let site = site(&bell, &sink.url()).await;
    let ana = person(&site, "ana@ecole.example").await;
    let gone = person(&site, "gone@ecole.example").await;
    let silent = site.school().member(Profile::Teacher).await.id();
    for to in [ana, gone, silent] {
        ring(&site, to, "noon").await;
    }
    set(&site, gone, "status", "suspended").await;
    bell.0.is_withheld.store(true, Ordering::SeqCst);
    assert_eq!(site.run_tasks().await, 3);
    assert!(sink.messages().is_empty());
    assert!(site.atrium().queues(&site.system()).await.unwrap().is_empty(), "none of them waits");
}

#[tokio::test]
async fn a_server_that_says_later_is_asked_again_later() {
    let (bell, sink) = (Bell::default(), Sink::start().await);
    let site = site(&bell, &sink.url()).await;
    let later = person(&site, "later@ecole.example").await;
    ring(&site, later, "noon").await;
    assert_eq!(site.run_tasks().await, 1);
    assert!(sink.messages().is_empty() && refused(&site).await.is_empty());
    assert_eq!(site.run_tasks().await, 0, "not at once");
    site.pass_seconds(60);
    assert_eq!(site.run_tasks().await, 1);
    assert_eq!(sink.messages().len(), 1);
}

#[tokio::test]
async fn an_address_that_does_not_exist_is_written_to_once() {
    let (bell, sink) = (Bell::default(), Sink::start().await);
    let site = site(&bell, &sink.url()).await;
    let absent = person(&site, "absent@ecole.example").await;
    ring(&site, absent, "noon").await;
    assert_eq!(site.run_tasks().await, 1);
    assert_eq!(refused(&site).await, [(absent, "550 5.1.1".to_owned())]);
    set(&site, absent, "email", "Absent@ecole.example").await;
    ring(&site, absent, "evening").await;
    site.run_tasks().await;
    assert_eq!(sink.times_asked("absent@ecole.example"), 1, "whatever its capitals");
    set(&site, absent, "email", "present@ecole.example").await;
    ring(&site, absent, "night").await;
    site.run_tasks().await;
    assert_eq!(sink.messages().len(), 1, "another address is another one");
    let sql = "SELECT address_hash FROM atrium_mail_suppressed";
    let db = site.atrium().db();
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap().unwrap();
    let kept: String = row.try_get("", "address_hash").unwrap();
    assert!(kept.len() == 32 && !kept.contains('@'), "the address itself is not kept: {kept}");
}

#[tokio::test]
async fn a_letter_that_is_refused_waits_for_an_administrator_and_blames_no_address() {
    let (bell, sink) = (Bell::default(), Sink::start().await);
    let site = site(&bell, &sink.url()).await;
    for address in ["denied@ecole.example", "sender@ecole.example"] {
        let to = person(&site, address).await;
        ring(&site, to, "noon").await;
    }
    assert_eq!(site.run_tasks().await, 2);
    assert!(refused(&site).await.is_empty());
    let dead = site.atrium().dead_tasks(&site.system(), None, 10).await.unwrap();
    let mut told: Vec<_> = dead.into_iter().map(|task| task.error).collect();
    told.sort();
    assert_eq!(told, ["the mail server refused it: 550 5.7.1", "the mail server refused it: 553 5.1.8"]);
}

#[tokio::test]
async fn a_server_that_is_away_costs_no_letter() {
    let bell = Bell::default();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let site = site(&bell, &format!("smtp://127.0.0.1:{port}")).await;
    let ana = person(&site, "ana@ecole.example").await;
    ring(&site, ana, "noon").await;
    assert_eq!(site.run_tasks().await, 1);
    let queue = &site.atrium().queues(&site.system()).await.unwrap()[0];
    assert_eq!((queue.kind.as_str(), queue.waiting, queue.dead), ("core.mail", 1, 0));
    let sql = "SELECT error FROM atrium_task";
    let db = site.atrium().db();
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap().unwrap();
    assert_eq!(row.try_get::<String>("", "error").unwrap(), "the mail server could not be reached, or broke off");
}

#[tokio::test]
async fn without_a_server_letters_go_nowhere_and_nothing_piles_up() {
    let bell = Bell::default();
    let site = TestSite::builder().plugin(bell.clone()).start().await;
    let ana = person(&site, "ana@ecole.example").await;
    ring(&site, ana, "noon").await;
    assert_eq!(site.run_tasks().await, 1);
    assert!(site.atrium().queues(&site.system()).await.unwrap().is_empty());
    assert_eq!(bell.0.composed.load(Ordering::SeqCst), 0);
}

/// Returns the messages in a directory.
fn letters_in(directory: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.filter(|path| path.extension().is_some_and(|end| end == "eml")).collect()
}

#[tokio::test]
async fn a_directory_takes_letters_for_its_owner_alone() {
    let (bell, directory) = (Bell::default(), tempfile::tempdir().unwrap());
    let folder = directory.path().join("mail");
    let site = site(&bell, &format!("file://{}", folder.display())).await;
    let ana = person(&site, "ana@ecole.example").await;
    ring(&site, ana, "noon").await;
    site.run_tasks().await;
    let letters = letters_in(&folder);
    assert_eq!(letters.len(), 1);
    assert!(std::fs::read_to_string(&letters[0]).unwrap().contains("ana@ecole.example"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&letters[0]), mode(&folder)), (0o600, 0o700));
    }
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "no part is left");
}

/// Runs as the process that is killed: it sends letters until it hangs.
async fn be_killed(folder: &str, url: &str) {
    let directory = tempfile::tempdir().unwrap();
    let bell = Bell(Arc::new(State { hangs: true, ..State::default() }));
    let mut settings = Settings::default().data_dir(directory.path()).database(url).not_durable();
    settings = settings.public_url("https://atrium.example".parse().unwrap());
    settings.secret_key = std::env::var(KILLED_KEY).ok();
    settings.mail_url = Some(format!("file://{folder}"));
    let builder = Atrium::builder().settings(settings).clock(Clock::fixed(TestDatabase::NOON));
    builder.plugin(bell).work_later().build().await.unwrap().run_due_tasks().await.unwrap();
}

#[tokio::test]
async fn letters_of_a_killed_process_each_arrive_and_none_is_there_twice() {
    if let (Ok(folder), Ok(url)) = (std::env::var(KILLED), std::env::var(KILLED_DATABASE)) {
        return be_killed(&folder, &url).await;
    }
    let (bell, directory) = (Bell::default(), tempfile::tempdir().unwrap());
    let site = site(&bell, &format!("file://{}", directory.path().display())).await;
    let ana = person(&site, "ana@ecole.example").await;
    let tx = site.atrium().db().begin().await.unwrap();
    for number in 0..LETTERS {
        tx.send_letter(RANG, ana, &number.to_string(), &number).await.unwrap();
    }
    tx.commit().await.unwrap();
    let name = "mail::letters_of_a_killed_process_each_arrive_and_none_is_there_twice";
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name])
        .env(KILLED, directory.path())
        .env(KILLED_DATABASE, site.atrium().settings().database_url())
        .env(KILLED_KEY, site.atrium().settings().secret_key.as_ref().unwrap())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    while letters_in(directory.path()).len() < BEFORE_DEATH {
        assert!(child.try_wait().unwrap().is_none(), "the process ended by itself");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    site.run_tasks().await;
    site.pass_seconds(60);
    site.run_tasks().await;
    let subjects: std::collections::BTreeSet<_> = letters_in(directory.path())
        .into_iter()
        .map(|path| header(&std::fs::read_to_string(path).unwrap(), "Subject"))
        .collect();
    let whole = LETTERS as usize;
    assert_eq!((subjects.len(), letters_in(directory.path()).len()), (whole, whole));
}

#[tokio::test]
async fn those_who_may_try_mail_out_and_write_to_refused_addresses_again() {
    let (bell, sink) = (Bell::default(), Sink::start().await);
    let site = site(&bell, &sink.url()).await;
    let me = administrator(&site).await;
    let client = site.signed_in(me).await;
    client.get("/administration/courriel").await.assert_status(200).assert_contains("n’a pas d’adresse");
    set(&site, me, "email", "chef@region.example").await;
    let page = client.get("/administration/courriel").await;
    page.assert_status(200).assert_contains("M’envoyer un courriel d’essai").assert_contains("Aucune adresse");
    client.post("/administration/courriel/essai", &[]).await.assert_status(303);
    site.run_tasks().await;
    let (to, text) = sink.messages().pop().unwrap();
    assert_eq!(to, "chef@region.example");
    assert!(text.contains("https://atrium.example/administration/courriel"), "{text}");
    site.pass_seconds(1);
    let trial = "/api/v1/administration/mail/trial";
    send(&client, Method::POST, trial, &[SAME], &json!({})).await.assert_status(204);
    site.run_tasks().await;
    assert_eq!(sink.messages().len(), 2);

    let absent = person(&site, "absent@ecole.example").await;
    let other = person(&site, "absent@lycee.example").await;
    for to in [absent, other] {
        ring(&site, to, "noon").await;
    }
    site.run_tasks().await;
    client.get("/administration/courriel").await.assert_status(200).assert_contains("550 5.1.1");
    let listed = client.get("/api/v1/administration/mail/refused").await.assert_status(200).json();
    assert_eq!((&listed["refused"][0]["person"], &listed["refused"][1]["code"]), (&json!(absent), &json!("550 5.1.1")));
    client.post(&format!("/administration/courriel/{absent}/reprendre"), &[]).await.assert_status(303);
    client.post(&format!("/administration/courriel/{absent}/reprendre"), &[]).await.assert_status(404);
    let one = format!("/api/v1/administration/mail/refused/{other}");
    send(&client, Method::DELETE, &one, &[SAME], &json!({})).await.assert_status(204);
    send(&client, Method::DELETE, &one, &[SAME], &json!({})).await.assert_status(404);
    assert!(refused(&site).await.is_empty());
    ring(&site, absent, "evening").await;
    site.run_tasks().await;
    assert_eq!(sink.times_asked("absent@ecole.example"), 2);
    let records = audit::list(site.atrium().db(), None, None, 5).await.unwrap();
    assert_eq!(records[0].action, "core.mail.address_restored");
    let english = site.signed_in(me).await.with_cookie("atrium-lang", "en").get("/administration/courriel").await;
    english.assert_status(200).assert_contains("Send me a trial letter");
}

#[tokio::test]
async fn others_neither_try_mail_out_nor_see_refused_addresses() {
    let (bell, sink) = (Bell::default(), Sink::start().await);
    let site = site(&bell, &sink.url()).await;
    let absent = person(&site, "absent@ecole.example").await;
    ring(&site, absent, "noon").await;
    site.run_tasks().await;
    let member = site.school().member(Profile::Leadership).give("digital_referent").await;
    let client = member.client().await;
    client.get("/administration/courriel").await.assert_status(403);
    client.post("/administration/courriel/essai", &[]).await.assert_status(403);
    client.post(&format!("/administration/courriel/{absent}/reprendre"), &[]).await.assert_status(403);
    client.get("/api/v1/administration/mail/refused").await.assert_status(403);
    site.visitor().get("/api/v1/administration/mail/refused").await.assert_status(401);
    send(&client, Method::POST, "/api/v1/administration/mail/trial", &[SAME], &json!({})).await.assert_status(403);
    let one = format!("/api/v1/administration/mail/refused/{absent}");
    send(&client, Method::DELETE, &one, &[SAME], &json!({})).await.assert_status(403);
    let (actor, db) = (actor(&site, member.id()).await, site.atrium().db());
    assert!(mail::suppressed(db, &actor, None, 1).await.unwrap_err().is_forbidden());
    assert!(mail::restore(db, &actor, absent).await.unwrap_err().is_forbidden());
    assert_eq!(refused(&site).await.len(), 1);
}

#[tokio::test]
async fn a_site_without_mail_says_so() {
    let site = TestSite::new().await;
    let client = site.signed_in(administrator(&site).await).await;
    client.get("/administration/courriel").await.assert_status(200).assert_contains("n’envoie pas de courriel");
    client.post("/administration/courriel/essai", &[]).await.assert_status(303);
    let trial = "/api/v1/administration/mail/trial";
    send(&client, Method::POST, trial, &[SAME], &json!({})).await.assert_status(409);
}

/// A server of `aiosmtpd` from PyPI, which others wrote.
struct Server {
    _script: Script,
    _input: ChildStdin,
    directory: TempDir,
    port: u16,
}

impl Server {
    /// Starts it; `None` where Python lacks it, unless CI is to pass.
    fn start(way: &str) -> Option<Self> {
        let directory = tempfile::tempdir().unwrap();
        let arguments = [directory.path().as_os_str(), way.as_ref()];
        let (mut script, mut input) = Script::start("mail/server.py", "aiosmtpd, trustme", &arguments)?;
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        writeln!(input, "{port}").unwrap();
        assert_eq!(script.first_line(), "ready");
        Some(Self { _script: script, _input: input, directory, port })
    }

    fn messages(&self) -> Vec<String> {
        let new = self.directory.path().join("maildir/new");
        let taken = std::fs::read_dir(new).into_iter().flatten().flatten();
        taken.map(|entry| std::fs::read_to_string(entry.path()).unwrap()).collect()
    }
}

/// Sends one letter to a server, and returns whether it was sent.
async fn send_one(server: &Server, url: &str, trusts: bool) -> bool {
    let bell = Bell::default();
    let ca = server.directory.path().join("ca.pem");
    let builder = TestSite::builder().plugin(bell.clone()).public_url("https://atrium.example").mail_to(url);
    let site = if trusts { builder.mail_authority(&ca).start().await } else { builder.start().await };
    let ana = person(&site, "ana@ecole.example").await;
    ring(&site, ana, "noon").await;
    assert_eq!(site.run_tasks().await, 1);
    site.atrium().queues(&site.system()).await.unwrap().is_empty()
}

#[tokio::test]
async fn a_server_that_others_wrote_takes_letters() {
    let Some(server) = Server::start("plain") else { return };
    assert!(send_one(&server, &format!("smtp://localhost:{}", server.port), false).await);
    let text = server.messages().pop().unwrap();
    assert!(text.contains("X-RcptTo: ana@ecole.example") && text.contains("List-Unsubscribe-Post"), "{text}");
}

#[tokio::test]
async fn a_server_with_starttls_is_trusted_by_its_authority_and_given_the_password() {
    let Some(server) = Server::start("starttls") else { return };
    let url = |password: &str| format!("smtp://atrium:{password}@localhost:{}?tls=required", server.port);
    assert!(!send_one(&server, &url("p%40ss"), false).await, "its authority is unknown");
    assert!(!send_one(&server, &url("wrong"), true).await);
    assert!(server.messages().is_empty());
    assert!(send_one(&server, &url("p%40ss"), true).await);
    assert_eq!(server.messages().len(), 1);
}

#[tokio::test]
async fn a_server_with_tls_is_trusted_by_its_authority() {
    let Some(server) = Server::start("tls") else { return };
    let url = format!("smtps://atrium:p%40ss@localhost:{}", server.port);
    assert!(!send_one(&server, &url, false).await, "its authority is unknown");
    assert!(send_one(&server, &url, true).await);
    assert_eq!(server.messages().len(), 1);
}

#[tokio::test]
async fn a_server_without_tls_gets_no_letter_that_asks_for_it() {
    let Some(server) = Server::start("plain") else { return };
    assert!(!send_one(&server, &format!("smtp://localhost:{}?tls=required", server.port), true).await);
    assert!(server.messages().is_empty());
}

#[tokio::test]
async fn mistakes_in_letters_are_found_at_build() {
    struct Wrong;
    impl Plugin for Wrong {
        fn id(&self) -> &'static str {
            "wrong"
        }
        fn letters(&self, _cx: &PluginContext) -> Vec<Letters> {
            const OWN: LetterKind<u32> = LetterKind::new("wrong.twice");
            [RANG, OWN, OWN].map(|kind| Letters::new(kind, Bell::default())).into()
        }
    }
    impl WebPlugin for Wrong {}
    let directory = tempfile::tempdir().unwrap();
    let settings = Settings::default().data_dir(directory.path());
    let built = Atrium::builder().settings(settings).plugin(Wrong).build().await;
    let told = built.err().expect("mistakes").to_string();
    for what in ["letter `bell.rang` is not its own", "letter `wrong.twice` is composed twice"] {
        assert!(told.contains(&format!("plugin `wrong`: {what}")), "{what}: {told}");
    }
}
