//! Scheduled jobs: in their time, by one node, again after a failure; looked at and run by those who may.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use atrium_core::clock::Timestamp;
use atrium_core::db::Db;
use atrium_core::directory::Profile;
use atrium_core::jobs::{Job, JobStatus, ScheduledJob, Step};
use atrium_core::plugin::{Plugin, PluginContext};
use atrium_core::testing::{TestDatabase, TestSite};
use atrium_core::web::WebPlugin;
use atrium_core::{Atrium, Error, Result, audit};
use http::Method;
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::api::{actor, administrator, send};

/// What a browser says of a request of the site itself.
const SAME: (&str, &str) = ("sec-fetch-site", "same-origin");

const HOUR: i64 = 3_600;

/// A plugin with one job, whose runs are counted and fail or panic as they are told.
#[derive(Clone, Default)]
struct Bell(Arc<State>);

#[derive(Default)]
struct State {
    rung: AtomicU64,
    fails: AtomicU64,
    panics: AtomicU64,
}

#[async_trait]
impl Job for Bell {
    async fn step(&self, _db: &Db, _now: Timestamp) -> Result<Step> {
        assert_eq!(self.0.panics.load(Ordering::SeqCst), 0, "told to panic");
        if self.0.fails.load(Ordering::SeqCst) > 0 {
            self.0.fails.fetch_sub(1, Ordering::SeqCst);
            return Err(Error::bug("the rope is torn"));
        }
        // Two steps of each run are not the last.
        let rung = self.0.rung.fetch_add(1, Ordering::SeqCst) + 1;
        Ok(if rung.is_multiple_of(3) { Step::Done(1) } else { Step::More(1) })
    }
}

impl Plugin for Bell {
    fn id(&self) -> &'static str {
        "bell"
    }

    fn schedule(&self, _cx: &PluginContext) -> Vec<ScheduledJob> {
        vec![
            ScheduledJob::every("bell.ring", Duration::from_secs(10 * 60), self.clone()),
            ScheduledJob::daily("bell.noon", (12, 0), Bell::default()),
        ]
    }
}

impl WebPlugin for Bell {}

async fn site(bell: &Bell) -> TestSite {
    TestSite::builder().plugin(bell.clone()).start().await
}

async fn status(site: &TestSite, id: &str) -> JobStatus {
    let jobs = site.atrium().jobs(&site.system()).await.unwrap();
    jobs.into_iter().find(|job| job.id == id).unwrap()
}

async fn due(site: &TestSite) -> Vec<(&'static str, u64)> {
    site.atrium().run_due_jobs().await.unwrap()
}

#[tokio::test]
async fn a_job_runs_when_it_is_due_and_not_before() {
    let bell = Bell::default();
    let site = site(&bell).await;
    assert_eq!(due(&site).await, []);
    site.pass_seconds(10 * 60);
    assert_eq!(due(&site).await, [("bell.ring", 3)]);
    assert_eq!(due(&site).await, []);
    let ring = status(&site, "bell.ring").await;
    let now = site.clock().now();
    assert_eq!((ring.begun_at, ring.ended_at, ring.millis), (Some(now), Some(now), Some(0)));
    assert_eq!((ring.done, ring.failures, ring.is_running), (3, 0, false));
    assert_eq!(ring.due_at, now.plus_seconds(10 * 60));
    // Noon in Paris was an hour before the test's noon of Greenwich.
    assert_eq!(status(&site, "bell.noon").await.due_at, TestDatabase::NOON.plus_seconds(23 * HOUR));
    site.pass_seconds(23 * HOUR);
    let done = due(&site).await;
    assert!(done.contains(&("bell.noon", 3)) && done.contains(&("bell.ring", 3)), "{done:?}");
}

#[tokio::test]
async fn a_job_that_fails_is_tried_again_after_longer_and_longer() {
    let bell = Bell::default();
    let site = site(&bell).await;
    bell.0.fails.store(3, Ordering::SeqCst);
    site.pass_seconds(10 * 60);
    for (failures, pause) in [(1, 60), (2, 120), (3, 240)] {
        assert_eq!(due(&site).await, []);
        let ring = status(&site, "bell.ring").await;
        assert_eq!((ring.failures, ring.error.as_deref()), (failures, Some("the rope is torn")));
        assert_eq!(ring.due_at, site.clock().now().plus_seconds(pause));
        site.pass_seconds(pause);
    }
    assert_eq!(due(&site).await, [("bell.ring", 3)]);
    let ring = status(&site, "bell.ring").await;
    assert_eq!((ring.failures, ring.error.is_some()), (0, true), "the last error is still told");
}

