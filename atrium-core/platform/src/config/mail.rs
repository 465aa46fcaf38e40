//! The settings of mail, as far as their form goes.

use url::{Host, Url};

/// Returns what is expected instead, if `text` is not what takes mail.
pub(super) fn mistake(text: &str) -> Option<&'static str> {
    const EXPECTED: &str = "expected `smtps://user:password@host`, `smtp://user:password@host?tls=required`, \
        `smtp://localhost` or `file:///directory`";
    let Ok(url) = Url::parse(text) else { return Some(EXPECTED) };
    match url.scheme() {
        "file" => (url.host().is_some() || url.path() == "/").then_some(EXPECTED),
        "smtps" | "smtp" if url.host().is_none() => Some(EXPECTED),
        "smtps" => None,
        "smtp" => {
            let tls = url.query_pairs().find(|(key, _)| key == "tls").map(|(_, value)| value.into_owned());
            match tls.as_deref() {
                Some("required") => None,
                None | Some("opportunistic") if url.password().is_none() || is_here(&url) => None,
                None | Some("opportunistic") => {
                    Some("expected `?tls=required` beside a password, which everybody on the way could read")
                }
                Some(_) => Some(EXPECTED),
            }
        }
        _ => Some(EXPECTED),
    }
}

/// Returns `true` if replies may go to addresses below this one: what is added after a `+` still fits.
pub(super) fn takes_replies(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    let is_plain = |part: &str, signs: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || signs.contains(c))
    };
    name.len() <= 12 && is_plain(name, "-_.") && is_plain(host, "-.") && host.parse::<std::net::IpAddr>().is_err()
}

/// Returns `true` for an address of this machine.
fn is_here(url: &Url) -> bool {
    match url.host() {
        // The host of a scheme that the URL standard does not know is a name, also if it is a number.
        Some(Host::Domain(name)) => {
            name == "localhost" || name.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
        }
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// Returns `true` for `name@host`, with or without a name before it.
pub(super) fn is_sender(text: &str) -> bool {
    let address = match text.rsplit_once('<') {
        Some((_, rest)) => rest.strip_suffix('>').unwrap_or_default(),
        None => text,
    };
    let is_part =
        |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c.is_control() || c == '@');
    !text.contains(char::is_control)
        && address.split_once('@').is_some_and(|(name, host)| is_part(name) && is_part(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_mail_is_a_server_or_a_directory() {
        for fine in [
            "smtps://user:pa%40ss@mail.example.fr",
            "smtp://user:pass@mail.example.fr:587?tls=required",
            "smtp://mail.example.fr?tls=opportunistic",
            "smtp://mail.example.fr:25",
            "smtp://user:pass@127.0.0.1:1025",
            "smtp://user:pass@localhost",
            "file:///var/lib/atrium/mail",
        ] {
            assert_eq!(mistake(fine), None, "{fine}");
        }
        for wrong in
            ["", "mail.example.fr", "http://mail.example.fr", "smtp:", "file:///", "smtp://mail.example.fr?tls=perhaps"]
        {
            assert!(mistake(wrong).is_some(), "{wrong}");
        }
        for in_the_clear in ["smtp://user:pass@mail.example.fr", "smtp://user:pass@mail.example.fr?tls=opportunistic"] {
            assert!(mistake(in_the_clear).unwrap().contains("tls=required"), "{in_the_clear}");
        }
    }

    #[test]
    fn a_sender_is_one_address() {
        for fine in ["assistance@example.fr", "ATRIUM <assistance@example.fr>", "L’assistance, Région <a@b>"] {
            assert!(is_sender(fine), "{fine}");
        }
        for wrong in ["", "assistance", "@example.fr", "a@", "a@b@c", "A <a@b", "A <a@b>\r\nBcc: c@d", "a b@c"] {
            assert!(!is_sender(wrong), "{wrong}");
        }
    }
}
