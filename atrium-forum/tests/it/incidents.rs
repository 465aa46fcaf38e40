//! Which incidents stand above the pages of a service: its own and the platform's, each once.

use atrium_core::catalogue::{AnnouncementKind, AnnouncementText};
use atrium_forum::Audiences;
use atrium_forum::categories::{CategoryInput, Name, Slug};

use crate::world::World;

async fn announce(world: &World, service: Option<&str>, title: &str) {
    let text = AnnouncementText {
        kind: AnnouncementKind::Incident,
        service_key: service.map(str::to_owned),
        title_fr: title.to_owned(),
        title_en: String::new(),
        body_fr: String::new(),
        body_en: String::new(),
        starts_at: world.db().now(),
        ends_at: world.db().now().plus_seconds(3600),
    };
    world.atrium.catalogue().announce(&world.atrium.operator(), text).await.unwrap();
}

#[tokio::test]
async fn the_pages_of_a_service_show_its_own_incidents_and_each_once() {
    let world = World::new().await;
    let mut input = CategoryInput::new(Slug::parse("casiers").unwrap(), Name::parse("Casier").unwrap());
    input.service_key = Some("casier".to_owned());
    input.see = Audiences::parse("public").unwrap();
    input.ask = Audiences::parse("signed_in").unwrap();
    let category = world.forum().categories().create(&world.atrium.operator(), input).await.unwrap();
    let asked = world.ask(world.referent, category, "Une question sur le casier").await.unwrap();
    announce(&world, Some("messagerie"), "Panne de la messagerie").await;
    announce(&world, None, "Panne de la plateforme").await;
    let cookie = world.session(world.support).await;
    let state = [("version", "1"), ("state", "degraded"), ("note_fr", "Dépôts ralentis")];
    world.post_form("/administration/services/casier", &cookie, &state).await.assert_status(303);
    let pages =
        ["/forum/casiers".to_owned(), "/forum/casiers/nouveau".to_owned(), world.topic(asked.topic).await.url()];
    for path in &pages {
        let page = world.get(path, &cookie).await;
        page.assert_status(200);
        assert!(page.text.contains("Panne de la plateforme"), "{path}");
        assert!(!page.text.contains("Panne de la messagerie"), "{path}: {}", page.text);
    }
    assert!(world.get(&pages[0], &cookie).await.text.contains("Dépôts ralentis"), "nothing else says it");
    announce(&world, Some("casier"), "Dépôts ralentis ce matin").await;
    for path in [&pages[0], &pages[2]] {
        let page = world.get(path, &cookie).await;
        assert_eq!(page.text.matches("Dépôts ralentis").count(), 1, "{path}: {}", page.text);
    }
}
