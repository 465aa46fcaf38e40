//! The page of scheduled jobs and queued tasks: when each job ran, how it ended, when it is due, and a button that has it
//! run now.

use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::breadcrumb;
use super::tasks::TasksView;
use atrium_platform::access::permissions::JOBS_RUN;
use atrium_platform::clock::Timestamp;
use atrium_platform::jobs::{JobStatus, TaskId};
use atrium_platform::{Message, Result};
use atrium_web::{Crumb, Path, Query, RequestContext, Routes, View, Who};

/// The path of the page.
pub(super) const PATH: &str = "/administration/taches";

pub(super) fn declare(routes: &mut Routes) {
    routes.get(PATH, Who::Holder(JOBS_RUN), list);
    routes.post("/administration/taches/{id}/lancer", Who::Holder(JOBS_RUN), run);
}

/// Returns what a job is called.
pub(super) fn label(cx: &RequestContext, id: &str) -> String {
    let key = format!("job-{}", id.replace(['.', '_'], "-"));
    cx.known(&key).unwrap_or_else(|| id.to_owned())
}

#[derive(Default, Deserialize)]
struct Params {
    avant: Option<TaskId>,
}

#[derive(Serialize)]
struct ListView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    jobs: Vec<Row>,
    tasks: TasksView,
}

#[derive(Serialize)]
struct Row {
    label: String,
    id: String,
    due_at: Timestamp,
    is_running: bool,
    ended_at: Option<Timestamp>,
    /// How long the last run took, and how much it did.
    took: String,
    failing: String,
    error: Option<String>,
    error_at: Option<Timestamp>,
    run_url: String,
}

impl View for ListView {
    const TEMPLATE: &'static str = "admin/jobs";
}

impl Row {
    fn new(cx: &RequestContext, job: JobStatus) -> Self {
        let took = job.millis.map(|millis| {
            let (key, number) =
                if millis < 10_000 { ("admin-job-millis", millis) } else { ("admin-job-seconds", millis / 1000) };
            let took = cx.message(&Message::new(key).with("count", number));
            cx.message(&Message::new("admin-job-took").with("took", took).with("done", job.done))
        });
        let failing = Message::new("admin-job-failing").with("count", job.failures);
        Self {
            label: label(cx, &job.id),
            run_url: format!("{PATH}/{}/lancer", job.id),
            id: job.id,
            due_at: job.due_at,
            is_running: job.is_running,
            ended_at: job.ended_at,
            took: took.unwrap_or_default(),
            failing: if job.failures > 0 { cx.message(&failing) } else { String::new() },
            error: job.error,
            error_at: job.error_at,
        }
    }
}

/// `GET /administration/taches?avant=`
async fn list(cx: RequestContext, Query(asked): Query<Params>) -> Result<Response> {
    let jobs = cx.atrium().jobs(cx.actor()).await?;
    let title = cx.t("admin-jobs-title");
    let mut jobs: Vec<_> = jobs.into_iter().map(|job| Row::new(&cx, job)).collect();
    // What fails is what somebody comes for.
    jobs.sort_by_key(|job| job.failing.is_empty());
    let tasks = TasksView::read(&cx, asked.avant).await?;
    cx.page(&ListView { breadcrumb: breadcrumb(&cx, &[], &title), title, noindex: true, jobs, tasks })
}

/// `POST /administration/taches/{id}/lancer`
async fn run(cx: RequestContext, Path(id): Path<String>) -> Result<Response> {
    match cx.atrium().run_job(cx.actor(), &id).await {
        Ok(()) => Ok(cx.redirect_with(PATH, "success", "admin-job-asked")),
        Err(error) if error.is_conflict() => Ok(cx.redirect_with(PATH, "warning", "job-is-running")),
        Err(error) => Err(error),
    }
}
