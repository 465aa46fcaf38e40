//! Services and announcements: what pages read, and who may change them.

use atrium_core::access::{Actor, Via};
use atrium_core::catalogue::{
    AnnouncementKind, AnnouncementText, AvailabilityChange, Catalogue, SERVICE_CHANGED, ServiceState, Services,
    StateChange,
};
use atrium_core::clock::Timestamp;
use atrium_core::db::count_queries;
use atrium_core::directory::actions::{EstablishmentEdit, NewEstablishment};
use atrium_core::directory::{EstablishmentId, EstablishmentKind, Profile};
use atrium_core::events::{Consumer, Event, Position};
use atrium_core::testing::{SERVICES, TestDatabase};

/// Returns the services of a test's site.
pub(crate) fn services() -> Services {
    Services::parse("services.toml", SERVICES).unwrap()
}

async fn school(db: &TestDatabase, uai: &str) -> EstablishmentId {
    let description =
        EstablishmentEdit { name: uai.to_owned(), kind: EstablishmentKind::Lycee, city: "Nice".to_owned() };
    let new = NewEstablishment::new(uai.parse().unwrap(), description);
    db.access().await.directory().create_establishment(&operator(db), new).await.unwrap()
}

fn operator(db: &TestDatabase) -> Actor {
    Actor::system(Via::Cli, db.now())
}

fn stopped() -> StateChange {
    StateChange { state: ServiceState::Stopped, note_fr: "Panne".to_owned(), note_en: String::new() }
}

fn text(from: Timestamp, until: Timestamp) -> AnnouncementText {
    AnnouncementText {
        kind: AnnouncementKind::Maintenance,
        service_key: Some("casier".to_owned()),
        title_fr: "Le casier est arrêté".to_owned(),
        title_en: String::new(),
        body_fr: "Il revient à midi.".to_owned(),
        body_en: String::new(),
        starts_at: from,
        ends_at: until,
    }
}

fn keys(catalogue: &Catalogue, establishment: EstablishmentId, profile: Profile) -> Vec<String> {
    catalogue.available(establishment, profile).into_iter().map(|offer| offer.service.key).collect()
}

#[tokio::test]
async fn the_declared_services_are_there_and_stay_as_they_were_set() {
    let db = TestDatabase::new().await;
    let catalogue = Catalogue::open(&db, &services()).await.unwrap();
    let keys: Vec<_> = catalogue.services().iter().map(|service| service.key.clone()).collect();
    assert_eq!(keys, ["documents", "casier", "messagerie", "moodle", "pronote", "forum"]);
    catalogue.set_state(&operator(&db), "casier", 1, stopped()).await.unwrap();
    let (again, queries) = count_queries(Catalogue::open(&db, &services())).await;
    assert_eq!(again.unwrap().service("casier").unwrap().state, ServiceState::Stopped);
    // PostgreSQL is asked for the horizon before the newest event is.
    assert!(queries <= 7, "nothing is written when nothing is new: {queries}");
}

#[tokio::test]
async fn a_site_without_a_file_has_no_services_and_an_existing_one_keeps_its_own() {
    let db = TestDatabase::new().await;
    assert!(Catalogue::open(&db, &Services::default()).await.unwrap().services().is_empty());
    Catalogue::open(&db, &services()).await.unwrap();
    let kept = Catalogue::open(&db, &Services::default()).await.unwrap();
    assert_eq!(kept.services().len(), services_of_file());
    assert!(kept.service("casier").is_some());
}

#[tokio::test]
async fn a_changed_file_reaches_the_nodes_that_run_and_keeps_what_was_set() {
    let db = TestDatabase::new().await;
    let (here, second) = (Catalogue::open(&db, &services()).await.unwrap(), db.second_node().await);
    here.set_state(&operator(&db), "casier", 1, stopped()).await.unwrap();
    let changed = SERVICES.replace("Homework tray", "Tray").replace("\"documents\"", "\"dossiers\"");
    let changed = Services::parse("services.toml", &changed).unwrap();
    let there = Catalogue::open(&second, &changed).await.unwrap();
    let casier = there.service("casier").unwrap();
    assert_eq!((casier.name_en.as_str(), casier.state), ("Tray", ServiceState::Stopped));
    assert!(there.service("documents").is_some(), "what is declared no more stays: categories and articles name it");
    let told: Vec<_> = db.events().await.into_iter().filter(|event| event.kind == SERVICE_CHANGED).collect();
    assert_eq!(told.last().map(|event| event.subject.as_str()), Some("service:all"));
    here.consume(&db, &told).await.unwrap();
    assert!(here.service("dossiers").is_some());
    second.close().await.unwrap();
}

fn services_of_file() -> usize {
    SERVICES.matches("[[service]]").count()
}

