//! Finds web addresses typed as they are in a text.

use std::ops::Range;

use url::Url;

/// The `http` and `https` addresses in `text`, in order: each from its scheme to the last character that is not
/// punctuation of the sentence around it. Linear in the length of `text`.
pub(super) fn addresses(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(colon) = text[from..].find("://").map(|at| from + at) {
        let end = stretch(text, colon + 3);
        from = end;
        let Some(start) = scheme(text, colon) else { continue };
        let end = without_punctuation(text, start, end);
        if end > colon + 3 && Url::parse(&text[start..end]).is_ok_and(|url| url.has_host()) {
            found.push(start..end);
        }
    }
    found
}

/// Where the scheme before `colon` starts, if it is one of the web and a word of its own.
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

/// The end of the run of characters that an address may hold.
fn stretch(text: &str, from: usize) -> usize {
    let stops =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '«' | '»' | '“' | '”' | '`');
    text[from..].find(stops).map_or(text.len(), |at| from + at)
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
        addresses(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn addresses_stop_before_the_sentence() {
        assert_eq!(found("Voir https://a.fr/b?c=d&e=f."), ["https://a.fr/b?c=d&e=f"]);
        assert_eq!(found("(http://a.fr/x_(y)), « https://b.fr\u{a0}»"), ["http://a.fr/x_(y)", "https://b.fr"]);
        assert_eq!(found("HTTPS://A.FR/é…"), ["HTTPS://A.FR/é"]);
    }

    #[test]
    fn what_is_not_an_address_is_left() {
        for text in ["xhttp://a.fr", "http://", "https://.", "ftp://a.fr", "://a.fr", "javascript://a.fr", "http:// a"]
        {
            assert!(found(text).is_empty(), "{text}");
        }
    }
}
