//! Every edit of core, field by field: the record lists exactly the changed field, the version grows, an edit of an
//! older version is refused, and an edit without changes writes no row.

use std::collections::BTreeSet;
use std::path::Path;

use atrium_core::access::actions::RoleChange;
use atrium_core::access::permissions::{AUDIT_READ, FIGURES_READ};
use atrium_core::audit;
use atrium_core::catalogue::{
    AnnouncementKind, AnnouncementText, AvailabilityChange, Catalogue, ServiceState, StateChange,
};
use atrium_core::directory::EstablishmentKind;
use atrium_core::directory::actions::{EstablishmentEdit, PersonEdit, Place};
use atrium_core::login::LoginName;
use atrium_core::testing::World;
use atrium_core::{Error, Result};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::Value;

/// A field, and a function that changes it alone.
type Changed<T> = (&'static str, fn(&mut T));

/// Actions that edit a row; each has a test here.
const EDITS: [&str; 10] = [
    "core.announcement.edited",
    "core.announcement.ended",
    "core.catalogue.availability_set",
    "core.catalogue.state_set",
    "core.establishment.edited",
    "core.group.edited",
    "core.login.account_renamed",
    "core.person.edited",
    "core.role.edited",
    "core.sector.edited",
];
/// Actions that make, end or delete something, and events without a record.
const OTHERS: [&str; 54] = [
    "core.announcement.changed",
    "core.announcement.created",
    "core.catalogue.changed",
    "core.establishment.created",
    "core.group.created",
    "core.group.joined",
    "core.group.left",
    "core.guardian.linked",
    "core.guardian.unlinked",
    "core.identity.linked",
    "core.identity.unlinked",
    "core.index.asked",
    "core.file.removed",
    "core.file.sent",
    "core.job.asked",
    "core.login.account_named",
    "core.login.link_made",
    "core.login.password_set",
    "core.login.program_created",
    "core.login.refused",
    "core.login.sessions_revoked",
    "core.login.signed_in",
    "core.login.signed_out",
    "core.login.token_created",
    "core.login.token_revoked",
    "core.mail.address_restored",
    "core.membership.begun",
    "core.membership.ended",
    "core.person.created",
    "core.person.erased",
    "core.person.erasure_asked",
    "core.person.erasure_withdrawn",
    "core.person.exported",
    "core.person.restored",
    "core.person.suspended",
    "core.role.created",
    "core.role.deleted",
    "core.role.forbidden",
    "core.role.granted",
    "core.role.revoked",
    "core.sector.created",
    "core.sector.deleted",
    "core.sector.joined",
    "core.sector.left",
    "core.settings.changed",
    "core.task.dropped",
    "core.task.retried",
    "core.webhook.created",
    "core.webhook.deleted",
    "core.webhook.paused",
    "core.webhook.redelivered",
    "core.webhook.resumed",
    "core.webhook.secret_replaced",
    "core.webhook.stopped",
];

/// Edits of what only a whole platform has: see `settings.rs` and `webhooks.rs`.
const OF_PLATFORM: [&str; 2] = ["core.settings.edited", "core.webhook.edited"];

struct Stage {
    world: World,
    catalogue: Catalogue,
    tested: BTreeSet<String>,
}

/// The numbers of records and events.
type Written = (usize, i64);

impl Stage {
    async fn new() -> Self {
        let world = World::new().await;
        let catalogue = Catalogue::open(world.db(), &crate::catalogue::services()).await.unwrap();
        Self { world, catalogue, tested: BTreeSet::new() }
    }

    async fn written(&self) -> Written {
        let db = self.world.db().db();
        let records = audit::list(db, None, None, 10_000).await.unwrap().len();
        let events = Statement::from_string(db.get_database_backend(), "SELECT COUNT(*) AS n FROM atrium_outbox");
        let row = db.query_one_raw(events).await.unwrap().unwrap();
        (records, row.try_get("", "n").unwrap())
    }

    /// Asserts that `edit` changes only `field` of a row at `version`.
    async fn changes(&mut self, action: &str, field: &str, version: i64, edit: impl AsyncFn(&Self, i64) -> Result<()>) {
        let what = format!("{action}, {field}");
        let before = self.written().await;
        let stale = edit(self, version - 1).await.unwrap_err();
        assert!(stale.is_stale(), "{what}: {stale}");
        assert_eq!(self.written().await, before, "{what}: refused");

        edit(self, version).await.unwrap();
        assert_eq!(self.written().await, (before.0 + 1, before.1 + 1), "{what}: one record, one event");
        let newest = audit::list(self.world.db().db(), None, None, 1).await.unwrap().remove(0);
        assert_eq!(newest.action, action, "{what}");
        let details: Value = serde_json::from_str(&newest.details).unwrap();
        let changed = details["changes"].as_object().unwrap();
        assert_eq!(changed.keys().collect::<Vec<_>>(), [field], "{what}");
        let values = changed[field].as_array().unwrap();
        assert!(values.is_empty() || values.len() == 2 && values[0] != values[1], "{what}: {values:?}");

        let written = self.written().await;
        assert!(edit(self, version).await.unwrap_err().is_stale(), "{what}: the version has grown");
        edit(self, version + 1).await.unwrap();
        edit(self, version + 1).await.unwrap();
        assert_eq!(self.written().await, written, "{what}: what changes nothing writes nothing");
        self.tested.insert(action.to_owned());
    }
}

#[tokio::test]
async fn the_record_of_an_edit_lists_what_changed() {
    let mut stage = Stage::new().await;
    schools(&mut stage).await;
    people(&mut stage).await;
    roles(&mut stage).await;
    services(&mut stage).await;
    announcements(&mut stage).await;
    assert_eq!(stage.tested.iter().map(String::as_str).collect::<Vec<_>>(), EDITS);
}

async fn schools(stage: &mut Stage) {
    let school = stage.world.school().await;
    let row = atrium_core::directory::establishment(stage.world.db().db(), school).await.unwrap();
    let mut now = EstablishmentEdit { name: row.name, kind: row.kind, city: row.city };
    let change: &[Changed<EstablishmentEdit>] = &[
        ("name", |edit| edit.name = "Lycée renommé".to_owned()),
        ("kind", |edit| edit.kind = EstablishmentKind::LyceePro),
        ("city", |edit| edit.city = "Gap".to_owned()),
    ];
    for (&(field, change), version) in change.iter().zip(1..) {
        change(&mut now);
        let edit = async |stage: &Stage, version| {
            let world = &stage.world;
            world.access().directory().edit_establishment(&world.system(), school, version, now.clone()).await
        };
        stage.changes("core.establishment.edited", field, version, edit).await;
    }
    let traits = BTreeSet::from(["tablettes".to_owned()]);
    let edit = async |stage: &Stage, version| {
        stage.world.access().directory().set_traits(&stage.world.system(), school, version, &traits).await
    };
    stage.changes("core.establishment.edited", "traits", 1, edit).await;
    let class = stage.world.class(school).await;
    let edit = async |stage: &Stage, version| {
        stage.world.access().directory().rename_group(&stage.world.system(), class, version, "1re 9").await
    };
    stage.changes("core.group.edited", "name", 1, edit).await;

    let sector = stage.world.access().directory().create_sector(&stage.world.system(), "Nord").await.unwrap();
    let edit = async |stage: &Stage, version| {
        stage.world.access().directory().rename_sector(&stage.world.system(), sector, version, "Sud").await
    };
    stage.changes("core.sector.edited", "name", 1, edit).await;
}

async fn people(stage: &mut Stage) {
    let person = stage.world.person(Place::Region).await;
    let row = atrium_core::directory::person(stage.world.db().db(), person).await.unwrap();
    let mut now = PersonEdit::new(row.given_name, row.family_name);
    now.display_name = row.display_name;
    let change: &[Changed<PersonEdit>] = &[
        ("given_name", |edit| edit.given_name = "Dominique".to_owned()),
        ("family_name", |edit| edit.family_name = "Autre".to_owned()),
        ("display_name", |edit| edit.display_name = "D. Autre".to_owned()),
        ("email", |edit| edit.email = Some("d@exemple.fr".to_owned())),
        ("locale", |edit| edit.locale = "en".to_owned()),
    ];
    for (&(field, change), version) in change.iter().zip(1..) {
        change(&mut now);
        let edit = async |stage: &Stage, version| {
            stage.world.access().directory().edit_person(&stage.world.system(), person, version, now.clone()).await
        };
        stage.changes("core.person.edited", field, version, edit).await;
    }
    let kept = audit::list(stage.world.db().db(), Some(&format!("person:{person}")), None, 10).await.unwrap();
    assert!(kept.iter().all(|record| !record.details.contains("exemple.fr") && !record.details.contains("Autre")));

    let name = |text| LoginName::parse(text).unwrap();
    let (access, system) = (stage.world.access(), stage.world.system());
    access.login().create_login(&system, person, &name("d.autre")).await.unwrap();
    let again = access.login().create_login(&system, person, &name("d.second")).await.unwrap_err();
    assert!(again.is_stale(), "an account made meanwhile is not renamed: {again}");
    let edit = async |stage: &Stage, version| {
        let (access, system) = (stage.world.access(), stage.world.system());
        access.login().rename_login(&system, person, version, &name("dominique.autre")).await
    };
    stage.changes("core.login.account_renamed", "login", 1, edit).await;
}

async fn roles(stage: &mut Stage) {
    let role = stage.world.custom_role("essai", &[FIGURES_READ.0]).await;
    let mut now = RoleChange {
        label_fr: "essai".to_owned(),
        label_en: "essai".to_owned(),
        permissions: BTreeSet::from([FIGURES_READ.0.to_owned()]),
    };
    let change: &[Changed<RoleChange>] = &[
        ("label_fr", |edit| edit.label_fr = "Essais".to_owned()),
        ("label_en", |edit| edit.label_en = "Trials".to_owned()),
        ("permissions", |edit| edit.permissions.extend([AUDIT_READ.0.to_owned()])),
    ];
    for (&(field, change), version) in change.iter().zip(1..) {
        change(&mut now);
        let edit = async |stage: &Stage, version| {
            let (access, system) = (stage.world.access(), stage.world.system());
            access.edit_role(&system, role, version, now.clone(), "essai").await
        };
        stage.changes("core.role.edited", field, version, edit).await;
    }
}

async fn services(stage: &mut Stage) {
    let mut now = StateChange { state: ServiceState::Normal, note_fr: String::new(), note_en: String::new() };
    let change: &[Changed<StateChange>] = &[
        ("state", |edit| edit.state = ServiceState::Stopped),
        ("note_fr", |edit| edit.note_fr = "Panne".to_owned()),
        ("note_en", |edit| edit.note_en = "Failure".to_owned()),
    ];
    for (&(field, change), version) in change.iter().zip(1..) {
        change(&mut now);
        let edit = async |stage: &Stage, version| {
            stage.catalogue.set_state(&stage.world.system(), "casier", version, now.clone()).await
        };
        stage.changes("core.catalogue.state_set", field, version, edit).await;
    }
    let school = stage.world.school().await;
    let said = |available, url: Option<&str>| AvailabilityChange { available, launch_url: url.map(str::to_owned) };
    let url = Some("https://pronote.example/");
    let steps = [
        ("available", said(Some(true), None)),
        ("launch_url", said(Some(true), url)),
        ("launch_url", said(Some(true), None)),
        ("available", said(None, None)),
        ("available", said(Some(false), None)),
    ];
    for ((field, change), version) in steps.into_iter().zip(0..) {
        let edit = async |stage: &Stage, version| {
            let system = stage.world.system();
            stage.catalogue.set_availability(&system, school, "pronote", version, change.clone()).await
        };
        stage.changes("core.catalogue.availability_set", field, version, edit).await;
    }
}

async fn announcements(stage: &mut Stage) {
    let start = stage.world.db().now();
    let mut now = AnnouncementText {
        kind: AnnouncementKind::Info,
        service_key: None,
        title_fr: "Travaux".to_owned(),
        title_en: String::new(),
        body_fr: String::new(),
        body_en: String::new(),
        starts_at: start.plus_seconds(-60),
        ends_at: start.plus_days(1),
    };
    let id = stage.catalogue.announce(&stage.world.system(), now.clone()).await.unwrap();
    let change: &[Changed<AnnouncementText>] = &[
        ("kind", |edit| edit.kind = AnnouncementKind::Maintenance),
        ("service_key", |edit| edit.service_key = Some("casier".to_owned())),
        ("title_fr", |edit| edit.title_fr = "Grands travaux".to_owned()),
        ("title_en", |edit| edit.title_en = "Works".to_owned()),
        ("body_fr", |edit| edit.body_fr = "Le casier s’arrête.".to_owned()),
        ("body_en", |edit| edit.body_en = "It stops.".to_owned()),
        ("starts_at", |edit| edit.starts_at = edit.starts_at.plus_seconds(-60)),
        ("ends_at", |edit| edit.ends_at = edit.ends_at.plus_days(1)),
    ];
    for (&(field, change), version) in change.iter().zip(1..) {
        change(&mut now);
        let edit = async |stage: &Stage, version| {
            stage.catalogue.edit_announcement(&stage.world.system(), id, version, now.clone()).await
        };
        stage.changes("core.announcement.edited", field, version, edit).await;
    }
    // Ending edits the end. A past announcement is left as it is, at any version.
    let end = async |version| stage.catalogue.end_announcement(&stage.world.system(), id, version).await;
    assert!(end(8).await.unwrap_err().is_stale());
    end(9).await.unwrap();
    let newest = audit::list(stage.world.db().db(), None, None, 1).await.unwrap().remove(0);
    let details: Value = serde_json::from_str(&newest.details).unwrap();
    assert_eq!(details["changes"].as_object().unwrap().keys().collect::<Vec<_>>(), ["ends_at"]);
    stage.tested.insert(newest.action);
}

#[test]
fn every_action_is_known_as_an_edit_or_as_none() {
    let mut named = BTreeSet::new();
    for source in ["platform/src", "web/src"] {
        collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join(source), &mut named).unwrap();
    }
    let known: BTreeSet<String> =
        EDITS.iter().chain(&OTHERS).chain(&OF_PLATFORM).map(|action| (*action).to_owned()).collect();
    let unknown: Vec<_> = named.difference(&known).collect();
    assert!(unknown.is_empty(), "say whether these edit something, and test those that do: {unknown:?}");
}

/// Collects the names of actions and events in the sources below `folder`. Permissions are in one file.
fn collect(folder: &Path, named: &mut BTreeSet<String>) -> Result<()> {
    let unread = |error| Error::internal("the sources", error);
    for entry in std::fs::read_dir(folder).map_err(unread)? {
        let path = entry.map_err(unread)?.path();
        if path.is_dir() {
            collect(&path, named)?;
        } else if path.extension().is_some_and(|kind| kind == "rs") && !path.ends_with("core_permissions.rs") {
            let text = std::fs::read_to_string(&path).map_err(unread)?;
            let code = |line: &&str| !line.trim_start().starts_with("//");
            let text = text.lines().filter(code).collect::<Vec<_>>().join("\n");
            // A name in `named` is a lock.
            let parts: Vec<_> = text.split("\"core.").collect();
            let literals = parts.windows(2).filter(|pair| !pair[0].ends_with("named("));
            let literals = literals.filter_map(|pair| pair[1].split('"').next());
            let action = |name: &&str| name.matches('.').count() == 1 && !name.ends_with('.');
            named.extend(literals.filter(action).map(|name| format!("core.{name}")));
        }
    }
    Ok(())
}