#[tokio::test]
async fn pages_read_without_a_query() {
    let db = TestDatabase::new().await;
    let a = school(&db, "0060001U").await;
    let catalogue = Catalogue::open(&db, &services()).await.unwrap();
    let ((), queries) = count_queries(async {
        assert!(!keys(&catalogue, a, Profile::Student).is_empty());
        assert!(catalogue.current_announcements(db.now()).is_empty());
        assert!(catalogue.reader(&Actor::anonymous(db.now())).services.is_empty());
    })
    .await;
    assert_eq!(queries, 0);
}

#[tokio::test]
async fn availability_differs_between_schools_and_profiles() {
    let db = TestDatabase::new().await;
    let (a, b) = (school(&db, "0060001U").await, school(&db, "0060002V").await);
    let catalogue = Catalogue::open(&db, &services()).await.unwrap();
    let pronote =
        AvailabilityChange { available: Some(true), launch_url: Some("https://pronote.example/0060001A".to_owned()) };
    catalogue.set_availability(&operator(&db), a, "pronote", 0, pronote.clone()).await.unwrap();
    let without = AvailabilityChange { available: Some(false), launch_url: None };
    catalogue.set_availability(&operator(&db), b, "casier", 0, without).await.unwrap();

    let pronote_of = |school| keys(&catalogue, school, Profile::Student).contains(&"pronote".to_owned());
    assert_eq!([pronote_of(a), pronote_of(b)], [true, false]);
    let casier_of = |school, profile| keys(&catalogue, school, profile).contains(&"casier".to_owned());
    assert!(casier_of(a, Profile::Student) && !casier_of(b, Profile::Student));
    assert!(!casier_of(a, Profile::Guardian), "not meant for guardians");
    assert!(!keys(&catalogue, a, Profile::Teacher).contains(&"forum".to_owned()), "opened by a role, not a profile");
    let offer = catalogue.offers(a).into_iter().find(|offer| offer.service.key == "pronote").unwrap();
    assert_eq!((offer.version, offer.launch_url.as_deref()), (1, Some("https://pronote.example/0060001A")));

    let stale = catalogue.set_availability(&operator(&db), a, "pronote", 0, pronote).await.unwrap_err();
    assert!(stale.is_conflict());
    let general = AvailabilityChange::default();
    let stale = catalogue.set_availability(&operator(&db), a, "pronote", 0, general.clone()).await.unwrap_err();
    assert!(stale.is_conflict(), "whoever saw no word of this school does not undo one said meanwhile");
    catalogue.set_availability(&operator(&db), b, "pronote", 0, general).await.unwrap();
    catalogue.set_availability(&operator(&db), a, "pronote", 1, AvailabilityChange::default()).await.unwrap();
    assert!(!keys(&catalogue, a, Profile::Student).contains(&"pronote".to_owned()), "the general rule again");
}

#[tokio::test]
async fn a_launch_address_is_an_address_of_the_web() {
    let db = TestDatabase::new().await;
    let a = school(&db, "0060001U").await;
    let catalogue = Catalogue::open(&db, &services()).await.unwrap();
    for bad in ["javascript:alert(1)", "pronote", "file:///etc/passwd", "https://"] {
        let change = AvailabilityChange { available: Some(true), launch_url: Some(bad.to_owned()) };
        let refused = catalogue.set_availability(&operator(&db), a, "pronote", 0, change).await.unwrap_err();
        assert_eq!(refused.problems()[0].field, "launch_url", "{bad}");
    }
}

#[tokio::test]
async fn a_state_is_set_over_the_version_that_was_seen() {
    let db = TestDatabase::new().await;
    let catalogue = Catalogue::open(&db, &services()).await.unwrap();
    db.set_now(db.now().plus_seconds(60));
    catalogue.set_state(&operator(&db), "casier", 1, stopped()).await.unwrap();
    let service = catalogue.service("casier").unwrap();
    assert_eq!((service.state, service.version, service.state_since), (ServiceState::Stopped, 2, db.now()));
    assert!(catalogue.set_state(&operator(&db), "casier", 1, stopped()).await.unwrap_err().is_conflict());
    assert!(catalogue.set_state(&operator(&db), "rien", 1, stopped()).await.unwrap_err().is_not_found());
    let long = StateChange { note_fr: "é".repeat(301), ..stopped() };
    let refused = catalogue.set_state(&operator(&db), "casier", 2, long).await.unwrap_err();
    assert_eq!(refused.problems()[0].field, "note_fr");
}

