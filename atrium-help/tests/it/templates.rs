//! Every template of the help, rendered with the data of real pages.

use atrium_core::directory::Profile;
use atrium_core::testing::{TestSite, assert_templates};
use atrium_help::Help;
use atrium_help::content::Folder;
use atrium_help::sync::Removals;

/// A collection with a part inside it, and articles with what an article can have.
const FILES: [(&str, &str); 6] = [
    ("casier/_index", "---\ntitle: Casier\nsummary: Rendre ses devoirs.\n---\nPour **rendre** un devoir."),
    (
        "casier/rendre",
        "---\ntitle: Rendre un devoir\nsummary: Pas à pas.\naudience: [student]\nreview: 2020-01-01\norder: 1\n---\n\
         ## Préparer {#preparer}\n\nTexte.\n\n## Rendre {#rendre}\n\n> [!TIP]\n> Tôt.\n\n\
         ::: pour profil=teacher\nPour qui enseigne.\n:::\n",
    ),
    ("casier/voir", "---\ntitle: Voir les devoirs\norder: 2\n---\nTexte"),
    ("casier/parents/_index", "---\ntitle: Parents\nsummary: Suivre son enfant.\n---\n"),
    ("casier/parents/suivre", "---\ntitle: Suivre\n---\nTexte"),
    ("premiers-pas/entrer", "---\ntitle: Entrer\n---\nTexte"),
];

#[tokio::test]
async fn every_template_renders_in_every_language_and_escapes_every_text() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let samples = site.atrium().record_templates();
    let school = site.school().named("Lycée d’Essai").await;
    let pupil = school.member(Profile::Student).await;
    let people = [None, Some(pupil.id()), Some(school.member(Profile::Teacher).give("digital_referent").await.id())];
    site.open_every_page(None).await;
    let folder = Folder::of("aide", FILES.map(|(source, text)| (format!("{source}.md"), text.as_bytes().to_vec())));
    Help::of(site.atrium().db()).content().sync(&site.system(), folder, Removals::Few).await.unwrap();
    let opinion = [("useful", "no"), ("comment", "Mon casier reste vide.")];
    pupil.client().await.post("/aide/casier/rendre/avis", &opinion).await.assert_status(303);
    pupil.client().await.post("/aide/casier/voir/avis", &[("comment", "Sans avis")]).await.assert_status(422);
    for person in people.into_iter().chain([Some(site.admin().await)]) {
        let client = match person {
            Some(person) => site.signed_in(person).await,
            None => site.visitor(),
        };
        for path in
            ["", "/casier", "/casier/parents", "/casier/rendre", "/casier/voir?avis=merci", "/premiers-pas/entrer"]
        {
            client.get(&format!("/aide{path}")).await.assert_status(200);
        }
        client.get("/administration/aide/avis").await;
        client.get("/administration/aide/avis/casier/rendre").await;
    }
    assert_templates(&samples, "help/");
}
