//! The desk from outside: who may do what, what follows, what each page shows to whom.

#![expect(clippy::unwrap_used, reason = "a test fails where it stands")]

use atrium_core::access::{Actor, Effect, ScopeKind, Via, assignment};
use atrium_core::directory::membership::Profile;
use atrium_core::directory::{
    EstablishmentId, PersonId, establishment, establishment_trait, fold, membership, person, store as directory,
};
use atrium_core::login::{self, Device, LoginName};
use atrium_core::testing::TestDatabase;
use atrium_core::{Atrium, audit, config::Settings};
use atrium_plugin_loans::desk::{self, Label, Level, NewLoan, TabletId};
use atrium_plugin_loans::requests::{self, Decision, NewRequest, RequestId, State};
use atrium_plugin_loans::{DECIDE, Loans, MANAGE};
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};
use tempfile::TempDir;
use tower::ServiceExt;

const TILLEULS: &str = "0130001A";
const PASSWORD: &str = "le chat dort sur le radiateur";

/// Two schools that have joined, one that has not, and the people of their desks.
struct World {
    atrium: Atrium,
    school: EstablishmentId,
    elsewhere: EstablishmentId,
    outside: EstablishmentId,
    head: PersonId,
    pupil: PersonId,
    teacher: PersonId,
    head_elsewhere: PersonId,
    region: PersonId,
    database: TestDatabase,
    _dir: TempDir,
}

impl World {
    async fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let database = TestDatabase::new().await;
        let settings = Settings::default().data_dir(dir.path()).database(database.url());
        let atrium =
            Atrium::builder().settings(settings).plugin(Loans::default().region_stock(10)).build().await.unwrap();
        let school = school(&atrium, TILLEULS, "Lycée des Tilleuls").await;
        let elsewhere = self::school(&atrium, "0130002B", "Lycée du Port").await;
        let outside = self::school(&atrium, "0130003C", "Lycée de la Gare").await;
        for school in [school, elsewhere] {
            join(&atrium, school).await;
        }
        let head = person(&atrium, "Claire", Some((school, Profile::Leadership))).await;
        let pupil = person(&atrium, "Samir", Some((school, Profile::Student))).await;
        let teacher = person(&atrium, "Paule", Some((school, Profile::Teacher))).await;
        let head_elsewhere = person(&atrium, "Odile", Some((elsewhere, Profile::Leadership))).await;
        member(&atrium, head, outside, Profile::Leadership).await;
        let region = person(&atrium, "Rémi", None).await;
        assign(&atrium, region, "region_support").await;
        Self { atrium, school, elsewhere, outside, head, pupil, teacher, head_elsewhere, region, database, _dir: dir }
    }

    async fn actor(&self, person: PersonId) -> Actor {
        self.atrium.access().actor_for(person, Via::Web).await.unwrap()
    }

    async fn register(&self, by: PersonId, label: &str) -> atrium_core::Result<TabletId> {
        let label = Label::parse(label).unwrap();
        desk::actions::register(self.atrium.db(), &self.actor(by).await, self.school, &label).await
    }

    async fn lend(&self, by: PersonId, tablet: TabletId, pupil: PersonId) -> atrium_core::Result<()> {
        let to = NewLoan { pupil, level: Level::SecondCap };
        desk::actions::lend(self.atrium.db(), &self.actor(by).await, self.school, tablet, to).await
    }

    async fn take_back(&self, by: PersonId, tablet: TabletId) -> atrium_core::Result<()> {
        desk::actions::take_back(self.atrium.db(), &self.actor(by).await, self.school, tablet).await
    }

    async fn ask(&self, by: PersonId, quantity: i64) -> atrium_core::Result<RequestId> {
        let wish = NewRequest { quantity, reason: "Douze élèves attendent une tablette.".to_owned() };
        requests::actions::ask(self.atrium.db(), &self.actor(by).await, self.school, wish).await
    }

    async fn decide(&self, by: PersonId, request: RequestId, granted: i64) -> atrium_core::Result<()> {
        let decision = Decision { granted, answer: "Livraison lundi.".to_owned() };
        requests::actions::decide(self.atrium.db(), &self.actor(by).await, request, decision, 10).await
    }

    /// How many acts left an event, and how many a record.
    async fn traces(&self) -> (usize, usize) {
        let events = self.database.events().await;
        let records = audit::Entity::find().all(self.atrium.db()).await.unwrap();
        let events = events.iter().filter(|event| event.kind.starts_with("loans.")).count();
        (events, records.iter().filter(|record| record.action.starts_with("loans.")).count())
    }

    /// The cookie of somebody who has signed in.
    async fn session(&self, person: PersonId) -> String {
        let operator = self.atrium.operator();
        let name = LoginName::parse(&format!("compte-{person}")).unwrap();
        login::create_login(self.atrium.access(), &operator, person, &name).await.unwrap();
        login::give_password(self.atrium.access(), &operator, person, PASSWORD).await.unwrap();
        let device = Device { user_agent: String::new(), address: "192.0.2.1".to_owned(), hours: 12 };
        let signed_in = login::sign_in(self.atrium.db(), name.as_str(), PASSWORD, &device).await.unwrap();
        format!("atrium={}", signed_in.token.secret())
    }

    async fn send(&self, request: Request<Body>) -> (StatusCode, String, String) {
        let response = self.atrium.router::<()>().oneshot(request).await.unwrap();
        let location = response.headers().get(header::LOCATION).map(|value| value.to_str().unwrap().to_owned());
        let status = response.status();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, location.unwrap_or_default(), String::from_utf8(body.to_vec()).unwrap())
    }

    async fn get(&self, path: &str, cookie: &str) -> (StatusCode, String, String) {
        self.send(Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap()).await
    }

    async fn post(&self, path: &str, cookie: &str, form: &'static str) -> (StatusCode, String, String) {
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(form)).unwrap()).await
    }
}

