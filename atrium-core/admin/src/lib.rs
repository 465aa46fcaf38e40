//! Administration: people, their memberships and roles, custom roles, establishments and their groups, services,
//! announcements, explanations of rights, the audit record. One file per kind of page holds its routes, the fields
//! of its form and the data of its template.

mod accounts;
mod announcements;
mod api;
mod audit;
mod audit_changes;
mod audit_names;
mod confirm;
mod erasures;
mod establishments;
mod explain;
mod first_steps;
mod grants;
mod group;
mod groups;
mod guardians;
mod identities;
mod jobs;
mod mail;
mod memberships;
mod offers;
mod people;
mod person;
mod person_form;
mod privacy;
mod programs;
mod roles;
mod school_filter;
mod sectors;
mod services;
mod settings;
mod span;
mod tasks;
mod tokens;
mod webhook_form;
mod webhooks;

use first_steps::{PATH as FIRST_STEPS_PATH, are_for as first_steps_are_for, open as open_first_steps};

use std::borrow::Cow;

use std::str::FromStr;

use axum::response::Response;
use http::StatusCode;
use rust_embed::RustEmbed;
use serde::Serialize;

use async_trait::async_trait;
use atrium_platform::access::permissions::{
    ACCESS_EXPLAIN, ANNOUNCEMENT_EDIT, AUDIT_READ, CATALOGUE_EDIT, ESTABLISHMENT_EDIT, GROUP_EDIT, JOBS_RUN,
    PERSON_EDIT, PERSON_READ, PRIVACY_HANDLE, ROLE_ASSIGN, ROLE_EDIT, SECTOR_EDIT, SETTINGS_EDIT, WEBHOOK_MANAGE,
};
use atrium_platform::access::{Actor, Permission, Scope};
use atrium_platform::mail::Letters;
use atrium_platform::plugin::{Plugin, PluginContext};
use atrium_platform::{Error, Message, Result};
use atrium_web::{
    Choice, Crumb, FieldErrors, Files, Form, HomeSection, NavEntry, NavPlace, Overtaken, RequestContext, Routes, View,
    WebPlugin, Who,
};

/// Where administration begins.
const ADMIN_PATH: &str = "/administration";

#[derive(RustEmbed)]
#[folder = "templates/"]
struct Templates;

#[derive(RustEmbed)]
#[folder = "locales/"]
struct Locales;

/// The pages of administration, as a plugin.
#[derive(Clone, Copy, Debug, Default)]
pub struct Administration;

impl Plugin for Administration {
    fn id(&self) -> &'static str {
        "admin"
    }

    fn letters(&self, cx: &PluginContext) -> Vec<Letters> {
        mail::letters(cx)
    }
}

#[async_trait]
impl WebPlugin for Administration {
    fn routes(&self, routes: &mut Routes) {
        routes.get(ADMIN_PATH, Who::SignedIn, show);
        first_steps::declare(routes);
        people::declare(routes);
        person::declare(routes);
        person_form::declare(routes);
        accounts::declare(routes);
        tokens::declare(routes);
        programs::declare(routes);
        memberships::declare(routes);
        guardians::declare(routes);
        identities::declare(routes);
        grants::declare(routes);
        roles::declare(routes);
        establishments::declare(routes);
        sectors::declare(routes);
        groups::declare(routes);
        group::declare(routes);
        services::declare(routes);
        announcements::declare(routes);
        explain::declare(routes);
        audit::declare(routes);
        settings::declare(routes);
        jobs::declare(routes);
        tasks::declare(routes);
        mail::declare(routes);
        webhooks::declare(routes);
        privacy::declare(routes);
        erasures::declare(routes);
        api::declare(routes);
    }

    fn templates(&self) -> Files {
        Files::of::<Templates>()
    }

    fn locales(&self) -> Files {
        Files::of::<Locales>()
    }

    fn navigation(&self, actor: &Actor) -> Vec<NavEntry> {
        if actor.person().is_none() {
            return Vec::new();
        }
        let menu = NavEntry::menu("nav-admin", ADMIN_PATH, "tools", 0).gathering(NavPlace::Admin);
        let open = PARTS.iter().filter(|part| part.is_open(actor));
        let parts = open.map(|part| NavEntry::admin(part.title, part.path, part.icon, 0));
        std::iter::once(menu).chain(parts).collect()
    }

    async fn first_page(&self, cx: &RequestContext) -> Result<Option<String>> {
        let has_steps = first_steps_are_for(cx.actor()) && open_first_steps(cx).await? > 0;
        Ok(has_steps.then(|| FIRST_STEPS_PATH.to_owned()))
    }
}

/// A part of administration: its page, its title, and the permissions any one of which opens it.
struct Part {
    /// Message keys of what it is called and what it is for.
    title: &'static str,
    summary: &'static str,
    path: &'static str,
    icon: &'static str,
    opens: &'static [Permission],
    /// `true` if the permission must hold on the whole platform.
    everywhere: bool,
}

