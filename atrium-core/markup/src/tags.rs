//! Splits raw HTML into tags, comments and text, each with its position. `raw_elements` and then the sanitiser
//! decide what is shown.

use std::borrow::Cow;

use ammonia::Builder;

use super::safe_html::unescape;

/// A piece of raw HTML.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Open(OpenTag<'a>),
    /// The name in lower case, and the tag as written.
    Close(String, &'a str),
    Comment,
    /// An unclosed comment.
    OpenComment,
    /// An element that is left out with its content.
    Dropped(String),
    Text(&'a str),
}

/// An opening tag.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct OpenTag<'a> {
    /// The name in lower case.
    pub(super) name: String,
    /// The tag as written.
    pub(super) source: &'a str,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) closes_itself: bool,
}

impl OpenTag<'_> {
    /// Returns the value of an attribute unless it is blank.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.given(name).filter(|value| !value.trim().is_empty())
    }

    /// Returns the value of an attribute, empty or not.
    pub(super) fn given(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim())
    }
}

/// The elements that are left out whole, if they end in the same piece of HTML.
const DROPPED: [&str; 8] = ["script", "style", "template", "svg", "math", "canvas", "noembed", "datalist"];

/// Returns `true` if an element is left out with its content.
pub(super) fn is_dropped(name: &str) -> bool {
    DROPPED.contains(&name)
}

/// Returns the tokens of `html` with their positions.
pub(super) fn tokens(html: &str) -> Vec<(usize, Token<'_>)> {
    let mut tokens = Vec::new();
    let mut at = 0;
    // The position after which no comment ends, so that the search stays linear.
    let mut endless = usize::MAX;
    let mut unended = Vec::new();
    while at < html.len() {
        let rest = &html[at..];
        let (length, token) = match rest.strip_prefix('<') {
            None => {
                let length = rest.find('<').unwrap_or(rest.len());
                (length, Token::Text(&rest[..length]))
            }
            Some(inner) if inner.starts_with("!--") => {
                match rest.get(4..).filter(|_| at < endless).map(|r| r.find("-->")) {
                    Some(Some(end)) => (end + 7, Token::Comment),
                    _ => {
                        endless = endless.min(at);
                        (4, Token::OpenComment)
                    }
                }
            }
            Some(_) => tag(rest, &mut unended).unwrap_or((1, Token::Text(&rest[..1]))),
        };
        tokens.push((at, token));
        at += length;
    }
    tokens
}

/// Returns the tag at the start of `rest`, if there is one. `unended` lists the dropped elements whose end was not
/// found.
fn tag<'a>(rest: &'a str, unended: &mut Vec<String>) -> Option<(usize, Token<'a>)> {
    let is_close = rest.starts_with("</");
    let from = if is_close { 2 } else { 1 };
    if !rest[from..].starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let name_end =
        rest[from..].find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '.' | ':'))? + from;
    let end = tag_end(rest, name_end)?;
    let (name, source) = (rest[from..name_end].to_ascii_lowercase(), &rest[..end]);
    if is_close {
        return Some((end, Token::Close(name, source)));
    }
    let inner = &rest[name_end..end - 1];
    let closes_itself = inner.ends_with('/');
    if is_dropped(&name) && !unended.contains(&name) {
        match dropped(&rest[end..], &name, closes_itself) {
            Some(length) => return Some((end + length, Token::Dropped(name))),
            None => unended.push(name.clone()),
        }
    }
    let attributes = attributes(inner);
    Some((end, Token::Open(OpenTag { name, source, attributes, closes_itself })))
}

/// Returns the position after the `>` that ends a tag, outside quoted values.
fn tag_end(rest: &str, from: usize) -> Option<usize> {
    let mut quote = None;
    let mut previous = ' ';
    for (at, c) in rest[from..].char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '>' => return Some(from + at + 1),
            None if c == '<' => return None,
            None if matches!(c, '"' | '\'') && previous == '=' => quote = Some(c),
            None => {}
        }
        if !c.is_whitespace() {
            previous = c;
        }
    }
    None
}

/// Returns the length of `rest` that is left out with an element.
fn dropped(rest: &str, name: &str, closes_itself: bool) -> Option<usize> {
    if closes_itself {
        return Some(0);
    }
    let is_end = |at: &usize| {
        let tail = &rest.as_bytes()[at + 2..];
        tail.len() >= name.len()
            && tail[..name.len()].eq_ignore_ascii_case(name.as_bytes())
            && !tail.get(name.len()).is_some_and(u8::is_ascii_alphanumeric)
    };
    let end = rest.match_indices("</").map(|(at, _)| at).find(is_end)?;
    rest[end..].find('>').map(|close| end + close + 1)
}

fn attributes(mut rest: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '/')).unwrap_or(rest.len());
        if end == 0 && !rest.starts_with('=') {
            return found;
        }
        let name = rest[..end].to_ascii_lowercase();
        rest = rest[end..].trim_start();
        let Some(after) = rest.strip_prefix('=') else {
            found.push((name, String::new()));
            continue;
        };
        let after = after.trim_start();
        let (value, left) = match after.chars().next() {
            Some(quote @ ('"' | '\'')) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
            _ => after.split_at(after.find(char::is_whitespace).unwrap_or(after.len())),
        };
        found.push((name, decoded(value).into_owned()));
        rest = left;
    }
}

/// Returns the text of HTML with its entities decoded.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let html = text.replace('<', "&lt;");
    Cow::Owned(unescape(&Builder::empty().clean(&html).to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open<'a>(name: &str, source: &'a str, attributes: &[(&str, &str)], closes_itself: bool) -> Token<'a> {
        let attributes = attributes.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Token::Open(OpenTag { name: name.to_owned(), source, attributes, closes_itself })
    }

    fn all(html: &str) -> Vec<Token<'_>> {
        tokens(html).into_iter().map(|(_, token)| token).collect()
    }

    #[test]
    fn tags_are_read_with_their_attributes() {
        let tag = "<A Href=\"x?a&amp;b\" title='c > d' open width=3/>";
        let attributes = [("href", "x?a&b"), ("title", "c > d"), ("open", ""), ("width", "3/")];
        assert_eq!(all(tag), [open("a", tag, &attributes, true)]);
        assert_eq!(all("</B >"), [Token::Close("b".into(), "</B >")]);
        assert_eq!(all("<br/>"), [open("br", "<br/>", &[], true)]);
    }

    #[test]
    fn what_is_no_tag_is_text() {
        for text in ["<", "< a>", "<3", "<a", "<a b=\"", "<?php 1 ?>"] {
            assert!(all(text).iter().all(|token| matches!(token, Token::Text(_))), "{text}: {:?}", all(text));
        }
        assert_eq!(
            all("a<!-- b -->c<!--d"),
            [Token::Text("a"), Token::Comment, Token::Text("c"), Token::OpenComment, Token::Text("d")]
        );
    }

    #[test]
    fn scripts_go_with_what_is_in_them() {
        assert_eq!(all("<script>a < b</SCRIPT>c"), [Token::Dropped("script".into()), Token::Text("c")]);
        assert!(matches!(all("<style>a")[0], Token::Open(_)));
    }

    #[test]
    fn entities_read_as_what_they_stand_for() {
        assert_eq!(decoded("&eacute;&nbsp;&lt;b&gt; &amp;amp; &inconnu;"), "é\u{a0}<b> &amp; &inconnu;");
    }
}
