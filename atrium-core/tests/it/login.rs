//! Local accounts: signing in, attempt limits, sessions, one-time links, changing passwords.

use atrium_core::access::actions::NewAssignment;
use atrium_core::access::{Access, Actor, Permissions, Scope, Validity, Via};
use atrium_core::audit;
use atrium_core::db::{Db, count_queries};
use atrium_core::directory::{EstablishmentId, PersonId, Profile, fold};
use atrium_core::login::{Device, LoginName, SignIn};
use atrium_core::testing::TestDatabase;
use atrium_core::{Error, core_permissions};
use sea_orm::{ConnectionTrait, Statement};

mod lock_outs;

const PASSWORD: &str = "le chat dort sur le radiateur";

/// The access model of another node.
async fn node(db: &Db) -> Access {
    Access::open_on(db.clone(), Permissions::new(core_permissions()).unwrap()).await.unwrap()
}

struct World {
    db: TestDatabase,
    access: Access,
}

impl World {
    async fn new() -> Self {
        let db = TestDatabase::new().await;
        let access = db.access().await;
        Self { db, access }
    }

    fn operator(&self) -> Actor {
        Actor::system(Via::Cli, self.db.now())
    }

    async fn school(&self, uai: &str) -> EstablishmentId {
        let (folded, now) = (fold(uai), self.db.now().0);
        let sql = format!(
            "INSERT INTO atrium_establishment (uai, name, name_folded, kind, city, source, created_at) \
             VALUES ('{uai}', '{uai}', '{folded}', 'lycee', 'Marseille', 'manual', {now})"
        );
        EstablishmentId(self.insert(&sql).await)
    }

    /// Writes a row past the actions and returns its number.
    async fn insert(&self, sql: &str) -> i64 {
        let statement = Statement::from_string(self.db.get_database_backend(), format!("{sql} RETURNING id"));
        self.db.writer().query_one_raw(statement).await.unwrap().unwrap().try_get("", "id").unwrap()
    }

    async fn run(&self, sql: &str) {
        self.db.writer().execute_unprepared(sql).await.unwrap();
    }

    async fn person(&self, name: &str) -> PersonId {
        let (sorted, now) = (fold(name), self.db.now().0);
        let sql = format!(
            "INSERT INTO atrium_person \
             (display_name, given_name, family_name, sort_name, locale, status, source, epoch, created_at) \
             VALUES ('{name}', '{name}', 'Martin', '{sorted}', 'fr', 'active', 'manual', 1, {now})"
        );
        PersonId(self.insert(&sql).await)
    }

    async fn member(&self, person: PersonId, establishment: EstablishmentId, profile: Profile) {
        let always = Validity::ALWAYS;
        self.access.directory().add_membership(&self.operator(), person, establishment, profile, always).await.unwrap();
    }

    async fn grant(&self, person: PersonId, role: &str, school: Option<EstablishmentId>) {
        let role = self.access.roles().await.unwrap().by_key(role).unwrap().id;
        let scope = school.map_or(Scope::Platform, Scope::Establishment);
        let new = NewAssignment::permit(person, role, scope).because("essai");
        self.access.grant(&self.operator(), new).await.unwrap();
    }

    async fn set_status(&self, person: PersonId, status: &str) {
        self.run(&format!("UPDATE atrium_person SET status = '{status}' WHERE id = {person}")).await;
    }

    /// Creates a person with an account of the same name and [`PASSWORD`].
    async fn account(&self, name: &str) -> PersonId {
        let person = self.person(name).await;
        let login = LoginName::parse(name).unwrap();
        self.access.login().create_login(&self.operator(), person, &login).await.unwrap();
        self.access.login().give_password(&self.operator(), person, PASSWORD).await.unwrap();
        person
    }

    async fn sign_in(&self, login: &str, password: &str) -> Result<SignIn, Error> {
        self.access.login().sign_in(login, password, &device("192.0.2.1")).await
    }

    async fn who(&self, signed_in: &SignIn) -> Option<PersonId> {
        let found = self.access.login().identify(signed_in.token.secret(), Via::Web).await.unwrap();
        found.map(|found| found.person.id)
    }

