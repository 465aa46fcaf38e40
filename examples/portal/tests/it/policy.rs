//! The table of rights as they are: every operation of the whole platform, tried by every role, at its own school and at
//! another one. It is kept in `snapshots/`, so that a change of rights is read as a difference of two tables.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;

use atrium_core::access::actions::NewAssignment;
use atrium_core::access::{Scope, Validity};
use atrium_core::directory::actions::{NewGroup, NewPerson, Place};
use atrium_core::directory::{EstablishmentId, GroupKind, PersonId, Profile, SectorId};
use atrium_core::testing::{Answer, Client, School, TestSite, TestSiteBuilder};
use atrium_core::web::RouteInfo;
use atrium_forum::Forum;
use atrium_help::Help;
use axum::body::Body;
use axum::http::Method;
use serde_json::json;

/// Where a role holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Held {
    School,
    Sector,
    Region,
}

/// Two schools, a forum, and somebody who holds one role.
struct World {
    site: TestSite,
    schools: [EstablishmentId; 2],
    holder: Option<PersonId>,
    admin: PersonId,
    category: String,
    made: u32,
    /// The client that reads: what is written asks with a session of its own, which it may end.
    reading: Client,
    /// What is only read is made once: a topic with its reply, and the subject at each school.
    read: HashMap<(Object, EstablishmentId), i64>,
}

/// What a parameter of a path is about.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Object {
    Person,
    Adult,
    Group,
    Membership,
    Assignment,
    Sector,
    Identity,
    Topic,
    Reply,
}

impl Object {
    /// Returns the object of the parameter behind `before`.
    fn behind(before: &str, is_forum: bool) -> Option<Self> {
        Some(match before {
            "personnes" | "people" | "membres" | "members" => Self::Person,
            "responsables" | "guardians" => Self::Adult,
            "groupes" | "groups" => Self::Group,
            "appartenances" | "memberships" => Self::Membership,
            "attributions" | "assignments" => Self::Assignment,
            "secteurs" | "sectors" => Self::Sector,
            "identites" | "identities" => Self::Identity,
            "sujets" | "topics" if is_forum => Self::Topic,
            "messages" | "posts" | "moderation" | "queue" if is_forum => Self::Reply,
            _ => return None,
        })
    }
}

impl World {
    async fn new(role: Option<(&str, Held)>) -> Self {
        let site = site().plugin(Help::new()).plugin(Forum::default()).start().await;
        let (here, there) = (site.school().await, site.school().await);
        let admin = site.region_member().give("platform_admin").give("region_support").await.id();
        let holder = match role {
            None => None,
            Some((key, held)) => Some(holder(&site, &here, key, held).await),
        };
        let schools = [here.id(), there.id()];
        let client = site.signed_in(admin).await;
        client.post("/administration/forum/par-service", &[]).await;
        let categories = client.get("/api/v1/forum/categories").await.json();
        let first = categories.as_array().or_else(|| categories["categories"].as_array()).unwrap()[0].clone();
        let category = first["slug"].as_str().or_else(|| first["key"].as_str()).unwrap().to_owned();
        let reading = match holder {
            Some(person) => site.signed_in(person).await,
            None => site.visitor(),
        };
        Self { site, schools, holder, admin, category, made: 0, reading, read: HashMap::new() }
    }

    /// Sends the operation as a page or a program would, with an empty input.
    async fn ask(&self, route: &RouteInfo, path: &str) -> Answer {
        match self.holder.filter(|_| route.method != Method::GET) {
            Some(person) => ask(&self.site.signed_in(person).await, route, path).await,
            None => ask(&self.reading, route, path).await,
        }
    }

