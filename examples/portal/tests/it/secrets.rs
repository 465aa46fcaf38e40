//! Non-interference: what a reader may not know changes no answer they can get. A site is asked everything that can be
//! read, gets a secret, and is asked again: byte for byte the same, but for times and random tokens.
//!
//! `ATRIUM_WORLDS=8 cargo test -p atrium-portal --test it secrets` does so in eight worlds, each drawn from its number.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use atrium_core::access::Scope;
use atrium_core::access::actions::RoleChange;
use atrium_core::directory::actions::{NewGroup, NewPerson, Place};
use atrium_core::directory::{EstablishmentId, GroupKind, PersonId, Profile};
use atrium_core::testing::{Client, School, TestSite};
use atrium_forum::Forum;
use atrium_help::Help;
use atrium_help::content::Folder;
use atrium_help::sync::Removals;
use axum::http::Method;
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{RngExt, SeedableRng};
use serde_json::json;

/// Words that only secrets hold, as they are written and as they are misspelt.
const WORDS: [&str; 5] =
    ["zygomorphe", "zygomorfe", "ursuline", "Ursuline Zygomorphe", "comment zygomorpher un casier"];

struct World {
    site: TestSite,
    /// Where secrets are.
    there: EstablishmentId,
    support: PersonId,
    /// Those who must not notice.
    readers: Vec<Reader>,
    category: String,
    /// A topic that everyone may read who reads the forum, and the referent of `there` who opened it.
    topic: i64,
    referent: PersonId,
}

/// A person of another school than the secrets', or a visitor.
struct Reader {
    who: String,
    client: Client,
    /// Those who give roles read them.
    reads_roles: bool,
}

impl Reader {
    async fn drawn(random: &mut StdRng, site: &TestSite, school: &School<'_>, profile: Profile) -> Self {
        let is_referent = profile == Profile::Teacher && random.random();
        let member = school.member(profile);
        let member = if is_referent { member.give("digital_referent") } else { member };
        let reads_roles = is_referent || profile == Profile::Leadership;
        let role = if is_referent { ", digital referent" } else { "" };
        let client = site.signed_in(member.await.id()).await;
        Self { who: format!("a person of the school ({}{role})", profile.key()), client, reads_roles }
    }
}

async fn article(site: &TestSite, files: &[(&str, &str)]) {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
    Help::of(site.atrium().db())
        .content()
        .sync(&site.system(), Folder::of("aide", files), Removals::All)
        .await
        .unwrap();
}

const KNOWN: (&str, &str) =
    ("casier/rendre.md", "---\ntitle: Rendre un devoir\n---\n\nOuvrez le casier de la matière.\n");

impl World {
    async fn drawn(random: &mut StdRng) -> Self {
        let site = TestSite::builder().plugin(Help::new()).plugin(Forum::default()).start().await;
        let (there, here) = (site.school().await, site.school().await);
        let support = site.region_member().give("region_support").await.id();
        let referent = there.member(Profile::Teacher).give("digital_referent").await.id();
        let mut readers = vec![Reader { who: "a visitor".to_owned(), client: site.visitor(), reads_roles: false }];
        let adults = [Profile::Teacher, Profile::Staff, Profile::Leadership];
        for profile in [Profile::Student, Profile::Teacher, *adults.choose(random).unwrap()] {
            readers.push(Reader::drawn(random, &site, &here, profile).await);
        }
        let sector = site.atrium().directory().create_sector(&site.system(), "Portefeuille").await.unwrap();
        site.atrium().directory().add_to_sector(&site.system(), sector, here.id()).await.unwrap();
        let technician = site.region_member().give_at("stil_technician", Scope::Sector(sector)).await.id();
        let (who, client) = ("a technician of a sector".to_owned(), site.signed_in(technician).await);
        readers.push(Reader { who, client, reads_roles: false });
        article(&site, &[KNOWN]).await;
        let office = site.signed_in(support).await;
        office.post("/administration/forum/par-service", &[]).await;
        let categories = office.get("/api/v1/forum/categories").await.json();
        let first = categories.as_array().or_else(|| categories["categories"].as_array()).unwrap()[0].clone();
        let category = first["slug"].as_str().or_else(|| first["key"].as_str()).unwrap().to_owned();
        let there = there.id();
        let mut world = Self { site, there, support, readers, category, topic: 0, referent };
        world.topic = world.open(referent, "Le casier est plein", false).await;
        for number in 0..random.random_range(0..4) {
            let by = if random.random() { world.support } else { world.referent };
            if random.random() {
                world.open(by, &format!("Le casier {number} ne s’ouvre pas"), false).await;
            } else {
                world.reply(by, &format!("Voyez le casier {number}.")).await;
            }
        }
        world
    }

