//! Reports about deliveries: what they do, and that nobody is silenced by one that was not sent about a letter.

use atrium_core::mail::replies::{self, Refused};

use super::*;

const POSTFIX: &str = include_str!("reports/postfix.eml");
const EXIM: &str = include_str!("reports/exim.eml");
const EXCHANGE: &str = include_str!("reports/exchange.eml");
const CLAIRE: &str = "claire@lycee.example";
const UNKNOWN: &str = "550 5.1.1 <claire@lycee.example>: unknown user";
const DAY: i64 = 24 * 60 * 60;

/// A site that wrote to Claire.
struct Written {
    site: TestSite,
    sink: Sink,
    claire: PersonId,
    /// The envelope sender of the letter.
    sender: String,
}

impl Written {
    async fn new() -> Self {
        let sink = Sink::start().await;
        let builder = TestSite::builder().plugin(Bell::default()).public_url("https://atrium.example");
        let builder = builder.mail_to(&sink.url()).settings(|mut settings| {
            settings.mail_from = Some("ATRIUM <assistance@example.fr>".to_owned());
            settings.mail_replies = Some("reponse@example.fr".to_owned());
            settings
        });
        let site = builder.start().await;
        let claire = person(&site, CLAIRE).await;
        ring(&site, claire, "noon").await;
        assert_eq!(site.run_tasks().await, 1);
        let sender = sink.senders().pop().unwrap();
        Self { site, sink, claire, sender }
    }

    async fn take(&self, report: &str) -> Option<Refused> {
        self.site.atrium().inbox().take(report.as_bytes()).await.unwrap()
    }

    async fn refused(&self) -> Vec<String> {
        refused(&self.site).await.into_iter().map(|(_, code)| code).collect()
    }
}

/// Writes a report that came to `sender`, with an id of its own.
fn report(shape: &str, sender: &str, [action, status, answer]: [&str; 3]) -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let id = NEXT.fetch_add(1, Ordering::Relaxed).to_string();
    let written = shape.replace("{sender}", sender).replace("{address}", CLAIRE).replace("{id}", &id);
    let written = written.replace("{action}", action).replace("{status}", status).replace("{answer}", answer);
    written.replace('\n', "\r\n")
}

#[tokio::test]
async fn a_report_that_an_address_does_not_exist_ends_mail_to_it() {
    for (shape, status, answer, code) in [
        (POSTFIX, "5.1.1", UNKNOWN, "5.1.1"),
        (EXIM, "5.0.0", "550-5.1.1 The account does not exist", "550 5.1.1"),
        (EXCHANGE, "5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found by SMTP address lookup", "5.1.10"),
    ] {
        let written = Written::new().await;
        assert!(
            written.sender.starts_with("reponse+") && written.sender.ends_with("@example.fr"),
            "{}",
            written.sender
        );
        let report = report(shape, &written.sender, ["failed", status, answer]);
        assert_eq!(written.take(&report).await, None);
        assert_eq!(refused(&written.site).await, [(written.claire, code.to_owned())]);
        assert_eq!(written.take(&report).await, Some(Refused::Duplicate));
        ring(&written.site, written.claire, "evening").await;
        written.site.run_tasks().await;
        assert_eq!(written.sink.messages().len(), 1, "no further letter, and no answer to the report");
        let me = administrator(&written.site).await;
        let client = written.site.signed_in(me).await;
        let page = client.get("/administration/courriel").await;
        page.assert_status(200).assert_contains("Rapport de remise, pris en compte").assert_contains(code);
        let listed = client.get("/api/v1/administration/mail/received").await.assert_status(200).json();
        assert_eq!((&listed[0]["person"], &listed[0]["report"]), (&json!(written.claire), &json!(true)));
    }
}

