//! Ending letters of a kind from a letter: one click suffices, and links cannot be guessed.

use atrium_core::directory::PersonId;
use atrium_core::notify::ByMail;
use atrium_core::secrets::Purpose;
use axum::body::Body as Bytes;
use axum::http::{Request, header};
use sea_orm::ConnectionTrait;

use crate::letters::header;
use crate::world::{Answer, World};

impl World {
    /// Has a letter sent to the referent, and returns it with the path of its link.
    async fn letter_with_link(&self) -> (String, String) {
        let asked = self.ask(self.referent, self.open, "Des messages en double").await.unwrap();
        self.reply(self.colleague, asked.topic, "Chez moi aussi.").await.unwrap();
        self.until_told().await;
        let letter = self.letters().await.into_iter().next().unwrap();
        let link = header(&letter, "List-Unsubscribe").trim_matches(['<', '>']).to_owned();
        (letter, link.strip_prefix("https://atrium.example").unwrap().to_owned())
    }

    /// Posts as a mail service does.
    async fn click(&self, path: &str) -> Answer {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, "https://mail.example")
            .header("sec-fetch-site", "cross-site");
        self.send(request.body(Bytes::from("List-Unsubscribe=One-Click")).unwrap()).await
    }

    /// Returns the kinds that a person is mailed.
    async fn mailed(&self, person: PersonId) -> Vec<&'static str> {
        let choices = self.atrium.notices().choices(&self.actor(person).await).await.unwrap();
        let mailed = choices.into_iter().filter(|choice| choice.by_mail != ByMail::Never);
        mailed.map(|choice| choice.kind.key()).collect()
    }
}

const ALL: [&str; 5] = ["forum.reply", "forum.mention", "forum.official", "forum.published", "forum.withheld"];

#[tokio::test]
async fn one_click_of_a_mail_program_ends_the_mails_of_a_kind() {
    let world = World::with_claire().await;
    let (letter, link) = world.letter_with_link().await;
    assert_eq!(header(&letter, "List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    assert!(
        letter.contains(&format!("Ne plus recevoir ces courriels\u{a0}: https://atrium.example{link}")),
        "{letter}"
    );
    for _ in 0..2 {
        let done = world.click(&link).await;
        done.assert_status(200);
        assert!(done.text.contains("Vous ne recevrez plus ces courriels"), "{}", done.text);
        assert!(done.text.contains("Une réponse à l’un de mes sujets"), "{}", done.text);
        assert!(done.text.contains("/compte/notifications"), "{}", done.text);
        assert!(!done.text.contains("Aubert"), "the page names no one");
    }
    assert_eq!(world.mailed(world.referent).await, ALL[1..]);
    assert_eq!(world.mailed(world.colleague).await, ALL, "of the referent alone");
    let asked = world.ask(world.referent, world.open, "Encore").await.unwrap();
    world.reply(world.colleague, asked.topic, "Toujours.").await.unwrap();
    world.until_told().await;
    assert_eq!(world.letters().await.len(), 1, "the one from before");
    assert_eq!(world.unread(world.referent).await, 2, "the bell goes on");
}

#[tokio::test]
async fn looking_at_the_page_of_the_link_changes_nothing() {
    let world = World::with_claire().await;
    let (_, link) = world.letter_with_link().await;
    for cookie in [String::new(), world.session(world.referent).await, world.session(world.colleague).await] {
        let page = world.get(&link, &cookie).await;
        page.assert_status(200);
        assert!(page.text.contains("Ne plus les recevoir") && page.text.contains(&format!("action=\"{link}\"")));
    }
    world.send(Request::head(&link).body(Bytes::empty()).unwrap()).await.assert_status(200);
    assert_eq!(world.mailed(world.referent).await, ALL);
    let own = world.session(world.pupil).await;
    world.post_form(&link, &own, &[]).await.assert_status(200);
    assert_eq!(world.mailed(world.referent).await, ALL[1..], "the button of the page");
    assert_eq!(world.mailed(world.pupil).await, ALL, "for whom the letter was, whoever presses it");
}

#[tokio::test]
async fn a_link_that_is_not_ours_ends_nothing() {
    let world = World::with_claire().await;
    let (_, link) = world.letter_with_link().await;
    let token = link.strip_prefix("/courriel/").unwrap();
    let signature = token.rsplit('.').next().unwrap();
    let secrets = &world.atrium.context().secrets;
    let (referent, colleague) = (world.referent, world.colleague);
    let forged = [
        token.replace("forum.reply", "forum.official"),
        token.replacen(&referent.to_string(), &colleague.to_string(), 1),
        token[..token.len() - 1].to_owned(),
        format!("{token}0"),
        token.replace(signature, &"0".repeat(signature.len())),
        format!("{referent}.forum.reply"),
        secrets.token(Purpose("other.unsubscribe"), &format!("{referent}.forum.reply")),
        secrets.token(Purpose("account.unsubscribe"), &format!("{referent}.forum.unknown")),
        secrets.token(Purpose("account.unsubscribe"), "x.forum.reply"),
        "%2e%2e".to_owned(),
        "'; DROP TABLE atrium_notice_mail".replace(' ', "%20"),
    ];
    for token in forged {
        let path = format!("/courriel/{token}");
        for answer in [world.get(&path, "").await, world.click(&path).await] {
            answer.assert_status(404);
            assert!(answer.text.contains("Ce lien n’est pas valable"), "{token}: {}", answer.text);
        }
    }
    assert_eq!((world.mailed(referent).await, world.mailed(colleague).await), (ALL.to_vec(), ALL.to_vec()));
}

#[tokio::test]
async fn other_forms_are_still_refused_from_elsewhere() {
    let world = World::with_claire().await;
    let (_, link) = world.letter_with_link().await;
    for path in ["/compte/notifications", "/notifications/lues", "/deconnexion", &format!("{link}/x")] {
        world.click(path).await.assert_status(403);
    }
    let open: Vec<_> = world.atrium.routes().iter().filter(|route| route.from_elsewhere).collect();
    assert!(open.len() == 1 && open[0].path == "/courriel/{token}", "{open:?}");
}

#[tokio::test]
async fn nothing_is_kept_for_who_was_erased() {
    let world = World::with_claire().await;
    let (_, link) = world.letter_with_link().await;
    let erased = format!("UPDATE atrium_person SET status = 'erased', email = NULL WHERE id = {}", world.referent);
    world.db().writer().execute_unprepared(&erased).await.unwrap();
    world.click(&link).await.assert_status(200);
    let sql = "SELECT COUNT(*) AS n FROM atrium_notice_mail";
    let query = sea_orm::Statement::from_string(world.db().get_database_backend(), sql);
    let row = world.db().query_one_raw(query).await.unwrap().unwrap();
    assert_eq!(row.try_get::<i64>("", "n").unwrap(), 0);
}