const PARTS: [Part; 14] = [
    Part {
        title: "admin-people-title",
        summary: "admin-people-summary",
        path: people::PATH,
        icon: "user",
        opens: &[PERSON_READ, ROLE_ASSIGN],
        everywhere: false,
    },
    Part {
        title: "admin-roles-title",
        summary: "admin-roles-summary",
        path: roles::PATH,
        icon: "key",
        opens: &[ROLE_EDIT, ROLE_ASSIGN],
        everywhere: false,
    },
    Part {
        title: "admin-programs-title",
        summary: "admin-programs-summary",
        path: programs::PATH,
        icon: "link",
        opens: &[PERSON_EDIT],
        everywhere: true,
    },
    Part {
        title: "admin-establishments-title",
        summary: "admin-establishments-summary",
        path: establishments::PATH,
        icon: "school",
        opens: &[ESTABLISHMENT_EDIT, CATALOGUE_EDIT, GROUP_EDIT, PERSON_READ],
        everywhere: false,
    },
    Part {
        title: "admin-sectors-title",
        summary: "admin-sectors-summary",
        path: sectors::PATH,
        icon: "folder",
        opens: &[SECTOR_EDIT],
        everywhere: true,
    },
    Part {
        title: "admin-services-title",
        summary: "admin-services-summary",
        path: services::PATH,
        icon: "tools",
        opens: &[CATALOGUE_EDIT],
        everywhere: false,
    },
    Part {
        title: "admin-announcements-title",
        summary: "admin-announcements-summary",
        path: announcements::PATH,
        icon: "info",
        opens: &[ANNOUNCEMENT_EDIT],
        everywhere: false,
    },
    Part {
        title: "admin-explain-title",
        summary: "admin-explain-summary",
        path: explain::PATH,
        icon: "question",
        opens: &[ACCESS_EXPLAIN],
        everywhere: false,
    },
    Part {
        title: "admin-audit-title",
        summary: "admin-audit-summary",
        path: audit::PATH,
        icon: "list",
        opens: &[AUDIT_READ],
        everywhere: false,
    },
    Part {
        title: "admin-settings-title",
        summary: "admin-settings-summary",
        path: settings::PATH,
        icon: "tools",
        opens: &[SETTINGS_EDIT],
        everywhere: true,
    },
    Part {
        title: "admin-erasures-title",
        summary: "admin-erasures-summary",
        path: erasures::PATH,
        icon: "user",
        opens: &[PRIVACY_HANDLE],
        everywhere: true,
    },
    Part {
        title: "admin-jobs-title",
        summary: "admin-jobs-summary",
        path: jobs::PATH,
        icon: "clock",
        opens: &[JOBS_RUN],
        everywhere: true,
    },
    Part {
        title: "admin-mail-title",
        summary: "admin-mail-summary",
        path: mail::PATH,
        icon: "mail",
        opens: &[JOBS_RUN],
        everywhere: true,
    },
    Part {
        title: "admin-webhooks-title",
        summary: "admin-webhooks-summary",
        path: webhooks::PATH,
        icon: "link",
        opens: &[WEBHOOK_MANAGE],
        everywhere: false,
    },
];

impl Part {
    fn is_open(&self, actor: &Actor) -> bool {
        let (rights, now) = (actor.rights(), actor.now());
        let holds = |permission: &Permission| {
            if self.everywhere {
                actor.may(*permission, Scope::Platform)
            } else {
                rights.holds_somewhere(*permission, now)
            }
        };
        self.opens.iter().any(holds)
    }
}

/// Returns `true` if this person may open the part at `path`.
fn is_open(path: &str, actor: &Actor) -> bool {
    PARTS.iter().any(|part| part.path == path && part.is_open(actor))
}

#[derive(Serialize)]
struct AdminView {
    title: String,
    noindex: bool,
    parts: Vec<PartView>,
    sections: Vec<HomeSection>,
}

#[derive(Serialize)]
struct PartView {
    title: String,
    summary: String,
    url: Cow<'static, str>,
    icon: &'static str,
}

impl View for AdminView {
    const TEMPLATE: &'static str = "admin/index";
}

