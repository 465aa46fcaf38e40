//! What the pages do, a program can do: each address of the pages stands beside the operations of the API that do the same,
//! or beside the reason why none does.

use std::collections::BTreeSet;

use atrium_core::directory::actions::{NewPerson, Place};
use atrium_core::testing::{TestSite, assert_operations_as_declared};
use atrium_forum::Forum;
use atrium_help::Help;

use Page::{By, Form, Only};

/// What an address of the pages is to programs.
enum Page {
    /// These operations do the same, with their addresses below `/api/v1`.
    By(&'static [&'static str]),
    /// It prints a form, whose fields the operations that take it describe.
    Form,
    /// It is for people at a browser, or no data of a reader; with the reason.
    Only(&'static str),
}

const FILE: Page = Only("a file that the pages link to");
const SIGN_IN: Page = Only("people sign in, programs have tokens");
const LINK: Page = Only("a token that could set a password would outlive itself");
const TOKEN: Page = Only("a program makes no tokens, or it would outlive its own");
const MACHINES: Page = Only("made for machines as it is");

const PAGES: &[(&str, Page)] = &[
    // The platform.
    ("GET /", Only("an entrance: its parts have operations of their own")),
    ("GET /healthz", MACHINES),
    ("GET /readyz", MACHINES),
    ("GET /metrics", MACHINES),
    ("GET /statique/{*name}", FILE),
    ("GET /fichiers/{id}", By(&["GET /files/{id}"])),
    ("GET /fichiers/{id}/apercu", Only("a small picture of the same file, for a page")),
    ("GET /robots.txt", MACHINES),
    ("GET /sitemap.xml", MACHINES),
    ("GET /sitemap/{part}", MACHINES),
    ("GET /api", MACHINES),
    ("GET /api/openapi.json", MACHINES),
    ("GET /recherche", By(&["GET /search"])),
    ("GET /recherche/suggestions", By(&["GET /search"])),
    ("GET /connexion", SIGN_IN),
    ("POST /connexion", SIGN_IN),
    ("POST /deconnexion", SIGN_IN),
    ("GET /connexion/lien/{secret}", LINK),
    ("POST /connexion/lien/{secret}", LINK),
    // One's account.
    ("GET /compte", By(&["GET /account", "GET /account/sessions", "GET /account/tokens"])),
    ("GET /compte/mot-de-passe", LINK),
    ("POST /compte/mot-de-passe", LINK),
    ("POST /compte/sessions/autres/fermer", By(&["DELETE /account/sessions"])),
    ("POST /compte/sessions/{id}/fermer", By(&["DELETE /account/sessions/{id}"])),
    ("GET /compte/jetons", By(&["GET /account/tokens"])),
    ("POST /compte/jetons", TOKEN),
    ("GET /compte/donnees", Only("says what the file holds")),
    ("GET /compte/donnees/export", By(&["GET /account/data"])),
    ("GET /compte/donnees/effacement", By(&["GET /account/erasure-request"])),
    ("POST /compte/donnees/effacement", By(&["PUT /account/erasure-request"])),
    ("POST /compte/donnees/effacement/annuler", By(&["DELETE /account/erasure-request"])),
    ("POST /compte/jetons/{id}/revoquer", By(&["DELETE /account/tokens/{id}"])),
    ("GET /notifications", By(&["GET /account/notifications"])),
    ("GET /notifications/nombre", By(&["GET /account/notifications"])),
    ("POST /notifications/lues", By(&["POST /account/notifications/read"])),
    ("POST /notifications/{id}/lue", By(&["POST /account/notifications/{id}/read"])),
    ("GET /compte/notifications", By(&["GET /account/notification-kinds"])),
    ("POST /compte/notifications", By(&["PUT /account/notification-kinds"])),
    ("GET /courriel/{token}", Only("the link of a letter, whose token stands for a sign-in")),
    ("POST /courriel/{token}", Only("a mail program's button: programs choose with PUT /account/notification-kinds")),
    // Administration.
    ("GET /administration", Only("an entrance: its parts have operations of their own")),
    ("GET /administration/premiers-pas", Only("a guide through the pages for a new platform")),
    ("GET /administration/personnes", By(&["GET /administration/people"])),
    ("GET /administration/personnes/nouvelle", Form),
    ("POST /administration/personnes/nouvelle", By(&["POST /administration/people"])),
    ("GET /administration/personnes/{id}", By(&["GET /administration/people/{id}", "GET /administration/assignments"])),
    ("GET /administration/personnes/{id}/modifier", Form),
    ("POST /administration/personnes/{id}/modifier", By(&["PATCH /administration/people/{id}"])),
    ("GET /administration/personnes/{id}/suspendre", Form),
    ("POST /administration/personnes/{id}/suspendre", By(&["POST /administration/people/{id}/suspend"])),
    ("GET /administration/personnes/{id}/retablir", Form),
    ("POST /administration/personnes/{id}/retablir", By(&["POST /administration/people/{id}/restore"])),
    ("GET /administration/personnes/{id}/identifiant", By(&["GET /administration/people/{id}/login"])),
    ("POST /administration/personnes/{id}/identifiant", By(&["PUT /administration/people/{id}/login"])),
    ("POST /administration/personnes/{id}/lien", LINK),
    ("GET /administration/personnes/{id}/jetons", By(&["GET /administration/people/{id}/tokens"])),
    ("POST /administration/personnes/{id}/jetons", TOKEN),
    (
        "POST /administration/personnes/{id}/jetons/{token}/revoquer",
        By(&["DELETE /administration/people/{id}/tokens/{token}"]),
    ),
    ("GET /administration/programmes", By(&["GET /administration/programs"])),
    ("POST /administration/programmes", By(&["POST /administration/programs"])),
    ("GET /administration/personnes/{id}/appartenances/nouvelle", Form),
    (
        "POST /administration/personnes/{id}/appartenances/nouvelle",
        By(&["POST /administration/people/{id}/memberships"]),
    ),
    ("GET /administration/appartenances/{id}/terminer", Form),
    ("POST /administration/appartenances/{id}/terminer", By(&["DELETE /administration/memberships/{id}"])),
    ("GET /administration/personnes/{id}/responsables/nouveau", By(&["GET /administration/people"])),
    (
        "POST /administration/personnes/{id}/responsables/nouveau",
        By(&["PUT /administration/people/{id}/guardians/{adult}"]),
    ),
    ("GET /administration/personnes/{id}/responsables/{adult}/retirer", Form),
    (
        "POST /administration/personnes/{id}/responsables/{adult}/retirer",
        By(&["DELETE /administration/people/{id}/guardians/{adult}"]),
    ),
    ("GET /administration/personnes/{id}/attributions/nouvelle", Form),
    ("POST /administration/personnes/{id}/attributions/nouvelle", By(&["POST /administration/assignments"])),
    ("GET /administration/attributions/{id}/retirer", Form),
    ("POST /administration/attributions/{id}/retirer", By(&["POST /administration/assignments/{id}/revoke"])),
    ("GET /administration/personnes/{id}/donnees", Only("says what the file holds")),
    ("GET /administration/personnes/{id}/donnees/export", By(&["GET /administration/people/{id}/data"])),
    ("GET /administration/effacements", By(&["GET /administration/erasure-requests"])),
    ("GET /administration/personnes/{id}/effacer", Form),
    ("POST /administration/personnes/{id}/effacer", By(&["POST /administration/people/{id}/erase"])),
    ("GET /administration/personnes/{id}/identites/nouvelle", Form),
    ("POST /administration/personnes/{id}/identites/nouvelle", By(&["POST /administration/people/{id}/identities"])),
    ("GET /administration/identites/{id}/retirer", Form),
    ("POST /administration/identites/{id}/retirer", By(&["POST /administration/identities/{id}/unlink"])),
    ("GET /administration/secteurs", By(&["GET /administration/sectors"])),
    ("POST /administration/secteurs", By(&["POST /administration/sectors"])),
    ("GET /administration/secteurs/{id}", By(&["GET /administration/sectors/{id}"])),
    ("POST /administration/secteurs/{id}/modifier", By(&["PATCH /administration/sectors/{id}"])),
    ("POST /administration/secteurs/{id}/etablissements", By(&["PUT /administration/sectors/{id}/schools/{school}"])),
    (
        "POST /administration/secteurs/{id}/etablissements/retirer",
        By(&["DELETE /administration/sectors/{id}/schools/{school}"]),
    ),
    ("GET /administration/secteurs/{id}/supprimer", Form),
    ("POST /administration/secteurs/{id}/supprimer", By(&["DELETE /administration/sectors/{id}"])),
    ("GET /administration/reglages", By(&["GET /administration/settings"])),
    ("GET /administration/reglages/{plugin}", By(&["GET /administration/settings/{plugin}"])),
    ("POST /administration/reglages/{plugin}", By(&["PATCH /administration/settings/{plugin}"])),
    (
        "GET /administration/taches",
        By(&["GET /administration/jobs", "GET /administration/tasks", "GET /administration/tasks/dead"]),
    ),
    ("GET /administration/courriel", By(&["GET /administration/mail/refused"])),
    ("POST /administration/courriel/essai", By(&["POST /administration/mail/trial"])),
    ("POST /administration/courriel/{id}/reprendre", By(&["DELETE /administration/mail/refused/{id}"])),
    ("GET /administration/webhooks", By(&["GET /administration/webhooks"])),
    ("GET /administration/webhooks/nouveau", By(&["GET /administration/webhooks/kinds"])),
    ("POST /administration/webhooks/nouveau", By(&["POST /administration/webhooks"])),
    (
        "GET /administration/webhooks/{id}",
        By(&["GET /administration/webhooks/{id}", "GET /administration/webhooks/{id}/deliveries"]),
    ),
    ("GET /administration/webhooks/{id}/modifier", Form),
    ("POST /administration/webhooks/{id}/modifier", By(&["PUT /administration/webhooks/{id}"])),
    ("POST /administration/webhooks/{id}/suspendre", By(&["POST /administration/webhooks/{id}/pause"])),
    ("POST /administration/webhooks/{id}/reprendre", By(&["POST /administration/webhooks/{id}/resume"])),
    ("POST /administration/webhooks/{id}/essai", By(&["POST /administration/webhooks/{id}/trial"])),
    ("GET /administration/webhooks/{id}/secret", Form),
    ("POST /administration/webhooks/{id}/secret", By(&["POST /administration/webhooks/{id}/secret"])),
    ("GET /administration/webhooks/{id}/supprimer", Form),
    ("POST /administration/webhooks/{id}/supprimer", By(&["DELETE /administration/webhooks/{id}"])),
    (
        "POST /administration/webhooks/{id}/envois/{delivery}/renvoyer",
        By(&["POST /administration/webhooks/{id}/deliveries/{delivery}/redeliver"]),
    ),
    ("POST /administration/taches/travaux/{id}/reprendre", By(&["POST /administration/tasks/dead/{id}/retry"])),
    ("POST /administration/taches/travaux/{id}/abandonner", By(&["DELETE /administration/tasks/dead/{id}"])),
    ("POST /administration/taches/files/{kind}/reprendre", By(&["POST /administration/tasks/queues/{kind}/retry"])),
    ("POST /administration/taches/{id}/lancer", By(&["POST /administration/jobs/{id}/run"])),
    ("GET /administration/roles", By(&["GET /administration/roles"])),
    ("GET /administration/roles/nouveau", By(&["GET /administration/permissions"])),
    ("POST /administration/roles/nouveau", By(&["POST /administration/roles"])),
    ("GET /administration/roles/{id}", By(&["GET /administration/roles/{id}"])),
    ("GET /administration/roles/{id}/modifier", Form),
    ("POST /administration/roles/{id}/modifier", By(&["PATCH /administration/roles/{id}"])),
    ("GET /administration/roles/{id}/supprimer", Form),
    ("POST /administration/roles/{id}/supprimer", By(&["POST /administration/roles/{id}/delete"])),
    ("GET /administration/etablissements", By(&["GET /administration/schools"])),
    ("GET /administration/etablissements/suggestions", By(&["GET /administration/schools"])),
    ("GET /administration/etablissements/nouveau", Form),
    ("POST /administration/etablissements/nouveau", By(&["POST /administration/schools"])),
    (
        "GET /administration/etablissements/{id}",
        By(&["GET /administration/schools/{id}", "GET /administration/schools/{id}/services"]),
    ),
    ("GET /administration/etablissements/{id}/modifier", Form),
    ("POST /administration/etablissements/{id}/modifier", By(&["PATCH /administration/schools/{id}"])),
    (
        "POST /administration/etablissements/{id}/caracteristiques",
        By(&["GET /administration/schools/{id}/traits", "PUT /administration/schools/{id}/traits"]),
    ),
    ("POST /administration/etablissements/{id}/services", By(&["PUT /administration/schools/{id}/services/{key}"])),
    ("GET /administration/etablissements/{id}/groupes", By(&["GET /administration/schools/{id}/groups"])),
    ("POST /administration/etablissements/{id}/groupes", By(&["POST /administration/schools/{id}/groups"])),
    (
        "GET /administration/groupes/{id}",
        By(&["GET /administration/groups/{id}", "GET /administration/groups/{id}/members"]),
    ),
    ("POST /administration/groupes/{id}/modifier", By(&["PATCH /administration/groups/{id}"])),
    ("POST /administration/groupes/{id}/membres", By(&["PUT /administration/groups/{id}/members/{person}"])),
    ("POST /administration/groupes/{id}/membres/retirer", By(&["DELETE /administration/groups/{id}/members/{person}"])),
    ("GET /administration/services", By(&["GET /administration/services"])),
    ("GET /administration/services/{key}", By(&["GET /administration/services/{key}"])),
    ("POST /administration/services/{key}", By(&["PUT /administration/services/{key}/state"])),
    ("GET /administration/annonces", By(&["GET /administration/announcements"])),
    ("GET /administration/annonces/nouvelle", Form),
    ("POST /administration/annonces/nouvelle", By(&["POST /administration/announcements"])),
    ("GET /administration/annonces/{id}", By(&["GET /administration/announcements/{id}"])),
    ("POST /administration/annonces/{id}", By(&["PUT /administration/announcements/{id}"])),
    ("POST /administration/annonces/{id}/terminer", By(&["POST /administration/announcements/{id}/end"])),
    ("GET /administration/droits", By(&["GET /administration/explain", "GET /administration/explain/places"])),
    ("GET /administration/journal", By(&["GET /administration/journal"])),
    // The forum.
    ("GET /forum", By(&["GET /forum/topics", "GET /forum/categories"])),
    ("GET /forum/similaires", By(&["GET /forum/similar"])),
    ("GET /forum/nouveau", By(&["GET /forum/categories"])),
    ("POST /forum/nouveau", By(&["POST /forum/topics", "POST /markup/preview"])),
    ("GET /forum/{category}", By(&["GET /forum/topics"])),
    ("GET /forum/{category}/flux.atom", By(&["GET /forum/topics"])),
    ("GET /forum/{category}/nouveau", By(&["GET /forum/categories"])),
    ("POST /forum/{category}/nouveau", By(&["POST /forum/topics", "POST /markup/preview"])),
    (
        "GET /forum/sujets/{id_slug}",
        By(&["GET /forum/topics/{id}", "PUT /forum/topics/{id}/read", "GET /forum/topics/{id}/quotation"]),
    ),
    ("POST /forum/sujets/{id_slug}/reponses", By(&["POST /forum/topics/{id}/posts", "POST /markup/preview"])),
    ("GET /forum/sujets/{id_slug}/deplacer", By(&["GET /forum/topics/{id}/place"])),
    (
        "POST /forum/sujets/{id_slug}/deplacer",
        By(&["PUT /forum/topics/{id}/place", "GET /forum/topics/{id}/place/consequences"]),
    ),
    ("POST /forum/sujets/{id_slug}/fermer", By(&["PUT /forum/topics/{id}/lock"])),
    ("POST /forum/sujets/{id_slug}/ouvrir", By(&["DELETE /forum/topics/{id}/lock"])),
    ("POST /forum/sujets/{id_slug}/epingler", By(&["PUT /forum/topics/{id}/pin"])),
    ("POST /forum/sujets/{id_slug}/desepingler", By(&["DELETE /forum/topics/{id}/pin"])),
    ("GET /forum/sujets/{id_slug}/restreindre", By(&["GET /forum/moderation/restricted"])),
    (
        "POST /forum/sujets/{id_slug}/restreindre",
        By(&["GET /forum/topics/{id}/confidential", "PUT /forum/topics/{id}/confidential"]),
    ),
    ("POST /forum/sujets/{id_slug}/diffuser", By(&["DELETE /forum/topics/{id}/confidential"])),
    ("GET /forum/messages/{id}", By(&["GET /forum/posts/{id}"])),
    ("GET /forum/messages/{id}/modifier", By(&["GET /forum/posts/{id}/source"])),
    ("POST /forum/messages/{id}/modifier", By(&["PATCH /forum/posts/{id}", "POST /markup/preview"])),
    ("POST /forum/messages/{id}/fichiers/{file}/retirer", By(&["DELETE /forum/posts/{id}/files/{file}"])),
    ("GET /forum/messages/{id}/versions", By(&["GET /forum/posts/{id}/revisions"])),
    ("GET /forum/messages/{id}/moderer", Form),
    ("POST /forum/messages/{id}/moderer", By(&["PUT /forum/posts/{id}/state"])),
    ("POST /forum/messages/{id}/restaurer", By(&["PUT /forum/posts/{id}/state"])),
    ("POST /forum/messages/{id}/accepter", By(&["PUT /forum/topics/{id}/accepted"])),
    ("POST /forum/messages/{id}/ne-plus-accepter", By(&["DELETE /forum/topics/{id}/accepted"])),
    ("POST /forum/messages/{id}/officielle", By(&["PUT /forum/topics/{id}/official"])),
    ("POST /forum/messages/{id}/plus-officielle", By(&["DELETE /forum/topics/{id}/official"])),
    ("GET /forum/messages/{id}/signaler", Form),
    ("POST /forum/messages/{id}/signaler", By(&["POST /forum/posts/{id}/flags"])),
    ("GET /forum/moderation", By(&["GET /forum/moderation/queue", "GET /forum/moderation/queue/{id}"])),
    ("GET /forum/moderation/decisions", By(&["GET /forum/moderation/decisions"])),
    ("POST /forum/moderation/{id}/prendre", By(&["PUT /forum/moderation/queue/{id}/claim"])),
    ("POST /forum/moderation/{id}/rendre", By(&["DELETE /forum/moderation/queue/{id}/claim"])),
    ("POST /forum/moderation/{id}/garder", By(&["POST /forum/moderation/queue/{id}/decision"])),
    ("POST /forum/moderation/{id}/masquer", By(&["POST /forum/moderation/queue/{id}/decision"])),
    ("GET /administration/forum", By(&["GET /administration/forum/categories"])),
    ("GET /administration/forum/nouvelle", Form),
    ("POST /administration/forum/nouvelle", By(&["POST /administration/forum/categories"])),
    ("POST /administration/forum/par-service", By(&["POST /administration/forum/categories/defaults"])),
    ("GET /administration/forum/{slug}", By(&["GET /administration/forum/categories/{id}"])),
    (
        "POST /administration/forum/{slug}",
        By(&["PUT /administration/forum/categories/{id}", "POST /administration/forum/categories/{id}/consequences"]),
    ),
    // The help.
    ("GET /aide", By(&["GET /help/collections", "GET /help/articles/recent", "GET /help/articles/useful"])),
    ("GET /aide/flux.atom", By(&["GET /help/articles/recent"])),
    ("GET /aide/{*path}", By(&["GET /help/article", "GET /help/articles"])),
    ("POST /aide/{*path}", By(&["POST /help/opinions"])),
    ("GET /fichiers/aide/{name}", FILE),
    ("GET /administration/aide/avis", By(&["GET /help/opinions/articles"])),
    ("GET /administration/aide/avis/{*article}", By(&["GET /help/opinions"])),
];

