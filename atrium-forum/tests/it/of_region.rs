//! Badges, official answers and the Region's categories follow assignments given for the Region.

use atrium_core::access::actions::NewAssignment;
use atrium_core::access::{Effect, Scope};
use atrium_core::directory::PersonId;
use atrium_forum::Audiences;
use atrium_forum::categories::{CategoryInput, Name, Slug};
use sea_orm::ConnectionTrait;

use crate::world::World;

async fn delegate(world: &World, to: PersonId, role: &str) -> atrium_core::Result<()> {
    let role = world.atrium.access().roles().await.unwrap().by_key(role).unwrap().id;
    let new = NewAssignment::permit(to, role, Scope::Establishment(world.school)).because("essai");
    world.atrium.access().grant(&world.actor(world.referent).await, new).await.map(drop)
}

#[tokio::test]
async fn what_a_referent_hands_out_carries_no_badge_and_opens_no_category_of_the_region() {
    let world = World::new().await;
    assert!(delegate(&world, world.pupil, "stil_technician").await.unwrap_err().is_forbidden());
    let mut input = CategoryInput::new(Slug::parse("les-notres").unwrap(), Name::parse("Les nôtres").unwrap());
    input.establishment = Some(world.school);
    input.see = Audiences::parse("digital_referent").unwrap();
    let own = world.forum().categories().create(&world.atrium.operator(), input).await.unwrap();
    assert!(world.reader(world.pupil).await.category(own).is_none());

    delegate(&world, world.pupil, "digital_referent").await.unwrap();
    let reader = world.reader(world.pupil).await;
    assert_eq!(reader.quality().key(), "member");
    assert!(reader.category(world.private).is_none());
    assert!(!reader.may_ask(reader.category(world.open).unwrap()));
    assert!(reader.category(own).is_some(), "the school's own category follows the school's own delegation");
    let asked = world.ask(world.referent, world.open, "Des messages en double").await.unwrap();
    let reply = world.reply(world.pupil, asked.topic, "Chez moi aussi.").await.unwrap();
    assert_eq!(world.post(reply.post).await.quality.key(), "member");

    world.assign(world.pupil, "digital_referent", Scope::Establishment(world.school), Effect::Permit).await;
    let reader = world.reader(world.pupil).await;
    assert_eq!(reader.quality().key(), "digital_referent");
    assert!(reader.category(world.private).is_some());
}

#[tokio::test]
async fn a_badge_is_the_one_that_the_role_declares() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Des messages en double").await.unwrap();
    world.assign(world.colleague, "stil_sector_chief", Scope::Platform, Effect::Permit).await;
    let quality = world.reader(world.colleague).await.quality();
    assert_eq!(quality.key(), "stil_technician", "the Region's before the school's");
    let reply = world.reply(world.colleague, asked.topic, "Nous passons demain.").await.unwrap();
    assert_eq!(world.post(reply.post).await.establishment_id, None, "the Region's people write from no school");
    world.reply(world.developer, asked.topic, "C’est en cours.").await.unwrap();
    let path = format!("/forum/sujets/{}-des-messages-en-double", asked.topic);
    for badge in ["Référent numérique", "Agent STIL", "Région"] {
        assert!(world.get(&path, "").await.text.contains(badge), "{badge}");
    }
    // The badge of a role that is gone is left out; the post and its author stay.
    let gone = format!(
        "UPDATE atrium_forum_post SET quality = 'night_watch', version = version + 1 WHERE id = {}",
        reply.post
    );
    world.db().writer().execute_unprepared(&gone).await.unwrap();
    world.happen().await;
    let page = world.get(&path, &world.session(world.head).await).await.text;
    assert!(page.contains("Nous passons demain"), "{page}");
    assert!(!page.contains("night_watch") && !page.contains("Agent STIL"), "{page}");
}

#[tokio::test]
async fn rows_that_a_school_made_before_speak_for_nobody() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Des messages en double").await.unwrap();
    for (role, granted_by, official) in
        [("region_developer", Some(world.referent), false), ("region_developer", None, true)]
    {
        let role = world.atrium.access().roles().await.unwrap().by_key(role).unwrap().id;
        let by = granted_by.map_or("NULL".to_owned(), |person| person.to_string());
        let (person, school, now) = (world.colleague, world.school, world.db().now().0);
        let sql = format!(
            "INSERT INTO atrium_assignment \
             (person_id, role_id, scope_kind, establishment_id, effect, source, granted_by, reason, created_at) \
             VALUES ({person}, {role}, 'establishment', {school}, 'permit', 'manual', {by}, '', {now})"
        );
        world.db().writer().execute_unprepared(&sql).await.unwrap();
        let sql = format!("UPDATE atrium_person SET epoch = epoch + 1 WHERE id = {person}");
        world.db().writer().execute_unprepared(&sql).await.unwrap();
        let topic = world.topic(asked.topic).await;
        assert_eq!(world.reader(world.colleague).await.may_mark_official(&topic), official, "{granted_by:?}");
    }
}