    async fn who_on(&self, db: &Db, signed_in: &SignIn) -> Option<PersonId> {
        let found = node(db).await.login().identify(signed_in.token.secret(), Via::Web).await.unwrap();
        found.map(|found| found.person.id)
    }

    async fn actor(&self, person: PersonId) -> Actor {
        self.access.actor_for(person, Via::Web).await.unwrap()
    }

    fn pass(&self, seconds: i64) {
        self.db.set_now(self.db.now().plus_seconds(seconds));
    }
}

fn device(address: &str) -> Device {
    Device::new("Firefox", address, 12)
}

fn key(error: &Error) -> (String, String) {
    let problem = &error.problems()[0];
    (problem.field.to_string(), problem.message.key.to_string())
}

#[tokio::test]
async fn a_password_opens_a_session_that_is_written_down() {
    let world = World::new().await;
    let person = world.account("lea").await;
    let signed_in = world.sign_in(" LEA ", PASSWORD).await.unwrap();
    let (found, queries) = count_queries(world.access.login().identify(signed_in.token.secret(), Via::Web)).await;
    let found = found.unwrap().unwrap();
    assert_eq!((found.person.id, found.person.initials.as_str()), (person, "LM"));
    assert_eq!(found.session, Some(signed_in.session));
    assert!(queries <= 7, "first load of the rights: {queries}");
    let (_, queries) = count_queries(world.who(&signed_in)).await;
    assert_eq!(queries, 1, "known rights");

    let acts = audit::list(&*world.db, Some(&format!("person:{person}")), None, 10).await.unwrap();
    let acts: Vec<_> = acts.iter().map(|act| act.action.as_str()).collect();
    assert_eq!(acts, ["core.login.signed_in", "core.login.password_set", "core.login.account_named"]);
    let unknown = world.access.login().identify("unknown", Via::Web).await.unwrap();
    assert!(unknown.is_none());
}

