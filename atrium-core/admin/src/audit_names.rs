//! The names of subjects, scopes and ids in records, loaded at once for a whole page of the journal, with their
//! pages if the reader may open them.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::audit::numbered;
use super::audit_changes::numbered_subjects;
use super::{announcements, establishments, group, jobs, person, roles, sectors, services, settings, tasks, webhooks};
use atrium_platform::Result;
use atrium_platform::access::permissions::{
    ANNOUNCEMENT_EDIT, CATALOGUE_EDIT, FAMILY_READ, GROUP_EDIT, JOBS_RUN, PERSON_READ, SECTOR_EDIT, SETTINGS_EDIT,
    WEBHOOK_MANAGE,
};
use atrium_platform::access::{Permission, Roles, Scope};
use atrium_platform::catalogue::AnnouncementId;
use atrium_platform::directory::{EstablishmentId, GroupId, PersonId, SectorId};
use atrium_platform::webhooks::WebhookId;
use atrium_platform::{audit, directory};
use atrium_web::{Crumb, RequestContext};

/// The names of one page.
pub(super) struct Names {
    roles: Arc<Roles>,
    /// The names by subject, as records write it: `person:12`, `forum:3`.
    named: HashMap<String, Crumb>,
}

impl Names {
    /// Loads the names of every subject, scope and id in `rows`.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub(super) async fn of(cx: &RequestContext, rows: &[audit::Entry]) -> Result<Self> {
        let mut subjects: BTreeSet<String> = rows.iter().map(|row| row.subject.clone()).collect();
        subjects.extend(rows.iter().flat_map(|row| numbered_subjects(&row.action, &row.details)));
        subjects.extend(rows.iter().filter_map(|row| of_scope(row.scope.as_deref()?)));
        let mut names = Self { roles: cx.atrium().access().roles().await?, named: HashMap::new() };
        names.add_people(cx, &subjects).await?;
        names.add_places(cx, &subjects).await?;
        names.add_announcements(cx, &subjects).await?;
        names.add_webhooks(cx, &subjects).await?;
        for subject in &subjects {
            let named = names.of_memory(cx, subject);
            names.named.extend(named.map(|named| (subject.clone(), named)));
        }
        let subjects: Vec<_> = subjects.into_iter().collect();
        for plugin in cx.atrium().plugins() {
            names.named.extend(plugin.record_names(cx, &subjects).await?);
        }
        Ok(names)
    }

    pub(super) fn roles(&self) -> &Roles {
        &self.roles
    }

    /// Returns the name of `subject`, if it has one that the reader may know.
    pub(super) fn label(&self, subject: &str) -> Option<&str> {
        self.named.get(subject).map(|named| named.label.as_str())
    }

    /// Returns `subject` by its name, with its page; else by its kind and id.
    pub(super) fn subject(&self, cx: &RequestContext, subject: &str) -> Crumb {
        if let Some(named) = self.named.get(subject) {
            return named.clone();
        }
        let kind = subject.split_once(':');
        let label = kind.and_then(|(kind, id)| {
            let label = cx.known(&format!("subject-{}", kind.replace('_', "-")))?;
            Some(format!("{label} {id}"))
        });
        Crumb::here(label.unwrap_or_else(|| subject.to_owned()))
    }

    /// Returns the name of a scope.
    pub(super) fn scope(&self, cx: &RequestContext, scope: &str) -> String {
        if scope == Scope::Platform.to_string() {
            return cx.t("admin-scope-platform");
        }
        let name = of_scope(scope).and_then(|subject| self.label(&subject).map(str::to_owned));
        name.unwrap_or_else(|| scope.to_owned())
    }

    async fn add_people(&mut self, cx: &RequestContext, subjects: &BTreeSet<String>) -> Result<()> {
        let ids: Vec<PersonId> = ids(subjects, "person:");
        let opens = everywhere(cx, PERSON_READ) && everywhere(cx, FAMILY_READ);
        for row in directory::people(cx.db(), &ids).await? {
            let named = page(cx.person_name(&row.display_name), opens.then(|| person::path(row.id)));
            self.named.insert(format!("person:{}", row.id), named);
        }
        Ok(())
    }

    async fn add_places(&mut self, cx: &RequestContext, subjects: &BTreeSet<String>) -> Result<()> {
        let schools: Vec<EstablishmentId> = ids(subjects, "establishment:");
        for row in directory::establishments_by_id(cx.db(), schools).await? {
            let opens = everywhere(cx, PERSON_READ).then(|| establishments::path(row.id));
            self.named.insert(format!("establishment:{}", row.id), page(row.name, opens).in_language("fr"));
        }
        let sectors: Vec<SectorId> = ids(subjects, "sector:");
        for row in directory::sectors_by_id(cx.db(), sectors).await? {
            let opens = everywhere(cx, SECTOR_EDIT).then(|| sectors::path(row.id));
            self.named.insert(format!("sector:{}", row.id), page(row.name, opens).in_language("fr"));
        }
        let groups: Vec<GroupId> = ids(subjects, "group:");
        for row in directory::groups_by_id(cx.db(), groups).await? {
            let opens = everywhere(cx, GROUP_EDIT).then(|| group::path(row.id));
            self.named.insert(format!("group:{}", row.id), page(row.name, opens));
        }
        Ok(())
    }

    async fn add_announcements(&mut self, cx: &RequestContext, subjects: &BTreeSet<String>) -> Result<()> {
        let announced: Vec<AnnouncementId> = ids(subjects, "announcement:");
        for row in cx.atrium().catalogue().announcements_among(&announced).await? {
            let opens = everywhere(cx, ANNOUNCEMENT_EDIT).then(|| announcements::path(row.id));
            self.named.insert(format!("announcement:{}", row.id), page(row.title_fr, opens).in_language("fr"));
        }
        Ok(())
    }

    /// Adds the webhooks that the reader manages: their names may say who calls.
    async fn add_webhooks(&mut self, cx: &RequestContext, subjects: &BTreeSet<String>) -> Result<()> {
        let named: Vec<WebhookId> = ids(subjects, "webhook:");
        if named.is_empty() || !cx.actor().rights().holds_somewhere(WEBHOOK_MANAGE, cx.actor().now()) {
            return Ok(());
        }
        for hook in cx.atrium().webhooks().list(cx.actor()).await?.into_iter().filter(|hook| named.contains(&hook.id)) {
            let url = Some(webhooks::path(hook.id));
            self.named.insert(format!("webhook:{}", hook.id), page(hook.name, url).in_language("fr"));
        }
        Ok(())
    }

    /// Returns the name of what needs no query: a role, a service, settings, a job.
    fn of_memory(&self, cx: &RequestContext, subject: &str) -> Option<Crumb> {
        if let Some(role) = numbered(subject, "role:").and_then(|id| self.roles.get(id)) {
            let opens = roles::may_read(cx).then(|| roles::path(role.id));
            return Some(page(cx.role_name(role).to_owned(), opens));
        }
        if let Some(owner) = subject.strip_prefix("settings:") {
            let opens = everywhere(cx, SETTINGS_EDIT).then(|| settings::path(owner));
            return Some(page(settings::title(cx, owner), opens));
        }
        if let Some(id) = subject.strip_prefix("job:") {
            let opens = everywhere(cx, JOBS_RUN).then(|| jobs::PATH.to_owned());
            return Some(page(jobs::label(cx, id), opens));
        }
        if let Some(kind) = subject.strip_prefix("task:") {
            let opens = everywhere(cx, JOBS_RUN).then(|| jobs::PATH.to_owned());
            return Some(page(tasks::label(cx, kind), opens));
        }
        let service = cx.atrium().catalogue().service(subject.strip_prefix("service:")?)?;
        let opens = everywhere(cx, CATALOGUE_EDIT).then(|| services::path(&service.key));
        Some(page(cx.service_name(&service).to_owned(), opens))
    }
}

fn everywhere(cx: &RequestContext, permission: Permission) -> bool {
    cx.actor().may(permission, Scope::Platform)
}

fn page(label: String, url: Option<String>) -> Crumb {
    match url {
        Some(url) => Crumb::to(label, url),
        None => Crumb::here(label),
    }
}

fn ids<T: std::str::FromStr>(subjects: &BTreeSet<String>, kind: &str) -> Vec<T> {
    subjects.iter().filter_map(|subject| numbered(subject, kind)).collect()
}

/// Returns the subject of a scope: `e12` is a school, `s3` a sector, `g45` a group.
fn of_scope(scope: &str) -> Option<String> {
    let kind = |prefix: &str| numbered::<i64>(scope, prefix);
    let of = |prefix, subject: &str| kind(prefix).map(|id| format!("{subject}:{id}"));
    of("e", "establishment").or_else(|| of("s", "sector")).or_else(|| of("g", "group"))
}
