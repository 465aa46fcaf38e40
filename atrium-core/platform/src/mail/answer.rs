//! What an SMTP server's refusal means: for later, for the address, or for the letter.

use lettre::transport::smtp::Error;

/// Enhanced status codes (RFC 3463) which say that the recipient's address is at fault.
const OF_ADDRESS: [&str; 6] = ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"];

/// The status of a failure of which a server knows no more.
const UNSPECIFIC: &str = "5.0.0";

/// What to do after a refusal. The code is what may be shown and kept: the server's text holds the address.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Try again later.
    Later(String),
    /// Send nothing to this address any more.
    Address(String),
    /// Give this letter up.
    Letter(String),
}

/// Returns what the failure of a transport means for a letter to `address`.
pub(super) fn refusal(error: &Error, address: &str) -> Refusal {
    let text = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    match error.status() {
        Some(code) => judge(u16::from(code), &text, address),
        None if error.is_timeout() => Refusal::Later("the mail server did not answer in time".to_owned()),
        None if error.is_tls() => Refusal::Later("TLS with the mail server failed".to_owned()),
        None => Refusal::Later("the mail server could not be reached, or broke off".to_owned()),
    }
}

/// Returns what a report says about a letter to `address` that a server gave up: its status (RFC 3463) and, where that says nothing,
/// the answer that it quotes (`smtp; 550 5.1.1 …`).
pub(super) fn reported(status: &str, quoted: &str, address: &str) -> Refusal {
    let status = status.split_whitespace().next().filter(|word| is_enhanced(word)).unwrap_or_default();
    if !status.starts_with('5') {
        return Refusal::Later(format!("the mail server reported {status}"));
    }
    if OF_ADDRESS.contains(&status) {
        return Refusal::Address(status.to_owned());
    }
    let of_quoted = || {
        let (kind, answer) = quoted.split_once(';')?;
        let answer = answer.trim_start();
        let (code, text) = (answer.get(..3)?.parse().ok()?, answer.get(4..)?);
        kind.trim().eq_ignore_ascii_case("smtp").then(|| judge(code, text, address))
    };
    match of_quoted().filter(|_| status == UNSPECIFIC) {
        Some(refusal @ Refusal::Address(_)) => refusal,
        _ => Refusal::Letter(format!("the mail server reported {status}")),
    }
}

fn judge(code: u16, text: &str, address: &str) -> Refusal {
    let enhanced = text.split_whitespace().next().filter(|word| is_enhanced(word));
    let told = enhanced.map_or_else(|| code.to_string(), |enhanced| format!("{code} {enhanced}"));
    // Refused credentials and commands are this node's settings, which somebody corrects.
    if code < 550 {
        return Refusal::Later(format!("the mail server answered {told}"));
    }
    let blames_address = match enhanced {
        Some(enhanced) => OF_ADDRESS.contains(&enhanced),
        // Without one, the sender may be at fault as well: servers name what they refuse.
        None => matches!(code, 550 | 551 | 553) && text.to_lowercase().contains(&address.to_lowercase()),
    };
    if blames_address { Refusal::Address(told) } else { Refusal::Letter(format!("the mail server refused it: {told}")) }
}

/// Returns `true` for `5.1.1`.
fn is_enhanced(word: &str) -> bool {
    let mut parts = word.split('.');
    let is_number = |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    parts.next().is_some_and(|class| matches!(class, "2" | "4" | "5"))
        && word.split('.').count() == 3
        && parts.all(is_number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ADDRESS: &str = "claire@lycee.example";

    #[test]
    fn each_answer_means_what_servers_mean_by_it() {
        let address = |told: &str| Refusal::Address(told.to_owned());
        let letter = |told: &str| Refusal::Letter(format!("the mail server refused it: {told}"));
        let later = |told: &str| Refusal::Later(format!("the mail server answered {told}"));
        for (code, text, expected) in [
            (550, "5.1.1 <claire@lycee.example>: Recipient address rejected", address("550 5.1.1")),
            (550, "5.2.1 mailbox disabled", address("550 5.2.1")),
            (550, "<Claire@Lycee.example> no such user", address("550")),
            (550, "5.7.1 relaying denied", letter("550 5.7.1")),
            (550, "5.1.8 <assistance@example.fr>: sender rejected", letter("550 5.1.8")),
            (553, "sender address not allowed", letter("553")),
            (554, "5.7.1 looks like spam to claire@lycee.example", letter("554 5.7.1")),
            (552, "5.2.2 mailbox full", letter("552 5.2.2")),
            (421, "4.7.0 too many connections", later("421 4.7.0")),
            (451, "greylisted", later("451")),
            (535, "5.7.8 authentication failed", later("535 5.7.8")),
            (530, "must issue STARTTLS first", later("530")),
        ] {
            assert_eq!(judge(code, text, ADDRESS), expected, "{code} {text}");
        }
    }

    #[test]
    fn each_report_means_what_servers_mean_by_it() {
        let address = |told: &str| Refusal::Address(told.to_owned());
        let letter = |told: &str| Refusal::Letter(format!("the mail server reported {told}"));
        for (status, quoted, expected) in [
            ("5.1.1", "smtp; 550 5.1.1 no such user", address("5.1.1")),
            ("5.1.10 (RecipientNotFound)", "", address("5.1.10")),
            ("5.0.0", "smtp; 550-5.1.1 The account does not exist", address("550 5.1.1")),
            ("5.0.0", "smtp; 550 <claire@lycee.example> unknown", address("550")),
            ("5.0.0", "smtp; 554 looks like spam to claire@lycee.example", letter("5.0.0")),
            ("5.0.0", "x-unix; 550 5.1.1", letter("5.0.0")),
            ("5.0.0", "smtp; é50", letter("5.0.0")),
            ("5.7.1", "smtp; 550 5.1.1 no such user", letter("5.7.1")),
            ("5.2.2", "smtp; 552 5.2.2 full", letter("5.2.2")),
            ("4.4.1", "", Refusal::Later("the mail server reported 4.4.1".to_owned())),
            ("", "smtp; 550 5.1.1", Refusal::Later("the mail server reported ".to_owned())),
        ] {
            assert_eq!(reported(status, quoted, ADDRESS), expected, "{status} {quoted}");
        }
    }

    proptest! {
        #[test]
        fn no_answer_carries_the_servers_text(code in 400_u16..600, text in "[ -~]{0,60}") {
            let text = format!("{text} {ADDRESS}");
            let (Refusal::Later(told) | Refusal::Address(told) | Refusal::Letter(told)) = judge(code, &text, ADDRESS);
            prop_assert!(!told.contains(ADDRESS) && !told.contains('@'), "{told}");
        }
    }
}
