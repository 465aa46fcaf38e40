//! Schools, people and rights for the tests, on a platform with the desk.

use atrium_core::access::actions::NewAssignment;
use atrium_core::access::{Actor, Scope, Validity, Via};
use atrium_core::db::Db;
use atrium_core::directory::{self, EstablishmentId, PersonId, Profile, fold};
use atrium_core::login::{Device, LoginName};
use atrium_core::testing::TestDatabase;
use atrium_core::{Atrium, audit, config::Settings};
use atrium_plugin_loans::Loans;
use atrium_plugin_loans::desk::{self, Label, Level, NewLoan, TabletId};
use atrium_plugin_loans::requests::{self, Decision, NewRequest, RequestId};
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use sea_orm::{ConnectionTrait, Statement};
use tempfile::TempDir;
use tower::ServiceExt;

pub(super) const TILLEULS: &str = "0130001A";
pub(super) const PASSWORD: &str = "le chat dort sur le radiateur";

/// Two schools that have joined, one that has not, and the people of their desks.
pub(super) struct World {
    pub(super) atrium: Atrium,
    pub(super) school: EstablishmentId,
    pub(super) elsewhere: EstablishmentId,
    pub(super) outside: EstablishmentId,
    pub(super) head: PersonId,
    pub(super) pupil: PersonId,
    pub(super) teacher: PersonId,
    pub(super) head_elsewhere: PersonId,
    pub(super) region: PersonId,
    pub(super) database: TestDatabase,
    _dir: TempDir,
}

impl World {
    pub(super) async fn new() -> Self {
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
        assign(&atrium, region, "loans_decider").await;
        Self { atrium, school, elsewhere, outside, head, pupil, teacher, head_elsewhere, region, database, _dir: dir }
    }

    pub(super) async fn actor(&self, person: PersonId) -> Actor {
        self.atrium.access().actor_for(person, Via::Web).await.unwrap()
    }

    pub(super) async fn register(&self, by: PersonId, label: &str) -> atrium_core::Result<TabletId> {
        let label = Label::parse(label).unwrap();
        desk::actions::register(self.atrium.db(), &self.actor(by).await, self.school, &label).await
    }

    pub(super) async fn lend(&self, by: PersonId, tablet: TabletId, pupil: PersonId) -> atrium_core::Result<()> {
        let to = NewLoan { pupil, level: Level::SecondCap };
        desk::actions::lend(self.atrium.db(), &self.actor(by).await, self.school, tablet, to).await
    }

    pub(super) async fn take_back(&self, by: PersonId, tablet: TabletId) -> atrium_core::Result<()> {
        desk::actions::take_back(self.atrium.db(), &self.actor(by).await, self.school, tablet).await
    }

    pub(super) async fn ask(&self, by: PersonId, quantity: i64) -> atrium_core::Result<RequestId> {
        let wish = NewRequest { quantity, reason: "Douze élèves attendent une tablette.".to_owned() };
        requests::actions::ask(self.atrium.db(), &self.actor(by).await, self.school, wish).await
    }

    pub(super) async fn decide(&self, by: PersonId, request: RequestId, granted: i64) -> atrium_core::Result<()> {
        let decision = Decision { granted, answer: "Livraison lundi.".to_owned() };
        requests::actions::decide(self.atrium.db(), &self.actor(by).await, request, decision, 10).await
    }

    /// Returns the number of actions that left an event, and of those that left a record.
    pub(super) async fn traces(&self) -> (usize, usize) {
        let events = self.database.events().await;
        let records = audit::list(self.atrium.db(), None, None, 10_000).await.unwrap();
        let events = events.iter().filter(|event| event.kind.starts_with("loans.")).count();
        (events, records.iter().filter(|record| record.action.starts_with("loans.")).count())
    }

    /// Returns the cookie of somebody who has signed in.
    pub(super) async fn session(&self, person: PersonId) -> String {
        let operator = self.atrium.operator();
        let name = LoginName::parse(&format!("compte-{person}")).unwrap();
        self.atrium.login().create_login(&operator, person, &name).await.unwrap();
        self.atrium.login().give_password(&operator, person, PASSWORD).await.unwrap();
        let device = Device::new("", "192.0.2.1", 12);
        let signed_in = self.atrium.login().sign_in(name.as_str(), PASSWORD, &device).await.unwrap();
        format!("atrium={}", signed_in.token.secret())
    }

    pub(super) async fn send(&self, request: Request<Body>) -> (StatusCode, String, String) {
        let response = self.atrium.router::<()>().oneshot(request).await.unwrap();
        let location = response.headers().get(header::LOCATION).map(|value| value.to_str().unwrap().to_owned());
        let status = response.status();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, location.unwrap_or_default(), String::from_utf8(body.to_vec()).unwrap())
    }

    pub(super) async fn get(&self, path: &str, cookie: &str) -> (StatusCode, String, String) {
        self.send(Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap()).await
    }

    pub(super) async fn post(&self, path: &str, cookie: &str, form: &'static str) -> (StatusCode, String, String) {
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(form)).unwrap()).await
    }
}

/// Writes a row past the actions and returns its number.
async fn insert(db: &Db, sql: &str) -> i64 {
    let statement = Statement::from_string(db.get_database_backend(), format!("{sql} RETURNING id"));
    db.writer().query_one_raw(statement).await.unwrap().unwrap().try_get("", "id").unwrap()
}

async fn school(atrium: &Atrium, uai: &str, name: &str) -> EstablishmentId {
    let (folded, now) = (fold(name), atrium.db().now().0);
    let sql = format!(
        "INSERT INTO atrium_establishment (uai, name, name_folded, kind, city, source, created_at) \
         VALUES ('{uai}', '{name}', '{folded}', 'lycee', 'Marseille', 'manual', {now})"
    );
    EstablishmentId(insert(atrium.db(), &sql).await)
}

async fn join(atrium: &Atrium, school: EstablishmentId) {
    let version = directory::establishment(atrium.db(), school).await.unwrap().traits_version;
    let traits = ["manuels-numeriques".to_owned()].into();
    atrium.directory().set_traits(&atrium.operator(), school, version, &traits).await.unwrap();
}

pub(super) async fn person(atrium: &Atrium, name: &str, place: Option<(EstablishmentId, Profile)>) -> PersonId {
    let (sorted, now) = (fold(name), atrium.db().now().0);
    let sql = format!(
        "INSERT INTO atrium_person \
         (display_name, given_name, family_name, sort_name, locale, status, source, epoch, created_at) \
         VALUES ('{name}', '{name}', 'Martin', '{sorted}', 'fr', 'active', 'manual', 1, {now})"
    );
    let person = PersonId(insert(atrium.db(), &sql).await);
    if let Some((school, profile)) = place {
        member(atrium, person, school, profile).await;
    }
    person
}

async fn member(atrium: &Atrium, person: PersonId, school: EstablishmentId, profile: Profile) {
    let always = Validity::ALWAYS;
    atrium.directory().add_membership(&atrium.operator(), person, school, profile, always).await.unwrap();
}

async fn assign(atrium: &Atrium, person: PersonId, role: &str) {
    let role = atrium.access().roles().await.unwrap().by_key(role).unwrap().id;
    let new = NewAssignment::permit(person, role, Scope::Platform).because("essai");
    atrium.access().grant(&atrium.operator(), new).await.unwrap();
}
