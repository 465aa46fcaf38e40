//! Every template of core, account and administration, rendered with the data of real pages.

use atrium_core::catalogue::{AnnouncementKind, AnnouncementText, ServiceState, StateChange};
use atrium_core::directory::{PersonId, Profile};
use atrium_core::login::LoginName;
use atrium_core::plugin::Plugin;
use atrium_core::testing::{Client, Member, School, TestSite, assert_templates};
use atrium_core::web::{AttachmentView, FileField, Files, Incident, RequestContext, Routes, View, WebPlugin, Who};
use axum::response::Response;
use sea_orm::ConnectionTrait;
use serde::Serialize;

use crate::account_page::Canteen as Sections;
use crate::indexing::Notes;
use crate::settings::Canteen as Settings;

const PASSWORD: &str = "le chat dort sur le radiateur";

/// What the plugin's page calls of what core has for pages of plugins.
const CALLS: &str = "<h1>{{page.title}}</h1>{{> partials/service-state page.disturbance}}{{> slots/beside-article}}\
    {{> partials/files field=page.files error=\"\"}}{{#if page.attached}}{{> partials/attachments page.attached}}{{/if}}";

/// A plugin with a page of this content.
struct Desk(&'static str);

#[derive(Serialize)]
struct DeskView {
    title: &'static str,
    disturbance: Option<Incident>,
    files: FileField,
    attached: Vec<AttachmentView>,
}

impl View for DeskView {
    const TEMPLATE: &'static str = "desk/show";
}

impl Plugin for Desk {
    fn id(&self) -> &'static str {
        "desk"
    }
}

impl WebPlugin for Desk {
    fn routes(&self, routes: &mut Routes) {
        routes.get("/guichet", Who::Anyone, show);
    }

    fn templates(&self) -> Files {
        let text = format!("{{{{#> layout}}}}{}{{{{/layout}}}}", self.0);
        Files::default().with("desk/show.hbs", text.into_bytes())
    }
}

async fn show(cx: RequestContext) -> atrium_core::Result<Response> {
    let mut files = Vec::new();
    if cx.actor().person().is_some() {
        let content = futures::stream::iter([Ok("Une note.")]);
        files.push(cx.atrium().files().send(cx.actor(), "note.txt", content).await?);
    }
    let attached = files.iter().map(|file| AttachmentView::new(&cx, file)).collect();
    let (files, disturbance) = (FileField::new(&cx, &files), cx.disturbance("casier"));
    cx.page(&DeskView { title: "Guichet", disturbance, files, attached })
}

/// A school with people, and something of everything that administration shows.
struct Town<'s> {
    site: &'s TestSite,
    admin: PersonId,
    school: School<'s>,
    referent: Member<'s>,
    pupil: Member<'s>,
}

impl<'s> Town<'s> {
    async fn on(site: &'s TestSite, notes: &Notes) -> Self {
        let admin = site.admin().await;
        let school = site.school().named("Lycée d’Essai").await;
        let class = school.class("2nde A").await;
        let referent = school.member(Profile::Teacher).named("Inès", "Morel").give("digital_referent").await;
        let pupil = school.member(Profile::Student).named("Samir", "Diop").in_class(class).await;
        for person in [admin, referent.id(), pupil.id()] {
            let name = LoginName::parse(&format!("compte-{person}")).unwrap();
            site.atrium().login().create_login(&site.system(), person, &name).await.unwrap();
            site.atrium().login().give_password(&site.system(), person, PASSWORD).await.unwrap();
        }
        let directory = site.atrium().directory();
        let sector = directory.create_sector(&site.system(), "Durance nord").await.unwrap();
        directory.add_to_sector(&site.system(), sector, school.id()).await.unwrap();
        let now = site.clock().now();
        let announcement = AnnouncementText {
            kind: AnnouncementKind::Incident,
            service_key: Some("casier".to_owned()),
            title_fr: "Casier arrêté".to_owned(),
            title_en: String::new(),
            body_fr: "Retour à midi.".to_owned(),
            body_en: String::new(),
            starts_at: now,
            ends_at: now.plus_seconds(3600),
        };
        let catalogue = site.atrium().catalogue();
        catalogue.announce(&site.system(), announcement).await.unwrap();
        let change = |state| StateChange { state, note_fr: "Retour à midi.".to_owned(), note_en: String::new() };
        let version = catalogue.service("casier").unwrap().version;
        catalogue.set_state(&site.system(), "casier", version, change(ServiceState::Degraded)).await.unwrap();
        notes.write(site.atrium().db(), "note:1", "Un parapluie rouge / Où / Le parapluie est au casier.").await;
        site.settle().await;
        Self { site, admin, school, referent, pupil }
    }

    /// Opens the pages of administration that have something else than the number 1 in their path, or a question.
    async fn administer(&self, admin: &Client) {
        let (school, pupil, referent) = (self.school.id(), self.pupil.id(), self.referent.id());
        let guardian = [("given_name", "Jeanne"), ("family_name", "Diop")];
        admin.post(&format!("/administration/personnes/{pupil}/responsables/nouveau"), &guardian).await;
        admin.post(&format!("/administration/personnes/{referent}/lien"), &[]).await.assert_status(200);
        let program = [("name", "Export"), ("purpose", "Copier les annonces")];
        admin.post("/administration/programmes", &program).await;
        let token = [("name", "Export"), ("reach", "read"), ("areas", "account"), ("days", "30")];
        admin.post("/compte/jetons", &token).await.assert_status(200);
        for person in [self.admin, pupil, referent] {
            for page in ["", "/modifier", "/donnees", "/effacer", "/jetons", "/identites/nouvelle", "/suspendre"] {
                admin.get(&format!("/administration/personnes/{person}{page}")).await;
            }
            for page in ["/attributions/nouvelle", "/appartenances/nouvelle", "/responsables/nouveau", "/identifiant"] {
                admin.get(&format!("/administration/personnes/{person}{page}")).await;
                admin.post(&format!("/administration/personnes/{person}{page}"), &[]).await;
            }
            for permission in ["core.person.read", "core.role.edit"] {
                let asked = format!("personne={person}&permission={permission}&lieu=e{school}");
                admin.get(&format!("/administration/droits?{asked}")).await.assert_status(200);
            }
        }
        for page in ["/administration/services/casier", "/administration/reglages/canteen"] {
            admin.get(page).await.assert_status(200);
            admin.post(page, &[("state", "x"), ("meals", "douze"), ("version", "0")]).await;
        }
        for page in
            ["/administration/secteurs/1?q=essai", "/administration/personnes?q=diop", "/administration/journal"]
        {
            admin.get(page).await.assert_status(200);
        }
    }