#[tokio::test]
async fn a_job_that_panics_has_failed_and_takes_no_other_with_it() {
    let bell = Bell::default();
    let site = site(&bell).await;
    bell.0.panics.store(1, Ordering::SeqCst);
    site.pass_seconds(24 * HOUR);
    let done = due(&site).await;
    assert!(done.contains(&("bell.noon", 3)), "{done:?}");
    assert_eq!(status(&site, "bell.ring").await.error.as_deref(), Some("the job panicked"));
}

#[tokio::test]
async fn a_job_is_run_by_one_node_and_taken_over_from_one_that_died() {
    let bell = Bell::default();
    let site = site(&bell).await;
    site.pass_seconds(10 * 60);
    let until = site.clock().now().plus_seconds(60).0;
    let held = format!("UPDATE atrium_job SET node = 'other', lease_until = {until} WHERE id = 'bell.ring'");
    site.atrium().db().writer().execute_unprepared(&held).await.unwrap();
    assert_eq!(due(&site).await, []);
    assert!(status(&site, "bell.ring").await.is_running);
    let refused = site.atrium().run_job(&site.system(), "bell.ring").await.unwrap_err();
    assert!(refused.is_conflict());
    site.pass_seconds(60);
    assert_eq!(due(&site).await, [("bell.ring", 3)]);
    let told = status(&site, "bell.ring").await.error;
    assert_eq!(told.as_deref(), Some("the process that ran it ended"));
}

#[tokio::test]
async fn a_job_that_takes_its_process_down_is_tried_again_after_longer_and_longer() {
    let bell = Bell::default();
    let site = site(&bell).await;
    site.pass_seconds(10 * 60);
    for (failures, pause) in [(2, 120), (3, 240)] {
        let begun = site.clock().now();
        let died = format!(
            "UPDATE atrium_job SET node = 'dead', lease_until = {}, begun_at = {}, failures = {} WHERE id = 'bell.ring'",
            begun.plus_seconds(60).0,
            begun.0,
            failures - 1,
        );
        site.atrium().db().writer().execute_unprepared(&died).await.unwrap();
        site.pass_seconds(60);
        assert_eq!(due(&site).await, []);
        let ring = status(&site, "bell.ring").await;
        assert_eq!((ring.failures, ring.error.as_deref()), (failures, Some("the process that ran it ended")));
        assert_eq!((ring.due_at, ring.is_running), (begun.plus_seconds(pause), false));
        site.pass_seconds(pause);
    }
    assert_eq!(due(&site).await, [("bell.ring", 3)]);
    assert_eq!(status(&site, "bell.ring").await.failures, 0);
}

#[tokio::test]
async fn several_nodes_run_a_due_job_once() {
    let bell = Bell::default();
    let site = site(&bell).await;
    let settings = site.atrium().settings().clone();
    let directory = tempfile::tempdir().unwrap();
    let builder = Atrium::builder().settings(settings.data_dir(directory.path())).clock(site.clock().clone());
    let other = builder.plugin(bell.clone()).work_later().build().await.unwrap();
    site.pass_seconds(10 * 60);
    let (one, two) = tokio::join!(site.atrium().run_due_jobs(), other.run_due_jobs());
    assert_eq!([one.unwrap(), two.unwrap()].concat(), [("bell.ring", 3)]);
    assert_eq!(bell.0.rung.load(Ordering::SeqCst), 3);
    other.stop().await.unwrap();
}

