//! Queued tasks, for programs.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use crate::tasks::{label, page};
use atrium_platform::Result;
use atrium_platform::access::permissions::JOBS_RUN;
use atrium_platform::clock::Timestamp;
use atrium_platform::jobs::{DeadTask, QueueStatus, TaskId};
use atrium_web::{Json, Path, Query, RequestContext, Routes, Who};

pub(super) fn declare(routes: &mut Routes) {
    let who = Who::Holder(JOBS_RUN);
    routes.operation(who, routes!(list));
    routes.operation(who, routes!(list_dead));
    routes.operation(who, routes!(retry));
    routes.operation(who, routes!(retry_all));
    routes.operation(who, routes!(delete));
}

/// A queue that holds tasks.
#[derive(Serialize, utoipa::ToSchema)]
struct QueueData {
    kind: String,
    label: String,
    /// How many wait, also for their time.
    waiting: i64,
    /// How many nodes are doing.
    running: i64,
    /// How many were given up.
    dead: i64,
    /// When the longest waiting one is due.
    due: Option<String>,
}

/// A task that was given up.
#[derive(Serialize, utoipa::ToSchema)]
struct DeadTaskData {
    #[schema(value_type = i64)]
    id: TaskId,
    kind: String,
    label: String,
    /// Unique in its kind.
    key: String,
    queued: String,
    given_up: String,
    attempts: i64,
    /// The last error.
    error: String,
}

/// A page of tasks that were given up; `next` is the `after` of the following page.
#[derive(Serialize, utoipa::ToSchema)]
struct DeadTasks {
    tasks: Vec<DeadTaskData>,
    #[schema(value_type = Option<i64>)]
    next: Option<TaskId>,
}

/// How many tasks are tried again.
#[derive(Serialize, utoipa::ToSchema)]
struct Retried {
    retried: u64,
}

/// Which page.
#[derive(Deserialize, utoipa::IntoParams)]
struct Params {
    /// `next` of the page before.
    #[param(value_type = Option<i64>)]
    after: Option<TaskId>,
}

impl QueueData {
    fn new(cx: &RequestContext, queue: QueueStatus) -> Self {
        Self {
            label: label(cx, &queue.kind),
            kind: queue.kind,
            waiting: queue.waiting,
            running: queue.running,
            dead: queue.dead,
            due: queue.due_at.map(Timestamp::to_rfc3339),
        }
    }
}

impl DeadTaskData {
    fn new(cx: &RequestContext, task: DeadTask) -> Self {
        Self {
            id: task.id,
            label: label(cx, &task.kind),
            kind: task.kind,
            key: task.key,
            queued: task.queued_at.to_rfc3339(),
            given_up: task.dead_at.to_rfc3339(),
            attempts: task.attempts,
            error: task.error,
        }
    }
}

/// The queues that hold tasks, by kind.
#[utoipa::path(get, path = "/api/v1/administration/tasks", responses((status = 200, body = [QueueData])))]
async fn list(cx: RequestContext) -> Result<Json<Vec<QueueData>>> {
    let queues = cx.atrium().queues(cx.actor()).await?;
    Ok(Json(queues.into_iter().map(|queue| QueueData::new(&cx, queue)).collect()))
}

/// The tasks that were given up, newest first, twenty-five at a time.
#[utoipa::path(get, path = "/api/v1/administration/tasks/dead", params(Params),
    responses((status = 200, body = DeadTasks)))]
async fn list_dead(cx: RequestContext, Query(asked): Query<Params>) -> Result<Json<DeadTasks>> {
    let (tasks, next) = page(&cx, asked.after).await?;
    Ok(Json(DeadTasks { tasks: tasks.into_iter().map(|task| DeadTaskData::new(&cx, task)).collect(), next }))
}

/// Has a task that was given up tried again: a node takes it within seconds.
#[utoipa::path(post, path = "/api/v1/administration/tasks/dead/{id}/retry", params(("id" = i64, Path)),
    responses((status = 204, description = "Due now")))]
async fn retry(cx: RequestContext, Path(id): Path<TaskId>) -> Result<Response> {
    cx.atrium().retry_task(cx.actor(), id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Has every task of a kind that was given up tried again.
#[utoipa::path(post, path = "/api/v1/administration/tasks/queues/{kind}/retry", params(("kind" = String, Path)),
    responses((status = 200, body = Retried)))]
async fn retry_all(cx: RequestContext, Path(kind): Path<String>) -> Result<Json<Retried>> {
    let retried = cx.atrium().retry_tasks(cx.actor(), &kind).await?;
    Ok(Json(Retried { retried }))
}

/// Drops a task that was given up.
#[utoipa::path(delete, path = "/api/v1/administration/tasks/dead/{id}", params(("id" = i64, Path)),
    responses((status = 204, description = "Dropped")))]
async fn delete(cx: RequestContext, Path(id): Path<TaskId>) -> Result<Response> {
    cx.atrium().drop_task(cx.actor(), id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