async fn school(atrium: &Atrium, uai: &str, name: &str) -> EstablishmentId {
    let row = establishment::ActiveModel {
        uai: Set(uai.to_owned()),
        name: Set(name.to_owned()),
        name_folded: Set(fold(name)),
        kind: Set(establishment::Kind::Lycee),
        city: Set("Marseille".to_owned()),
        source: Set("manual".to_owned()),
        created_at: Set(atrium.db().now()),
        ..Default::default()
    };
    row.insert(atrium.db().writer()).await.unwrap().id
}

async fn join(atrium: &Atrium, school: EstablishmentId) {
    let row =
        establishment_trait::ActiveModel { establishment_id: Set(school), key: Set("manuels-numeriques".to_owned()) };
    row.insert(atrium.db().writer()).await.unwrap();
}

async fn person(atrium: &Atrium, name: &str, place: Option<(EstablishmentId, Profile)>) -> PersonId {
    let row = person::ActiveModel {
        display_name: Set(name.to_owned()),
        given_name: Set(name.to_owned()),
        family_name: Set("Martin".to_owned()),
        sort_name: Set(fold(name)),
        locale: Set("fr".to_owned()),
        status: Set(person::Status::Active),
        source: Set("manual".to_owned()),
        epoch: Set(1),
        created_at: Set(atrium.db().now()),
        ..Default::default()
    };
    let person = row.insert(atrium.db().writer()).await.unwrap().id;
    if let Some((school, profile)) = place {
        member(atrium, person, school, profile).await;
    }
    person
}

async fn member(atrium: &Atrium, person: PersonId, school: EstablishmentId, profile: Profile) {
    let row = membership::ActiveModel {
        person_id: Set(person),
        establishment_id: Set(school),
        profile: Set(profile),
        source: Set("manual".to_owned()),
        ..Default::default()
    };
    row.insert(atrium.db().writer()).await.unwrap();
    directory::bump_epochs(atrium.db().writer(), &[person]).await.unwrap();
}

async fn assign(atrium: &Atrium, person: PersonId, role: &str) {
    let row = assignment::ActiveModel {
        person_id: Set(person),
        role_id: Set(atrium.access().roles().await.unwrap().by_key(role).unwrap().id),
        scope_kind: Set(ScopeKind::Platform),
        effect: Set(Effect::Permit),
        source: Set("manual".to_owned()),
        reason: Set(String::new()),
        created_at: Set(atrium.db().now()),
        ..Default::default()
    };
    row.insert(atrium.db().writer()).await.unwrap();
    directory::bump_epochs(atrium.db().writer(), &[person]).await.unwrap();
}

#[tokio::test]
async fn a_tablet_is_registered_lent_and_taken_back() {
    let world = World::new().await;
    let tablet = world.register(world.head, "CDI 07").await.unwrap();
    world.lend(world.head, tablet, world.pupil).await.unwrap();
    let stock = desk::store::stock(world.atrium.db(), world.school).await.unwrap();
    assert_eq!(stock[0].1.as_ref().unwrap().pupil_id, world.pupil);

    world.take_back(world.head, tablet).await.unwrap();
    world.take_back(world.head, tablet).await.unwrap();
    let stock = desk::store::stock(world.atrium.db(), world.school).await.unwrap();
    assert!(stock[0].1.is_none());
    assert_eq!(world.traces().await, (3, 3), "each act leaves one event and one record, a second return none");
}

