//! Categories as places of "Why this right?": the page tells what the forum does.

use atrium_core::access::actions::RoleChange;
use atrium_core::access::{Effect, Scope};
use atrium_core::directory::PersonId;

use crate::world::World;

async fn ask(world: &World, cookie: &str, person: PersonId, permission: &str, place: &str) -> crate::world::Answer {
    world.get(&format!("/administration/droits?personne={person}&permission={permission}&lieu={place}"), cookie).await
}

#[tokio::test]
async fn the_page_tells_what_the_forum_does_for_everybody_in_every_category() {
    let world = World::new().await;
    world.assign(world.pupil, "digital_referent", Scope::Establishment(world.school), Effect::Forbid).await;
    let silenced = world.person("Silence", None).await;
    world.assign(silenced, "digital_referent", Scope::Establishment(world.school), Effect::Permit).await;
    world.assign(silenced, "digital_referent", Scope::Platform, Effect::Forbid).await;
    let cookie = world.session(world.support).await;
    for person in
        [world.referent, world.pupil, world.head, world.developer, world.moderator, world.local_moderator, silenced]
    {
        let reader = world.reader(person).await;
        for category in [world.open, world.reviewed, world.private] {
            let seen = reader.category(category);
            let may_ask = seen.is_some_and(|category| reader.may_ask(category));
            let moderates = seen.is_some_and(|category| reader.moderates_in(category));
            for (permission, may) in [("forum.topic.create", may_ask), ("forum.moderate", moderates)] {
                let page = ask(&world, &cookie, person, permission, &format!("forum-{category}")).await;
                page.assert_status(200);
                assert_eq!(page.text.contains("notice-success"), may, "{person} {permission} {category}");
                assert_eq!(page.text.contains("Ce qu’il faudrait"), !may);
            }
        }
    }
}

#[tokio::test]
async fn a_refusal_names_the_roles_that_would_do_and_where() {
    let world = World::new().await;
    let cookie = world.session(world.support).await;
    let place = format!("forum-{}", world.open);
    let page = ask(&world, &cookie, world.pupil, "forum.topic.create", &place).await;
    for text in ["Forum\u{a0}: messagerie", "Référent numérique, Direction", "Toute la plateforme"] {
        assert!(page.text.contains(text), "{text}: {}", page.text);
    }
    assert!(!page.text.contains("Avoir le droit"), "what they have is not asked for");
    let choices = world.get(&format!("/administration/droits?personne={}", world.pupil), &cookie).await.text;
    assert!(choices.contains("Forum\u{a0}: entre-referents") && choices.contains(&format!("value=\"{place}\"")));
}

#[tokio::test]
async fn a_place_that_the_asker_does_not_read_is_not_there() {
    let world = World::new().await;
    let pupil = world.session(world.pupil).await;
    let private = format!("forum-{}", world.private);
    ask(&world, &pupil, world.pupil, "forum.topic.create", &private).await.assert_status(404);
    ask(&world, &pupil, world.pupil, "forum.topic.create", "forum-999").await.assert_status(404);
    ask(&world, &pupil, world.pupil, "forum.topic.create", "forum-x").await.assert_status(404);
    let own = world.get(&format!("/administration/droits?personne={}", world.pupil), &pupil).await.text;
    assert!(own.contains("Forum\u{a0}: messagerie") && !own.contains("entre-referents"));
    let open = format!("forum-{}", world.open);
    ask(&world, &pupil, world.pupil, "forum.topic.create", &open).await.assert_status(200);
    ask(&world, &pupil, world.referent, "forum.topic.create", &open).await.assert_status(404);
    // A referent is told of the people of their school whose rights all lie there, and of no others.
    let referent = world.session(world.referent).await;
    ask(&world, &referent, world.pupil, "forum.topic.create", &open).await.assert_status(200);
    world.assign(world.pupil, "moderator", Scope::Establishment(world.elsewhere), Effect::Permit).await;
    ask(&world, &referent, world.pupil, "forum.topic.create", &open).await.assert_status(403);
}

#[tokio::test]
async fn who_keeps_records_without_the_rights_of_a_place_is_offered_none_to_give() {
    let world = World::new().await;
    let keys = ["core.person.edit", "core.person.read", "core.family.read"].map(str::to_owned);
    let change = RoleChange {
        label_fr: "Secrétariat".to_owned(),
        label_en: String::new(),
        permissions: keys.into_iter().collect(),
    };
    world.atrium.access().create_role(&world.atrium.operator(), "clerk", change, "essai").await.unwrap();
    let clerk = world.person("Gaël Huon", None).await;
    world.assign(clerk, "clerk", Scope::Establishment(world.school), Effect::Permit).await;
    let cookie = world.session(clerk).await;
    let people = world.get("/administration/personnes", &cookie).await;
    people.assert_status(200);
    assert!(!people.text.contains("/administration/personnes/nouvelle"));
    world.get("/administration/personnes/nouvelle", &cookie).await.assert_status(403);
    let person = world.get(&format!("/administration/personnes/{}", world.pupil), &cookie).await;
    person.assert_status(200);
    assert!(!person.text.contains("appartenances/nouvelle"));
}