    /// Opens a topic.
    async fn open(&self, by: PersonId, title: &str, confidential: bool) -> i64 {
        let client = self.writer(by).await;
        let school = (by == self.referent).then_some(self.there.0);
        let new = json!({
            "category": self.category, "title": title, "body": format!("{title}, que faire ?"),
            "establishment": school, "confidential": confidential,
        });
        let topic = client.json(Method::POST, "/api/v1/forum/topics", &new).await;
        topic.assert_status(201).json()["topic"].as_i64().unwrap()
    }

    /// Writes a reply.
    async fn reply(&self, by: PersonId, text: &str) -> i64 {
        let path = format!("/api/v1/forum/topics/{}/posts", self.topic);
        let reply = self.writer(by).await.json(Method::POST, &path, &json!({ "body": text })).await;
        reply.assert_status(201).json()["post"].as_i64().unwrap()
    }

    /// Returns the first post of a topic, and its revision.
    async fn first_post(&self, topic: i64) -> (i64, serde_json::Value) {
        let office = self.site.signed_in(self.support).await;
        let page = office.get(&format!("/api/v1/forum/topics/{topic}")).await.json();
        (page["posts"][0]["id"].as_i64().unwrap(), page["posts"][0]["revision"].clone())
    }

    /// Hides or deletes a post.
    async fn put_away(&self, post: i64, state: &str) {
        let path = format!("/api/v1/forum/posts/{post}");
        let client = self.site.signed_in(self.support).await;
        let version = client.get(&path).await.header("etag").to_owned();
        let client = client.with_header("if-match", &version);
        let change = json!({ "state": state, "reason": "essai" });
        client.json(Method::PUT, &format!("{path}/state"), &change).await.assert_status(204);
    }

    async fn writer(&self, person: PersonId) -> Client {
        static WRITTEN: AtomicU64 = AtomicU64::new(0);
        let key = format!("secret-{}", WRITTEN.fetch_add(1, Ordering::Relaxed));
        self.site.signed_in(person).await.with_header("idempotency-key", &key)
    }

    /// Returns everything that `client` can read: each operation of the router, with the ids that exist or may exist soon.
    async fn all(&self, client: &Client) -> BTreeMap<String, String> {
        self.site.settle().await;
        let mut answers = BTreeMap::new();
        for path in self.paths() {
            let answer = client.get(&path).await;
            assert!(!answer.status.is_server_error(), "{path}: {}", answer.text());
            let location = answer.headers.get("location").map(|value| value.to_str().unwrap().to_owned());
            let told = format!("{} {} {}", answer.status, location.unwrap_or_default(), answer.text());
            // How long a search took.
            let told = told.split(",\"took_ms\"").next().unwrap_or_default();
            answers.insert(path, without_tokens(told));
        }
        answers
    }

    fn paths(&self) -> Vec<String> {
        let routes = self.site.atrium().routes();
        let reads = routes.iter().filter(|route| route.method == Method::GET && !route.path.contains("/statique/"));
        // What measures the process, what ends with it, and what records that it was read and hands that over next time.
        let moving = ["/metrics", "/readyz", "/healthz", "/compte/donnees/export", "/api/v1/account/data"];
        let reads = reads.filter(|route| !moving.contains(&route.path.as_str()));
        let mut paths = Vec::new();
        for route in reads {
            let mut filled = vec![String::new()];
            for part in route.path.split('/').skip(1) {
                let values: Vec<String> = match part {
                    "{slug}" | "{category}" => vec![self.category.clone()],
                    "{*path}" | "{*article}" => vec!["casier/rendre".into(), "casier".into(), "casier/secret".into()],
                    part if part.starts_with('{') => (1..=8).map(|id| id.to_string()).collect(),
                    part => vec![part.to_owned()],
                };
                let with = |path: &String| values.iter().map(|value| format!("{path}/{value}")).collect::<Vec<_>>();
                filled = filled.iter().flat_map(with).collect();
            }
            let is_small = filled.len() <= 8;
            paths.extend(filled.into_iter().filter(|_| is_small));
        }
        for word in WORDS {
            let word = word.replace(' ', "+");
            for asked in [
                "/recherche?q=",
                "/recherche/suggestions?q=",
                "/api/v1/search?q=",
                "/forum?q=",
                "/forum/similaires?titre=",
                "/api/v1/forum/similar?title=",
                "/administration/personnes?q=",
                "/api/v1/administration/people?q=",
                "/administration/etablissements?q=",
            ] {
                paths.push(format!("{asked}{word}"));
            }
        }
        paths
    }
}

/// Returns `text` without what is random in each answer: runs of sixteen and more hexadecimal digits.
fn without_tokens(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut run = String::new();
    for c in text.chars().chain(['\0']) {
        if c.is_ascii_hexdigit() {
            run.push(c);
            continue;
        }
        if run.len() < 16 {
            kept.push_str(&run);
        }
        run.clear();
        kept.push(c);
    }
    kept
}