/// `GET /administration`
async fn show(cx: RequestContext) -> Result<Response> {
    let entries = cx.navigation(NavPlace::Admin);
    if entries.is_empty() {
        return Err(Error::forbidden("administration"));
    }
    let part = |part: &Part| PartView {
        title: cx.t(part.title),
        summary: cx.t(part.summary),
        url: part.path.into(),
        icon: part.icon,
    };
    let own = PARTS.iter().filter(|part| part.is_open(cx.actor())).map(part);
    let of_others = |entry: &NavEntry| PARTS.iter().all(|part| part.path != entry.url);
    let theirs = entries.into_iter().filter(of_others).map(|entry| PartView {
        title: cx.t(entry.label),
        summary: cx.known(&format!("{}-summary", entry.label)).unwrap_or_default(),
        url: entry.url.into(),
        icon: entry.icon,
    });
    let mut first = Vec::new();
    if first_steps_are_for(cx.actor()) {
        let open = open_first_steps(&cx).await?;
        first.extend((open > 0).then(|| PartView {
            title: cx.t("admin-first-steps-title"),
            summary: cx.message(&Message::new("admin-first-steps-open").with("count", open)),
            url: FIRST_STEPS_PATH.into(),
            icon: "check",
        }));
    }
    let parts = first.into_iter().chain(own).chain(theirs).collect();
    let mut sections = Vec::new();
    for plugin in cx.atrium().plugins() {
        sections.extend(plugin.administration(&cx).await?);
    }
    cx.page(&AdminView { title: cx.t("admin-title"), noindex: true, parts, sections })
}

/// Returns the breadcrumb from administration to a page called `here`, by the steps in between.
fn breadcrumb(cx: &RequestContext, between: &[(String, String)], here: &str) -> Vec<Crumb> {
    let home = Crumb::to(cx.t("nav-admin"), ADMIN_PATH);
    let between = between.iter().map(|(label, url)| {
        let is_school = url.starts_with(establishments::PATH) && url != establishments::PATH;
        Crumb::to(label, url).in_language(if is_school { "fr" } else { "" })
    });
    std::iter::once(home).chain(between).chain([Crumb::here(here)]).collect()
}

/// Returns the status and the messages with which a form comes back; an error that is not about its input is passed
/// on.
fn refusal(cx: &RequestContext, error: Error) -> Result<(StatusCode, FieldErrors)> {
    refusal_at(cx, error, "")
}

/// Does the same as [`refusal`], and shows a conflict beside `field`.
fn refusal_at(cx: &RequestContext, error: Error, field: &str) -> Result<(StatusCode, FieldErrors)> {
    if error.is_invalid() {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, cx.field_errors(&error)));
    }
    if let Some(seconds) = error.retry_after() {
        let wait = Message::new("admin-too-often").with("minutes", seconds.div_ceil(60));
        return Ok((StatusCode::TOO_MANY_REQUESTS, [(String::new(), cx.message(&wait))].into()));
    }
    match error.message() {
        Some(message) if error.is_conflict() => {
            Ok((StatusCode::CONFLICT, [(field.to_owned(), cx.message(message))].into()))
        }
        _ => Err(error),
    }
}

/// Does the same as [`refusal`] for an edit of a row at the version `current`, and returns the version with which
/// the form comes back. A stale edit shows the saved values `beside` its fields, and may be sent again.
fn refused_edit(
    cx: &RequestContext,
    error: Error,
    form: &Form,
    current: i64,
    beside: impl FnOnce() -> FieldErrors,
) -> Result<(StatusCode, FieldErrors, i64)> {
    let is_stale = error.is_stale();
    let (status, errors) = refusal(cx, error)?;
    if is_stale { Ok((status, beside(), current)) } else { Ok((status, errors, version(form))) }
}

/// Returns status, messages and version with which a form that renames comes back. `kept` reads the name and the version as
/// they are, which a stale edit shows beside what was typed.
async fn refused_rename(
    cx: &RequestContext,
    error: Error,
    form: &Form,
    kept: impl Future<Output = Result<(String, i64)>>,
) -> Result<(StatusCode, FieldErrors, i64)> {
    let is_stale = error.is_stale();
    let (status, errors) = refusal_at(cx, error, "name")?;
    if !is_stale {
        return Ok((status, errors, version(form)));
    }
    let (name, version) = kept.await?;
    Ok((status, Overtaken::new(cx).field("name", &form.text("name"), &name).errors(), version))
}

/// Returns what was chosen with the button `field`.
fn chosen<T: FromStr>(form: &Form, field: &'static str) -> Result<T> {
    form.text(field).parse().map_err(|_| Error::invalid_field(field, Message::new("field-choice")))
}

/// Returns the label of the choice with this value; empty without one.
fn label_of<'c>(choices: &'c [Choice], value: &str) -> &'c str {
    choices.iter().find(|choice| choice.value == value).map_or("", |choice| choice.label.as_str())
}

/// Returns the version in a hidden field; a malformed one counts as stale.
fn version(form: &Form) -> i64 {
    form.text("version").parse().unwrap_or(-1)
}

#[cfg(test)]
mod tests {
    use super::PARTS;

    #[test]
    fn every_part_has_its_picture() {
        let sprite = include_str!("../../web/assets/icons.svg");
        for part in &PARTS {
            assert!(sprite.contains(&format!("id=\"{}\"", part.icon)), "{}", part.icon);
        }
    }
}
