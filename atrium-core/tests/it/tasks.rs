//! Queued tasks: queued with the act that leaves them, done once by one node, again after a failure or a death, given up
//! and decided on by those who may.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use atrium_core::clock::Clock;
use atrium_core::config::Settings;
use atrium_core::db::Db;
use atrium_core::directory::Profile;
use atrium_core::jobs::{DeadTask, Outcome, QueueStatus, Task, TaskHandler, TaskId, TaskKind, TaskQueue, TaskRun};
use atrium_core::plugin::{Plugin, PluginContext};
use atrium_core::testing::{TestDatabase, TestSite};
use atrium_core::web::WebPlugin;
use atrium_core::{Atrium, Error, Result, audit};
use http::Method;
use proptest::prelude::*;
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::api::{actor, administrator, send};

/// What a browser says of a request of the site itself.
const SAME: (&str, &str) = ("sec-fetch-site", "same-origin");

/// The bell is rung; the payload is how often.
const TOLL: TaskKind<u32> = TaskKind::new("bell.toll");
/// Another kind, whose payloads are not those of its handler.
const MUTE: TaskKind<String> = TaskKind::new("bell.mute");
const MUTED: TaskKind<u32> = TaskKind::new("bell.mute");

/// Names the file in which a process notes what it did, and makes a test's process the one that is killed.
const KILLED: &str = "ATRIUM_TEST_KILLED_TASKS";
const KILLED_DATABASE: &str = "ATRIUM_TEST_KILLED_DATABASE";
const KILLED_KEY: &str = "ATRIUM_TEST_KILLED_KEY";
/// After so many tasks the process hangs, and is killed.
const BEFORE_DEATH: usize = 30;

#[derive(Clone, Default)]
struct Bell(Arc<State>);

#[derive(Default)]
struct State {
    rung: Mutex<Vec<String>>,
    /// How many attempts still fail.
    fails: AtomicU64,
    panics: AtomicU64,
    gives_up: AtomicU64,
    attempts: Mutex<Vec<(u32, bool)>>,
    file: Option<PathBuf>,
}

fn one_less(number: &AtomicU64) -> bool {
    number.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
}

#[async_trait]
impl TaskHandler<u32> for Bell {
    async fn run(&self, _db: &Db, task: TaskRun<u32>) -> Result<Outcome> {
        self.0.attempts.lock().unwrap().push((task.attempt, task.is_last));
        assert!(!one_less(&self.0.panics), "told to panic");
        if one_less(&self.0.fails) {
            return Err(Error::bug("the rope is torn"));
        }
        if one_less(&self.0.gives_up) {
            return Ok(Outcome::GivenUp("the bell is sold".to_owned()));
        }
        let count = {
            let mut rung = self.0.rung.lock().unwrap();
            rung.push(task.key.clone());
            rung.len()
        };
        if let Some(file) = &self.0.file {
            if count > BEFORE_DEATH {
                std::future::pending::<()>().await;
            }
            writeln!(OpenOptions::new().create(true).append(true).open(file).unwrap(), "{}", task.key).unwrap();
        }
        // Others may take their turn.
        tokio::task::yield_now().await;
        Ok(Outcome::Done)
    }
}

impl Plugin for Bell {
    fn id(&self) -> &'static str {
        "bell"
    }

    fn queues(&self, _cx: &PluginContext) -> Vec<TaskQueue> {
        vec![TaskQueue::new(TOLL, self.clone()).attempts(3), TaskQueue::new(MUTED, self.clone())]
    }
}

impl WebPlugin for Bell {}

async fn site(bell: &Bell) -> TestSite {
    TestSite::builder().plugin(bell.clone()).start().await
}

async fn queue(site: &TestSite, keys: impl IntoIterator<Item = impl ToString>) {
    let tx = site.atrium().db().begin().await.unwrap();
    for key in keys {
        assert!(tx.enqueue(Task::new(TOLL, key.to_string(), 1)).await.unwrap());
    }
    tx.commit().await.unwrap();
}

