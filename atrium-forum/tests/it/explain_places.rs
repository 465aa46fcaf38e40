//! "Why this right?" about schools, groups and the platform: each answer is what the action does there.

use atrium_core::access::{Effect, Permission, Scope};
use atrium_core::directory::{GroupId, PersonId, Profile};
use atrium_forum::categories::{CategoryId, CategoryInput, Name, Slug};
use atrium_forum::permissions::{ANSWER, ASK, FLAG, MANAGE_CATEGORIES, MODERATE, OFFICIAL, READ_CONFIDENTIAL};
use atrium_forum::topics::actions::NewTopic;
use atrium_forum::{Reader, posts, topics};
use sea_orm::{ConnectionTrait, Statement};

use crate::world::World;

const IN_CATEGORIES: [Permission; 6] = [ASK, ANSWER, FLAG, MODERATE, OFFICIAL, READ_CONFIDENTIAL];

/// One topic that everybody may be asked about.
struct Sample {
    topic: topics::Topic,
    question: posts::Post,
    category: Scope,
    confidential: bool,
}

struct Places {
    world: World,
    categories: Vec<(CategoryId, Scope)>,
    samples: Vec<Sample>,
    scopes: Vec<Scope>,
    people: Vec<PersonId>,
}

async fn group(world: &World) -> GroupId {
    let db = world.db();
    let tx = db.begin().await.unwrap();
    let sql = format!(
        "INSERT INTO atrium_group (establishment_id, kind, name, source) VALUES ({}, 'class', '2nde 1', 'manual')",
        world.school
    );
    tx.execute_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
    tx.commit().await.unwrap();
    let read = Statement::from_string(db.get_database_backend(), "SELECT id FROM atrium_group");
    GroupId(db.query_one_raw(read).await.unwrap().unwrap().try_get("", "id").unwrap())
}

impl Places {
    async fn new() -> Self {
        let world = World::new().await;
        let (a, b) = (Scope::Establishment(world.school), Scope::Establishment(world.elsewhere));
        let mut authors = vec![world.support];
        for school in [world.school, world.elsewhere] {
            let author = world.person("Ada Auteur", Some((school, Profile::Teacher))).await;
            world.assign(author, "digital_referent", Scope::Establishment(school), Effect::Permit).await;
            authors.push(author);
        }
        let own_a = world.school_category("vie-des-tilleuls", world.school).await;
        let own_b = world.school_category("vie-du-port", world.elsewhere).await;
        let categories = vec![(world.open, Scope::Platform), (world.private, Scope::Platform), (own_a, a), (own_b, b)];
        let mut samples = Vec::new();
        for (category, home) in &categories {
            for author in &authors {
                for confidential in [false, true] {
                    let new = NewTopic { confidential, ..world.topic_in(*category, "Une question assez longue") };
                    let Ok(posted) = world.forum().topics().create(&world.actor(*author).await, new).await else {
                        continue;
                    };
                    let (topic, question) = (world.topic(posted.topic).await, world.post(posted.post).await);
                    samples.push(Sample { topic, question, category: *home, confidential });
                }
            }
        }
        let group = Scope::Group(world.school, group(&world).await);
        let silenced = world.person("Silence", Some((world.school, Profile::Teacher))).await;
        world.assign(silenced, "digital_referent", a, Effect::Permit).await;
        world.assign(silenced, "teacher", Scope::Establishment(world.school), Effect::Forbid).await;
        let stranger = world.person("Sans rien", None).await;
        let keeper = world.person("Moderation et confidences", Some((world.school, Profile::Leadership))).await;
        world.assign(keeper, "moderator", a, Effect::Permit).await;
        let spokes = world.person("Parole de la Region", None).await;
        world.assign(spokes, "region_developer", b, Effect::Permit).await;
        let people = vec![
            world.referent,
            world.colleague,
            world.head,
            world.pupil,
            world.developer,
            world.moderator,
            world.local_moderator,
            silenced,
            stranger,
            keeper,
            spokes,
        ];
        Self { categories, samples, scopes: vec![Scope::Platform, a, b, group], people, world }
    }

