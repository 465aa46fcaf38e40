//! What a quotation names as its source: a post by its number, or by its place in a topic, however the address is written.

use std::ops::Range;

use crate::posts::PostId;
use crate::topics::TopicId;

/// Where a quotation's source leads, before the post's number.
pub(super) const POST: &str = "/forum/messages/";

/// A post that a link leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Source {
    /// By its number.
    Post(PostId),
    /// By its topic and its number in it.
    Place(TopicId, i64),
}

impl Source {
    /// Returns the post that `href` leads to from a text of the topic `here`, if it leads to one. The host is
    /// ignored: a platform has several names, and a foreign forum's quotation withheld by mistake does less harm
    /// than one of ours shown.
    pub(super) fn read(href: &str, here: TopicId) -> Option<Self> {
        let href = href.trim().replace('\\', "/");
        let (address, fragment) = href.split_once('#').unwrap_or((&href, ""));
        let (address, query) = address.split_once('?').unwrap_or((address, ""));
        let number = || number_in(fragment, "message-").or_else(|| asked_in(query)).unwrap_or(1);
        if address.is_empty() {
            let names = !fragment.is_empty() || !query.is_empty();
            return (names && (number_in(fragment, "message-").or(asked_in(query))).is_some())
                .then(|| Self::Place(here, number()));
        }
        let segments = segments(address);
        let forum = segments.iter().rposition(|segment| segment == "forum")?;
        match &segments[forum + 1..] {
            [kind, id, ..] if kind == "messages" => leading(id).map(|id| Self::Post(PostId(id))),
            [kind, id, ..] if kind == "sujets" => leading(id).map(|id| Self::Place(TopicId(id), number())),
            _ => None,
        }
    }
}

/// Returns the parts of an address's path as a browser asks for it, without scheme and host; a relative one starts
/// where topics stand.
fn segments(address: &str) -> Vec<String> {
    let path = match address.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => match address.strip_prefix("//") {
            Some(rest) => rest.split_once('/').map_or("", |(_, path)| path),
            None => address,
        },
    };
    let is_relative = !address.contains("://") && !address.starts_with('/');
    let mut segments = if is_relative { vec!["forum".to_owned(), "sujets".to_owned()] } else { Vec::new() };
    for segment in path.split('/') {
        match decoded(segment).as_str() {
            "" | "." => {}
            ".." => drop(segments.pop()),
            other => segments.push(other.to_owned()),
        }
    }
    segments
}

/// Returns the segment without percent signs that stand for other bytes.
fn decoded(segment: &str) -> String {
    let bytes = segment.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = segment.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Returns the number with which a segment begins: `12-its-title` names 12.
fn leading(segment: &str) -> Option<i64> {
    let digits = segment.find(|c: char| !c.is_ascii_digit()).map_or(segment, |end| &segment[..end]);
    digits.parse().ok()
}

fn number_in(text: &str, prefix: &str) -> Option<i64> {
    leading(decoded(text).strip_prefix(prefix)?)
}

/// Returns the number of the first post of a page of a topic.
fn asked_in(query: &str) -> Option<i64> {
    query.split('&').find_map(|pair| number_in(pair, "a-partir="))
}

/// Returns `markdown` without `ranges`, which are in order.
pub(super) fn without(markdown: &str, ranges: Vec<Range<usize>>) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut at = 0;
    for range in ranges {
        out.push_str(&markdown[at..range.start]);
        // Marks of what holds the quotation do not run into the next line's.
        if !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
        at = range.end;
    }
    out.push_str(&markdown[at..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_known_however_its_address_is_written() {
        let here = TopicId(5);
        let read = |href| Source::read(href, here);
        for href in [
            "/forum/messages/7",
            "/assistance/forum/messages/7?x#y",
            "https://aide.exemple.fr/assistance/forum/messages/7",
            "//aide.exemple.fr/forum/messages/7/versions",
            "HTTPS://AIDE.EXEMPLE.FR//forum/./messages/7",
            "/forum/sujets/../messages/7",
            "../messages/7",
            "/forum/m%65ssages/%37",
            "/forum\\messages/7",
        ] {
            assert_eq!(read(href), Some(Source::Post(PostId(7))), "{href}");
        }
        for (href, topic, number) in [
            ("/forum/sujets/12-un-titre#message-7", 12, 7),
            ("https://aide.exemple.fr/forum/sujets/12?a-partir=21#message-25", 12, 25),
            ("/forum/sujets/12-un-titre?a-partir=21", 12, 21),
            ("/forum/sujets/12-un-titre", 12, 1),
            ("12-un-titre#message-7", 12, 7),
            ("#message-7", 5, 7),
            ("?a-partir=21#message-25", 5, 25),
        ] {
            assert_eq!(read(href), Some(Source::Place(TopicId(topic), number)), "{href}");
        }
        for href in
            ["#haut", "", "?q=a", "/forum/messagerie", "/aide/forum/repondre", "https://a.fr", "/forum/sujets/x"]
        {
            assert_eq!(read(href), None, "{href}");
        }
    }
}
