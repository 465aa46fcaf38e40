//! A letter as a message: its parts and its headers.

use std::time::{Duration, SystemTime};

use lettre::Message;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};

use super::{Letter, Mail};
use crate::clock::Timestamp;
use crate::error::{Error, Result};

/// Returns the message of a letter, whose number follows from `unique`.
///
/// # Errors
/// Returns an error if a part of the letter cannot stand in a message.
pub(super) fn message(
    mail: &Mail,
    (from, to): (&Mailbox, Mailbox),
    letter: Letter,
    (unique, now): (&str, Timestamp),
) -> Result<Message> {
    // Errors of the library may quote an address.
    let refused = || Error::bug("a letter cannot be written as a message");
    let domain = from.email.domain().to_owned();
    let at = SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(now.0).unwrap_or_default());
    let mut builder = Message::builder()
        .from(from.clone())
        .to(to)
        .subject(one_line(&letter.subject))
        .date(at)
        .message_id(Some(mail.message_id(unique, &domain)))
        // Absence notices and lists do not answer it (RFC 3834).
        .raw_header(header("Auto-Submitted", "auto-generated".to_owned()));
    if let Some(thread) = &letter.thread {
        // Letters of one conversation answer a message that none of them is, so that their order does not matter.
        let root = mail.message_id(&format!("thread:{}", thread.root), &domain);
        builder = builder.in_reply_to(root.clone()).references(root);
    }
    if let Some(list) = &letter.list {
        let list: String = list.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')).collect();
        builder = builder.raw_header(header("List-Id", format!("<{list}.{domain}>")));
    }
    if let Some(url) = &letter.unsubscribe {
        builder = builder.raw_header(header("List-Unsubscribe", format!("<{url}>")));
        builder = builder.raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
    }
    if let Some(address) = &letter.reply_to {
        builder = builder.reply_to(address.parse().map_err(|_| refused())?);
    }
    let built = if letter.html.is_empty() {
        builder.singlepart(SinglePart::plain(letter.text))
    } else {
        builder.multipart(MultiPart::alternative_plain_html(letter.text, letter.html))
    };
    built.map_err(|_| refused())
}

/// Returns a header whose value is ASCII without spaces to fold at: long addresses stay whole.
fn header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), value.clone(), value)
}

/// Returns a text without the ends of lines, which would end a header.
fn one_line(text: &str) -> String {
    text.split(char::is_control).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use url::Url;

    use super::super::Thread;
    use super::*;
    use crate::config::Settings;
    use crate::secrets::Secrets;

    const NOON: Timestamp = Timestamp(1_773_662_400_000);

    fn written(letter: Letter) -> String {
        let mail = Mail::of(&Settings::default(), Secrets::random()).unwrap();
        written_by(&mail, letter, "core.trial:1:7")
    }

    fn written_by(mail: &Mail, letter: Letter, unique: &str) -> String {
        let from: Mailbox = "ATRIUM <assistance@example.fr>".parse().unwrap();
        let to = Mailbox::new(Some("Hélène Durand".to_owned()), "helene@lycee.example".parse().unwrap());
        let message = message(mail, (&from, to), letter, (unique, NOON)).unwrap();
        String::from_utf8(message.formatted()).unwrap()
    }

    fn head(message: &str) -> &str {
        message.split("\r\n\r\n").next().unwrap()
    }

    #[test]
    fn a_letter_has_both_parts_and_says_what_it_is() {
        let url: Url = format!("https://example.fr/courriel/{}", "a".repeat(120)).parse().unwrap();
        let letter = Letter::new("Réponse à « Wi-Fi »", "Bonjour,", "<p>Bonjour,</p>").unsubscribed_at(url.clone());
        let letter = letter.on_list("forum.replies").in_thread(Thread { root: "forum:12".to_owned() });
        let text = written(letter.replied_at("reponse+1@example.fr"));
        for line in [
            "From: ATRIUM <assistance@example.fr>",
            "Date: Mon, 16 Mar 2026 12:00:00 +0000",
            "Auto-Submitted: auto-generated",
            "List-Id: <forum.replies.example.fr>",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
            "Reply-To: reponse+1@example.fr",
            "Content-Type: multipart/alternative;",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Type: text/html; charset=utf-8",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
        assert!(text.contains(&format!("List-Unsubscribe: <{url}>\r\n")), "the address is whole: {text}");
        let line = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
        assert_eq!(line("In-Reply-To: "), line("References: "));
        assert!(line("Message-ID: ").ends_with("@example.fr>"));
    }

    #[test]
    fn a_letter_keeps_its_number_and_its_conversation() {
        let mail = Mail::of(&Settings::default(), Secrets::random()).unwrap();
        let of = |unique: &str, root: &str| {
            let letter = Letter::new("s", "t", "").in_thread(Thread { root: root.to_owned() });
            let text = written_by(&mail, letter, unique);
            let line = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
            (line("Message-ID: "), line("References: "))
        };
        assert_eq!(of("a", "forum:1"), of("a", "forum:1"), "sent again, it is the same message");
        assert_ne!(of("a", "forum:1").0, of("b", "forum:1").0);
        assert_eq!(of("a", "forum:1").1, of("b", "forum:1").1);
        assert_ne!(of("a", "forum:1").1, of("a", "forum:2").1);
    }

    proptest! {
        #[test]
        fn no_text_adds_a_header(subject: String, text: String, list: String) {
            let subject = format!("{subject}\r\nBcc: spy@example.org\n{subject}");
            let written = written(Letter::new(subject, text, "<p>x</p>").on_list(list));
            let names: Vec<_> = head(&written).lines().filter(|line| !line.starts_with([' ', '\t'])).collect();
            prop_assert!(names.iter().all(|line| !line.starts_with("Bcc")), "{names:?}");
        }
    }
}
