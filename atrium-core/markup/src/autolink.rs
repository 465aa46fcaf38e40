//! Finds bare addresses in a text: URLs with their scheme or from `www.` on, and mail addresses.

use std::ops::Range;

use url::Url;

/// The longest local part of a mail address; the limit keeps the search linear.
const LONGEST_LOCAL: usize = 64;

/// An address in a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) range: Range<usize>,
    pub(super) href: String,
}

/// Returns the addresses in `text`, in order. Each ends before the punctuation of the sentence around it. Linear in
/// the length of `text`.
pub(super) fn addresses(text: &str) -> Vec<Address> {
    let mut found = Vec::new();
    let (mut from, mut behind) = (0, 0);
    while let Some(at) = text[from..].find(['@', ':', '.']).map(|at| from + at) {
        let address = match text.as_bytes()[at] {
            b'@' => mailbox(text, behind, at).ok_or(at + 1),
            b':' => with_scheme(text, behind, at),
            _ => from_www(text, behind, at),
        };
        match address {
            Ok(address) => {
                from = address.range.end;
                behind = from;
                found.push(address);
            }
            Err(next) => from = next,
        }
    }
    found
}

/// Returns the URL with a scheme around `colon`, or the offset to continue from.
fn with_scheme(text: &str, from: usize, colon: usize) -> Result<Address, usize> {
    if !text[colon..].starts_with("://") {
        return Err(colon + 1);
    }
    let Some(start) = scheme(&text[from..], colon - from) else { return Err(colon + 3) };
    let start = start + from;
    let run = stretch(text, colon + 3);
    let end = without_punctuation(text, start, run);
    let is_one = end > colon + 3 && Url::parse(&text[start..end]).is_ok_and(|url| url.has_host());
    is_one.then(|| Address { range: start..end, href: text[start..end].to_owned() }).ok_or(run)
}

/// Returns the start of the scheme before `colon`, if it is `http` or `https` and a word of its own.
fn scheme(text: &str, colon: usize) -> Option<usize> {
    let before = &text.as_bytes()[..colon];
    let length = [5, 4].into_iter().zip(["https", "http"]).find_map(|(length, scheme)| {
        let tail = before.len().checked_sub(length).map(|at| &before[at..])?;
        tail.eq_ignore_ascii_case(scheme.as_bytes()).then_some(length)
    })?;
    let start = colon - length;
    let joined = text[..start].chars().next_back().is_some_and(char::is_alphanumeric);
    (!joined).then_some(start)
}

/// Returns the URL that begins with the `www` before `dot`, or the offset to continue from.
fn from_www(text: &str, from: usize, dot: usize) -> Result<Address, usize> {
    let start = dot.checked_sub(3).filter(|start| *start >= from).ok_or(dot + 1)?;
    let joined = |c: char| c.is_alphanumeric() || matches!(c, '.' | '/' | '@' | '-' | '_');
    let begins = text.as_bytes()[start..dot].eq_ignore_ascii_case(b"www");
    if !begins || text[..start].chars().next_back().is_some_and(joined) {
        return Err(dot + 1);
    }
    let run = stretch(text, dot + 1);
    let end = without_punctuation(text, start, run);
    let address = text.get(start..end).filter(|_| end > dot + 1).ok_or(dot + 1)?;
    let host = address.split(['/', '?', '#', ':']).next().unwrap_or(address);
    let href = format!("https://{address}");
    let is_one = host[4..].contains('.') && is_domain(&host[4..]) && Url::parse(&href).is_ok();
    is_one.then_some(Address { range: start..end, href }).ok_or(run)
}