    /// Returns a topic and a reply of the administrator's.
    async fn topic(&mut self) -> (i64, i64) {
        self.made += 1;
        // The pace of writing is not what is asked here.
        self.site.pass_seconds(7_200);
        let key = format!("subject-{}", self.made);
        let client = self.site.signed_in(self.admin).await.with_header("idempotency-key", &key);
        let new = json!({ "category": self.category, "title": format!("Un sujet {}", self.made), "body": "Un texte." });
        let topic = client.json(Method::POST, "/api/v1/forum/topics", &new).await;
        let topic = topic.assert_status(201).json()["topic"].as_i64().unwrap();
        let path = format!("/api/v1/forum/topics/{topic}/posts");
        let reply = client.json(Method::POST, &path, &json!({ "body": format!("Une réponse {}.", self.made) })).await;
        (topic, reply.assert_status(201).json()["post"].as_i64().unwrap())
    }

    /// Makes the objects of one operation at `school`.
    async fn make(&mut self, wanted: &[Object], school: EstablishmentId) -> Vec<i64> {
        self.made += 1;
        let made = self.made;
        let has = |object| wanted.contains(&object);
        let (mut topic, mut reply) = (0, 0);
        if has(Object::Topic) || has(Object::Reply) {
            (topic, reply) = self.topic().await;
        }
        let (access, system) = (self.site.atrium().access(), self.site.system());
        let (mut person, mut adult, mut group, mut membership, mut assignment) = (0, 0, 0, 0, 0);
        let member = async |profile, name: &str| {
            let new = NewPerson::new(Place::Member(school, profile), name, format!("Essai {made}"));
            access.directory().create_person(&system, new).await.unwrap().0
        };
        if has(Object::Person) {
            person = member(Profile::Student, "Paul").await;
        }
        if has(Object::Adult) || has(Object::Membership) || has(Object::Assignment) {
            adult = member(Profile::Teacher, "Gina").await;
        }
        if has(Object::Adult) {
            access.directory().link_guardian(&system, PersonId(adult), PersonId(person)).await.unwrap();
        }
        if has(Object::Group) {
            let new = NewGroup::new(school, GroupKind::Class, format!("2nde {made}"));
            group = self.site.atrium().directory().create_group(&system, new).await.unwrap().0;
        }
        if has(Object::Group) && has(Object::Person) {
            let group = atrium_core::directory::GroupId(group);
            access.directory().add_to_group(&system, PersonId(person), group).await.unwrap();
        }
        if has(Object::Membership) {
            let (person, always) = (PersonId(adult), Validity::default());
            membership =
                access.directory().add_membership(&system, person, school, Profile::Staff, always).await.unwrap().0;
        }
        if has(Object::Assignment) {
            let role = access.roles().await.unwrap().by_key("digital_referent").unwrap().id;
            let new = NewAssignment::permit(PersonId(adult), role, Scope::Establishment(school));
            assignment = access.grant(&system, new.because("essai")).await.unwrap().0;
        }
        let sector =
            if has(Object::Sector) { sector(&self.site, school, &format!("Secteur {made}")).await.0 } else { 0 };
        let mut identity = 0;
        if has(Object::Identity) {
            let (who, subject) = (PersonId(member(Profile::Teacher, "Ida").await), format!("ida-{made}"));
            identity = access.directory().link_identity(&system, who, ("external", &subject)).await.unwrap().0;
        }
        let made = |object: &Object| match object {
            Object::Person => person,
            Object::Adult => adult,
            Object::Group => group,
            Object::Membership => membership,
            Object::Assignment => assignment,
            Object::Sector => sector,
            Object::Identity => identity,
            Object::Topic => topic,
            Object::Reply => reply,
        };
        wanted.iter().map(made).collect()
    }