#[tokio::test]
async fn nobody_but_the_schools_own_desk_runs_it() {
    let world = World::new().await;
    let tablet = world.register(world.head, "CDI 07").await.unwrap();
    for stranger in [world.teacher, world.pupil, world.head_elsewhere, world.region] {
        assert!(world.register(stranger, "CDI 08").await.unwrap_err().is_forbidden());
        assert!(world.lend(stranger, tablet, world.pupil).await.unwrap_err().is_forbidden());
        assert!(world.take_back(stranger, tablet).await.unwrap_err().is_forbidden());
        assert!(world.ask(stranger, 3).await.unwrap_err().is_forbidden());
        let opened = desk::actions::open(world.atrium.db(), &world.actor(stranger).await, TILLEULS).await;
        assert!(opened.unwrap_err().is_forbidden());
    }
    assert_eq!(world.traces().await, (1, 1));
}

#[tokio::test]
async fn only_the_region_reads_and_decides_requests() {
    let world = World::new().await;
    let request = world.ask(world.head, 3).await.unwrap();
    for stranger in [world.head, world.teacher, world.pupil] {
        let actor = world.actor(stranger).await;
        assert!(requests::actions::list(world.atrium.db(), &actor).await.unwrap_err().is_forbidden());
        assert!(world.decide(stranger, request, 3).await.unwrap_err().is_forbidden());
    }
    let stranger = world.actor(world.head_elsewhere).await;
    let school = requests::actions::school_of(world.atrium.db(), &stranger, request).await;
    assert!(school.unwrap_err().is_not_found());
}

#[tokio::test]
async fn a_tablet_goes_to_one_pupil_and_a_pupil_has_one_tablet() {
    let world = World::new().await;
    let first = world.register(world.head, "CDI 07").await.unwrap();
    let second = world.register(world.head, "CDI 08").await.unwrap();
    let other = person(&world.atrium, "Lou", Some((world.school, Profile::Student))).await;
    world.lend(world.head, first, world.pupil).await.unwrap();
    assert!(world.lend(world.head, first, other).await.unwrap_err().is_conflict());
    assert!(world.lend(world.head, second, world.pupil).await.unwrap_err().is_conflict());
    world.lend(world.head, second, other).await.unwrap();
    assert!(world.register(world.head, "CDI 07").await.unwrap_err().is_invalid());
}

#[tokio::test]
async fn a_tablet_goes_to_pupils_of_the_school_only() {
    let world = World::new().await;
    let tablet = world.register(world.head, "CDI 07").await.unwrap();
    let stranger = person(&world.atrium, "Zoé", Some((world.elsewhere, Profile::Student))).await;
    assert!(world.lend(world.head, tablet, stranger).await.unwrap_err().is_invalid());
    assert!(world.lend(world.head, tablet, world.teacher).await.unwrap_err().is_invalid());
    let actor = world.actor(world.head_elsewhere).await;
    let to = NewLoan { pupil: stranger, level: Level::FinalGeneral };
    let lent = desk::actions::lend(world.atrium.db(), &actor, world.elsewhere, tablet, to).await;
    assert!(lent.unwrap_err().is_not_found(), "the tablet belongs to another school");
}

#[tokio::test]
async fn a_school_that_has_not_joined_has_no_desk() {
    let world = World::new().await;
    let actor = world.actor(world.head).await;
    let label = Label::parse("CDI 07").unwrap();
    let registered = desk::actions::register(world.atrium.db(), &actor, world.outside, &label).await;
    assert!(registered.unwrap_err().is_conflict());
    let desks = desk::actions::list(world.atrium.db(), &actor).await.unwrap();
    assert_eq!(desks.iter().map(|school| school.id).collect::<Vec<_>>(), [world.school]);
}

#[tokio::test]
async fn the_region_grants_no_more_than_was_asked_or_is_left_and_decides_once() {
    let world = World::new().await;
    let request = world.ask(world.head, 8).await.unwrap();
    assert!(world.ask(world.head, 1).await.unwrap_err().is_conflict(), "one request waits already");
    assert!(world.decide(world.region, request, 9).await.unwrap_err().is_invalid());
    world.decide(world.region, request, 8).await.unwrap();
    assert!(world.decide(world.region, request, 1).await.unwrap_err().is_conflict());

    let second = world.ask(world.head, 8).await.unwrap();
    assert!(world.decide(world.region, second, 3).await.unwrap_err().is_invalid(), "two are left");
    world.decide(world.region, second, 0).await.unwrap();
    let decided = requests::store::request(world.atrium.db(), second).await.unwrap();
    assert_eq!(decided.state, State::Refused);
}