/// Returns where two texts part.
fn parting(before: &str, after: &str) -> String {
    let same = before.chars().zip(after.chars()).take_while(|(a, b)| a == b).count();
    let around = |text: &str| text.chars().skip(same.saturating_sub(80)).take(240).collect::<String>();
    format!("before: …{}…\nafter: …{}…", around(before), around(after))
}

/// What a reader of another school may not know.
#[derive(Clone, Copy, Debug)]
enum Secret {
    ConfidentialTopic,
    HiddenReply,
    DeletedTopic,
    Flag,
    Person,
    Class,
    Article,
    Role,
}

impl Secret {
    const ALL: [Self; 8] = [
        Self::ConfidentialTopic,
        Self::HiddenReply,
        Self::DeletedTopic,
        Self::Flag,
        Self::Person,
        Self::Class,
        Self::Article,
        Self::Role,
    ];

    /// Puts it into the world.
    async fn add(self, world: &World) {
        let (atrium, system) = (world.site.atrium(), world.site.system());
        match self {
            Self::ConfidentialTopic => _ = world.open(world.referent, "Le zygomorphe de l’ursuline", true).await,
            Self::HiddenReply => {
                let post = world.reply(world.support, "Le zygomorphe est caché.").await;
                world.put_away(post, "hidden").await;
            }
            Self::DeletedTopic => {
                let topic = world.open(world.support, "Un zygomorphe supprimé", false).await;
                world.put_away(world.first_post(topic).await.0, "deleted").await;
            }
            Self::Flag => {
                let (post, revision) = world.first_post(world.topic).await;
                let path = format!("/api/v1/forum/posts/{post}/flags");
                let flag = json!({ "reason": "other", "note": "Zygomorphe.", "revision": revision });
                let flagged = world.writer(world.support).await.json(Method::POST, &path, &flag).await;
                assert!(flagged.status.is_success(), "{}", flagged.text());
            }
            Self::Person => {
                let new = NewPerson::new(Place::Member(world.there, Profile::Student), "Ursuline", "Essai");
                atrium.directory().create_person(&system, new).await.unwrap();
            }
            Self::Class => {
                let new = NewGroup::new(world.there, GroupKind::Class, "Zygomorphes");
                atrium.directory().create_group(&system, new).await.unwrap();
            }
            Self::Article => {
                let text = "---\ntitle: Le zygomorphe\nvisibility: [region_support]\n---\n\nL’ursuline zygomorphe.\n";
                article(&world.site, &[KNOWN, ("casier/secret.md", text)]).await;
            }
            Self::Role => {
                let permissions = ["core.person.read".to_owned()].into();
                let change = RoleChange { label_fr: "Zygomorphe".into(), label_en: String::new(), permissions };
                atrium.access().create_role(&system, "zygomorphe", change, "essai").await.unwrap();
            }
        }
    }
}

/// Draws a world from `seed`, adds every secret to it in an order drawn, and returns how many answers were compared and
/// what was noticed.
async fn compare(seed: u64) -> (usize, Vec<String>) {
    let mut random = StdRng::seed_from_u64(seed);
    let world = World::drawn(&mut random).await;
    let mut before = Vec::new();
    for reader in &world.readers {
        before.push(world.all(&reader.client).await);
    }
    let mut secrets = Secret::ALL;
    secrets.shuffle(&mut random);
    let (mut asked, mut leaks) = (0, Vec::new());
    for secret in secrets {
        secret.add(&world).await;
        for (reader, before) in world.readers.iter().zip(&mut before) {
            let after = world.all(&reader.client).await;
            asked += after.len();
            let may_know = matches!(secret, Secret::Role) && reader.reads_roles;
            for (path, told) in after.iter().filter(|(path, told)| **told != before[*path] && !may_know) {
                let parting = parting(&before[path], told);
                leaks.push(format!("world {seed}: {} notices {secret:?} at {path}\n{parting}\n", reader.who));
            }
            *before = after;
        }
    }
    (asked, leaks)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_changes_no_answer_of_those_who_may_not_know_it() {
    let worlds = std::env::var("ATRIUM_WORLDS").map_or(1, |text| text.parse().expect("a number of worlds"));
    let (mut asked, mut leaks) = (0, Vec::new());
    for seed in 0..worlds {
        let (compared, found) = compare(seed).await;
        asked += compared;
        leaks.extend(found);
    }
    println!("{asked} answers compared");
    assert!(asked > 5_000, "{asked}");
    assert!(leaks.is_empty(), "{} of {asked} answers changed:\n{}", leaks.len(), leaks.join("\n"));
}
