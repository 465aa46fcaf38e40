//! Categories and who manages them.

use atrium_core::directory::EstablishmentId;
use atrium_forum::Audiences;
use atrium_forum::categories::{CategoryInput, Name, Slug};
use sea_orm::ConnectionTrait;

use crate::world::World;

fn input(slug: &str) -> CategoryInput {
    CategoryInput::new(Slug::parse(slug).unwrap(), Name::parse("Une catégorie").unwrap())
}

#[tokio::test]
async fn only_managers_make_and_change_categories() {
    let world = World::new().await;
    for who in [world.referent, world.pupil, world.moderator, world.developer] {
        let actor = world.actor(who).await;
        assert!(world.forum().categories().create(&actor, input("casier")).await.unwrap_err().is_forbidden());
        assert!(
            world.forum().categories().update(&actor, world.open, 1, input("casier")).await.unwrap_err().is_forbidden()
        );
        assert!(world.forum().categories().list(&actor).await.unwrap_err().is_forbidden());
    }
    let support = world.actor(world.support).await;
    let id = world.forum().categories().create(&support, input("casier")).await.unwrap();
    assert!(
        world.forum().categories().create(&support, input("casier")).await.unwrap_err().is_invalid(),
        "the slug is taken"
    );
    world.forum().categories().update(&support, id, 1, input("casiers")).await.unwrap();
    assert!(world.forum().categories().update(&support, id, 1, input("casier")).await.unwrap_err().is_stale());
}

#[tokio::test]
async fn a_program_too_names_what_is_there() {
    let world = World::new().await;
    let support = world.actor(world.support).await;
    let mut wrong = input("casier");
    wrong.service_key = Some("nope".to_owned());
    wrong.establishment = Some(EstablishmentId(999_999));
    wrong.see = Audiences::parse("role:nope").unwrap();
    wrong.answer = Audiences::parse("signed_in role:nope").unwrap();
    let fields = |error: &atrium_core::Error| {
        error.problems().iter().map(|problem| problem.field.to_string()).collect::<Vec<_>>()
    };
    let refused = world.forum().categories().create(&support, wrong.clone()).await.unwrap_err();
    assert_eq!(fields(&refused), ["establishment", "service", "sees", "answers"]);
    let refused = world.forum().categories().update(&support, world.open, 1, wrong).await.unwrap_err();
    assert_eq!(fields(&refused), ["establishment", "service", "sees", "answers"]);
    let mut right = input("casier");
    right.service_key = Some("casier".to_owned());
    right.establishment = Some(world.school);
    right.see = Audiences::parse("role:teacher").unwrap();
    world.forum().categories().create(&support, right).await.unwrap();
}

#[tokio::test]
async fn the_forms_make_and_change_a_category_and_keep_what_was_typed() {
    let world = World::new().await;
    let cookie = world.session(world.support).await;
    world.get("/administration/forum/nouvelle", &cookie).await.assert_status(200);
    let fields = |see: &'static str, version: &'static str| {
        [
            ("slug", "casier"),
            ("name", "Casier"),
            ("description", "Les devoirs remis"),
            ("sees", see),
            ("asks", "role:digital_referent"),
            ("answers", "signed_in"),
            ("moderation", "first_posts"),
            ("template", "Classe :"),
            ("version", version),
        ]
    };
    let url = "/administration/forum/nouvelle";
    let wrong = world.post_form(url, &cookie, &fields("tout-le-monde!", "")).await;
    wrong.assert_status(422);
    assert!(wrong.text.contains("tout-le-monde!") && wrong.text.contains("Les devoirs remis"));
    let made = world.post_form(url, &cookie, &fields("public", "")).await;
    made.assert_status(303);
    let url = "/administration/forum/casier";
    world.get(url, &cookie).await.assert_status(200);
    world.post_form(url, &cookie, &fields("signed_in", "1")).await.assert_status(303);
    let stale = world.post_form(url, &cookie, &fields("public", "1")).await;
    stale.assert_status(409);
    assert!(world.get("/administration/forum", &cookie).await.text.contains("Casier"));
    world.get("/forum/casier", "").await.assert_status(404);
    world.get("/forum/casier", &cookie).await.assert_status(200);
    let pupil = world.session(world.pupil).await;
    world.get("/administration/forum", &pupil).await.assert_status(403);
}

