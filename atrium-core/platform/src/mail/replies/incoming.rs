//! A message that came in, as far as replies go.

use mail_parser::{Address, HeaderValue, Message, MessageParser};

use super::report::Report;

/// The headers of programs that answer or distribute by themselves (RFC 3834, RFC 2919, and what was used before).
const OF_PROGRAMS: [&str; 6] =
    ["List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress", "X-Failed-Recipients"];
/// The headers that name the address at which a message arrived.
const ARRIVED_AT: [&str; 3] = ["Delivered-To", "X-Original-To", "Envelope-To"];

/// A message that came in.
#[derive(Debug)]
pub(super) struct Incoming {
    /// Its Message-ID, without brackets.
    pub(super) id: Option<String>,
    /// Every address that it names as its sender.
    pub(super) from: Vec<String>,
    /// Every address to which it goes or at which it arrived.
    pub(super) to: Vec<String>,
    /// `true` if a program wrote it by itself.
    pub(super) is_automatic: bool,
    /// What it reports about deliveries, if it is such a report.
    pub(super) report: Option<Report>,
    /// Its text, that of its HTML if it has no other.
    pub(super) text: String,
}

impl Incoming {
    /// Reads a message; `None` if it is none.
    pub(super) fn read(raw: &[u8]) -> Option<Self> {
        let message = MessageParser::default().parse(raw)?;
        let mut to: Vec<String> = [message.to(), message.cc()].into_iter().flatten().flat_map(addresses).collect();
        to.extend(ARRIVED_AT.iter().filter_map(|name| message.header_raw(*name)).map(|value| value.trim().to_owned()));
        let from: Vec<String> = message.from().into_iter().flat_map(addresses).collect();
        if from.is_empty() {
            return None;
        }
        Some(Self {
            id: message.message_id().map(str::to_owned),
            from,
            to,
            is_automatic: is_automatic(&message),
            report: Report::read(&message),
            text: message.body_text(0).unwrap_or_default().into_owned(),
        })
    }
}

fn addresses<'m>(list: &'m Address<'m>) -> impl Iterator<Item = String> + 'm {
    list.iter().filter_map(|one| one.address()).map(str::to_owned)
}

fn is_automatic(message: &Message<'_>) -> bool {
    let says = |name: &'static str| message.header_raw(name).map(|value| value.trim().to_lowercase());
    let answers_itself = says("Auto-Submitted").is_some_and(|value| !value.starts_with("no"));
    let is_bulk = says("Precedence").is_some_and(|value| ["bulk", "junk", "list", "auto_reply"].contains(&&*value));
    let is_bounce = says("Return-Path").is_some_and(|value| value == "<>");
    let is_report = message
        .header("Content-Type")
        .and_then(HeaderValue::as_content_type)
        .is_some_and(|kind| kind.ctype() == "multipart" && kind.subtype() == Some("report"));
    answers_itself || is_bulk || is_bounce || is_report || OF_PROGRAMS.iter().any(|name| says(name).is_some())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(head: &str, body: &str) -> Incoming {
        Incoming::read(format!("From: Helene <helene@lycee.example>\r\n{head}\r\n\r\n{body}").as_bytes()).unwrap()
    }

    #[test]
    fn text_comes_out_of_every_encoding() {
        let quoted = "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable";
        assert_eq!(read(quoted, "C'est r=E9gl=E9 =\r\nmerci").text.trim_end(), "C'est réglé merci");
        let base64 = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64";
        assert_eq!(read(base64, "Q+KAmWVzdCByw6lnbMOpLg==").text, "C’est réglé.");
        let html =
            read("Content-Type: text/html; charset=utf-8", "<p>C’est <b>réglé</b>.</p><script>x()</script>").text;
        assert!(html.contains("réglé") && !html.contains('<') && !html.contains("x()"), "{html}");
        let both = "Content-Type: multipart/alternative; boundary=b";
        let parts = "--b\r\nContent-Type: text/plain\r\n\r\nle texte\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>autre</p>\r\n--b--";
        assert_eq!(read(both, parts).text.trim(), "le texte");
    }

    #[test]
    fn programs_are_told_from_people() {
        for head in [
            "Auto-Submitted: auto-replied",
            "Precedence: bulk",
            "Return-Path: <>",
            "List-Id: <liste.example>",
            "Content-Type: multipart/report; boundary=b",
            "X-Autoreply: yes",
        ] {
            assert!(read(head, "absente").is_automatic, "{head}");
        }
        for head in ["Subject: Re: Wi-Fi", "Auto-Submitted: no", "Return-Path: <helene@lycee.example>"] {
            assert!(!read(head, "bonjour").is_automatic, "{head}");
        }
    }

    #[test]
    fn every_address_of_arrival_counts() {
        let read = read("To: Forum <a@x.example>, b@x.example\r\nCc: c@x.example\r\nDelivered-To: d@x.example", "");
        assert_eq!(read.to, ["a@x.example", "b@x.example", "c@x.example", "d@x.example"]);
        assert_eq!(read.from, ["helene@lycee.example"]);
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_strange(raw: Vec<u8>, head in "[ -~]{0,60}") {
            Incoming::read(&raw);
            Incoming::read(format!("{head}\r\nFrom: {head}\r\n\r\n{head}").as_bytes());
        }
    }
}
