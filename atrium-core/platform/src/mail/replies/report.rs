//! A report about deliveries (RFC 3464), as far as addresses go.

use mail_parser::{HeaderValue, Message, MessageParser, MimeHeaders as _};

/// The most recipients that are read of one report: a letter has one.
const MOST: usize = 16;

/// A report about the delivery of a letter.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Report {
    pub(super) deliveries: Vec<Delivered>,
}

/// What a report says about one recipient.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Delivered {
    /// The addresses that it names: the one that the letter was sent to, and the one that it was led to.
    pub(super) addresses: Vec<String>,
    /// `true` if the server gave the letter up, `false` if it tries again or is content.
    pub(super) has_failed: bool,
    /// The status: `5.1.1`.
    pub(super) status: String,
    /// The answer that it quotes: `smtp; 550 5.1.1 …`.
    pub(super) quoted: String,
}

impl Report {
    /// Reads a report; `None` for any other message.
    pub(super) fn read(message: &Message<'_>) -> Option<Self> {
        let kind = message.header("Content-Type").and_then(HeaderValue::as_content_type)?;
        let is_report = kind.ctype() == "multipart" && kind.subtype() == Some("report");
        let is_of_delivery = kind.attribute("report-type")?.eq_ignore_ascii_case("delivery-status");
        let part = message.parts.iter().find(|part| {
            part.content_type().is_some_and(|kind| {
                kind.ctype() == "message"
                    && matches!(kind.subtype(), Some("delivery-status" | "global-delivery-status"))
            })
        })?;
        let text = String::from_utf8_lossy(part.contents()).replace("\r\n", "\n");
        let deliveries = text.split("\n\n").filter_map(Delivered::read).take(MOST).collect();
        (is_report && is_of_delivery).then_some(Self { deliveries })
    }
}

impl Delivered {
    /// Reads the fields about one recipient; `None` for those about the message.
    fn read(fields: &str) -> Option<Self> {
        let fields = format!("{}\n\n", fields.trim_matches('\n'));
        let fields = MessageParser::default().parse_headers(fields.as_bytes())?;
        let field = |name: &'static str| {
            let unfolded = |value: &str| value.split_whitespace().collect::<Vec<_>>().join(" ");
            fields.header_raw(name).map(unfolded)
        };
        field("Final-Recipient")?;
        let names = ["Original-Recipient", "Final-Recipient"];
        Some(Self {
            addresses: names.into_iter().filter_map(field).filter_map(|value| address(&value)).collect(),
            has_failed: field("Action")?.eq_ignore_ascii_case("failed"),
            status: field("Status")?,
            quoted: field("Diagnostic-Code").unwrap_or_default(),
        })
    }
}

/// Returns the address of `rfc822; claire@lycee.example`.
fn address(value: &str) -> Option<String> {
    let (kind, address) = value.split_once(';')?;
    let is_mail = ["rfc822", "utf-8"].iter().any(|known| kind.trim().eq_ignore_ascii_case(known));
    let address = address.trim().trim_start_matches('<').trim_end_matches('>');
    is_mail.then(|| address.to_lowercase())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(kind: &str, fields: &str) -> Option<Report> {
        let head = format!("From: MAILER-DAEMON@relay.example\r\nContent-Type: multipart/report; {kind}; boundary=b");
        let part = format!("--b\r\nContent-Type: message/delivery-status\r\n\r\n{fields}\r\n--b--\r\n");
        let raw = format!("{head}\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n{part}");
        Report::read(&MessageParser::default().parse(raw.as_bytes())?)
    }

    #[test]
    fn fields_are_folded_and_of_any_case() {
        let fields = "reporting-mta: dns; relay.example\r\n\r\nFINAL-RECIPIENT: RFC822;\r\n <Claire@lycee.example>\r\naction: Failed\r\n\
            status: 5.1.1\r\ndiagnostic-code: smtp; 550\r\n 5.1.1 unknown\r\n";
        let report = read("report-type=delivery-status", fields).unwrap();
        let expected = Delivered {
            addresses: vec!["claire@lycee.example".to_owned()],
            has_failed: true,
            status: "5.1.1".to_owned(),
            quoted: "smtp; 550 5.1.1 unknown".to_owned(),
        };
        assert_eq!(report.deliveries, [expected]);
        assert_eq!(read("report-type=disposition-notification", fields), None);
        assert_eq!(read("x=y", fields), None);
    }

    #[test]
    fn recipients_without_an_action_or_a_status_are_left_out() {
        let fields = "Final-Recipient: rfc822; a@x.example\r\nAction: failed\r\n\r\nFinal-Recipient: rfc822; b@x.example\r\nStatus: 5.1.1";
        assert_eq!(read("report-type=delivery-status", fields).unwrap().deliveries, []);
    }

    proptest! {
        #[test]
        fn no_fields_are_too_strange(fields: String, printed in "[ -~\r\n]{0,120}") {
            read("report-type=delivery-status", &fields);
            read("report-type=delivery-status", &format!("Final-Recipient:{printed}\r\nAction:{printed}\r\nStatus:{fields}"));
        }
    }
}