#[tokio::test]
async fn pages_follow_from_rights() {
    let world = World::new().await;
    let (status, _, page) = world.get("/prets", "").await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("Prêt de tablettes") && !page.contains("Lycée des Tilleuls"));

    let head = world.session(world.head).await;
    let (_, _, page) = world.get("/prets", &head).await;
    assert!(page.contains("/prets/0130001A") && page.contains(">Tablettes</a>"));
    assert!(!page.contains("/prets/demandes"), "the Region’s list is not theirs");

    let teacher = world.session(world.teacher).await;
    assert!(!world.get("/prets", &teacher).await.2.contains(">Tablettes</a>"), "the menu is for holders");
    assert_eq!(world.get("/prets/0130001A", &teacher).await.0, StatusCode::FORBIDDEN);
    assert_eq!(world.get("/prets/demandes", &head).await.0, StatusCode::FORBIDDEN);
    let (status, location, _) = world.get("/prets/0130001A", "").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(location.starts_with("/connexion?suite="));
    assert_eq!(world.get("/prets/9999999Z", &head).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_request_goes_from_the_desk_to_the_region_and_back() {
    let world = World::new().await;
    let head = world.session(world.head).await;
    let region = world.session(world.region).await;
    let (status, location, _) = world.post("/prets/0130001A/tablettes", &head, "label=CDI+07").await;
    assert_eq!((status, location.as_str()), (StatusCode::SEE_OTHER, "/prets/0130001A"));
    let (status, _, page) = world.post("/prets/0130001A/tablettes", &head, "label=CDI+07").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("value=\"CDI 07\"") && page.contains("porte déjà cette étiquette"));
    assert!(world.get("/prets/0130001A/tablettes/1", &head).await.2.contains("CDI 07"));

    let (_, _, page) = world.post("/prets/0130001A/demande", &head, "quantity=500&reason=").await;
    assert!(page.contains("value=\"500\"") && page.contains("de 1 à 200"));
    let (status, ..) = world.post("/prets/0130001A/demande", &head, "quantity=5&reason=Cinq+en+attente").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(world.get("/prets/demandes", &region).await.2.contains("Cinq en attente"));
    let (_, _, page) = world.post("/prets/demandes/1", &region, "granted=9&answer=Oui").await;
    assert!(page.contains("au plus 5") && page.contains("Oui"));
    let (status, ..) = world.post("/prets/demandes/1", &region, "granted=4&answer=Quatre+lundi").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(world.get("/prets/0130001A", &head).await.2.contains("Quatre lundi"));
    assert_eq!(world.get("/prets/demandes/1", &head).await.1, "/prets/0130001A");
    assert_eq!(world.get("/prets/demandes/1", &region).await.1, "/prets/demandes");
}

#[tokio::test]
async fn searches_find_a_request_for_its_school_and_the_region_alone() {
    let world = World::new().await;
    let subjects = ["loans:about".to_owned(), format!("loans:{}", world.ask(world.head, 3).await.unwrap())];
    let source = world.atrium.finder().sources()[0].clone();
    assert_eq!(source.subjects(world.atrium.db(), None, 10).await.unwrap(), subjects);
    for (person, sees) in [(world.head, 2), (world.region, 2), (world.teacher, 1), (world.head_elsewhere, 1)] {
        let actor = world.actor(person).await;
        let visible = source.visible(world.atrium.db(), &actor, &subjects).await.unwrap();
        assert_eq!(visible.len(), sees, "{}", actor.name());
        let rule = source.visibility(world.atrium.db(), &actor).await.unwrap();
        let document = source.documents(world.atrium.db(), &subjects[1]).await.unwrap().remove(0);
        assert_eq!(rule.admits(&document.tokens), sees == 2, "{}", actor.name());
    }
    world.atrium.index_now().await.unwrap();
    let (head, teacher) = (world.session(world.head).await, world.session(world.teacher).await);
    let search = "/recherche?q=douze+%C3%A9l%C3%A8ves+attendent";
    assert!(world.get(search, &head).await.2.contains("Demande de tablettes"));
    assert!(!world.get(search, &teacher).await.2.contains("Demande de tablettes"));
    assert!(world.get("/recherche?q=emprunter+tablette", "").await.2.contains("href=\"/prets\""));
}

#[tokio::test]
async fn the_permissions_are_held_by_the_roles_they_name() {
    let world = World::new().await;
    let roles = world.atrium.access().roles().await.unwrap();
    let holds = |role: &str, permission| roles.by_key(role).unwrap().permissions.contains(&permission);
    for role in ["leadership", "digital_referent", "staff"] {
        assert!(holds(role, MANAGE) && !holds(role, DECIDE), "{role}");
    }
    assert!(holds("region_support", DECIDE) && !holds("region_support", MANAGE));
}
