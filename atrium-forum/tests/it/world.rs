//! Two schools, the people of a support forum, and its categories; short words for what tests do with them.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use atrium_core::access::actions::NewAssignment;
use atrium_core::access::{Actor, Effect, Scope, Via};
use atrium_core::clock::Clock;
use atrium_core::config::Settings;
use atrium_core::db::Db;
use atrium_core::directory::{EstablishmentId, PersonId, Profile, fold};
use atrium_core::login::{Device, LoginName};
use atrium_core::testing::{ROLES, SERVICES, TestDatabase, append};
use atrium_core::{Account, Administration, Atrium, Result};
use atrium_forum::categories::{CategoryId, CategoryInput, Moderation, Name, Slug};
use atrium_forum::flags::{Comment, FlagReason};
use atrium_forum::posts::actions::{Edit, Edited, NewReply, Posted};
use atrium_forum::posts::{Body, PostId, Reason, WriteKey};
use atrium_forum::topics::actions::NewTopic;
use atrium_forum::topics::{Kind, Title, TopicId};
use atrium_forum::{Audiences, Forum, ForumActions, Reader, State, posts, topics};
use axum::body::{Body as Bytes, BodyDataStream, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use futures::StreamExt as _;
use sea_orm::{ConnectionTrait, Statement};
use tempfile::TempDir;
use tower::ServiceExt;

const PASSWORD: &str = "le chat dort sur le radiateur";

/// A forum and its people.
pub(crate) struct World {
    pub(crate) atrium: Atrium,
    pub(crate) school: EstablishmentId,
    pub(crate) elsewhere: EstablishmentId,
    /// Referent of the first school.
    pub(crate) referent: PersonId,
    /// Referent of the other school.
    pub(crate) colleague: PersonId,
    /// Leadership of the first school.
    pub(crate) head: PersonId,
    pub(crate) pupil: PersonId,
    pub(crate) support: PersonId,
    pub(crate) developer: PersonId,
    pub(crate) moderator: PersonId,
    /// Moderator, of the other school alone.
    pub(crate) local_moderator: PersonId,
    /// Everyone reads, referents and leadership ask, signed-in people answer, without review.
    pub(crate) open: CategoryId,
    /// The same, and everything is reviewed.
    pub(crate) reviewed: CategoryId,
    /// The same, and newcomers are reviewed.
    pub(crate) newcomers: CategoryId,
    /// For referents and the Region.
    pub(crate) private: CategoryId,
    _database: TestDatabase,
    _dir: TempDir,
}

/// Returns a message of one part after the other, quoted-printable decoded.
fn mail_text(message: &str) -> String {
    let joined = message.replace("=\r\n", "");
    let (mut bytes, mut rest) = (Vec::new(), joined.as_bytes());
    while let [first, after @ ..] = rest {
        let code = (*first == b'=' && after.len() > 1).then(|| std::str::from_utf8(&after[..2]).ok());
        let code = code.flatten().and_then(|code| u8::from_str_radix(code, 16).ok());
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What came back over HTTP.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

/// Events as a page that stays open is told of them.
pub(crate) struct Events {
    body: BodyDataStream,
    text: String,
}

static NEXT: AtomicU64 = AtomicU64::new(0);

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(|settings, _| settings).await
    }

    /// A world that leaves its mail in a directory.
    pub(crate) async fn with_mail() -> Self {
        let mails = |settings: Settings, dir: &Path| {
            let mut settings = settings.public_url("https://atrium.example".parse().unwrap());
            settings.mail_url = Some(format!("file://{}/mail", dir.display()));
            settings
        };
        Self::with(mails).await
    }

    /// The same, with other settings.
    pub(crate) async fn with(change: impl FnOnce(Settings, &Path) -> Settings) -> Self {
        let database = TestDatabase::new().await;
        let dir = TempDir::new().unwrap();
        let mut settings = change(Settings::default().data_dir(dir.path()).database(database.url()), dir.path());
        // Further nodes have directories of their own.
        settings.secret_key = Some("7e57".repeat(16));
        let clock = Clock::fixed(TestDatabase::NOON);
        let atrium = Atrium::builder()
            .settings(settings)
            .services("services.toml", SERVICES)
            .roles("roles.toml", ROLES)
            .clock(clock)
            .plugin(Account)
            .plugin(Administration)
            .plugin(Forum::default())
            .build()
            .await
            .unwrap();
        let school = school(&atrium, "0130001A", "Lycée des Tilleuls").await;
        let elsewhere = self::school(&atrium, "0130002B", "Lycée du Port").await;
        let referent = person(&atrium, "Claire Aubert", Some((school, Profile::Teacher))).await;
        let colleague = person(&atrium, "Paul Bosc", Some((elsewhere, Profile::Teacher))).await;
        assign(&atrium, referent, "digital_referent", Scope::Establishment(school), Effect::Permit).await;
        assign(&atrium, colleague, "digital_referent", Scope::Establishment(elsewhere), Effect::Permit).await;
        let head = person(&atrium, "Odile Caron", Some((school, Profile::Leadership))).await;
        let pupil = person(&atrium, "Samir Diop", Some((school, Profile::Student))).await;
        let support = region(&atrium, "Rémi Esposito", "region_support").await;
        let developer = region(&atrium, "Léa Faure", "region_developer").await;
        let moderator = region(&atrium, "Marc Girard", "moderator").await;
        let local_moderator = person(&atrium, "Nora Henry", Some((elsewhere, Profile::Staff))).await;
        assign(&atrium, local_moderator, "moderator", Scope::Establishment(elsewhere), Effect::Permit).await;
        let mut world = Self {
            atrium,
            school,
            elsewhere,
            referent,
            colleague,
            head,
            pupil,
            support,
            developer,
            moderator,
            local_moderator,
            open: CategoryId(0),
            reviewed: CategoryId(0),
            newcomers: CategoryId(0),
            private: CategoryId(0),
            _database: database,
            _dir: dir,
        };
        let asks = "role:digital_referent role:leadership role:region_support";
        world.open = world.category("messagerie", "public", asks, "signed_in", Moderation::Open).await;
        world.reviewed = world.category("annonces", "public", asks, "signed_in", Moderation::AllPosts).await;
        world.newcomers = world.category("accueil", "public", asks, "signed_in", Moderation::FirstPosts).await;
        let insiders = "digital_referent region_support region_developer";
        world.private = world.category("entre-referents", insiders, insiders, insiders, Moderation::Open).await;
        world
    }

    /// Delivers the letters that are due, and returns each with its words on one line, by address and text.
    pub(crate) async fn letters(&self) -> Vec<String> {
        while self.atrium.run_due_tasks().await.unwrap() > 0 {}
        let entries = std::fs::read_dir(self._dir.path().join("mail")).into_iter().flatten().flatten();
        let text = |path: std::path::PathBuf| mail_text(&std::fs::read_to_string(path).unwrap());
        let mut all: Vec<_> = entries.map(|entry| text(entry.path())).collect();
        all.sort();
        all
    }

    /// Gives a person an address.
    pub(crate) async fn address(&self, person: PersonId, address: &str) {
        let sql = format!("UPDATE atrium_person SET email = '{address}' WHERE id = {person}");
        self.db().writer().execute_unprepared(&sql).await.unwrap();
    }

    /// Another node over the same database.
    pub(crate) async fn node(&self, dir: &TempDir) -> Atrium {
        let settings = self.atrium.settings().clone().data_dir(dir.path());
        let clock = self.db().clock().clone();
        Atrium::builder()
            .settings(settings)
            .services("services.toml", SERVICES)
            .roles("roles.toml", ROLES)
            .clock(clock)
            .plugin(Account)
            .plugin(Administration)
            .plugin(Forum::default())
            .build()
            .await
            .unwrap()
    }

    pub(crate) fn db(&self) -> &Db {
        self.atrium.db()
    }

    /// Returns the forum, to act in it.
    pub(crate) fn forum(&self) -> ForumActions {
        Forum::of(self.db())
    }

    /// Something happens: what was written past the actions shows from now on.
    pub(crate) async fn happen(&self) {
        let tx = self.db().begin().await.unwrap();
        append(&tx, "test.happened", "test:1").await;
        tx.commit().await.unwrap();
    }

    pub(crate) fn pass_seconds(&self, seconds: i64) {
        self.db().clock().set(self.db().now().plus_seconds(seconds));
    }

    async fn category(&self, slug: &str, see: &str, ask: &str, answer: &str, moderation: Moderation) -> CategoryId {
        let mut input = CategoryInput::new(Slug::parse(slug).unwrap(), Name::parse(slug).unwrap());
        input.see = Audiences::parse(see).unwrap();
        input.ask = Audiences::parse(ask).unwrap();
        input.answer = Audiences::parse(answer).unwrap();
        input.moderation = moderation;
        self.forum().categories().create(&self.atrium.operator(), input).await.unwrap()
    }

    /// Creates a school's own category: everyone reads, signed-in people ask and answer, without review.
    pub(crate) async fn school_category(&self, slug: &str, school: EstablishmentId) -> CategoryId {
        let mut input = CategoryInput::new(Slug::parse(slug).unwrap(), Name::parse(slug).unwrap());
        input.establishment = Some(school);
        self.forum().categories().create(&self.atrium.operator(), input).await.unwrap()
    }

    pub(crate) async fn person(&self, name: &str, place: Option<(EstablishmentId, Profile)>) -> PersonId {
        person(&self.atrium, name, place).await
    }

    pub(crate) async fn assign(&self, person: PersonId, role: &str, scope: Scope, effect: Effect) {
        assign(&self.atrium, person, role, scope, effect).await;
    }

    pub(crate) async fn actor(&self, person: PersonId) -> Actor {
        self.atrium.access().actor_for(person, Via::Web).await.unwrap()
    }

    pub(crate) async fn reader(&self, person: PersonId) -> Reader {
        Reader::of(self.db(), &self.actor(person).await).await.unwrap()
    }

    pub(crate) async fn visitor(&self) -> Reader {
        Reader::of(self.db(), &Actor::anonymous(self.db().now())).await.unwrap()
    }

    pub(crate) fn topic_in(&self, category: CategoryId, title: &str) -> NewTopic {
        NewTopic {
            category,
            title: Title::parse(title).unwrap(),
            kind: Kind::Question,
            body: Body::parse("Rien ne se passe quand on clique.").unwrap(),
            establishment: None,
            confidential: false,
            files: Vec::new(),
            key: key(),
        }
    }

    pub(crate) async fn ask(&self, by: PersonId, category: CategoryId, title: &str) -> Result<Posted> {
        self.forum().topics().create(&self.actor(by).await, self.topic_in(category, title)).await
    }

    pub(crate) async fn ask_confidentially(&self, by: PersonId, title: &str) -> Result<Posted> {
        let new = NewTopic { confidential: true, ..self.topic_in(self.open, title) };
        self.forum().topics().create(&self.actor(by).await, new).await
    }

    pub(crate) async fn reply(&self, by: PersonId, topic: TopicId, text: &str) -> Result<Posted> {
        let new = NewReply { body: Body::parse(text).unwrap(), files: Vec::new(), key: key() };
        self.forum().posts().reply(&self.actor(by).await, topic, new).await
    }

    pub(crate) async fn edit(&self, by: PersonId, post: PostId, expected: i64, text: &str) -> Result<Edited> {
        let body = Body::parse(text).unwrap();
        let edit = Edit { title: None, body, expected, reason: Reason::none(), files: Vec::new() };
        Ok(self.forum().posts().edit(&self.actor(by).await, post, edit).await?.0)
    }

    /// Flags the first text of a post, without a comment.
    pub(crate) async fn flag(&self, by: PersonId, post: PostId, reason: FlagReason) -> Result<topics::Topic> {
        self.forum().flags().create(&self.actor(by).await, post, 1, reason, &Comment::default()).await
    }

    pub(crate) async fn change(&self, by: PersonId, post: PostId, to: State) -> Result<topics::Topic> {
        let version = self.post(post).await.version;
        let reason = Reason::parse("Hors sujet.").unwrap();
        self.forum().posts().change_state(&self.actor(by).await, post, to, version, &reason).await
    }

    pub(crate) async fn post(&self, post: PostId) -> posts::Post {
        self.forum().posts().find(&self.atrium.operator(), post).await.unwrap()
    }

    /// Returns a post's HTML as the database keeps it.
    pub(crate) async fn html(&self, post: PostId) -> String {
        self.text(post, "html").await
    }

    /// Returns a post's text as the database keeps it.
    pub(crate) async fn markdown(&self, post: PostId) -> String {
        self.text(post, "markdown").await
    }

    async fn text(&self, post: PostId, column: &str) -> String {
        let db = self.db();
        let sql = format!("SELECT {column} FROM atrium_forum_post WHERE id = $1");
        let read = Statement::from_sql_and_values(db.get_database_backend(), sql, [post.0.into()]);
        db.query_one_raw(read).await.unwrap().unwrap().try_get("", column).unwrap()
    }

    pub(crate) async fn topic(&self, topic: TopicId) -> topics::Topic {
        self.forum().topics().find(&self.atrium.operator(), topic).await.unwrap()
    }

    /// Has each school called this and its number.
    pub(crate) async fn rename_schools(&self, name: &str) {
        let sql = format!("UPDATE atrium_establishment SET name = '{name} ' || id");
        self.db().writer().execute_unprepared(&sql).await.unwrap();
    }

    pub(crate) async fn assert_no_drift(&self) {
        assert_eq!(self.forum().drift().await.unwrap(), []);
    }

    /// Asserts that each act of the forum is in the journal and in the outbox, with the same kind, subject, actor and scope.
    pub(crate) async fn assert_acts_are_told(&self) {
        let told = async |table: &str, kind: &str| {
            let sql = format!(
                "SELECT {kind} || ' ' || subject || ' ' || COALESCE(CAST(actor_id AS TEXT), '') || ' ' || COALESCE(scope, '') \
                 AS act FROM atrium_{table} WHERE {kind} LIKE 'forum.%' ORDER BY id"
            );
            let rows =
                self.db().query_all_raw(Statement::from_string(self.db().get_database_backend(), sql)).await.unwrap();
            rows.iter().map(|row| row.try_get::<String>("", "act").unwrap()).collect::<Vec<_>>()
        };
        let journal = told("audit", "action").await;
        assert!(!journal.is_empty());
        assert_eq!(journal, told("outbox", "kind").await);
    }

    /// Returns the cookie of somebody who has signed in.
    pub(crate) async fn session(&self, person: PersonId) -> String {
        let operator = self.atrium.operator();
        let name = LoginName::parse(&format!("compte-{person}")).unwrap();
        self.atrium.login().create_login(&operator, person, &name).await.unwrap();
        self.atrium.login().give_password(&operator, person, PASSWORD).await.unwrap();
        let device = Device::new("", "192.0.2.1", 12);
        let signed_in = self.atrium.access().login().sign_in(name.as_str(), PASSWORD, &device).await.unwrap();
        let over_https = self.atrium.settings().public_url.is_some();
        format!("{}={}", if over_https { "__Host-atrium" } else { "atrium" }, signed_in.token.secret())
    }

    pub(crate) async fn get(&self, path: &str, cookie: &str) -> Answer {
        self.send(Request::get(path).header(header::COOKIE, cookie).body(Bytes::empty()).unwrap()).await
    }

    pub(crate) async fn post_form(&self, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Answer {
        let pair = |(name, value): &(&str, &str)| format!("{}={}", encode(name), encode(value));
        let body = fields.iter().map(pair).collect::<Vec<_>>().join("&");
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(request.body(Bytes::from(body)).unwrap()).await
    }

    pub(crate) async fn post_json(&self, path: &str, cookie: &str, body: &serde_json::Value) -> Answer {
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/json")
            .header("sec-fetch-site", "same-origin");
        self.send(request.body(Bytes::from(body.to_string())).unwrap()).await
    }

    /// Asks an operation of the API in the session of `cookie`; `version` goes into `If-Match`.
    pub(crate) async fn call(
        &self,
        cookie: &str,
        (method, path): (&str, &str),
        version: Option<i64>,
        body: &serde_json::Value,
    ) -> Answer {
        let request = Request::builder().method(method).uri(path).header(header::COOKIE, cookie);
        let request = request.header(header::CONTENT_TYPE, "application/json").header("sec-fetch-site", "same-origin");
        let request = match version {
            Some(version) => request.header(header::IF_MATCH, format!("\"{version}\"")),
            None => request,
        };
        self.send(request.body(Bytes::from(body.to_string())).unwrap()).await
    }

    pub(crate) async fn send(&self, request: Request<Bytes>) -> Answer {
        Self::send_to(&self.atrium, request).await
    }

    /// Asks for a stream of events.
    pub(crate) async fn events(&self, path: &str, cookie: &str) -> Events {
        let request = Request::get(path).header(header::COOKIE, cookie).header(header::ACCEPT, "text/event-stream");
        let response = self.atrium.router::<()>().oneshot(request.body(Bytes::empty()).unwrap()).await.unwrap();
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
        Events { body: response.into_body().into_data_stream(), text: String::new() }
    }

    /// Returns the status, the headers and how many bytes came, whatever they are.
    pub(crate) async fn send_whole(&self, request: Request<Bytes>) -> (StatusCode, HeaderMap, usize) {
        let (parts, body) = self.atrium.router::<()>().oneshot(request).await.unwrap().into_parts();
        (parts.status, parts.headers, to_bytes(body, usize::MAX).await.unwrap().len())
    }

    pub(crate) async fn send_to(atrium: &Atrium, request: Request<Bytes>) -> Answer {
        let response = atrium.router::<()>().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, text: String::from_utf8(body.to_vec()).unwrap() }
    }
}

impl Events {
    /// Waits for the next event of this name, and returns its data.
    pub(crate) async fn next(&mut self, name: &str) -> serde_json::Value {
        loop {
            while let Some((event, rest)) = self.text.split_once("\n\n") {
                let data = event.strip_prefix(&format!("event: {name}\ndata: "));
                let data = data.map(|data| serde_json::from_str(data).unwrap());
                self.text = rest.to_owned();
                if let Some(data) = data {
                    return data;
                }
            }
            let more = self.body.next().await.expect("it goes on").unwrap();
            self.text.push_str(std::str::from_utf8(&more).unwrap());
        }
    }

    /// Waits for the end, past signs of life.
    pub(crate) async fn end(mut self) {
        while self.body.next().await.is_some() {}
    }
}

impl Answer {
    pub(crate) fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap()
    }

    #[track_caller]
    pub(crate) fn assert_status(&self, status: u16) {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
    }
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

pub(crate) fn key() -> WriteKey {
    WriteKey::parse(&format!("cle-de-test-{}", NEXT.fetch_add(1, Ordering::Relaxed))).unwrap()
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

async fn region(atrium: &Atrium, name: &str, role: &str) -> PersonId {
    let person = person(atrium, name, None).await;
    assign(atrium, person, role, Scope::Platform, Effect::Permit).await;
    person
}

async fn person(atrium: &Atrium, name: &str, place: Option<(EstablishmentId, Profile)>) -> PersonId {
    let (sorted, now) = (fold(name), atrium.db().now().0);
    let sql = format!(
        "INSERT INTO atrium_person \
         (display_name, given_name, family_name, sort_name, locale, status, source, epoch, created_at) \
         VALUES ('{name}', '{name}', '', '{sorted}', 'fr', 'active', 'manual', 1, {now})"
    );
    let person = PersonId(insert(atrium.db(), &sql).await);
    if let Some((school, profile)) = place {
        let sql = format!(
            "INSERT INTO atrium_membership (person_id, establishment_id, profile, source) \
             VALUES ({person}, {school}, '{}', 'manual')",
            profile.key()
        );
        insert(atrium.db(), &sql).await;
    }
    person
}

async fn assign(atrium: &Atrium, person: PersonId, role: &str, scope: Scope, effect: Effect) {
    let new = match effect {
        Effect::Permit => NewAssignment::permit,
        Effect::Forbid => NewAssignment::forbid,
    };
    let role = atrium.access().roles().await.unwrap().by_key(role).unwrap().id;
    let new = new(person, role, scope).because("essai");
    atrium.access().grant(&atrium.operator(), new).await.unwrap();
}