async fn site() -> TestSite {
    TestSite::builder().plugin(Help::new()).plugin(Forum::default()).start().await
}

#[tokio::test]
async fn what_a_page_does_an_operation_does() {
    let site = site().await;
    let name = |route: &atrium_core::web::RouteInfo| format!("{} {}", route.method, route.path);
    let (operations, pages): (BTreeSet<_>, BTreeSet<_>) =
        site.atrium().routes().iter().map(name).partition(|name| name.contains(" /api/v1/"));
    let told: BTreeSet<_> = PAGES.iter().map(|(page, _)| (*page).to_owned()).collect();
    assert_eq!(told.len(), PAGES.len(), "an address stands twice");
    let untold: Vec<_> = pages.difference(&told).collect();
    assert!(untold.is_empty(), "which operation does what these pages do? {untold:#?}");
    let gone: Vec<_> = told.difference(&pages).collect();
    assert!(gone.is_empty(), "these pages are no longer there: {gone:#?}");
    for (page, answer) in PAGES {
        match answer {
            By(named) => {
                for operation in *named {
                    let (method, path) = operation.split_once(' ').unwrap();
                    let whole = format!("{method} /api/v1{path}");
                    assert!(operations.contains(&whole), "{page}: there is no {whole}");
                }
            }
            Form => assert!(page.starts_with("GET "), "{page} does something"),
            Only(reason) => assert!(!reason.is_empty(), "{page}"),
        }
    }
}

#[tokio::test]
async fn every_operation_of_the_portal_answers_as_it_is_declared() {
    let site = site().await;
    let new = NewPerson::new(Place::Region, "Sans", "Rôle");
    let nobody = site.atrium().directory().create_person(&site.system(), new).await.unwrap();
    assert_operations_as_declared(&site, nobody, &[]).await;
}

#[tokio::test]
async fn every_shape_that_the_document_refers_to_is_there() {
    let site = site().await;
    let document = site.visitor().get("/api/openapi.json").await.json();
    let named = document["components"]["schemas"].as_object().unwrap();
    let text = document.to_string();
    for reference in text.split("\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(named.contains_key(name), "{name} is referred to and is not there");
    }
}