#[tokio::test]
async fn those_who_may_see_jobs_and_have_one_run_now() {
    let bell = Bell::default();
    let site = site(&bell).await;
    let client = site.signed_in(administrator(&site).await).await;
    bell.0.fails.store(1, Ordering::SeqCst);
    site.pass_seconds(10 * 60);
    due(&site).await;
    let page = client.get("/administration/taches").await;
    page.assert_status(200).assert_contains("Tâches planifiées").assert_contains("the rope is torn");
    page.assert_contains("Oubli des vieilles lignes du journal");
    let first = page.text().find("bell.ring").unwrap();
    assert!(first < page.text().find("core.journal").unwrap(), "what fails comes first");
    let listed = client.get("/api/v1/administration/jobs").await.assert_status(200).json();
    let ring = listed.as_array().unwrap().iter().find(|job| job["id"] == "bell.ring").unwrap();
    assert_eq!((&ring["failures"], &ring["error"]), (&json!(1), &json!("the rope is torn")));
    let before = status(&site, "core.journal").await.due_at;
    assert!(before > site.clock().now());
    client.post("/administration/taches/core.journal/lancer", &[]).await.assert_status(303);
    let run = "/api/v1/administration/jobs/core.once/run";
    send(&client, Method::POST, run, &[SAME], &json!({})).await.assert_status(204);
    client.post("/administration/taches/core.nothing/lancer", &[]).await.assert_status(404);
    let records = audit::list(site.atrium().db(), None, None, 10).await.unwrap();
    let asked: Vec<_> = records.iter().filter(|record| record.action == "core.job.asked").collect();
    assert_eq!(
        asked.iter().map(|record| record.subject.as_str()).collect::<Vec<_>>(),
        ["job:core.once", "job:core.journal"]
    );
    client.get("/administration/journal").await.assert_status(200).assert_contains("Tâche lancée à la main");
}

#[tokio::test]
async fn others_neither_see_jobs_nor_run_them() {
    let site = site(&Bell::default()).await;
    let member = site.school().member(Profile::Leadership).give("digital_referent").await;
    let client = member.client().await;
    client.get("/administration/taches").await.assert_status(403);
    client.get("/api/v1/administration/jobs").await.assert_status(403);
    client.post("/administration/taches/bell.ring/lancer", &[]).await.assert_status(403);
    let run = "/api/v1/administration/jobs/bell.ring/run";
    send(&client, Method::POST, run, &[SAME], &json!({})).await.assert_status(403);
    site.visitor().get("/api/v1/administration/jobs").await.assert_status(401);
    let actor = actor(&site, member.id()).await;
    assert!(site.atrium().jobs(&actor).await.unwrap_err().is_forbidden());
    assert!(site.atrium().run_job(&actor, "bell.ring").await.unwrap_err().is_forbidden());
}

#[tokio::test]
async fn doctor_tells_which_jobs_fail_and_which_nobody_runs() {
    let bell = Bell::default();
    let site = site(&bell).await;
    let told = async || {
        let settings = site.atrium().settings().clone();
        let findings = Atrium::builder().settings(settings).clock(site.clock().clone()).examine().await;
        let jobs = findings.into_iter().filter(|finding| finding.subject == "jobs");
        jobs.map(|finding| finding.message).collect::<Vec<_>>().join("\n")
    };
    assert!(told().await.contains("in time"), "{}", told().await);
    bell.0.fails.store(1, Ordering::SeqCst);
    site.pass_seconds(10 * 60);
    due(&site).await;
    assert_eq!(told().await, "`bell.ring` failed 1 times in a row, and is tried again: the rope is torn");
    site.pass_seconds(60);
    due(&site).await;
    site.pass_seconds(72 * 60);
    assert_eq!(told().await, "`bell.ring` is due for 62 min: a node runs it within a minute or two");
}

#[tokio::test]
async fn mistakes_in_schedules_are_found_at_build() {
    struct Wrong;
    impl Plugin for Wrong {
        fn id(&self) -> &'static str {
            "wrong"
        }
        fn schedule(&self, _cx: &PluginContext) -> Vec<ScheduledJob> {
            vec![
                ScheduledJob::daily("bell.noon", (12, 0), Bell::default()),
                ScheduledJob::daily("wrong.late", (24, 0), Bell::default()),
                ScheduledJob::every("wrong.often", Duration::ZERO, Bell::default()),
                ScheduledJob::every("wrong.twice", Duration::from_secs(60), Bell::default()),
                ScheduledJob::every("wrong.twice", Duration::from_secs(60), Bell::default()),
            ]
        }
    }
    impl WebPlugin for Wrong {}
    let directory = tempfile::tempdir().unwrap();
    let settings = atrium_core::config::Settings::default().data_dir(directory.path());
    let built = Atrium::builder().settings(settings).plugin(Wrong).build().await;
    let told = built.err().expect("mistakes").to_string();
    for what in [
        "job `bell.noon` is not its own",
        "job `wrong.late` runs at 24:00, which is no time of day",
        "job `wrong.often` runs every 0 s: expected 10 s to 400 days",
        "job `wrong.twice` is scheduled twice",
    ] {
        assert!(told.contains(&format!("plugin `wrong`: {what}")), "{what}: {told}");
    }
}