#[tokio::test]
async fn an_announcement_shows_from_its_start_to_its_end() {
    let db = TestDatabase::new().await;
    let catalogue = Catalogue::open(&db, &services()).await.unwrap();
    let (from, until) = (db.now().plus_seconds(60), db.now().plus_seconds(120));
    let id = catalogue.announce(&operator(&db), text(from, until)).await.unwrap();
    let shown = |at| catalogue.current_announcements(at).len();
    assert_eq!([shown(db.now()), shown(from), shown(until)], [0, 1, 0]);

    let later = text(from, until.plus_seconds(60));
    catalogue.edit_announcement(&operator(&db), id, 1, later.clone()).await.unwrap();
    assert_eq!(catalogue.current_announcements(until).len(), 1);
    assert!(catalogue.edit_announcement(&operator(&db), id, 1, later).await.unwrap_err().is_conflict());

    db.set_now(from);
    catalogue.end_announcement(&operator(&db), id, 2).await.unwrap();
    assert_eq!(catalogue.current_announcements(from).len(), 0);
    catalogue.end_announcement(&operator(&db), id, 2).await.unwrap();
    assert_eq!(catalogue.announcements(None, 10).await.unwrap().len(), 1, "it stays on record");
}

#[tokio::test]
async fn an_announcement_that_was_over_shows_again_when_the_clock_goes_back() {
    let db = TestDatabase::new().await;
    let catalogue = Catalogue::open(&db, &services()).await.unwrap();
    let now = db.now();
    catalogue.announce(&operator(&db), text(now, now.plus_seconds(600))).await.unwrap();
    db.set_now(now.plus_seconds(3600));
    catalogue.reload().await.unwrap();
    assert!(catalogue.current_announcements(db.now()).is_empty());
    db.set_now(now.plus_seconds(60));
    assert_eq!(catalogue.current_announcements(db.now()).len(), 1);
}

#[tokio::test]
async fn an_announcement_says_everything_that_is_wrong_with_it() {
    let db = TestDatabase::new().await;
    let catalogue = Catalogue::open(&db, &services()).await.unwrap();
    let bad = AnnouncementText { title_fr: " ".to_owned(), ..text(db.now(), db.now()) };
    let refused = catalogue.announce(&operator(&db), bad).await.unwrap_err();
    let fields: Vec<_> = refused.problems().iter().map(|problem| problem.field.as_ref()).collect();
    assert_eq!(fields, ["title_fr", "ends_at"]);
    let elsewhere = AnnouncementText { service_key: Some("rien".to_owned()), ..text(db.now(), Timestamp(i64::MAX)) };
    let refused = catalogue.announce(&operator(&db), elsewhere).await.unwrap_err();
    assert_eq!(refused.problems()[0].field, "service_key");
}

#[tokio::test]
async fn who_may_not_changes_nothing() {
    let db = TestDatabase::new().await;
    let a = school(&db, "0060001U").await;
    let catalogue = Catalogue::open(&db, &services()).await.unwrap();
    let visitor = Actor::anonymous(db.now());
    let open = AvailabilityChange { available: Some(true), launch_url: None };
    let announcement = text(db.now(), db.now().plus_days(1));
    let id = catalogue.announce(&operator(&db), announcement.clone()).await.unwrap();
    let refusals = [
        catalogue.set_state(&visitor, "casier", 1, stopped()).await,
        catalogue.set_availability(&visitor, a, "pronote", 0, open).await,
        catalogue.announce(&visitor, announcement.clone()).await.map(drop),
        catalogue.edit_announcement(&visitor, id, 1, announcement).await,
        catalogue.end_announcement(&visitor, id, 1).await,
    ];
    assert!(refusals.iter().all(|refusal| refusal.as_ref().is_err_and(|error| error.is_sign_in_required())));
    assert_eq!(catalogue.service("casier").unwrap().state, ServiceState::Normal);
}

/// Makes an event by hand: on PostgreSQL, the time at which an event is readable depends on every transaction of
/// the server.
fn event(kind: &str) -> Event {
    Event {
        position: Position::default(),
        kind: kind.to_owned(),
        subject: "service:casier".to_owned(),
        actor: None,
        scope: None,
        payload: serde_json::Value::Null,
        at: TestDatabase::NOON,
    }
}

#[tokio::test]
async fn another_node_takes_changes_in_from_the_outbox() {
    let db = TestDatabase::new().await;
    let a = school(&db, "0060001U").await;
    let here = Catalogue::open(&db, &services()).await.unwrap();
    let second = db.second_node().await;
    let there = Catalogue::open(&second, &services()).await.unwrap();

    here.set_state(&operator(&db), "casier", 1, stopped()).await.unwrap();
    db.access()
        .await
        .directory()
        .set_traits(&operator(&db), a, 1, &["manuels-numeriques".to_owned()].into())
        .await
        .unwrap();
    there.consume(&second, &[event("core.login.signed_in")]).await.unwrap();
    assert_eq!(there.service("casier").unwrap().state, ServiceState::Normal, "that changes no service");
    there.consume(&second, &[event(SERVICE_CHANGED)]).await.unwrap();
    assert_eq!(there.service("casier").unwrap().state, ServiceState::Stopped);
    assert!(there.traits(a).contains("manuels-numeriques"));
    second.close().await.unwrap();
}