async fn status(site: &TestSite) -> QueueStatus {
    let all = site.atrium().queues(&site.system()).await.unwrap();
    all.into_iter().find(|queue| queue.kind == "bell.toll").unwrap()
}

async fn dead(site: &TestSite) -> Vec<DeadTask> {
    site.atrium().dead_tasks(&site.system(), None, 100).await.unwrap()
}

/// Fails a task until it is given up.
async fn give_up(site: &TestSite, bell: &Bell, key: &str) -> TaskId {
    bell.0.gives_up.store(1, Ordering::SeqCst);
    queue(site, [key]).await;
    assert_eq!(site.run_tasks().await, 1);
    dead(site).await.first().unwrap().id
}

#[tokio::test]
async fn a_task_is_done_once_its_act_is_committed_and_never_of_one_rolled_back() {
    let bell = Bell::default();
    let site = site(&bell).await;
    let tx = site.atrium().db().begin().await.unwrap();
    tx.enqueue(Task::new(TOLL, "undone", 1)).await.unwrap();
    tx.rollback().await.unwrap();
    queue(&site, ["done"]).await;
    let waiting = status(&site).await;
    assert_eq!((waiting.waiting, waiting.running, waiting.dead), (1, 0, 0));
    assert_eq!(site.run_tasks().await, 1);
    assert_eq!(*bell.0.rung.lock().unwrap(), ["done"]);
    assert_eq!(site.run_tasks().await, 0);
    assert!(site.atrium().queues(&site.system()).await.unwrap().is_empty(), "what is done does not wait");
}

#[tokio::test]
async fn a_key_is_queued_once_also_after_its_task_is_done() {
    let bell = Bell::default();
    let site = site(&bell).await;
    queue(&site, ["noon"]).await;
    let again = async || {
        let tx = site.atrium().db().begin().await.unwrap();
        let is_new = tx.enqueue(Task::new(TOLL, "noon", 2)).await.unwrap();
        tx.commit().await.unwrap();
        is_new
    };
    assert!(!again().await, "it waits");
    site.run_tasks().await;
    assert!(!again().await, "it is done");
    site.run_jobs().await;
    assert!(!again().await, "its row is young");
    site.pass_seconds(8 * 24 * 3_600);
    site.run_jobs().await;
    assert!(again().await, "its row is gone");
}