    /// What the action does: with some topic of this place, or with a question about it, in some category.
    async fn action(&self, reader: &Reader, permission: Permission, scope: Scope) -> bool {
        let scope = match scope {
            Scope::Group(school, _) => Scope::Establishment(school),
            other => other,
        };
        if permission == ASK {
            for (category, home) in &self.categories {
                let establishment = match scope {
                    Scope::Establishment(school) if home.covers(scope) => Some(school),
                    Scope::Platform => None,
                    _ => continue,
                };
                let new = NewTopic { establishment, ..self.world.topic_in(*category, "Une autre question") };
                if self.world.forum().topics().asked(reader.actor(), &new).await.is_ok() {
                    return true;
                }
            }
            return false;
        }
        let here = |sample: &&Sample| {
            let at = if sample.category.covers(scope) { scope } else { sample.category };
            sample.topic.scope() == at && (sample.category.covers(scope) || scope.covers(sample.category))
        };
        self.samples.iter().filter(here).any(|Sample { topic, question, confidential, .. }| match permission {
            READ_CONFIDENTIAL => *confidential && reader.sees(topic),
            _ if *confidential => false,
            ANSWER => reader.may_answer(topic),
            FLAG => reader.may_flag(topic, question),
            MODERATE => reader.moderates(topic),
            _ => reader.may_mark_official(topic),
        })
    }

    async fn told(&self, cookie: &str, person: PersonId, permission: Permission, scope: Scope) -> bool {
        let place = match scope {
            Scope::Platform => "p".to_owned(),
            Scope::Establishment(school) => format!("e{school}"),
            Scope::Sector(sector) => format!("s{sector}"),
            Scope::Group(_, group) => format!("g{group}"),
        };
        let path = format!("/administration/droits?personne={person}&permission={permission}&lieu={place}");
        let page = self.world.get(&path, cookie).await;
        page.assert_status(200);
        let allowed = page.text.contains("notice-success");
        assert_eq!(page.text.contains("Ce qui suffirait") || page.text.contains("Ce qu’il faudrait"), !allowed);
        allowed
    }
}

#[tokio::test]
async fn at_every_kind_of_place_the_page_tells_what_the_action_does() {
    let places = Places::new().await;
    let cookie = places.world.session(places.world.support).await;
    for person in &places.people {
        let reader = places.world.reader(*person).await;
        for permission in IN_CATEGORIES {
            for scope in &places.scopes {
                let may = places.action(&reader, permission, *scope).await;
                let told = places.told(&cookie, *person, permission, *scope).await;
                assert_eq!(told, may, "{} {permission} at {scope}", reader.actor().name());
            }
        }
    }
}

#[tokio::test]
async fn categories_are_managed_for_the_platform_and_the_page_says_so() {
    let places = Places::new().await;
    let world = &places.world;
    let local = world.person("Appui local", None).await;
    world.assign(local, "region_support", Scope::Establishment(world.school), Effect::Permit).await;
    let cookie = world.session(world.support).await;
    for (number, person) in [local, world.support, world.referent, world.moderator].into_iter().enumerate() {
        let slug = format!("essai-{number}");
        let input = CategoryInput::new(Slug::parse(&slug).unwrap(), Name::parse(&slug).unwrap());
        let may = world.forum().categories().create(&world.actor(person).await, input).await.is_ok();
        for scope in &places.scopes {
            assert_eq!(places.told(&cookie, person, MANAGE_CATEGORIES, *scope).await, may, "{person} at {scope}");
        }
    }
    let path = format!("/administration/droits?personne={local}&permission={MANAGE_CATEGORIES}&lieu=e{}", world.school);
    let page = world.get(&path, &cookie).await;
    assert!(page.text.contains("il se demande pour «\u{a0}Toute la plateforme\u{a0}»"), "{}", page.text);
}

#[tokio::test]
async fn a_school_is_told_of_the_categories_that_would_do() {
    let places = Places::new().await;
    let world = &places.world;
    let cookie = world.session(world.support).await;
    let path = |permission, place: String| {
        format!("/administration/droits?personne={}&permission={permission}&lieu={place}", world.pupil)
    };
    let refused = world.get(&path(MODERATE, format!("e{}", world.school)), &cookie).await;
    for text in ["Ce qui suffirait", "Forum\u{a0}: messagerie", "Lycée des Tilleuls", "Modérateur"] {
        assert!(refused.text.contains(text), "{text}: {}", refused.text);
    }
    let answer = refused.text.split("id=\"reponse\"").nth(1).unwrap();
    assert!(!answer.contains("vie-du-port"), "another school’s category is no place of this one");
    let allowed = world.get(&path(ANSWER, format!("e{}", world.school)), &cookie).await;
    assert!(allowed.text.contains("Ce qui l’autorise") && allowed.text.contains("Forum\u{a0}: vie-des-tilleuls"));
    // A referent is not told through their own school what somebody holds in another.
    let referent = world.session(world.referent).await;
    let own = path(MODERATE, format!("e{}", world.school));
    world.get(&own, &referent).await.assert_status(200);
    world.assign(world.pupil, "moderator", Scope::Establishment(world.elsewhere), Effect::Permit).await;
    world.get(&own, &referent).await.assert_status(403);
}