    /// Returns the path of an operation on what is at `school`; `None` if it has no object.
    async fn path(&mut self, route: &RouteInfo, school: EstablishmentId) -> Option<String> {
        let is_forum = route.path.contains("/forum");
        let parts: Vec<_> = route.path.split('/').skip(1).collect();
        let parameters = parts.windows(2).filter(|pair| pair[1].starts_with('{'));
        let wanted: Vec<_> = parameters.filter_map(|pair| Object::behind(pair[0], is_forum)).collect();
        let is_read = route.method == Method::GET;
        let kept: Option<Vec<_>> = wanted.iter().map(|object| self.read.get(&(*object, school)).copied()).collect();
        let ids = match kept.filter(|_| is_read) {
            Some(kept) => kept,
            None => self.make(&wanted, school).await,
        };
        if is_read {
            self.read.extend(wanted.iter().map(|object| (*object, school)).zip(ids.iter().copied()));
        }
        let (mut path, mut before, mut ids) = (String::new(), "", ids.into_iter());
        for part in &parts {
            path.push('/');
            match *part {
                part if !part.starts_with('{') => {
                    path.push_str(part);
                    before = part;
                }
                _ if Object::behind(before, is_forum).is_some() => path.push_str(&ids.next()?.to_string()),
                _ if matches!(before, "etablissements" | "schools") => path.push_str(&school.to_string()),
                "{slug}" | "{category}" if is_forum => path.push_str(&self.category),
                _ => path.push('1'),
            }
        }
        parts.iter().any(|part| part.starts_with('{')).then_some(path)
    }
}

/// Makes a sector of one school.
async fn sector(site: &TestSite, school: EstablishmentId, name: &str) -> SectorId {
    let (directory, system) = (site.atrium().directory(), site.system());
    let sector = directory.create_sector(&system, name).await.unwrap();
    directory.add_to_sector(&system, sector, school).await.unwrap();
    sector
}

async fn holder(site: &TestSite, school: &School<'_>, role: &str, held: Held) -> PersonId {
    if role == "guardian" {
        let (child, adult) = (school.member(Profile::Student).await, site.region_member().await);
        site.atrium().directory().link_guardian(&site.system(), adult.id(), child.id()).await.unwrap();
        return adult.id();
    }
    let member = match (Profile::from_key(role), held) {
        (Some(profile), _) => school.member(profile),
        (None, Held::School) => school.member(Profile::Teacher).give(role),
        (None, Held::Sector) => {
            let sector = sector(site, school.id(), "Portefeuille").await;
            site.region_member().give_at(role, Scope::Sector(sector))
        }
        (None, Held::Region) => site.region_member().give(role),
    };
    member.await.id()
}

async fn ask(client: &Client, route: &RouteInfo, path: &str) -> Answer {
    let request = client.request(route.method.clone(), path).header("sec-fetch-site", "same-origin");
    let request = if route.path.starts_with("/api/") {
        let request = request.header("if-match", "\"1\"").header("idempotency-key", "un-essai-de-plus");
        request.header("content-type", "application/json").body(Body::from("{}"))
    } else {
        request.header("content-type", "application/x-www-form-urlencoded").body(Body::empty())
    };
    client.send(request.unwrap()).await
}

/// Returns how it answered: `+` allowed, `?` the input is refused before or after rights were asked, `-` rights refuse,
/// `.` there is no such thing for this reader.
fn told(answer: &Answer) -> char {
    match answer.status.as_u16() {
        401 | 403 => '-',
        303 if answer.location().starts_with("/connexion") => '-',
        404 | 410 => '.',
        400 | 415 | 422 | 428 => '?',
        status if status < 500 => '+',
        status => panic!("{status}: {}", answer.text()),
    }
}