#[tokio::test]
async fn a_task_waits_for_its_time_and_those_due_longest_come_first() {
    let bell = Bell::default();
    let site = site(&bell).await;
    let now = site.clock().now();
    let tx = site.atrium().db().begin().await.unwrap();
    for (key, seconds) in [("late", 20), ("early", 10)] {
        tx.enqueue(Task::new(TOLL, key, 1).due_at(now.plus_seconds(seconds))).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(site.run_tasks().await, 0);
    assert_eq!(status(&site).await.due_at, Some(now.plus_seconds(10)));
    site.pass_seconds(10);
    assert_eq!(site.run_tasks().await, 1);
    site.pass_seconds(10);
    assert_eq!(site.run_tasks().await, 1);
    assert_eq!(*bell.0.rung.lock().unwrap(), ["early", "late"]);
}

#[tokio::test]
async fn a_task_that_fails_is_tried_again_after_longer_and_longer_then_given_up() {
    let bell = Bell::default();
    let site = site(&bell).await;
    queue(&site, ["noon"]).await;
    bell.0.fails.store(2, Ordering::SeqCst);
    bell.0.panics.store(1, Ordering::SeqCst);
    for pause in [60, 120] {
        assert_eq!(site.run_tasks().await, 1);
        assert_eq!(status(&site).await.due_at, Some(site.clock().now().plus_seconds(pause)));
        site.pass_seconds(pause - 1);
        assert_eq!(site.run_tasks().await, 0);
        site.pass_seconds(1);
    }
    assert_eq!(site.run_tasks().await, 1);
    assert_eq!(*bell.0.attempts.lock().unwrap(), [(1, false), (2, false), (3, true)]);
    let given_up = dead(&site).await;
    let task = &given_up[0];
    assert_eq!((task.key.as_str(), task.attempts, task.error.as_str()), ("noon", 3, "the rope is torn"));
    site.pass_seconds(24 * 3_600);
    assert_eq!(site.run_tasks().await, 0, "it waits for an administrator");
}

#[tokio::test]
async fn what_cannot_succeed_is_given_up_at_once() {
    let bell = Bell::default();
    let site = site(&bell).await;
    give_up(&site, &bell, "noon").await;
    let tx = site.atrium().db().begin().await.unwrap();
    tx.enqueue(Task::new(MUTE, "noon", "not a number".to_owned())).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(site.run_tasks().await, 1);
    let told: Vec<_> = dead(&site).await.into_iter().map(|task| (task.kind, task.error)).collect();
    let mute = ("bell.mute".to_owned(), "its payload is not that of its kind".to_owned());
    assert_eq!(told, [mute, ("bell.toll".to_owned(), "the bell is sold".to_owned())]);
    assert_eq!(bell.0.attempts.lock().unwrap().len(), 1, "the handler never saw the other payload");
}

#[tokio::test]
async fn a_task_of_a_dead_node_is_taken_over_when_its_lease_ends_and_the_attempt_counts() {
    let bell = Bell::default();
    let site = site(&bell).await;
    queue(&site, ["noon"]).await;
    let died = async |attempts: i64| {
        let begun = site.clock().now();
        let sql = format!(
            "UPDATE atrium_task SET node = 'dead', lease_until = {}, begun_at = {}, attempts = {attempts}",
            begun.plus_seconds(60).0,
            begun.0
        );
        site.atrium().db().writer().execute_unprepared(&sql).await.unwrap();
    };
    died(1).await;
    assert_eq!(site.run_tasks().await, 0);
    assert_eq!(status(&site).await.running, 1);
    site.pass_seconds(59);
    assert_eq!(site.run_tasks().await, 0);
    site.pass_seconds(1);
    assert_eq!(site.run_tasks().await, 1);
    assert_eq!(*bell.0.attempts.lock().unwrap(), [(2, false)]);
    queue(&site, ["evening"]).await;
    let last =
        "UPDATE atrium_task SET node = 'dead', lease_until = 1, begun_at = 0, attempts = 3 WHERE done_at IS NULL";
    site.atrium().db().writer().execute_unprepared(last).await.unwrap();
    assert_eq!(site.run_tasks().await, 0);
    assert_eq!(dead(&site).await[0].error, "the process that ran it ended");
}

#[tokio::test]
async fn two_nodes_do_each_task_once() {
    let bell = Bell::default();
    let site = site(&bell).await;
    let directory = tempfile::tempdir().unwrap();
    let settings = site.atrium().settings().clone().data_dir(directory.path());
    let builder = Atrium::builder().settings(settings).clock(site.clock().clone());
    let other = builder.plugin(bell.clone()).work_later().build().await.unwrap();
    queue(&site, 0..60).await;
    let (one, two) = tokio::join!(site.atrium().run_due_tasks(), other.run_due_tasks());
    assert_eq!(one.unwrap() + two.unwrap(), 60);
    let rung = bell.0.rung.lock().unwrap().clone();
    assert_eq!((rung.len(), rung.iter().collect::<BTreeSet<_>>().len()), (60, 60));
    other.stop().await.unwrap();
}

#[tokio::test]
async fn a_node_does_tasks_by_itself_and_gives_back_what_it_did_not_finish() {
    let database = TestDatabase::new().await;
    let directory = tempfile::tempdir().unwrap();
    let settings = Settings::default().data_dir(directory.path()).database(database.url()).not_durable();
    let bell = Bell::default();
    let node = Atrium::builder().settings(settings).plugin(bell.clone()).build().await.unwrap();
    let tx = node.db().begin().await.unwrap();
    tx.enqueue(Task::new(TOLL, "noon", 1)).await.unwrap();
    tx.commit().await.unwrap();
    let done = async || {
        while bell.0.rung.lock().unwrap().is_empty() || !node.queues(&node.operator()).await.unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), done()).await.expect("the commit wakes the node");
    node.stop().await.unwrap();
}

