//! Webhooks: an event becomes a signed message to those who asked for it, sent with the rights that they have then; again
//! after a failure, under the same number; and never to an address that is not public.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use atrium_core::access::actions::RoleChange;
use atrium_core::access::{Actor, Scope};
use atrium_core::audit;
use atrium_core::catalogue::{AnnouncementKind, AnnouncementText};
use atrium_core::config::Settings;
use atrium_core::directory::{PersonId, Profile};
use atrium_core::jobs::QueueStatus;
use atrium_core::testing::TestSite;
use atrium_core::webhooks::{WebhookDelivery, WebhookId, WebhookInput, WebhookOutcome, WebhookSecret, WebhookState};
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, Method, StatusCode};
use ring::hmac;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::api::{actor, administrator, send};

const SAME: (&str, &str) = ("sec-fetch-site", "same-origin");
const ANNOUNCED: &str = "core.announcement.created";
const QUEUE: &str = "core.webhook";

/// A message that a receiver got.
#[derive(Clone, Debug)]
struct Got {
    id: String,
    timestamp: String,
    signatures: String,
    body: String,
}

/// A program that is called. It answers what it is told to.
#[derive(Clone)]
struct Receiver {
    address: SocketAddr,
    got: Arc<Mutex<Vec<Got>>>,
    answers: Arc<AtomicU16>,
}

async fn take(State(this): State<Receiver>, headers: HeaderMap, body: String) -> impl IntoResponse {
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/json");
    let got = Got {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signatures: header("webhook-signature"),
        body,
    };
    this.got.lock().unwrap().push(got);
    let status = StatusCode::from_u16(this.answers.load(Ordering::SeqCst)).unwrap();
    // Who follows redirects is called twice.
    (status, [("location", format!("http://{}/elsewhere", this.address))], "x".repeat(200_000))
}

impl Receiver {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let this = Self { address, got: Arc::default(), answers: Arc::new(AtomicU16::new(204)) };
        let router = Router::new().route("/call", post(take)).route("/elsewhere", post(take).get(take));
        let router = router.with_state(this.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        this
    }

    fn url(&self) -> String {
        format!("http://{}/call?key=1", self.address)
    }

    fn answer(&self, status: u16) {
        self.answers.store(status, Ordering::SeqCst);
    }

    fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }
}

impl Got {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Returns `true` if one of the signatures is that of `secret`, as a receiver checks it.
    fn is_signed_with(&self, secret: &WebhookSecret) -> bool {
        let revealed = secret.reveal();
        let key = STANDARD.decode(revealed.strip_prefix("whsec_").unwrap()).unwrap();
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        let signed = format!("{}.{}.{}", self.id, self.timestamp, self.body);
        let expected = format!("v1,{}", STANDARD.encode(hmac::sign(&key, signed.as_bytes())));
        self.signatures.split(' ').any(|signature| signature == expected)
    }
}

fn near(mut settings: Settings) -> Settings {
    settings.webhook_networks = vec!["127.0.0.0/8".to_owned()];
    settings
}

async fn site() -> TestSite {
    TestSite::builder().settings(near).start().await
}

fn input(url: &str, kinds: &[&str], scope: Scope) -> WebhookInput {
    let kinds = kinds.iter().map(|key| (*key).to_owned()).collect();
    WebhookInput { name: "Suivi".to_owned(), url: url.to_owned(), kinds, scope }
}

async fn hook(site: &TestSite, owner: &Actor, url: &str) -> (WebhookId, WebhookSecret) {
    site.atrium().webhooks().create(owner, &input(url, &[ANNOUNCED], Scope::Platform)).await.unwrap()
}

async fn announce(site: &TestSite) {
    let now = site.clock().now();
    let text = AnnouncementText {
        kind: AnnouncementKind::Info,
        service_key: None,
        title_fr: "Une annonce".to_owned(),
        title_en: String::new(),
        body_fr: String::new(),
        body_en: String::new(),
        starts_at: now,
        ends_at: now.plus_days(1),
    };
    site.atrium().catalogue().announce(&site.system(), text).await.unwrap();
}

async fn queue(site: &TestSite) -> Option<QueueStatus> {
    site.atrium().queues(&site.system()).await.unwrap().into_iter().find(|queue| queue.kind == QUEUE)
}