#[tokio::test]
async fn a_category_for_a_role_a_school_or_a_service_that_is_not_there_is_refused() {
    let world = World::new().await;
    let cookie = world.session(world.support).await;
    let form = |sees: &'static str, establishment: &'static str, service: &'static str| {
        [
            ("slug", "pour-personne"),
            ("name", "Pour personne"),
            ("sees", sees),
            ("asks", "signed_in"),
            ("answers", "signed_in"),
            ("moderation", "open"),
            ("establishment", establishment),
            ("service", service),
        ]
    };
    let new = "/administration/forum/nouvelle";
    for wrong in [form("role:nope", "", ""), form("public", "999999", ""), form("public", "", "nope")] {
        let answer = world.post_form(new, &cookie, &wrong).await;
        answer.assert_status(422);
        assert!(answer.text.contains("Pour personne"), "what was typed comes back");
    }
    world.post_form(new, &cookie, &form("role:teacher", "", "casier")).await.assert_status(303);
}

#[tokio::test]
async fn the_school_of_a_category_is_searched_for_where_there_are_many() {
    let world = World::new().await;
    let cookie = world.session(world.support).await;
    let new = "/administration/forum/nouvelle";
    let rows = (0..25).map(|number| {
        let name = if number < 15 { "Collège Mistral" } else { "Lycée Pagnol" };
        let folded = if number < 15 { "college mistral" } else { "lycee pagnol" };
        format!("('00700{number:02}X', '{name}', '{folded}', 'college', 'Arles', 'manual', 0)")
    });
    let rows = rows.collect::<Vec<_>>().join(", ");
    let columns = "uai, name, name_folded, kind, city, source, created_at";
    let sql = format!("INSERT INTO atrium_establishment ({columns}) VALUES {rows}");
    world.db().writer().execute_unprepared(&sql).await.unwrap();
    let form = |more: &[(&'static str, &'static str)]| {
        let usual = [("slug", "chez-nous"), ("name", "Chez nous"), ("sees", "public"), ("asks", "signed_in")];
        [&usual[..], &[("answers", "signed_in"), ("moderation", "open")], more].concat()
    };
    let blank = world.get(new, &cookie).await;
    assert!(blank.text.contains("establishment_search") && !blank.text.contains("Mistral"));
    for (text, told) in [("mistral", "Plusieurs établissements"), ("zut", "Aucun établissement")] {
        let refused = world.post_form(new, &cookie, &form(&[("establishment_search", text)])).await;
        refused.assert_status(422);
        assert!(refused.text.contains(told) && refused.text.contains("Chez nous"), "{}", refused.text);
        assert!(refused.text.contains(&format!("value=\"{text}\"")), "what was typed comes back");
    }
    world.post_form(new, &cookie, &form(&[("establishment_search", "0070003x")])).await.assert_status(303);
    let url = "/administration/forum/chez-nous";
    let edit = world.get(url, &cookie).await;
    assert!(edit.text.contains("value=\"Collège Mistral (0070003X)\""), "{}", edit.text);
    // Emptied, the category belongs to no school.
    let emptied = form(&[("establishment_search", ""), ("version", "1")]);
    world.post_form(url, &cookie, &emptied).await.assert_status(303);
    assert!(!world.get(url, &cookie).await.text.contains("Mistral"));
}

#[tokio::test]
async fn one_button_makes_a_category_for_each_service_once() {
    let world = World::new().await;
    let url = "/administration/forum/par-service";
    let roles = world.atrium.access().roles().await.unwrap();
    for who in [world.referent, world.pupil, world.moderator] {
        let cookie = world.session(who).await;
        world.post_form(url, &cookie, &[]).await.assert_status(403);
        let actor = world.actor(who).await;
        assert!(world.forum().categories().create_for_services(&actor, &roles).await.unwrap_err().is_forbidden());
    }
    let support = world.actor(world.support).await;
    let before = world.forum().categories().list(&support).await.unwrap().len();
    let cookie = world.session(world.support).await;
    assert!(world.get("/administration/forum", &cookie).await.text.contains(url));
    let services = world.atrium.catalogue().services().len();
    // Two browsers at once make them once.
    let categories = world.forum().categories();
    let ((), made) = tokio::join!(
        async { world.post_form(url, &cookie, &[]).await.assert_status(303) },
        categories.create_for_services(&support, &roles)
    );
    made.unwrap();
    assert_eq!(world.forum().categories().create_for_services(&support, &roles).await.unwrap(), 0);
    let after = world.forum().categories().list(&support).await.unwrap();
    assert_eq!(after.len(), before + services);
    let mut slugs: Vec<_> = after.iter().map(|category| category.row.slug.as_str()).collect();
    slugs.sort_unstable();
    slugs.dedup();
    assert_eq!(slugs.len(), after.len());
    // `messagerie` was taken by a category about no service.
    let messages = after.iter().find(|category| category.row.service_key.as_deref() == Some("messagerie")).unwrap();
    assert_eq!(messages.row.slug, "messagerie-2");
    assert!(messages.see.roles().any(|role| role == "digital_referent") && !messages.see.is_public());
    assert!(!world.get("/administration/forum", &cookie).await.text.contains(url));
}