fn mailbox(text: &str, from: usize, at: usize) -> Option<Address> {
    let is_local = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
    let local = text[from..at].chars().rev().take(LONGEST_LOCAL).take_while(|c| is_local(*c)).count();
    let start = at - text[at - local..at].trim_start_matches(['.', '-', '+']).len();
    let joined = |c: char| c.is_alphanumeric() || matches!(c, '/' | ':' | '@' | '=');
    let is_mailto = text[..start].ends_with("mailto:");
    if start == at || (!is_mailto && text[..start].chars().next_back().is_some_and(joined)) {
        return None;
    }
    let domain = text[at + 1..].chars().take(254).take_while(|c| c.is_alphanumeric() || matches!(c, '.' | '-'));
    let end = at + 1 + domain.map(char::len_utf8).sum::<usize>();
    let end = at + 1 + text[at + 1..end].trim_end_matches(['.', '-']).len();
    let domain = &text[at + 1..end];
    let goes_on =
        text[end..].starts_with(['@', '_']) || (text[end..].starts_with([':', '/']) && has_more(&text[end + 1..]));
    let is_one = domain.contains('.') && is_domain(domain) && !goes_on;
    is_one.then(|| Address { range: start..end, href: format!("mailto:{}", &text[start..end]) })
}

fn has_more(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphanumeric() || c == '/')
}

/// Returns `true` if `text` is labels between dots, the last of letters.
fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let last = text.rsplit('.').next().unwrap_or_default();
    text.len() <= 253
        && text.split('.').all(is_label)
        && last.chars().count() >= 2
        && last.chars().all(char::is_alphabetic)
}

/// Returns the end of the run of characters that an address may contain.
fn stretch(text: &str, from: usize) -> usize {
    text[from..].find(stops).map_or(text.len(), |at| from + at)
}

/// Returns `true` if an address ends before `c`.
pub(super) fn stops(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '«' | '»' | '“' | '”' | '`')
}

fn without_punctuation(text: &str, start: usize, end: usize) -> usize {
    let address = &text[start..end];
    let count = |wanted: char| address.chars().filter(|c| *c == wanted).count();
    let mut unopened = count(')').saturating_sub(count('('));
    let mut kept = address.len();
    for c in address.chars().rev() {
        match c {
            ')' if unopened > 0 => unopened -= 1,
            '.' | ',' | ':' | ';' | '!' | '?' | '\'' | '’' | '*' | '_' | '~' | '…' | ']' | '}' | '|' => {}
            _ => break,
        }
        kept -= c.len_utf8();
    }
    start + kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        addresses(text).into_iter().map(|address| &text[address.range]).collect()
    }

    #[test]
    fn addresses_stop_before_the_sentence() {
        assert_eq!(found("Voir https://a.fr/b?c=d&e=f."), ["https://a.fr/b?c=d&e=f"]);
        assert_eq!(found("(http://a.fr/x_(y)), « https://b.fr\u{a0}»"), ["http://a.fr/x_(y)", "https://b.fr"]);
        assert_eq!(found("HTTPS://A.FR/é…"), ["HTTPS://A.FR/é"]);
        assert_eq!(found("https://a@b.fr/www.c.fr?d@e.fr"), ["https://a@b.fr/www.c.fr?d@e.fr"]);
    }

    #[test]
    fn www_and_mailboxes_are_addresses() {
        let hrefs = |text| addresses(text).into_iter().map(|address| address.href).collect::<Vec<_>>();
        assert_eq!(hrefs("Voir www.pix.example, et (WWW.A.FR/b)."), ["https://www.pix.example", "https://WWW.A.FR/b"]);
        assert_eq!(
            hrefs("aide@region.example. mailto:a.b+c@d-e.fr"),
            ["mailto:aide@region.example", "mailto:a.b+c@d-e.fr"]
        );
        assert_eq!(hrefs("prénom.nom@école.fr x_@y.fr"), ["mailto:x_@y.fr"]);
    }

    #[test]
    fn what_is_not_an_address_is_left() {
        for text in [
            "xhttp://a.fr",
            "http://",
            "https://.",
            "ftp://a.fr",
            "://a.fr",
            "javascript://a.fr",
            "http:// a",
            "www.",
            "www.a",
            "awww.a.fr",
            "www.a..fr",
            "@a.fr",
            "a@b",
            "a@b.1",
            "a@.fr",
            "git@a.fr:b/c",
            "a@b.fr@c.fr",
            "é@a.fr",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }
}
