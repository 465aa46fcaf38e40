//! The audit record, the newest acts first.

use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::{Crumb, Pages, breadcrumb};
use crate::access::Scope;
use crate::access::permissions::AUDIT_READ;
use crate::audit;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::web::routes::Routes;
use crate::web::{Cx, Query, View, Who};

/// Where the record is read.
pub(super) const PATH: &str = "/administration/journal";
/// Acts on one page.
const PAGE: u64 = 50;

pub(super) fn declare(routes: &mut Routes) {
    routes.get(PATH, Who::Holder(AUDIT_READ), list);
}

#[derive(Default, Deserialize)]
struct Asked {
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
    action: String,
    subject: String,
    subject_url: String,
    scope: String,
    reason: String,
    details: String,
}

impl View for AuditView {
    const TEMPLATE: &'static str = "admin/audit";
}

/// `GET /administration/journal?sujet=&avant=`
async fn list(cx: Cx, Query(asked): Query<Asked>) -> Result<Response> {
    cx.actor().require(AUDIT_READ, Scope::Platform)?;
    let subject = asked.sujet.trim();
    let of = Some(subject).filter(|subject| !subject.is_empty());
    let mut rows = audit::store::list(cx.db(), of, asked.avant, PAGE + 1).await?;
    let more = rows.len() as u64 > PAGE;
    rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let last = rows.last().map(|row| row.id).filter(|_| more);
    let title = cx.t("admin-audit-title");
    cx.page(&AuditView {
        breadcrumb: breadcrumb(&cx, &[], &title),
        title,
        noindex: true,
        action: PATH,
        subject: subject.to_owned(),
        pagination: Pages { previous_url: None, next_url: last.map(|last| format!("{}&avant={last}", path(subject))) },
        acts: rows.into_iter().map(Act::from).collect(),
    })
}

/// The acts on `subject`.
pub(super) fn path(subject: &str) -> String {
    let subject = percent_encoding::utf8_percent_encode(subject, percent_encoding::NON_ALPHANUMERIC);
    format!("{PATH}?sujet={subject}")
}

impl From<audit::Model> for Act {
    fn from(row: audit::Model) -> Self {
        Self {
            at: row.at,
            actor: row.actor_name,
            via: row.via,
            action: row.action,
            subject_url: path(&row.subject),
            subject: row.subject,
            scope: row.scope.unwrap_or_default(),
            reason: row.reason,
            details: if row.details == "null" { String::new() } else { row.details },
        }
    }
}
