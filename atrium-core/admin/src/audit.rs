//! The page of the audit record, newest first.

use std::str::FromStr;

use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::audit_changes::{changes, details};
use super::audit_names::Names;
use super::breadcrumb;
use atrium_platform::Result;
use atrium_platform::access::Scope;
use atrium_platform::access::permissions::AUDIT_READ;
use atrium_platform::clock::Timestamp;
use atrium_platform::{audit, directory};
use atrium_web::{Crumb, Pages, Query, RequestContext, Routes, View, Who};

/// The path of the record.
pub(super) const PATH: &str = "/administration/journal";
/// The records per page.
const PAGE: u64 = 50;

pub(super) fn declare(routes: &mut Routes) {
    routes.get(PATH, Who::Holder(AUDIT_READ), list);
}

#[derive(Default, Deserialize)]
struct Params {
    #[serde(default)]
    sujet: String,
    avant: Option<i64>,
}

#[derive(Serialize)]
struct AuditView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    action: &'static str,
    subject: String,
    acts: Vec<Act>,
    pagination: Pages,
}

#[derive(Serialize)]
struct Act {
    at: Timestamp,
    actor: String,
    via: String,
    /// The action, in words if there are any.
    action: String,
    subject: Crumb,
    /// The page of all records about the subject.
    acts_url: String,
    scope: String,
    scope_lang: &'static str,
    reason: String,
    details: Vec<String>,
    /// The changed fields of an edit, with old and new values.
    changes: Vec<String>,
}

impl View for AuditView {
    const TEMPLATE: &'static str = "admin/audit";
}

/// `GET /administration/journal?sujet=&avant=`
async fn list(cx: RequestContext, Query(asked): Query<Params>) -> Result<Response> {
    let typed = asked.sujet.trim();
    let subject = subject_of(&cx, typed).await?;
    let of = Some(subject.as_str()).filter(|subject| !subject.is_empty());
    let mut rows = cx.atrium().access().journal(cx.actor(), of, asked.avant, PAGE + 1).await?;
    let more = rows.len() as u64 > PAGE;
    rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let last = rows.last().map(|row| row.id).filter(|_| more);
    let title = cx.t("admin-audit-title");
    let names = Names::of(&cx, &rows).await?;
    cx.page(&AuditView {
        breadcrumb: breadcrumb(&cx, &[], &title),
        title,
        noindex: true,
        action: PATH,
        subject: typed.to_owned(),
        pagination: Pages::next(last.map(|last| format!("{}&avant={last}", path(typed)))),
        acts: rows.into_iter().map(|row| act(&cx, &names, row)).collect(),
    })
}

/// Returns the subject for an account's name, a school's UAI, or a subject as the record writes it.
pub(super) async fn subject_of(cx: &RequestContext, typed: &str) -> Result<String> {
    if typed.is_empty() || typed.contains(':') {
        return Ok(typed.to_owned());
    }
    if let Some(person) = cx.atrium().login().person_named(&typed.to_lowercase()).await? {
        return Ok(format!("person:{person}"));
    }
    let uai = typed.to_uppercase();
    let schools = directory::establishments_by_uai(cx.db(), std::iter::once(uai.as_str())).await?;
    Ok(schools.first().map_or_else(|| typed.to_owned(), |school| format!("establishment:{}", school.id)))
}

/// Returns the path of the records about `subject`.
pub(super) fn path(subject: &str) -> String {
    let subject = percent_encoding::utf8_percent_encode(subject, percent_encoding::NON_ALPHANUMERIC);
    format!("{PATH}?sujet={subject}")
}

pub(super) fn numbered<T: FromStr>(subject: &str, kind: &str) -> Option<T> {
    subject.strip_prefix(kind)?.parse().ok()
}

/// Returns the action in words: `act-{action}` of the translations, with hyphens.
fn said(cx: &RequestContext, action: &str) -> String {
    cx.known(&format!("act-{}", action.replace(['.', '_'], "-"))).unwrap_or_else(|| {
        tracing::warn!(action, "an act of the audit record has no words");
        action.to_owned()
    })
}

fn act(cx: &RequestContext, names: &Names, row: audit::Entry) -> Act {
    Act {
        at: row.at,
        // Acts of the platform itself have no person.
        actor: row.actor_id.map(|_| cx.person_name(&row.actor_name)).unwrap_or(row.actor_name),
        via: cx.known(&format!("via-{}", row.via)).unwrap_or(row.via),
        action: said(cx, &row.action),
        subject: names.subject(cx, &row.subject),
        acts_url: path(&row.subject),
        scope: row.scope.as_deref().map(|scope| names.scope(cx, scope)).unwrap_or_default(),
        scope_lang: if row.scope.as_deref() == Some(&Scope::Platform.to_string()) { "" } else { "fr" },
        reason: row.reason,
        changes: changes(cx, names, &row.action, &row.details),
        details: details(cx, names, &row.action, &row.details),
    }
}
