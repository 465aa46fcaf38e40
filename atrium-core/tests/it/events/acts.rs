//! One call writes the journal's line and the event of an act, as its kind declares, or neither.

use atrium_core::access::Scope;
use atrium_core::access::actions::RoleChange;
use atrium_core::catalogue::{AnnouncementKind, AnnouncementText};
use atrium_core::directory::actions::{EstablishmentEdit, NewEstablishment, NewGroup, NewPerson, Place};
use atrium_core::directory::{EstablishmentKind, GroupKind, Profile};
use atrium_core::events::{Act, EventKind, Payload};
use atrium_core::login::LoginName;
use atrium_core::plugin::core_events;
use atrium_core::testing::{TestDatabase, TestSite};
use sea_orm::{ConnectionTrait, Statement};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// A payload that is written under another name than it is read.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Tablet {
    #[serde(rename(serialize = "tablette"))]
    tablet: i64,
}

impl Payload for Tablet {
    fn sample() -> Self {
        Self { tablet: 12 }
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Loan {
    tablet: i64,
    borrower: i64,
}

impl Payload for Loan {
    fn sample() -> Self {
        Self { tablet: 12, borrower: 3 }
    }
}

const LENT: EventKind<Loan> = EventKind::new("loans.tablet.lent");
const COUNTED: EventKind = EventKind::new("loans.stock.counted").journal_only();
const MOVED: EventKind = EventKind::new("loans.stock.moved").outbox_only().published_as("loans.stock.changed");

#[tokio::test]
async fn an_act_is_in_the_journal_and_the_outbox_with_what_each_keeps() {
    let db = TestDatabase::new().await;
    let access = db.access().await;
    let operator = access.operator();
    let before = db.events().await.len();
    let tx = db.begin().await.unwrap();
    let act = Act::new(&operator, LENT).on("loans:12").within(Scope::Platform).because("panne");
    tx.record(act.with(Loan { tablet: 12, borrower: 3 }).noting(json!({ "borrower": "Lou", "days": 8 })))
        .await
        .unwrap();
    tx.record(Act::new(&operator, LENT).on("loans:13").carrying(Loan::sample())).await.unwrap();
    tx.record(Act::new(&operator, COUNTED).on("loans:14")).await.unwrap();
    tx.record(Act::new(&operator, MOVED).on("loans:15")).await.unwrap();
    tx.commit().await.unwrap();

    let journal = access.journal(&operator, None, None, 10).await.unwrap();
    let told: Vec<_> = journal.iter().map(|row| (row.action.as_str(), row.subject.as_str())).collect();
    let expected =
        [("loans.stock.counted", "loans:14"), ("loans.tablet.lent", "loans:13"), ("loans.tablet.lent", "loans:12")];
    assert_eq!(told, expected);
    let (alone, whole) = (&journal[1], &journal[2]);
    assert_eq!((alone.details.as_str(), whole.reason.as_str()), ("null", "panne"));
    let details: serde_json::Value = serde_json::from_str(&whole.details).unwrap();
    assert_eq!(
        details,
        json!({ "tablet": 12, "borrower": "Lou", "days": 8 }),
        "what is noted stands for what is carried"
    );
    assert_eq!(whole.scope, Some(Scope::Platform.to_string()));

    let events = db.events().await.split_off(before);
    let told: Vec<_> = events.iter().map(|event| (event.kind.as_str(), event.subject.as_str())).collect();
    let expected =
        [("loans.tablet.lent", "loans:12"), ("loans.tablet.lent", "loans:13"), ("loans.stock.changed", "loans:15")];
    assert_eq!(told, expected);
    assert_eq!(events[0].payload, json!({ "tablet": 12, "borrower": 3 }), "no content");
}

#[tokio::test]
async fn an_act_that_is_rolled_back_leaves_nothing() {
    let db = TestDatabase::new().await;
    let access = db.access().await;
    let before = db.events().await.len();
    let tx = db.begin().await.unwrap();
    tx.record(Act::new(&access.operator(), LENT).on("loans:12").with(Loan::sample())).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(db.events().await.len(), before);
    assert!(access.journal(&access.operator(), None, None, 10).await.unwrap().is_empty());
}

#[test]
fn a_payload_that_is_not_read_as_it_is_written_is_found() {
    const TOLD: EventKind<Tablet> = EventKind::new("loans.tablet.told");
    assert!(TOLD.declared().sample().is_err());
    assert_eq!(LENT.declared().sample().unwrap(), json!({ "tablet": 12, "borrower": 3 }));
    assert!(COUNTED.declared().sample().unwrap().is_null());
}

#[tokio::test]
async fn an_event_is_read_by_its_own_kind_only() {
    const RETURNED: EventKind<Loan> = EventKind::new("loans.tablet.returned");
    const RENAMED: EventKind<Loan> = EventKind::new("loans.tablet.told");
    const TOLD: EventKind<Tablet> = EventKind::new("loans.tablet.told");
    let db = TestDatabase::new().await;
    let access = db.access().await;
    let tx = db.begin().await.unwrap();
    tx.record(Act::new(&access.operator(), LENT).on("loans:12").with(Loan::sample())).await.unwrap();
    tx.record(Act::new(&access.operator(), TOLD).on("loans:12").with(Tablet::sample())).await.unwrap();
    tx.record(Act::new(&access.operator(), MOVED).on("loans:15")).await.unwrap();
    tx.commit().await.unwrap();
    let events = db.events().await;
    let [lent, told, moved] = &events[events.len() - 3..] else { panic!("three events") };
    assert_eq!(lent.read(LENT).unwrap(), Loan::sample());
    assert_eq!(
        lent.read(RETURNED).unwrap_err().to_string(),
        "an event of kind `loans.tablet.lent` is read as `loans.tablet.returned`"
    );
    assert!(
        told.read(RENAMED).unwrap_err().to_string().contains("the payload of an event of kind `loans.tablet.told`")
    );
    moved.read(MOVED).unwrap();
}

#[tokio::test]
async fn the_acts_of_core_are_in_journal_and_outbox() {
    let db = TestDatabase::new().await;
    let access = db.access().await;
    let (operator, directory) = (access.operator(), access.directory());
    let edit = EstablishmentEdit::new("Lycée des Tilleuls", EstablishmentKind::Lycee, "Marseille");
    let school = NewEstablishment::new("0139101X".parse().unwrap(), edit);
    let school = directory.create_establishment(&operator, school).await.unwrap();
    let lou = NewPerson::new(Place::Member(school, Profile::Student), "Lou", "Ruiz");
    let lou = directory.create_person(&operator, lou).await.unwrap();
    let ana = NewPerson::new(Place::GuardianOf(lou), "Ana", "Ruiz");
    let ana = directory.create_person(&operator, ana).await.unwrap();
    let class = NewGroup::new(school, GroupKind::Class, "2nde 3");
    let class = directory.create_group(&operator, class).await.unwrap();
    directory.add_to_group(&operator, lou, class).await.unwrap();
    directory.remove_from_group(&operator, lou, class).await.unwrap();
    directory.suspend(&operator, ana, "partie").await.unwrap();
    directory.restore(&operator, ana, "revenue").await.unwrap();
    let (login, name) = (access.login(), |text| LoginName::parse(text).unwrap());
    login.create_login(&operator, ana, &name("ana.ruiz")).await.unwrap();
    login.rename_login(&operator, ana, 1, &name("ana.r")).await.unwrap();
    login.one_time_link(&operator, ana).await.unwrap();

    let kinds = core_events();
    let of = |action: &str| kinds.iter().find(|kind| kind.key == action).unwrap_or_else(|| panic!("`{action}`"));
    let journal = access.journal(&operator, None, None, 100).await.unwrap();
    let journal = journal.iter().rev().filter_map(|row| Some((of(&row.action).event?.to_owned(), row.subject.clone())));
    let is_journaled = |kind: &str| kinds.iter().any(|known| known.event == Some(kind) && known.is_journaled);
    let events = db.events().await;
    let outbox = events.iter().filter(|event| is_journaled(&event.kind));
    let outbox: Vec<_> = outbox.map(|event| (event.kind.clone(), event.subject.clone())).collect();
    assert!(outbox.len() > 12, "{outbox:?}");
    assert_eq!(journal.collect::<Vec<_>>(), outbox);
    let renamed = events.iter().find(|event| event.kind == "core.login.account_renamed").unwrap();
    assert_eq!(renamed.payload, json!({ "changes": { "login": ["ana.ruiz", "ana.r"] } }));
}

#[tokio::test]
async fn events_carry_the_scope_of_their_line_in_the_journal() {
    let site = TestSite::new().await;
    let (actor, access, now) = (site.system(), site.atrium().access(), site.clock().now());
    let change = RoleChange { label_fr: "Essai".to_owned(), ..RoleChange::default() };
    access.create_role(&actor, "essai", change, "essai").await.unwrap();
    let text = AnnouncementText {
        kind: AnnouncementKind::Info,
        service_key: None,
        title_fr: "Essai".to_owned(),
        title_en: String::new(),
        body_fr: String::new(),
        body_en: String::new(),
        starts_at: now,
        ends_at: now.plus_seconds(60),
    };
    site.atrium().catalogue().announce(&actor, text).await.unwrap();
    site.school().member(Profile::Teacher).give("digital_referent").await;
    let sql = "SELECT a.action, a.scope AS noted, o.scope AS told FROM atrium_audit a \
        JOIN atrium_outbox o ON o.subject = a.subject AND (o.kind = a.action OR a.action LIKE 'core.announcement.%')";
    let db = site.atrium().db();
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
    let acts: Vec<(String, Option<String>, Option<String>)> = rows
        .iter()
        .map(|row| {
            let scope = |name| row.try_get("", name).unwrap();
            (row.try_get("", "action").unwrap(), scope("noted"), scope("told"))
        })
        .collect();
    for kind in ["core.role.created", "core.announcement.created", "core.role.granted"] {
        assert!(acts.iter().any(|(action, noted, _)| action == kind && noted.is_some()), "{kind}: {acts:?}");
    }
    assert!(acts.iter().all(|(_, noted, told)| noted == told), "{acts:?}");
}