/// Waits until so many messages are in the queue.
async fn until_queued(site: &TestSite, expected: i64) {
    let mut waiting = 0;
    for _ in 0..600 {
        waiting = queue(site).await.map_or(0, |queue| queue.waiting);
        if waiting == expected {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{waiting} messages in the queue, not {expected}");
}

async fn log(site: &TestSite, id: WebhookId) -> Vec<WebhookDelivery> {
    site.atrium().webhooks().deliveries(&site.system(), id, None, 100).await.unwrap()
}

async fn outcomes(site: &TestSite, id: WebhookId) -> Vec<WebhookOutcome> {
    log(site, id).await.into_iter().rev().map(|row| row.outcome).collect()
}

async fn state(site: &TestSite, id: WebhookId) -> WebhookState {
    site.atrium().webhooks().find(&site.system(), id).await.unwrap().state
}

/// Makes a role of these permissions.
async fn role(site: &TestSite, key: &str, permissions: &[&str]) {
    let permissions: BTreeSet<String> = permissions.iter().map(|key| (*key).to_owned()).collect();
    let change = RoleChange { label_fr: key.to_owned(), label_en: String::new(), permissions };
    site.atrium().access().create_role(&site.system(), key, change, "essai").await.unwrap();
}

#[tokio::test]
async fn an_event_is_a_signed_message_of_ids() {
    let (site, receiver) = (site().await, Receiver::start().await);
    let me = actor(&site, administrator(&site).await).await;
    let (id, secret) = hook(&site, &me, &receiver.url()).await;
    announce(&site).await;
    until_queued(&site, 1).await;
    assert!(receiver.got().is_empty(), "nothing is sent in the act");
    assert_eq!(site.run_tasks().await, 1);
    let [got] = &receiver.got()[..] else { panic!("one message") };
    assert!(got.is_signed_with(&secret) && !got.is_signed_with(&other_secret(&site, &me).await));
    assert!(got.id.starts_with("msg_") && got.id.len() == 36, "{}", got.id);
    assert_eq!(got.timestamp, (site.clock().now().0 / 1000).to_string());
    let message = got.json();
    assert_eq!(message["type"], ANNOUNCED);
    assert_eq!(message["timestamp"], site.clock().now().to_rfc3339());
    assert_eq!(message["data"], json!({ "subject": "announcement:1", "scope": "p" }), "ids, no content");
    let [row] = &log(&site, id).await[..] else { panic!("one attempt") };
    assert_eq!((row.outcome, row.status, row.attempt), (WebhookOutcome::Delivered, Some(204), 1));
    assert_eq!(row.message, got.id);
}

async fn other_secret(site: &TestSite, owner: &Actor) -> WebhookSecret {
    let (id, secret) = hook(site, owner, "https://example.fr/").await;
    site.atrium().webhooks().delete(owner, id).await.unwrap();
    secret
}

#[tokio::test]
async fn a_failure_is_tried_again_later_under_the_same_number() {
    let (site, receiver) = (site().await, Receiver::start().await);
    let me = actor(&site, administrator(&site).await).await;
    let (id, _) = hook(&site, &me, &receiver.url()).await;
    receiver.answer(500);
    announce(&site).await;
    until_queued(&site, 1).await;
    assert_eq!(site.run_tasks().await, 1);
    assert_eq!(site.run_tasks().await, 0, "not at once");
    let failing = site.atrium().webhooks().find(&me, id).await.unwrap();
    assert_eq!((failing.failures, failing.failing_since), (1, Some(site.clock().now())));
    site.pass_seconds(60);
    receiver.answer(200);
    assert_eq!(site.run_tasks().await, 1);
    let got = receiver.got();
    assert_eq!((got.len(), &got[0].id, &got[0].body), (2, &got[1].id, &got[1].body));
    assert_ne!(got[0].timestamp, got[1].timestamp, "signed anew");
    assert_eq!(outcomes(&site, id).await, [WebhookOutcome::Refused, WebhookOutcome::Delivered]);
    assert_eq!(site.atrium().webhooks().find(&me, id).await.unwrap().failures, 0);
}

#[tokio::test]
async fn a_redirect_is_a_refusal_and_not_followed() {
    let (site, receiver) = (site().await, Receiver::start().await);
    let me = actor(&site, administrator(&site).await).await;
    let (id, _) = hook(&site, &me, &receiver.url()).await;
    for status in [301, 302, 307, 308] {
        receiver.answer(status);
        announce(&site).await;
        until_queued(&site, 1).await;
        site.run_tasks().await;
        site.atrium().db().writer().execute_unprepared("DELETE FROM atrium_task").await.unwrap();
    }
    assert_eq!(receiver.got().len(), 4);
    assert!(log(&site, id).await.iter().all(|row| row.outcome == WebhookOutcome::Refused));
}

#[tokio::test]
async fn what_fails_for_a_day_is_given_up_and_what_fails_for_days_is_paused() {
    let (site, receiver) = (site().await, Receiver::start().await);
    let me = actor(&site, administrator(&site).await).await;
    let (id, _) = hook(&site, &me, &receiver.url()).await;
    receiver.answer(503);
    announce(&site).await;
    until_queued(&site, 1).await;
    let mut attempts = 0;
    while queue(&site).await.is_some_and(|queue| queue.waiting > 0) {
        attempts += site.run_tasks().await;
        site.pass_seconds(3600);
        assert!(attempts < 100, "it is tried for ever");
    }
    assert_eq!(attempts, 32);
    assert_eq!(queue(&site).await.map(|queue| queue.dead), Some(1), "it waits for an administrator");
    assert_eq!(state(&site, id).await, WebhookState::Active);
    site.pass_seconds(4 * 24 * 3600);
    announce(&site).await;
    until_queued(&site, 1).await;
    site.run_tasks().await;
    assert_eq!(state(&site, id).await, WebhookState::Failing);
    assert_eq!(queue(&site).await.map(|queue| queue.waiting), Some(0), "and no longer tried");
    let told = &audit::list(site.atrium().db(), None, None, 1).await.unwrap()[0];
    assert_eq!((&*told.action, &*told.subject), ("core.webhook.stopped", &*format!("webhook:{id}")));
    receiver.answer(200);
    site.atrium().webhooks().resume(&me, id).await.unwrap();
    let resumed = site.atrium().webhooks().find(&me, id).await.unwrap();
    assert_eq!((resumed.state, resumed.failures, resumed.failing_since), (WebhookState::Active, 0, None));
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_called_no_more() {
    let (site, receiver) = (site().await, Receiver::start().await);
    let me = actor(&site, administrator(&site).await).await;
    let (id, _) = hook(&site, &me, &receiver.url()).await;
    receiver.answer(410);
    announce(&site).await;
    announce(&site).await;
    until_queued(&site, 2).await;
    // One after the other, as a second one under way would also be answered.
    site.run_tasks().await;
    assert_eq!(state(&site, id).await, WebhookState::Gone);
    let sent = receiver.got().len();
    receiver.answer(200);
    let other = hook(&site, &me, &receiver.url()).await.0;
    announce(&site).await;
    until_queued(&site, 1).await;
    assert_eq!(site.run_tasks().await, 1, "what happens while it is paused is not queued");
    assert_eq!((receiver.got().len(), log(&site, other).await.len()), (sent + 1, 1));
}

#[tokio::test]
async fn a_message_sent_again_has_the_number_of_the_first() {
    let (site, receiver) = (site().await, Receiver::start().await);
    let me = actor(&site, administrator(&site).await).await;
    let webhooks = site.atrium().webhooks();
    let (id, _) = hook(&site, &me, &receiver.url()).await;
    announce(&site).await;
    until_queued(&site, 1).await;
    site.run_tasks().await;
    let first = log(&site, id).await[0].id;
    webhooks.pause(&me, id).await.unwrap();
    webhooks.redeliver(&me, id, first).await.unwrap();
    webhooks.redeliver(&me, id, first).await.unwrap();
    assert_eq!(site.run_tasks().await, 1, "once a second, also if it is paused");
    // A node that dies before it notes the end leaves the task to another one.
    let undone = "UPDATE atrium_task SET done_at = NULL, attempts = 0, payload = (SELECT payload FROM \
        (SELECT '{\"webhook\":1,\"event\":[' || xid || ',' || event_id || '],\"asked_at\":1}' AS payload \
        FROM atrium_webhook_delivery ORDER BY id LIMIT 1) AS p)";
    site.atrium().db().writer().execute_unprepared(undone).await.unwrap();
    assert_eq!(site.run_tasks().await, 2);
    let got = receiver.got();
    assert_eq!(got.len(), 4);
    assert_eq!(got.iter().map(|got| (&got.id, &got.body)).collect::<BTreeSet<_>>().len(), 1, "receivers know it");
    webhooks.resume(&me, id).await.unwrap();
    let other = hook(&site, &me, &receiver.url()).await.0;
    announce(&site).await;
    until_queued(&site, 2).await;
    site.run_tasks().await;
    let numbers: BTreeSet<String> = receiver.got().into_iter().map(|got| got.id).collect();
    assert_eq!(numbers.len(), 3, "another event and another webhook have others");
    site.atrium().db().writer().execute_unprepared("DELETE FROM atrium_outbox").await.unwrap();
    assert!(webhooks.redeliver(&me, id, first).await.unwrap_err().is_conflict(), "the event is gone");
    let unknown = log(&site, other).await[0].id;
    assert!(webhooks.redeliver(&me, id, unknown).await.unwrap_err().is_not_found(), "of another webhook");
}

#[tokio::test]
async fn nothing_is_sent_once_the_owner_may_not_be_told() {
    let (site, receiver) = (site().await, Receiver::start().await);
    role(&site, "caller", &["core.webhook.manage", "core.person.read"]).await;
    let member = site.region_member().give("caller").await;
    let me = actor(&site, member.id()).await;
    let webhooks = site.atrium().webhooks();
    let kinds = [ANNOUNCED, "core.membership.begun"];
    let (id, _) = webhooks.create(&me, &input(&receiver.url(), &kinds, Scope::Platform)).await.unwrap();
    site.school().member(Profile::Teacher).await;
    site.school().member(Profile::Student).await;
    until_queued(&site, 2).await;
    site.run_tasks().await;
    assert_eq!(receiver.got().len(), 1, "the owner reads the directory of staff, not that of pupils");
    let seen = log(&site, id).await;
    assert_eq!(seen.iter().filter(|row| row.outcome == WebhookOutcome::Hidden).count(), 1);

    announce(&site).await;
    until_queued(&site, 1).await;
    let role = site.atrium().access().roles().await.unwrap().by_key("caller").unwrap().id;
    let held = atrium_core::access::assignments(site.atrium().db(), member.id()).await.unwrap();
    let held = held.iter().find(|row| row.role_id == role).unwrap().id;
    site.atrium().access().revoke(&site.system(), held, "essai").await.unwrap();
    site.run_tasks().await;
    assert_eq!(log(&site, id).await[0].outcome, WebhookOutcome::OwnerWithoutRight);

    member.give("caller", Scope::Platform).await;
    announce(&site).await;
    until_queued(&site, 1).await;
    site.atrium().directory().suspend(&site.system(), member.id(), "essai").await.unwrap();
    site.run_tasks().await;
    assert_eq!(log(&site, id).await[0].outcome, WebhookOutcome::OwnerWithoutRight);
    assert_eq!(receiver.got().len(), 1, "between the event and the message");
    assert!(queue(&site).await.is_none(), "none is tried again");
}

#[tokio::test]
async fn a_webhook_of_a_school_is_told_of_what_happens_there() {
    let (site, receiver) = (site().await, Receiver::start().await);
    role(&site, "caller", &["core.webhook.manage", "core.person.read"]).await;
    let school = site.school().await;
    let me = school.member(Profile::Leadership).give("caller").await;
    let me = actor(&site, me.id()).await;
    let kinds = [ANNOUNCED, "core.membership.begun", "core.membership.ended"];
    let webhooks = site.atrium().webhooks();
    let wanted = input(&receiver.url(), &kinds, school.scope());
    let everywhere = input(&receiver.url(), &kinds, Scope::Platform);
    assert!(webhooks.create(&me, &everywhere).await.unwrap_err().is_forbidden());
    let (id, _) = webhooks.create(&me, &wanted).await.unwrap();
    announce(&site).await;
    site.school().member(Profile::Teacher).await;
    let teacher = school.member(Profile::Teacher).await;
    until_queued(&site, 1).await;
    site.run_tasks().await;
    let [got] = &receiver.got()[..] else { panic!("one message: {:?}", receiver.got()) };
    assert_eq!(got.json()["data"]["subject"], format!("person:{}", teacher.id()));
    assert_eq!(got.json()["data"]["scope"], school.scope().to_string());
    assert!(webhooks.edit(&me, id, 1, &everywhere).await.unwrap_err().is_forbidden(), "it cannot be widened");
}

#[tokio::test]
async fn a_new_secret_signs_beside_the_one_of_before_for_a_day() {
    let (site, receiver) = (site().await, Receiver::start().await);
    let me = actor(&site, administrator(&site).await).await;
    let webhooks = site.atrium().webhooks();
    let (id, old) = hook(&site, &me, &receiver.url()).await;
    let new = webhooks.replace_secret(&me, id).await.unwrap();
    webhooks.try_out(&me, id).await.unwrap();
    site.run_tasks().await;
    let got = receiver.got().pop().unwrap();
    assert_eq!(got.json()["type"], "webhook.trial");
    assert!(got.is_signed_with(&new) && got.is_signed_with(&old));
    site.pass_seconds(24 * 3600);
    webhooks.try_out(&me, id).await.unwrap();
    site.run_tasks().await;
    let got = receiver.got().pop().unwrap();
    assert!(got.is_signed_with(&new) && !got.is_signed_with(&old));
    let rows = site.atrium().db().query_all_raw(sea_orm::Statement::from_string(
        site.atrium().db().get_database_backend(),
        "SELECT secret, old_secret FROM atrium_webhook",
    ));
    let row = &rows.await.unwrap()[0];
    let kept: (String, String) = (row.try_get("", "secret").unwrap(), row.try_get("", "old_secret").unwrap());
    for secret in [&old, &new] {
        let text = secret.reveal();
        assert!(!kept.0.contains(&text[6..]) && !kept.1.contains(&text[6..]), "sealed");
    }
}

#[tokio::test]
async fn addresses_that_are_not_public_are_refused_at_once_or_when_their_name_leads_there() {
    let site = TestSite::new().await;
    let me = actor(&site, administrator(&site).await).await;
    let webhooks = site.atrium().webhooks();
    for url in ["http://127.0.0.1:9/", "https://127.0.0.1:9000/", "https://[::1]/", "https://169.254.169.254/"] {
        let error = webhooks.create(&me, &input(url, &[ANNOUNCED], Scope::Platform)).await.unwrap_err();
        assert!(error.is_invalid() && error.problems()[0].field == "url", "{url}: {error}");
    }
    let receiver = Receiver::start().await;
    let url = format!("https://localhost:{}/call", receiver.address.port());
    let (id, _) = hook(&site, &me, &url).await;
    announce(&site).await;
    until_queued(&site, 1).await;
    site.run_tasks().await;
    assert_eq!(outcomes(&site, id).await, [WebhookOutcome::ForbiddenAddress]);
    assert!(receiver.got().is_empty());
}

#[tokio::test]
async fn what_is_written_of_a_webhook_is_checked() {
    let site = site().await;
    let me = actor(&site, administrator(&site).await).await;
    let webhooks = site.atrium().webhooks();
    let fields = |error: atrium_core::Error| error.problems().iter().map(|p| p.field.to_string()).collect::<Vec<_>>();
    let wrong = WebhookInput { name: " ".to_owned(), ..input("ftp://a", &[], Scope::Platform) };
    assert_eq!(fields(webhooks.create(&me, &wrong).await.unwrap_err()), ["name", "url", "kinds"]);
    // Kinds that are not declared public are not offered.
    for kind in ["core.login.signed_in", "core.webhook.created", "nothing"] {
        let wrong = input("https://example.fr/", &[ANNOUNCED, kind], Scope::Platform);
        assert_eq!(fields(webhooks.create(&me, &wrong).await.unwrap_err()), ["kinds"], "{kind}");
    }
    let nowhere = input("https://example.fr/", &[ANNOUNCED], "99".parse().map(Scope::Establishment).unwrap());
    assert!(webhooks.create(&me, &nowhere).await.unwrap_err().is_not_found());
    assert!(webhooks.create(&site.system(), &nowhere).await.is_err(), "a webhook is somebody's");
}

#[tokio::test]
async fn an_edit_records_what_it_changes_without_the_address() {
    let site = site().await;
    let me = actor(&site, administrator(&site).await).await;
    let webhooks = site.atrium().webhooks();
    let (id, _) = hook(&site, &me, "https://example.fr/a?key=1").await;
    let kept = || input("https://example.fr/a?key=1", &[ANNOUNCED], Scope::Platform);
    let records = async || audit::list(site.atrium().db(), None, None, 100).await.unwrap();
    let before = records().await.len();
    webhooks.edit(&me, id, 1, &kept()).await.unwrap();
    assert_eq!(records().await.len(), before, "an edit without changes writes nothing");
    let school = site.school().await.scope();
    let two = [ANNOUNCED, "core.person.edited"];
    for (version, (change, expected)) in [
        (WebhookInput { name: "Autre".to_owned(), ..kept() }, json!({ "name": ["Suivi", "Autre"] })),
        (kept(), json!({ "name": ["Autre", "Suivi"] })),
        (input("https://example.fr/b", &[ANNOUNCED], Scope::Platform), json!({ "url": [] })),
        (
            input("https://a.fr/", &two, school),
            json!({ "host": ["example.fr", "a.fr"], "url": [],
            "events": [[ANNOUNCED], two], "scope": [] }),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let version = i64::try_from(version).unwrap() + 1;
        webhooks.edit(&me, id, version, &change).await.unwrap();
        assert!(webhooks.edit(&me, id, version, &kept()).await.unwrap_err().is_stale());
        let record = &records().await[0];
        let details: Value = serde_json::from_str(&record.details).unwrap();
        assert_eq!((&*record.action, &details["changes"]), ("core.webhook.edited", &expected));
    }
}

#[tokio::test]
async fn who_edits_a_webhook_answers_for_it() {
    let (site, receiver) = (site().await, Receiver::start().await);
    let me = actor(&site, administrator(&site).await).await;
    role(&site, "caller", &["core.webhook.manage"]).await;
    let other = site.region_member().give("caller").await.id();
    let other = actor(&site, other).await;
    let webhooks = site.atrium().webhooks();
    let kinds = ["core.membership.begun"];
    let (id, _) = webhooks.create(&me, &input("https://example.fr/", &kinds, Scope::Platform)).await.unwrap();
    webhooks.edit(&other, id, 1, &input(&receiver.url(), &kinds, Scope::Platform)).await.unwrap();
    assert!(webhooks.edit(&me, id, 1, &input(&receiver.url(), &kinds, Scope::Platform)).await.unwrap_err().is_stale());
    assert_eq!(webhooks.find(&me, id).await.unwrap().owner, other.person().unwrap());
    site.school().member(Profile::Teacher).await;
    until_queued(&site, 1).await;
    site.run_tasks().await;
    assert!(receiver.got().is_empty(), "what the first owner may read goes to no address of another's");
    assert_eq!(outcomes(&site, id).await, [WebhookOutcome::Hidden]);
}

#[tokio::test]
async fn those_who_may_manage_webhooks_by_pages_and_by_programs() {
    let (site, receiver) = (site().await, Receiver::start().await);
    let client = site.signed_in(administrator(&site).await).await;
    client.get("/administration/webhooks").await.assert_status(200).assert_contains("Aucun webhook");
    client.get("/administration/webhooks/nouveau").await.assert_status(200).assert_contains(ANNOUNCED);
    let form = [("name", "Suivi <b>"), ("url", &receiver.url()), ("kinds", ANNOUNCED), ("scope", "p")];
    let made = client.post("/administration/webhooks/nouveau", &form).await;
    made.assert_status(200).assert_contains("whsec_").assert_contains("Suivi &lt;b&gt;");
    assert_eq!(made.header("cache-control"), "private, no-store");
    let wrong = [("name", "Suivi"), ("url", "https://10.0.0.1/"), ("scope", "p")];
    let wrong = client.post("/administration/webhooks/nouveau", &wrong).await;
    wrong.assert_status(422).assert_contains("réseau public").assert_contains("au moins un événement");
    client.get("/administration/webhooks").await.assert_status(200).assert_contains("Actif");
    client.post("/administration/webhooks/1/essai", &[]).await.assert_status(303);
    receiver.answer(418);
    site.run_tasks().await;
    let page = client.get("/administration/webhooks/1").await;
    page.assert_status(200).assert_contains("Message d’essai").assert_contains("418").assert_lacks("whsec_");
    page.assert_contains("Refusé par le récepteur").assert_contains("un échec").assert_lacks("renvoyer\"");
    receiver.answer(200);
    announce(&site).await;
    until_queued(&site, 2).await;
    site.run_tasks().await;
    let page = client.get("/administration/webhooks/1").await;
    page.assert_status(200).assert_contains("/administration/webhooks/1/envois/2/renvoyer");
    client.post("/administration/webhooks/1/envois/2/renvoyer", &[]).await.assert_status(303);
    client.post("/administration/webhooks/1/suspendre", &[]).await.assert_status(303);
    client.get("/administration/webhooks/1").await.assert_contains("Suspendu");
    client.post("/administration/webhooks/1/reprendre", &[]).await.assert_status(303);
    client.get("/administration/webhooks/1/secret").await.assert_status(200).assert_lacks("whsec_");
    let secret = client.post("/administration/webhooks/1/secret", &[]).await;
    assert_eq!(secret.assert_status(200).assert_contains("whsec_").header("cache-control"), "private, no-store");
    client.get("/administration/webhooks/1/modifier").await.assert_status(200).assert_contains("Suivi &lt;b&gt;");
    let form = [("version", "1"), ("name", "Suivi"), ("url", &receiver.url()), ("kinds", ANNOUNCED), ("scope", "p")];
    client.post("/administration/webhooks/1/modifier", &form).await.assert_status(303);
    client.post("/administration/webhooks/1/modifier", &form).await.assert_status(409);
    client.get("/administration/webhooks/1/supprimer").await.assert_status(200).assert_contains("Suivi");
    client.post("/administration/webhooks/1/supprimer", &[]).await.assert_status(303);
    client.get("/administration/webhooks/1").await.assert_status(404);
    client.get("/administration/journal").await.assert_status(200).assert_contains("Webhook supprimé");
}

#[tokio::test]
async fn programs_do_what_pages_do() {
    let (site, receiver) = (site().await, Receiver::start().await);
    let client = site.signed_in(administrator(&site).await).await;
    let all = "/api/v1/administration/webhooks";
    let kinds = client.get(&format!("{all}/kinds")).await.assert_status(200).json();
    assert!(kinds.as_array().unwrap().iter().any(|kind| kind["key"] == ANNOUNCED && kind["label"] != ANNOUNCED));
    let fields = json!({ "name": "Suivi", "url": receiver.url(), "kinds": [ANNOUNCED], "scope": "p" });
    let made = send(&client, Method::POST, all, &[SAME], &fields).await.assert_status(201).json();
    assert!(made["secret"].as_str().unwrap().starts_with("whsec_"));
    let one = format!("{all}/{}", made["id"]);
    let shown = client.get(&one).await;
    assert!(shown.assert_status(200).json().get("secret").is_none());
    assert_eq!(client.get(all).await.assert_status(200).json()[0], shown.json());
    let act = |path: &str| format!("{one}/{path}");
    for path in ["pause", "resume", "trial"] {
        send(&client, Method::POST, &act(path), &[SAME], &json!({})).await.assert_status(204);
    }
    announce(&site).await;
    until_queued(&site, 2).await;
    site.run_tasks().await;
    let sent = client.get(&act("deliveries")).await.assert_status(200).json();
    assert_eq!((&sent["next"], &sent["deliveries"][0]["outcome"]), (&Value::Null, &json!("delivered")));
    let of_event = sent["deliveries"].as_array().unwrap().iter().find(|sent| sent["kind"] == ANNOUNCED).unwrap();
    let again = act(&format!("deliveries/{}/redeliver", of_event["id"]));
    send(&client, Method::POST, &again, &[SAME], &json!({})).await.assert_status(204);
    let trial = sent["deliveries"].as_array().unwrap().iter().find(|sent| sent["kind"] != ANNOUNCED).unwrap();
    let again = act(&format!("deliveries/{}/redeliver", trial["id"]));
    send(&client, Method::POST, &again, &[SAME], &json!({})).await.assert_status(409);
    let secret = send(&client, Method::POST, &act("secret"), &[SAME], &json!({})).await.assert_status(200).json();
    assert_ne!(secret["secret"], made["secret"]);
    let fields = json!({ "name": "Autre", "url": receiver.url(), "kinds": [ANNOUNCED], "scope": "p" });
    let changed = send(&client, Method::PUT, &one, &[SAME, ("if-match", "\"1\"")], &fields).await;
    assert_eq!(changed.assert_status(200).json()["name"], "Autre");
    send(&client, Method::PUT, &one, &[SAME, ("if-match", "\"1\"")], &fields).await.assert_status(412);
    send(&client, Method::DELETE, &one, &[SAME], &json!({})).await.assert_status(204);
    client.get(&one).await.assert_status(404);
}

#[tokio::test]
async fn others_neither_see_nor_change_a_webhook() {
    let (site, receiver) = (site().await, Receiver::start().await);
    let me = actor(&site, administrator(&site).await).await;
    let (id, _) = hook(&site, &me, &receiver.url()).await;
    role(&site, "caller", &["core.webhook.manage"]).await;
    let of_school = site.school().member(Profile::Leadership).give("caller").await;
    let referent = site.school().member(Profile::Leadership).give("digital_referent").await;
    for (person, refused) in [(of_school.id(), 404), (referent.id(), 403)] {
        let client = site.signed_in(person).await;
        let here = |path: &str| format!("/administration/webhooks/{id}{path}");
        for path in ["", "/modifier", "/secret", "/supprimer"] {
            client.get(&here(path)).await.assert_status(refused);
        }
        for path in ["/suspendre", "/reprendre", "/essai", "/secret", "/supprimer", "/envois/1/renvoyer"] {
            client.post(&here(path), &[]).await.assert_status(refused);
        }
        let one = format!("/api/v1/administration/webhooks/{id}");
        client.get(&one).await.assert_status(refused);
        client.get(&format!("{one}/deliveries")).await.assert_status(refused);
        send(&client, Method::DELETE, &one, &[SAME], &json!({})).await.assert_status(refused);
        denied(&site, person, id).await;
    }
    site.visitor().get("/api/v1/administration/webhooks").await.assert_status(401);
    let listed = site.signed_in(of_school.id()).await.get("/api/v1/administration/webhooks").await;
    assert_eq!(listed.assert_status(200).json(), json!([]));
    assert_eq!(state(&site, id).await, WebhookState::Active);
}

/// Every action refuses somebody who does not manage the webhook.
async fn denied(site: &TestSite, person: PersonId, id: WebhookId) {
    let (actor, webhooks) = (actor(site, person).await, site.atrium().webhooks());
    let new = input("https://example.fr/", &[ANNOUNCED], Scope::Platform);
    assert!(webhooks.create(&actor, &new).await.unwrap_err().is_forbidden());
    assert!(webhooks.find(&actor, id).await.unwrap_err().is_not_found());
    assert!(webhooks.deliveries(&actor, id, None, 1).await.unwrap_err().is_not_found());
    assert!(webhooks.edit(&actor, id, 1, &new).await.unwrap_err().is_not_found());
    assert!(webhooks.pause(&actor, id).await.unwrap_err().is_not_found());
    assert!(webhooks.resume(&actor, id).await.unwrap_err().is_not_found());
    assert!(webhooks.try_out(&actor, id).await.unwrap_err().is_not_found());
    assert!(webhooks.replace_secret(&actor, id).await.unwrap_err().is_not_found());
    assert!(webhooks.redeliver(&actor, id, "1".parse().unwrap()).await.unwrap_err().is_not_found());
    assert!(webhooks.delete(&actor, id).await.unwrap_err().is_not_found());
}