    /// Makes a webhook, wrongly and rightly, and has it tried out; it may not call this machine.
    async fn call(&self, admin: &Client) {
        let form = [("name", "Suivi <a>"), ("url", "https://localhost:8443/"), ("scope", "p")];
        admin.post("/administration/webhooks/nouveau", &form).await.assert_status(422);
        let form = [&form[..], &[("kinds", "core.announcement.created")]].concat();
        admin.post("/administration/webhooks/nouveau", &form).await.assert_status(200);
        admin.post("/administration/webhooks/1/essai", &[]).await.assert_status(303);
        assert_eq!(self.site.run_tasks().await, 1);
    }

    /// Signs in by a link, with a wrong password, and with a form that came too late.
    async fn sign_in(&self) {
        let login = self.site.atrium().login();
        let link = login.one_time_link(&self.site.system(), self.pupil.id()).await.unwrap();
        let (visitor, page) = (self.site.visitor(), format!("/connexion/lien/{}", link.secret()));
        visitor.get(&page).await.assert_status(200);
        visitor.post(&page, &[("password", "court"), ("again", "")]).await.assert_status(422);
        let name = format!("compte-{}", self.admin);
        let kept =
            [("envoi", "/administration/annonces/nouvelle"), ("contenu", r#"[["title_fr","Panne <générale>"]]"#)];
        for (password, status) in [("faux", 422), (PASSWORD, 200)] {
            let typed = [("login", name.as_str()), ("password", password)];
            visitor.post("/connexion", &[&typed[..], &kept[..]].concat()).await.assert_status(status);
        }
        visitor.get("/compte/mot-de-passe").await.assert_status(200);
        self.site.visitor().post("/administration/annonces/nouvelle", &[("title_fr", "Panne")]).await;
    }
}

#[tokio::test]
async fn every_template_renders_in_every_language_and_escapes_every_text() {
    let notes = Notes::default();
    let site = TestSite::builder().plugin(notes.clone()).plugin(Sections("repas")).plugin(Settings).plugin(Desk(CALLS));
    let letters = tempfile::tempdir().unwrap();
    let site = site.mail_to(&format!("file://{}", letters.path().display())).start().await;
    let samples = site.atrium().record_templates();
    site.open_every_page(None).await;
    let town = Town::on(&site, &notes).await;
    let address = format!("UPDATE atrium_person SET email = 'chef@region.example' WHERE id = {}", town.admin);
    site.atrium().db().writer().execute_unprepared(&address).await.unwrap();
    site.signed_in(town.admin).await.post("/administration/courriel/essai", &[]).await.assert_status(303);
    assert_eq!(site.run_tasks().await, 1);
    let people = [None, Some(town.referent.id()), Some(town.pupil.id()), Some(town.admin)];
    for person in people {
        site.open_every_page(person).await;
    }
    for question in ["parapluie", "paraplui", "rien de tel", ""] {
        site.visitor().get(&format!("/recherche?q={}", question.replace(' ', "+"))).await.assert_status(200);
    }
    town.sign_in().await;
    town.administer(&site.signed_in(town.admin).await).await;
    town.call(&site.signed_in(town.admin).await).await;
    site.open_every_page(Some(town.admin)).await;
    for person in people {
        site.every_answer(person).await;
    }
    assert_templates(&samples, "");
}

/// Returns what the test of templates says of a page of this content.
async fn told_of(content: &'static str) -> String {
    let site = TestSite::builder().plugin(Desk(content)).start().await;
    let samples = site.atrium().record_templates();
    site.visitor().get("/guichet").await.assert_status(200);
    let checked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| assert_templates(&samples, "desk/")));
    checked.err().and_then(|told| told.downcast::<String>().ok()).map(|told| *told).unwrap_or_default()
}

#[tokio::test]
async fn a_plugin_is_told_what_is_wrong_with_a_template_of_its_own() {
    assert_eq!(told_of("<p>{{page.title}}</p>").await, "");
    for (content, told) in [
        ("<p>{{page.title}}", "stands inside `<p>`"),
        ("<p title={{page.title}}>a</p>", "with hostile texts: "),
        ("<p>{{labelled page.title (t page.title)}}</p>", "no message `Guichet` in `en`"),
        ("<p id=\"contenu\"></p>", "the id `contenu` is empty or not unique"),
        ("<a href=\"/\"><b><a href=\"/\">a</a></b></a>", "`<a>` stands inside another"),
    ] {
        assert!(told_of(content).await.contains(told), "{content}: {}", told_of(content).await);
    }
    let site = TestSite::builder().plugin(Desk(CALLS)).start().await;
    let samples = site.atrium().record_templates();
    let checked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| assert_templates(&samples, "desk/")));
    assert!(checked.is_err(), "no page of the test opens it");
}