/// Returns each operation, with `own` or `other` where it has an object of a school, and how it answered.
async fn column(role: Option<(&str, Held)>) -> Vec<(String, char)> {
    let mut world = World::new(role).await;
    let mut routes = world.site.atrium().routes().to_vec();
    routes.sort_by_key(|route| (route.path.clone(), route.method.to_string()));
    // What reads first: what is written then changes nothing for it.
    routes.sort_by_key(|route| route.method != Method::GET);
    let mut column = Vec::new();
    for route in routes.iter().filter(|route| route.plugin != "core" || !route.shared) {
        let name = format!("{:6} {}", route.method, route.path);
        for (school, relation) in world.schools.into_iter().zip(["own", "other"]) {
            let Some(path) = world.path(route, school).await else {
                let answer = world.ask(route, &route.path).await;
                column.push((name.clone(), told(&answer)));
                break;
            };
            let answer = world.ask(route, &path).await;
            let of_school = ["etablissements", "schools", "groupes", "groups", "personnes", "people"];
            let of_member = ["appartenances", "memberships", "attributions", "assignments"];
            if !of_school.iter().chain(&of_member).any(|kind| route.path.contains(&format!("/{kind}/{{"))) {
                column.push((name.clone(), told(&answer)));
                break;
            }
            column.push((format!("{name} [{relation}]"), told(&answer)));
        }
    }
    column.sort();
    column
}

/// The built-in roles of the portal, in the order of the table.
const ROLES: [&str; 15] = [
    "student",
    "guardian",
    "teacher",
    "leadership",
    "school_life",
    "staff",
    "digital_referent",
    "stil_technician",
    "stil_sector_chief",
    "region_support",
    "region_developer",
    "moderator",
    "help_author",
    "help_reviewer",
    "platform_admin",
];

/// Returns a builder of a site with the portal's roles.
fn site() -> TestSiteBuilder {
    TestSite::builder().with(|builder| builder.roles("roles.toml", include_str!("../../roles.toml")))
}

#[tokio::test]
async fn the_table_has_every_role_of_the_portal() {
    let site = site().plugin(Help::new()).plugin(Forum::default()).start().await;
    let keys = site.atrium().access().permissions().roles().iter().map(|role| role.key().to_owned());
    assert_eq!(keys.collect::<BTreeSet<_>>(), ROLES.map(str::to_owned).into());
}

/// The roles of the table, and where each holds.
fn columns() -> Vec<Option<(&'static str, Held)>> {
    let of_school = ["digital_referent", "moderator", "stil_technician"];
    let assigned = |key: &&str| !of_school.contains(key) || *key == "moderator";
    let at_school = ROLES.into_iter().filter(|key| Profile::from_key(key).is_some());
    let at_school = at_school.chain(of_school).map(|key| Some((key, Held::School)));
    let at_region = ROLES.into_iter().filter(|key| Profile::from_key(key).is_none());
    let at_region = at_region.filter(assigned).map(|key| Some((key, Held::Region)));
    let at_sector = ["stil_technician", "stil_sector_chief"].map(|key| Some((key, Held::Sector)));
    std::iter::once(None).chain(at_school).chain(at_sector).chain(at_region).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_rights_of_every_role_are_those_of_the_table() {
    let columns = columns();
    let mut asked = Vec::new();
    for pair in columns.chunks(2) {
        let started: Vec<_> = pair.iter().map(|role| tokio::spawn(column(*role))).collect();
        for column in started {
            asked.push(column.await.unwrap());
        }
    }
    let mut table = String::from("+ allowed, ? the input is refused, - refused, . no such thing for this reader\n\n");
    for (number, role) in columns.iter().enumerate() {
        let letter = char::from(b'a' + u8::try_from(number).unwrap());
        let name = match role {
            None => "visitor".to_owned(),
            Some((key, Held::School)) => format!("{key}, at the school"),
            Some((key, Held::Sector)) => format!("{key}, at a sector with the school"),
            Some((key, Held::Region)) => format!("{key}, everywhere"),
        };
        writeln!(table, "{letter} {name}").unwrap();
    }
    let letters: String = (0..columns.len()).map(|number| char::from(b'a' + u8::try_from(number).unwrap())).collect();
    writeln!(table, "\n{letters}").unwrap();
    for (row, (name, _)) in asked[0].iter().enumerate() {
        let cells: String = asked.iter().map(|column| column[row].1).collect();
        assert!(asked.iter().all(|column| column[row].0 == *name), "{name} is asked of every role");
        writeln!(table, "{cells}  {name}").unwrap();
    }
    insta::assert_snapshot!("policy", table);
}