#[tokio::test]
async fn unknown_names_and_wrong_passwords_get_the_same_answer_and_who_is_suspended_is_told() {
    let world = World::new().await;
    let person = world.account("lea").await;
    let signed_in = world.sign_in("lea", PASSWORD).await.unwrap();
    let wrong = key(&world.sign_in("lea", "le chien dort dehors").await.unwrap_err());
    let unknown = key(&world.sign_in("personne", PASSWORD).await.unwrap_err());
    let absurd = key(&world.sign_in(&"x".repeat(100_000), &"y".repeat(100_000)).await.unwrap_err());
    world.set_status(person, "suspended").await;
    let suspended = key(&world.sign_in("lea", PASSWORD).await.unwrap_err());
    let stranger = key(&world.sign_in("lea", "le chien dort dehors").await.unwrap_err());
    assert_eq!(suspended.1, "login-suspended");
    assert_eq!(wrong, ("password".to_owned(), "login-refused".to_owned()));
    assert_eq!([&unknown, &absurd, &stranger], [&wrong; 3]);
    assert_eq!(world.who(&signed_in).await, None, "a session does not outlive a suspension");
    let subject = format!("person:{person}");
    for _ in 0..200 {
        let acts = audit::list(&*world.db, Some(&subject), None, 10).await.unwrap();
        if acts.iter().filter(|act| act.action == "core.login.refused").count() == 3 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("what was refused under a known name is not written down");
}

#[tokio::test]
async fn a_session_slides_with_use_and_ends_without() {
    let world = World::new().await;
    let person = world.account("lea").await;
    let signed_in = world.sign_in("lea", PASSWORD).await.unwrap();
    for _ in 0..3 {
        world.pass(11 * 3600);
        assert_eq!(world.who(&signed_in).await, Some(person));
    }
    let seen = world.access.login().sessions_of(person).await.unwrap()[0].last_seen;
    world.pass(59);
    assert_eq!(world.who(&signed_in).await, Some(person));
    let again = world.access.login().sessions_of(person).await.unwrap()[0].last_seen;
    assert_eq!(again, seen, "written at most once a minute");
    world.pass(12 * 3600);
    assert_eq!(world.who(&signed_in).await, None);
}

#[tokio::test]
async fn the_newest_session_comes_first_when_the_clock_goes_back() {
    let world = World::new().await;
    let person = world.account("lea").await;
    let first = world.sign_in("lea", PASSWORD).await.unwrap().session;
    world.pass(-3600);
    let second = world.sign_in("lea", PASSWORD).await.unwrap().session;
    let listed = world.access.login().sessions_of(person).await.unwrap();
    assert_eq!(listed.iter().map(|session| session.id).collect::<Vec<_>>(), [second, first]);
}

#[tokio::test]
async fn signing_out_on_one_node_ends_the_session_on_another() {
    let world = World::new().await;
    let person = world.account("lea").await;
    let second = world.db.second_node().await;
    let signed_in = world.sign_in("lea", PASSWORD).await.unwrap();
    assert_eq!(world.who_on(&second, &signed_in).await, Some(person));
    world.access.login().close_session(&world.actor(person).await, signed_in.session).await.unwrap();
    assert_eq!(world.who_on(&second, &signed_in).await, None);
    // A second call is not an error; a missing session cannot be told from another person's.
    world.access.login().close_session(&world.actor(person).await, signed_in.session).await.unwrap();
    let other = world.account("tom").await;
    let theirs = world.sign_in("lea", PASSWORD).await.unwrap();
    let tom = world.actor(other).await;
    assert!(world.access.login().close_session(&tom, theirs.session).await.unwrap_err().is_not_found());
    assert!(world.access.login().revoke_session(&tom, theirs.session).await.unwrap_err().is_not_found());
    second.close().await.unwrap();
}

#[tokio::test]
async fn one_ends_ones_other_sessions_and_keeps_this_one() {
    let world = World::new().await;
    let person = world.account("lea").await;
    let [first, second, third] = [
        world.sign_in("lea", PASSWORD).await,
        world.sign_in("lea", PASSWORD).await,
        world.sign_in("lea", PASSWORD).await,
    ]
    .map(Result::unwrap);
    let me = world.actor(person).await;
    world.access.login().revoke_session(&me, first.session).await.unwrap();
    assert_eq!(world.who(&first).await, None);
    assert_eq!(world.access.login().revoke_other_sessions(&me, Some(third.session)).await.unwrap(), 1);
    assert_eq!([world.who(&second).await, world.who(&third).await], [None, Some(person)]);
}

#[tokio::test]
async fn a_link_sets_a_password_once_and_ends_older_sessions() {
    let world = World::new().await;
    let person = world.account("lea").await;
    let before = world.sign_in("lea", PASSWORD).await.unwrap();
    let link = world.access.login().one_time_link(&world.operator(), person).await.unwrap();
    let holder = world.access.login().link_holder(link.secret()).await.unwrap();
    assert_eq!(holder, Some(person));
    let weak = world.access.login().set_password(link.secret(), "court", &device("")).await.unwrap_err();
    assert_eq!(key(&weak), ("password".to_owned(), "login-password-short".to_owned()));
    let fresh = "un autre mot de passe";
    let after = world.access.login().set_password(link.secret(), fresh, &device("")).await.unwrap();
    assert_eq!([world.who(&before).await, world.who(&after).await], [None, Some(person)]);
    let again = world.access.login().set_password(link.secret(), fresh, &device("")).await.unwrap_err();
    assert!(again.is_not_found());
    world.sign_in("lea", fresh).await.unwrap();
}

#[tokio::test]
async fn a_link_dies_with_time_and_with_the_next_one() {
    let world = World::new().await;
    let person = world.account("lea").await;
    let first = world.access.login().one_time_link(&world.operator(), person).await.unwrap();
    let second = world.access.login().one_time_link(&world.operator(), person).await.unwrap();
    let (login, made) = (world.access.login(), world.db.now());
    assert_eq!(login.link_holder(first.secret()).await.unwrap(), None);
    world.db.set_now(made.plus_seconds(72 * 3600 - 1));
    assert_eq!(login.link_holder(second.secret()).await.unwrap(), Some(person));
    world.db.set_now(made.plus_seconds(72 * 3600));
    assert_eq!(login.link_holder(second.secret()).await.unwrap(), None);
}

#[tokio::test]
async fn changing_a_password_changes_the_session_and_ends_the_others() {
    let world = World::new().await;
    let person = world.account("lea").await;
    let [here, elsewhere] =
        [world.sign_in("lea", PASSWORD).await, world.sign_in("lea", PASSWORD).await].map(Result::unwrap);
    let me = world.actor(person).await;
    let place = device("192.0.2.1");
    let fresh = "un autre mot de passe";
    let wrong = world.access.login().change_password(&me, here.session, "faux mot", fresh, &place).await.unwrap_err();
    assert_eq!(key(&wrong), ("current".to_owned(), "login-current-wrong".to_owned()));
    let changed = world.access.login().change_password(&me, here.session, PASSWORD, fresh, &place).await.unwrap();
    assert_ne!(changed.session, here.session);
    let known = [world.who(&here).await, world.who(&elsewhere).await, world.who(&changed).await];
    assert_eq!(known, [None, None, Some(person)]);
    // The session of the change is gone and cannot become a new one.
    let late = world.access.login().change_password(&me, here.session, fresh, PASSWORD, &place).await.unwrap_err();
    assert!(late.is_conflict());
}

#[tokio::test]
async fn names_are_taken_once() {
    let world = World::new().await;
    world.account("lea").await;
    let other = world.person("Léa").await;
    let name = LoginName::parse("Lea").unwrap();
    let taken = world.access.login().create_login(&world.operator(), other, &name).await.unwrap_err();
    assert_eq!(key(&taken), ("login".to_owned(), "login-name-taken".to_owned()));
    let none = world.access.login().one_time_link(&world.operator(), other).await.unwrap_err();
    assert!(none.is_conflict());
}

#[tokio::test]
async fn a_referent_manages_accounts_of_their_school_only_and_none_above_their_own() {
    let world = World::new().await;
    let (a, b) = (world.school("0130001A").await, world.school("0130002B").await);
    let referent = world.account("referent").await;
    world.member(referent, a, Profile::Teacher).await;
    world.grant(referent, "digital_referent", Some(a)).await;
    let pupil = world.account("pupil").await;
    world.member(pupil, a, Profile::Student).await;
    let elsewhere = world.account("elsewhere").await;
    world.member(elsewhere, b, Profile::Student).await;
    let both = world.account("both").await;
    world.member(both, a, Profile::Teacher).await;
    world.member(both, b, Profile::Teacher).await;
    let admin = world.account("admin").await;
    world.member(admin, a, Profile::Teacher).await;
    world.grant(admin, "platform_admin", None).await;

    let actor = world.actor(referent).await;
    let login = world.access.login();
    let link = |person| login.one_time_link(&actor, person);
    link(pupil).await.unwrap();
    assert!(link(elsewhere).await.unwrap_err().is_not_found());
    assert!(link(both).await.unwrap_err().is_forbidden());
    assert!(link(admin).await.unwrap_err().is_forbidden());
    assert!(world.access.login().give_password(&actor, admin, PASSWORD).await.unwrap_err().is_forbidden());
    let name = LoginName::parse("autre").unwrap();
    assert!(world.access.login().create_login(&actor, admin, &name).await.unwrap_err().is_forbidden());

    let pupil = world.actor(pupil).await;
    assert!(world.access.login().one_time_link(&pupil, referent).await.unwrap_err().is_not_found());
    let visitor = Actor::anonymous(world.db.now());
    assert!(world.access.login().one_time_link(&visitor, referent).await.unwrap_err().is_sign_in_required());
    world.access.login().one_time_link(&world.actor(admin).await, referent).await.unwrap();
}

#[tokio::test]
async fn only_hashes_of_tokens_and_names_are_stored() {
    let world = World::new().await;
    world.account("lea").await;
    let signed_in = world.sign_in("lea", PASSWORD).await.unwrap();
    world.sign_in("motdepasse-tape-trop-tot", "x").await.unwrap_err();
    let acts = audit::list(&*world.db, None, None, 100).await.unwrap();
    assert!(acts.iter().all(|act| !act.details.contains(signed_in.token.secret())));
    let attempts = Statement::from_string(world.db.get_database_backend(), "SELECT key FROM atrium_login_attempt");
    let rows = world.db.query_all_raw(attempts).await.unwrap();
    let keys: Vec<String> = rows.iter().map(|row| row.try_get("", "key").unwrap()).collect();
    assert_eq!(keys.len(), 3);
    assert!(keys.iter().all(|key| !key.contains("motdepasse")), "{keys:?}");
}