#[tokio::test]
async fn a_report_of_anything_else_ends_no_mail() {
    let written = Written::new().await;
    for (shape, said) in [
        (POSTFIX, ["delayed", "4.4.1", "connect to mx.lycee.example: timed out"]),
        (POSTFIX, ["failed", "4.4.7", UNKNOWN]),
        (POSTFIX, ["delayed", "5.1.1", UNKNOWN]),
        (POSTFIX, ["failed", "5.7.1", "554 5.7.1 spam from claire@lycee.example"]),
        (EXCHANGE, ["failed", "5.2.2", "552 5.2.2 mailbox full"]),
        (EXIM, ["failed", "5.0.0", "554 no"]),
        (POSTFIX, ["delivered", "2.0.0", "250 taken"]),
    ] {
        assert_eq!(written.take(&report(shape, &written.sender, said)).await, None, "{said:?}");
    }
    let elsewhere =
        report(POSTFIX, &written.sender, ["failed", "5.1.1", UNKNOWN]).replace(CLAIRE, "c@forwarded.example");
    assert_eq!(written.take(&elsewhere).await, None, "she forwards her mail to an address that is gone");
    assert!(written.refused().await.is_empty());
}

#[tokio::test]
async fn a_forged_report_silences_nobody() {
    let written = Written::new().await;
    let db = written.site.atrium().db();
    let mail = &written.site.atrium().context().mail;
    let reply = mail.reply_address(written.claire, "bell:1", db.now()).unwrap();
    let (head, tail) = written.sender.split_once('.').unwrap();
    let other = format!("{}z.{tail}", &head[..head.len() - 1]);
    let gone = ["failed", "5.1.1", UNKNOWN];
    for sender in
        ["assistance@example.fr", "reponse@example.fr", &reply, &other, "reponse+1.g3n.0f3a1b2c.00@example.fr"]
    {
        // The letter's headers within the report are no proof: the address at which it arrives is.
        let report = report(POSTFIX, &written.sender, gone)
            .replace(&format!("To: {}", written.sender), &format!("To: {sender}"));
        assert_eq!(written.take(&report).await, Some(Refused::UnknownReport), "{sender}");
    }
    let absence = format!("From: {CLAIRE}\r\nTo: {}\r\nAuto-Submitted: auto-replied\r\n\r\nabsente", written.sender);
    assert_eq!(written.take(&absence).await, Some(Refused::Automatic));
    let rows = replies::list(db, &written.site.system(), None, 9).await.unwrap();
    assert!(rows.len() == 6 && rows.iter().all(|row| row.person.is_none() && !row.is_report), "{rows:?}");
    assert!(written.refused().await.is_empty() && written.sink.messages().len() == 1);
}

#[tokio::test]
async fn a_report_is_about_the_address_of_its_letter_and_for_two_weeks() {
    let written = Written::new().await;
    let gone = ["failed", "5.1.1", UNKNOWN];
    let moved = report(POSTFIX, &written.sender, gone).replace(CLAIRE, "aubert@lycee.example");
    set(&written.site, written.claire, "email", "aubert@lycee.example").await;
    assert_eq!(written.take(&moved).await, None);
    assert_eq!(written.take(&report(POSTFIX, &written.sender, gone)).await, None);
    assert!(written.refused().await.is_empty(), "the letter went to the address before");
    set(&written.site, written.claire, "email", CLAIRE).await;
    written.site.pass_seconds(15 * DAY);
    assert_eq!(written.take(&report(POSTFIX, &written.sender, gone)).await, Some(Refused::UnknownReport));
    assert!(written.refused().await.is_empty());
}

#[tokio::test]
async fn without_an_address_for_replies_reports_go_to_the_sender() {
    let (bell, sink) = (Bell::default(), Sink::start().await);
    let site = site(&bell, &sink.url()).await;
    let claire = person(&site, CLAIRE).await;
    ring(&site, claire, "noon").await;
    site.run_tasks().await;
    assert_eq!(sink.senders(), ["assistance@atrium.example"]);
}
