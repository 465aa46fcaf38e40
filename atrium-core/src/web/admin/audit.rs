//! The audit record, the newest acts first.

use std::collections::{BTreeSet, HashMap};
use std::str::FromStr;

use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::audit_changes::{Called, changes, details, named};
use super::breadcrumb;
use crate::access::Scope;
use crate::access::actions::journal;
use crate::access::permissions::AUDIT_READ;
use crate::clock::Timestamp;
use crate::directory::{EstablishmentId, GroupId, PersonId};
use crate::error::Result;
use crate::web::routes::Routes;
use crate::web::{Crumb, Cx, Pages, Query, View, Who};
use crate::{audit, directory, login};

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
    /// What was done, in words where there are some.
    action: String,
    subject: String,
    subject_url: String,
    scope: String,
    reason: String,
    details: Vec<String>,
    /// Of an edit: its fields, each from what to what.
    changes: Vec<String>,
}

impl View for AuditView {
    const TEMPLATE: &'static str = "admin/audit";
}

/// `GET /administration/journal?sujet=&avant=`
async fn list(cx: Cx, Query(asked): Query<Asked>) -> Result<Response> {
    let typed = asked.sujet.trim();
    let subject = subject_of(&cx, typed).await?;
    let of = Some(subject.as_str()).filter(|subject| !subject.is_empty());
    let mut rows = journal(cx.db(), cx.actor(), of, asked.avant, PAGE + 1).await?;
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

/// What is meant by an account's name, a school's UAI, or a subject as the record writes it.
async fn subject_of(cx: &Cx, typed: &str) -> Result<String> {
    if typed.is_empty() || typed.contains(':') {
        return Ok(typed.to_owned());
    }
    if let Some(person) = login::person_named(cx.db(), &typed.to_lowercase()).await? {
        return Ok(format!("person:{person}"));
    }
    let uai = typed.to_uppercase();
    let schools = directory::store::establishments_by_uai(cx.db(), std::iter::once(uai.as_str())).await?;
    Ok(schools.first().map_or_else(|| typed.to_owned(), |school| format!("establishment:{}", school.id)))
}

/// The acts on `subject`.
pub(super) fn path(subject: &str) -> String {
    let subject = percent_encoding::utf8_percent_encode(subject, percent_encoding::NON_ALPHANUMERIC);
    format!("{PATH}?sujet={subject}")
}

/// What the subjects and scopes of a page's acts are called.
struct Names {
    called: Called,
    schools: HashMap<EstablishmentId, String>,
}

impl Names {
    async fn of(cx: &Cx, rows: &[audit::Model]) -> Result<Self> {
        let within: Vec<_> = rows.iter().map(|row| named(&row.details)).collect();
        let people = rows.iter().filter_map(|row| numbered(&row.subject, "person:"));
        let people: Vec<PersonId> = people.chain(within.iter().filter_map(|(child, _)| *child)).collect();
        let schools: BTreeSet<EstablishmentId> = rows
            .iter()
            .flat_map(|row| [numbered(&row.subject, "establishment:"), row.scope.as_deref().and_then(school_of)])
            .flatten()
            .collect();
        let groups = rows.iter().filter_map(|row| numbered(row.scope.as_deref()?, "g"));
        let groups: BTreeSet<GroupId> = groups.chain(within.iter().filter_map(|(_, group)| *group)).collect();
        let groups = directory::store::groups_by_id(cx.db(), groups).await?;
        let people = directory::store::people(cx.db(), &people).await?;
        let schools = directory::store::establishments_by_id(cx.db(), schools).await?;
        let called = Called {
            roles: cx.atrium().access().roles().await?,
            people: people.into_iter().map(|person| (person.id, person.display_name)).collect(),
            groups: groups.into_iter().map(|group| (group.id, group.name)).collect(),
        };
        Ok(Self { called, schools: schools.into_iter().map(|school| (school.id, school.name)).collect() })
    }

    fn subject(&self, cx: &Cx, subject: &str) -> String {
        if let Some(name) = numbered(subject, "person:").and_then(|id| self.called.people.get(&id)) {
            return name.clone();
        }
        if let Some(name) = numbered(subject, "establishment:").and_then(|id| self.schools.get(&id)) {
            return name.clone();
        }
        let Some((kind, id)) = subject.split_once(':') else { return subject.to_owned() };
        if kind == "service"
            && let Some(service) = cx.atrium().catalogue().service(id)
        {
            return cx.service_name(&service).to_owned();
        }
        cx.known(&format!("subject-{}", kind.replace('_', "-")))
            .map_or_else(|| subject.to_owned(), |label| format!("{label} {id}"))
    }

    fn scope(&self, cx: &Cx, scope: &str) -> String {
        if scope == Scope::Platform.to_string() {
            return cx.t("admin-scope-platform");
        }
        let school = school_of(scope).and_then(|id| self.schools.get(&id));
        let named = school.or_else(|| self.called.groups.get(&numbered(scope, "g")?));
        named.cloned().unwrap_or_else(|| scope.to_owned())
    }
}

pub(super) fn numbered<T: FromStr>(subject: &str, kind: &str) -> Option<T> {
    subject.strip_prefix(kind)?.parse().ok()
}

fn school_of(scope: &str) -> Option<EstablishmentId> {
    numbered(scope, "e")
}

/// What was done, in words: `act-{action}` of the translations, with hyphens.
fn said(cx: &Cx, action: &str) -> String {
    cx.known(&format!("act-{}", action.replace(['.', '_'], "-"))).unwrap_or_else(|| {
        tracing::warn!(action, "an act of the audit record has no words");
        action.to_owned()
    })
}

fn act(cx: &Cx, names: &Names, row: audit::Model) -> Act {
    Act {
        at: row.at,
        actor: row.actor_name,
        via: cx.known(&format!("via-{}", row.via)).unwrap_or(row.via),
        action: said(cx, &row.action),
        subject: names.subject(cx, &row.subject),
        subject_url: path(&row.subject),
        scope: row.scope.as_deref().map(|scope| names.scope(cx, scope)).unwrap_or_default(),
        reason: row.reason,
        changes: changes(cx, &names.called, &row.action, &row.details),
        details: details(cx, &names.called, &row.action, &row.details),
    }
}
