//! The part about queued tasks on the page of jobs: what waits in each queue, and the tasks that were given up, with
//! buttons that have them tried again or dropped.

use axum::response::Response;
use serde::Serialize;

use super::jobs::PATH;
use atrium_platform::access::permissions::JOBS_RUN;
use atrium_platform::clock::Timestamp;
use atrium_platform::jobs::{DeadTask, QueueStatus, TaskId};
use atrium_platform::{Message, Result};
use atrium_web::{Pages, Path, RequestContext, Routes, Who};

/// The tasks that were given up, per page.
pub(super) const PAGE: u64 = 25;

pub(super) fn declare(routes: &mut Routes) {
    let who = Who::Holder(JOBS_RUN);
    routes.post("/administration/taches/travaux/{id}/reprendre", who, retry);
    routes.post("/administration/taches/travaux/{id}/abandonner", who, drop_one);
    routes.post("/administration/taches/files/{kind}/reprendre", who, retry_all);
}

/// Returns what a kind of tasks is called.
pub(super) fn label(cx: &RequestContext, kind: &str) -> String {
    let key = format!("task-{}", kind.replace(['.', '_'], "-"));
    cx.known(&key).unwrap_or_else(|| kind.to_owned())
}

/// What the page shows of queued tasks.
#[derive(Serialize)]
pub(super) struct TasksView {
    queues: Vec<QueueRow>,
    dead: Vec<DeadRow>,
    pagination: Pages,
}

#[derive(Serialize)]
struct QueueRow {
    label: String,
    kind: String,
    waiting: i64,
    running: i64,
    dead: i64,
    /// The instant from which the longest waiting task is due, if it is past.
    late_since: Option<Timestamp>,
    retry_url: String,
}

#[derive(Serialize)]
struct DeadRow {
    label: String,
    key: String,
    queued_at: Timestamp,
    dead_at: Timestamp,
    attempts: String,
    error: String,
    retry_url: String,
    drop_url: String,
}

impl TasksView {
    /// Reads the queues, and the page of tasks given up below the id `before`.
    pub(super) async fn read(cx: &RequestContext, before: Option<TaskId>) -> Result<Self> {
        let now = cx.actor().now();
        let queues = cx.atrium().queues(cx.actor()).await?;
        let (dead, next) = page(cx, before).await?;
        Ok(Self {
            queues: queues.into_iter().map(|queue| QueueRow::new(cx, queue, now)).collect(),
            dead: dead.into_iter().map(|task| DeadRow::new(cx, task)).collect(),
            pagination: Pages::next(next.map(|next| format!("{PATH}?avant={next}"))),
        })
    }
}

/// Returns a page of the tasks given up, and the id below which the next one begins.
pub(super) async fn page(cx: &RequestContext, before: Option<TaskId>) -> Result<(Vec<DeadTask>, Option<TaskId>)> {
    let mut dead = cx.atrium().dead_tasks(cx.actor(), before, PAGE + 1).await?;
    let has_more = dead.len() as u64 > PAGE;
    dead.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let next = dead.last().map(|task| task.id).filter(|_| has_more);
    Ok((dead, next))
}

impl QueueRow {
    fn new(cx: &RequestContext, queue: QueueStatus, now: Timestamp) -> Self {
        Self {
            label: label(cx, &queue.kind),
            retry_url: format!("{PATH}/files/{}/reprendre", queue.kind),
            kind: queue.kind,
            waiting: queue.waiting,
            running: queue.running,
            dead: queue.dead,
            late_since: queue.due_at.filter(|due| *due <= now),
        }
    }
}

impl DeadRow {
    fn new(cx: &RequestContext, task: DeadTask) -> Self {
        let id = task.id;
        Self {
            label: label(cx, &task.kind),
            key: task.key,
            queued_at: task.queued_at,
            dead_at: task.dead_at,
            attempts: cx.message(&Message::new("admin-task-attempts").with("count", task.attempts)),
            error: task.error,
            retry_url: format!("{PATH}/travaux/{id}/reprendre"),
            drop_url: format!("{PATH}/travaux/{id}/abandonner"),
        }
    }
}

/// `POST /administration/taches/travaux/{id}/reprendre`
async fn retry(cx: RequestContext, Path(id): Path<TaskId>) -> Result<Response> {
    cx.atrium().retry_task(cx.actor(), id).await?;
    Ok(cx.redirect_with(PATH, "success", "admin-task-retried"))
}

/// `POST /administration/taches/travaux/{id}/abandonner`
async fn drop_one(cx: RequestContext, Path(id): Path<TaskId>) -> Result<Response> {
    cx.atrium().drop_task(cx.actor(), id).await?;
    Ok(cx.redirect_with(PATH, "success", "admin-task-dropped"))
}

/// `POST /administration/taches/files/{kind}/reprendre`
async fn retry_all(cx: RequestContext, Path(kind): Path<String>) -> Result<Response> {
    cx.atrium().retry_tasks(cx.actor(), &kind).await?;
    Ok(cx.redirect_with(PATH, "success", "admin-task-retried"))
}
