//! Scheduled jobs, for programs.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Serialize;
use utoipa_axum::routes;

use crate::jobs::label;
use atrium_platform::Result;
use atrium_platform::access::permissions::JOBS_RUN;
use atrium_platform::clock::Timestamp;
use atrium_platform::jobs::JobStatus;
use atrium_web::{Json, Path, RequestContext, Routes, Who};

pub(super) fn declare(routes: &mut Routes) {
    routes.operation(Who::Holder(JOBS_RUN), routes!(list));
    routes.operation(Who::Holder(JOBS_RUN), routes!(run));
}

/// A scheduled job.
#[derive(Serialize, utoipa::ToSchema)]
struct JobData {
    id: String,
    label: String,
    /// When it is due.
    due: String,
    running: bool,
    /// The beginning of the last run.
    begun: Option<String>,
    /// The end of the last run.
    ended: Option<String>,
    /// The length of the last run in milliseconds.
    millis: Option<i64>,
    /// How much the last run changed.
    done: i64,
    /// The failures in a row, up to now.
    failures: i64,
    /// The last error.
    error: Option<String>,
    error_at: Option<String>,
}

impl JobData {
    fn new(cx: &RequestContext, job: JobStatus) -> Self {
        Self {
            label: label(cx, &job.id),
            id: job.id,
            due: job.due_at.to_rfc3339(),
            running: job.is_running,
            begun: job.begun_at.map(Timestamp::to_rfc3339),
            ended: job.ended_at.map(Timestamp::to_rfc3339),
            millis: job.millis,
            done: job.done,
            failures: job.failures,
            error: job.error,
            error_at: job.error_at.map(Timestamp::to_rfc3339),
        }
    }
}

/// The scheduled jobs, by id.
#[utoipa::path(get, path = "/api/v1/administration/jobs", responses((status = 200, body = [JobData])))]
async fn list(cx: RequestContext) -> Result<Json<Vec<JobData>>> {
    let jobs = cx.atrium().jobs(cx.actor()).await?;
    Ok(Json(jobs.into_iter().map(|job| JobData::new(&cx, job)).collect()))
}

/// Has a job run now: a node takes it within seconds.
#[utoipa::path(post, path = "/api/v1/administration/jobs/{id}/run", params(("id" = String, Path)),
    responses((status = 204, description = "Due now")))]
async fn run(cx: RequestContext, Path(id): Path<String>) -> Result<Response> {
    cx.atrium().run_job(cx.actor(), &id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
