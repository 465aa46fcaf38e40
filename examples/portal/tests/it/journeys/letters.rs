//! Somebody learns of an answer by mail, replies from their mail program, and then wants no more of such letters.

use std::path::Path;
use std::time::{Duration, Instant};

use mail_parser::{HeaderName, Message, MessageParser};

use super::{answer, ask};
use crate::browser::{Browser, Scripts, journey};
use crate::demo::Demo;

/// A digital referent.
const ASKS: &str = "helene.castagnier";

const TITLE: &str = "Le trombinoscope n’affiche plus les photos";
const ANSWER: &str = "Videz la mémoire du navigateur : elles reviennent.";
const REPLY: &str = "Elles sont revenues, un grand merci.";

/// What is chosen of mails of a kind.
const CHOSEN: &str = "const row = [...document.querySelectorAll('tr')].find(row => row.textContent.includes('KIND'));
    return row.querySelector('select').selectedOptions[0].textContent";

/// How long a letter may take: it is composed after its event, by a node that does other things too.
const PATIENCE: Duration = Duration::from_secs(60);

/// Returns the letter whose subject holds `subject`, once it is there.
async fn letter(folder: &Path, subject: &str) -> Vec<u8> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let bytes = std::fs::read(entry.path()).unwrap();
            let is_it = |letter: &Message<'_>| letter.subject().is_some_and(|found| found.contains(subject));
            if MessageParser::default().parse(&bytes).as_ref().is_some_and(is_it) {
                return bytes;
            }
        }
        assert!(Instant::now() < deadline, "no letter about `{subject}` in {}", folder.display());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Looks at a page again until it shows `text`.
async fn comes_to_show(browser: &Browser, path: &str, text: &str) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        browser.visit(path).await;
        if browser.text().await.contains(text) {
            return;
        }
        assert!(Instant::now() < deadline, "no `{text}` at {path}: {}", browser.text().await);
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

#[tokio::test]
async fn an_answer_comes_by_mail_is_replied_to_and_is_the_last() {
    journey("letters", Scripts::Run, |browser| async move {
        browser.sign_in(ASKS).await;
        let topic = ask(&browser, TITLE, "Depuis ce matin, la page reste grise.").await;
        answer("letters-answer", topic, ANSWER).await;

        let bytes = letter(Demo::shared().mail(), TITLE).await;
        let letter = MessageParser::default().parse(&bytes).unwrap();
        let text = letter.body_text(0).unwrap();
        assert!(text.contains(ANSWER), "{text}");
        let of_site = Demo::shared().url("/");
        let link = text.split_whitespace().find(|word| word.starts_with(&of_site)).expect("a link to the answer");
        let path = link.strip_prefix(of_site.trim_end_matches('/')).unwrap();
        browser.visit("/aide").await;
        browser.visit(path).await;
        browser.sees(ANSWER).await;

        let address = |header: HeaderName<'static>| {
            let found = letter.header(header).and_then(|value| value.as_address()).and_then(|all| all.first());
            found.and_then(|one| one.address()).expect("an address").to_owned()
        };
        let (asker, reply_to) = (address(HeaderName::To), address(HeaderName::ReplyTo));
        Demo::shared().deliver(&format!(
            "From: {asker}\r\nTo: {reply_to}\r\nSubject: Re: {TITLE}\r\nMessage-ID: <reply@lycee.example>\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\n{REPLY}\r\n"
        ));
        // Without the place on the page, which alone would not load it again.
        comes_to_show(&browser, path.split('#').next().unwrap(), REPLY).await;

        let ends = letter.header_raw("List-Unsubscribe").expect("a way to end them").trim();
        let ends = ends.trim_matches(['<', '>']).strip_prefix(of_site.trim_end_matches('/')).unwrap();
        assert_eq!(letter.header_raw("List-Unsubscribe-Post").unwrap().trim(), "List-Unsubscribe=One-Click");
        // As a mail program does, which has no cookies.
        assert_eq!(Demo::shared().post(ends, "List-Unsubscribe=One-Click"), 200);
        let why = text.split_once("prévenu par courriel de ceci").expect("why it came").1;
        let kind = why.split(['«', '»']).nth(1).expect("its kind").trim();
        browser.visit("/compte/notifications").await;
        assert_eq!(browser.run(&CHOSEN.replace("KIND", kind)).await, "Jamais");
    })
    .await;
}