/// Runs as the process that is killed: it does tasks until it hangs.
async fn be_killed(file: &Path, url: &str) {
    let directory = tempfile::tempdir().unwrap();
    let bell = Bell(Arc::new(State { file: Some(file.to_owned()), ..State::default() }));
    let mut settings = Settings::default().data_dir(directory.path()).database(url).not_durable();
    settings.secret_key = std::env::var(KILLED_KEY).ok();
    let builder = Atrium::builder().settings(settings).clock(Clock::fixed(TestDatabase::NOON));
    let node = builder.plugin(bell).work_later().build().await.unwrap();
    node.run_due_tasks().await.unwrap();
}

#[tokio::test]
async fn tasks_of_a_killed_process_are_done_by_another_one_and_finished_ones_not_again() {
    if let (Ok(file), Ok(url)) = (std::env::var(KILLED), std::env::var(KILLED_DATABASE)) {
        return be_killed(Path::new(&file), &url).await;
    }
    let bell = Bell::default();
    let site = site(&bell).await;
    queue(&site, 0..100).await;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("rung");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tasks::tasks_of_a_killed_process_are_done_by_another_one_and_finished_ones_not_again"])
        .env(KILLED, &file)
        .env(KILLED_DATABASE, site.atrium().settings().database_url())
        .env(KILLED_KEY, site.atrium().settings().secret_key.as_ref().unwrap())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let lines = || -> Vec<String> {
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    };
    while lines().len() < BEFORE_DEATH {
        assert!(child.try_wait().unwrap().is_none(), "the process ended by itself");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let before = lines();
    assert_eq!(before.len(), BEFORE_DEATH);
    site.run_tasks().await;
    site.pass_seconds(60);
    site.run_tasks().await;
    let mut done: BTreeMap<String, usize> = BTreeMap::new();
    for key in before.iter().chain(bell.0.rung.lock().unwrap().iter()) {
        *done.entry(key.clone()).or_default() += 1;
    }
    assert_eq!(done.len(), 100, "each is done");
    let twice = done.values().filter(|times| **times > 1).count();
    assert!(twice <= 4, "only what was under way is done again: {twice}");
    assert!(dead(&site).await.is_empty());
}

#[tokio::test]
async fn those_who_may_look_at_tasks_and_decide_on_those_given_up() {
    let bell = Bell::default();
    let site = site(&bell).await;
    let administrator = administrator(&site).await;
    let client = site.signed_in(administrator).await;
    client.get("/administration/taches").await.assert_status(200).assert_contains("Rien n’attend");
    let noon = give_up(&site, &bell, "noon").await;
    let evening = give_up(&site, &bell, "evening").await;
    let page = client.get("/administration/taches").await;
    page.assert_status(200).assert_contains("Travaux abandonnés").assert_contains("the bell is sold");
    page.assert_contains("evening").assert_contains("bell.toll");
    let english = site.signed_in(administrator).await.with_cookie("atrium-lang", "en");
    let english = english.get("/administration/taches").await;
    english.assert_status(200).assert_contains("Tasks given up").assert_contains("after one attempt");
    let listed = client.get("/api/v1/administration/tasks").await.assert_status(200).json();
    assert_eq!((&listed[0]["kind"], &listed[0]["dead"]), (&json!("bell.toll"), &json!(2)));
    let given_up = client.get("/api/v1/administration/tasks/dead").await.assert_status(200).json();
    assert_eq!((&given_up["tasks"][0]["id"], &given_up["tasks"][1]["key"]), (&json!(evening), &json!("noon")));

    client.post(&format!("/administration/taches/travaux/{noon}/reprendre"), &[]).await.assert_status(303);
    client.post(&format!("/administration/taches/travaux/{noon}/reprendre"), &[]).await.assert_status(404);
    assert_eq!(site.run_tasks().await, 1);
    assert_eq!(*bell.0.rung.lock().unwrap(), ["noon"]);
    client.post(&format!("/administration/taches/travaux/{evening}/abandonner"), &[]).await.assert_status(303);
    assert_eq!(site.run_tasks().await, 0);
    assert!(dead(&site).await.is_empty());

    let night = give_up(&site, &bell, "night").await;
    let retry = format!("/api/v1/administration/tasks/dead/{night}/retry");
    send(&client, Method::POST, &retry, &[SAME], &json!({})).await.assert_status(204);
    send(&client, Method::POST, &retry, &[SAME], &json!({})).await.assert_status(404);
    assert_eq!(site.run_tasks().await, 1);
    let morning = give_up(&site, &bell, "morning").await;
    let one = format!("/api/v1/administration/tasks/dead/{morning}");
    send(&client, Method::DELETE, &one, &[SAME], &json!({})).await.assert_status(204);
    send(&client, Method::DELETE, &one, &[SAME], &json!({})).await.assert_status(404);
    for key in ["dusk", "dawn"] {
        give_up(&site, &bell, key).await;
    }
    let all = "/api/v1/administration/tasks/queues/bell.toll/retry";
    let retried = send(&client, Method::POST, all, &[SAME], &json!({})).await.assert_status(200).json();
    assert_eq!(retried, json!({ "retried": 2 }));
    client.post("/administration/taches/files/bell.toll/reprendre", &[]).await.assert_status(303);

    let records = audit::list(site.atrium().db(), None, None, 20).await.unwrap();
    let acts: Vec<_> = records.iter().map(|record| record.action.as_str()).collect();
    let (retried, dropped) = ("core.task.retried", "core.task.dropped");
    assert_eq!(acts[..5], [retried, dropped, retried, dropped, retried]);
    let journal = client.get("/administration/journal").await;
    journal.assert_status(200).assert_contains("Travail en file supprimé").assert_contains("Travail\u{a0}: evening");
}

#[tokio::test]
async fn tasks_given_up_are_listed_page_by_page() {
    let bell = Bell::default();
    let site = site(&bell).await;
    let client = site.signed_in(administrator(&site).await).await;
    bell.0.gives_up.store(60, Ordering::SeqCst);
    queue(&site, 0..60).await;
    site.run_tasks().await;
    let (mut seen, mut path) = (BTreeSet::new(), "/api/v1/administration/tasks/dead".to_owned());
    loop {
        let page = client.get(&path).await.assert_status(200).json();
        let tasks = page["tasks"].as_array().unwrap().clone();
        assert!(tasks.iter().all(|task| seen.insert(task["id"].as_i64().unwrap())), "none stands on two pages");
        let Some(next) = page["next"].as_i64() else { break };
        path = format!("/api/v1/administration/tasks/dead?after={next}");
    }
    assert_eq!(seen.len(), 60);
    let page = client.get("/administration/taches").await;
    page.assert_status(200).assert_contains("?avant&#x3D;");
}

#[tokio::test]
async fn others_neither_see_tasks_nor_decide_on_them() {
    let bell = Bell::default();
    let site = site(&bell).await;
    let id = give_up(&site, &bell, "noon").await;
    let member = site.school().member(Profile::Leadership).give("digital_referent").await;
    let client = member.client().await;
    for path in ["/api/v1/administration/tasks", "/api/v1/administration/tasks/dead"] {
        client.get(path).await.assert_status(403);
        site.visitor().get(path).await.assert_status(401);
    }
    for act in ["reprendre", "abandonner"] {
        client.post(&format!("/administration/taches/travaux/{id}/{act}"), &[]).await.assert_status(403);
    }
    client.post("/administration/taches/files/bell.toll/reprendre", &[]).await.assert_status(403);
    let one = format!("/api/v1/administration/tasks/dead/{id}");
    send(&client, Method::POST, &format!("{one}/retry"), &[SAME], &json!({})).await.assert_status(403);
    send(&client, Method::DELETE, &one, &[SAME], &json!({})).await.assert_status(403);
    let all = "/api/v1/administration/tasks/queues/bell.toll/retry";
    send(&client, Method::POST, all, &[SAME], &json!({})).await.assert_status(403);
    let (actor, atrium) = (actor(&site, member.id()).await, site.atrium());
    assert!(atrium.queues(&actor).await.unwrap_err().is_forbidden());
    assert!(atrium.dead_tasks(&actor, None, 1).await.unwrap_err().is_forbidden());
    assert!(atrium.retry_task(&actor, id).await.unwrap_err().is_forbidden());
    assert!(atrium.retry_tasks(&actor, "bell.toll").await.unwrap_err().is_forbidden());
    assert!(atrium.drop_task(&actor, id).await.unwrap_err().is_forbidden());
    assert_eq!(dead(&site).await.len(), 1);
}

#[tokio::test]
async fn doctor_tells_which_tasks_were_given_up_and_which_nobody_does() {
    let bell = Bell::default();
    let site = site(&bell).await;
    let told = async || {
        let settings = site.atrium().settings().clone();
        let findings = Atrium::builder().settings(settings).clock(site.clock().clone()).examine().await;
        let queues = findings.into_iter().filter(|finding| finding.subject == "queues");
        queues.map(|finding| finding.message).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(told().await, "in time, 0 tasks wait");
    give_up(&site, &bell, "noon").await;
    queue(&site, ["evening", "night"]).await;
    site.pass_seconds(11 * 60);
    let expected = "1 tasks `bell.toll` were given up: have them tried again or dropped, under *Tâches planifiées*\n\
        the tasks `bell.toll` are 11 min behind: 2 wait";
    assert_eq!(told().await, expected);
}

#[tokio::test]
async fn mistakes_in_queues_are_found_at_build() {
    struct Wrong;
    impl Plugin for Wrong {
        fn id(&self) -> &'static str {
            "wrong"
        }
        fn queues(&self, _cx: &PluginContext) -> Vec<TaskQueue> {
            const OWN: TaskKind<u32> = TaskKind::new("wrong.twice");
            [TOLL, OWN, OWN].map(|kind| TaskQueue::new(kind, Bell::default())).into()
        }
    }
    impl WebPlugin for Wrong {}
    let directory = tempfile::tempdir().unwrap();
    let settings = Settings::default().data_dir(directory.path());
    let built = Atrium::builder().settings(settings).plugin(Wrong).build().await;
    let told = built.err().expect("mistakes").to_string();
    for what in ["task `bell.toll` is not its own", "task `wrong.twice` has two queues"] {
        assert!(told.contains(&format!("plugin `wrong`: {what}")), "{what}: {told}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Whatever fails, panics or gives up in whatever order, each task ends: done once, or given up.
    #[test]
    fn every_task_ends(tasks in 1_usize..12, fails in 0_u64..12, panics in 0_u64..6, gives_up in 0_u64..6) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let bell = Bell::default();
            let site = site(&bell).await;
            bell.0.fails.store(fails, Ordering::SeqCst);
            bell.0.panics.store(panics, Ordering::SeqCst);
            bell.0.gives_up.store(gives_up, Ordering::SeqCst);
            queue(&site, 0..tasks).await;
            for _ in 0..4 {
                site.run_tasks().await;
                site.pass_seconds(3_600);
            }
            let rung = bell.0.rung.lock().unwrap().clone();
            assert_eq!(rung.iter().collect::<BTreeSet<_>>().len(), rung.len(), "none is done twice");
            assert_eq!(rung.len() + dead(&site).await.len(), tasks, "none is lost");
        });
    }
}
