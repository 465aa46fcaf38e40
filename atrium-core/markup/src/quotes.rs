//! Finds quotations that link to their source, in Markdown and in our HTML, so that they are shown only to readers
//! of the source.
//!
//! The sources of a quotation are the targets of its links and addresses, without those of nested quotations, which
//! are quotations of their own.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::autolink::addresses;
use super::limits::tables_are_reasonable;
use super::render::parser_options;
use super::safe_html::{escape_into, unescape};
use super::{Options, SafeHtml};

/// The beginnings of tags that are quotations: quotes and framed notes.
const QUOTATIONS: [&str; 2] = ["<blockquote", "<div class=\"alert "];
/// The elements that may enclose a quotation, or be in one, with their ends.
const HOLDERS: [(&str, &str); 2] = [("<blockquote", "</blockquote>"), ("<div", "</div>")];

/// A quotation in a Markdown text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Quotation {
    /// The range in the text, marks included.
    pub range: Range<usize>,
    /// The link targets in it, as written.
    pub sources: Vec<String>,
}

/// Returns the quotations of a post's Markdown that contain a link, in the order of their beginnings, nested ones
/// included. It parses as rendering does, so that it finds all that [`SafeHtml::quoted`] would find.
///
/// ```
/// use atrium_markup::quotations;
///
/// let text = "> Bonjour\n>\n> [Élodie](/forum/sujets/4#post-7)\n\nMerci !";
/// assert_eq!(quotations(text)[0].sources, ["/forum/sujets/4#post-7"]);
/// ```
#[must_use]
pub fn quotations(markdown: &str) -> Vec<Quotation> {
    if !markdown.contains('>') {
        return Vec::new();
    }
    let syntax = parser_options(&Options::post(""), tables_are_reasonable(markdown));
    let (mut found, mut open) = (Vec::new(), Vec::<Open>::new());
    for (event, range) in Parser::new_ext(markdown, syntax).into_offset_iter() {
        match event {
            Event::Start(Tag::BlockQuote(_)) => open.push(Open { range, ..Open::default() }),
            Event::End(TagEnd::BlockQuote(_)) => found.extend(open.pop().and_then(Open::close)),
            event => {
                if let Some(quotation) = open.last_mut() {
                    quotation.take(&event);
                }
            }
        }
    }
    found.sort_by_key(|quotation: &Quotation| (quotation.range.start, std::cmp::Reverse(quotation.range.end)));
    found
}

/// A quotation being read.
#[derive(Default)]
struct Open {
    range: Range<usize>,
    sources: Vec<String>,
    /// Its own words, in which addresses are links: one by one, and joined.
    text: String,
    joined: String,
}

impl Open {
    fn take(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                self.sources.push(dest_url.to_string());
            }
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
                self.text.push_str(text);
                self.joined.push_str(text);
                return;
            }
            Event::SoftBreak | Event::HardBreak => self.joined.push('\n'),
            _ => {}
        }
        self.text.push('\n');
    }

    fn close(mut self) -> Option<Quotation> {
        for text in [&self.text, &self.joined] {
            self.sources.extend(addresses(text).into_iter().map(|address| address.href));
        }
        (!self.sources.is_empty()).then_some(Quotation { range: self.range, sources: self.sources })
    }
}

/// Returns the ranges of the outermost quotations with a link for which `names` returns `true`.
pub fn named_quotations(markdown: &str, names: impl Fn(&str) -> bool) -> Vec<Range<usize>> {
    let named = quotations(markdown).into_iter().filter(|quotation| quotation.sources.iter().any(|href| names(href)));
    outermost(named.map(|quotation| quotation.range))
}

/// Returns the ranges that are in no other one; `ranges` is in the order of their beginnings.
fn outermost(ranges: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut kept: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        if kept.last().is_none_or(|last| last.end <= range.start) {
            kept.push(range);
        }
    }
    kept
}

/// A quotation in our HTML.
struct Shown<'h> {
    sources: Vec<&'h str>,
    /// The range, tags included.
    range: Range<usize>,
}

impl SafeHtml {
    /// Returns the link targets in quotations, nested ones included.
    #[must_use]
    pub fn quoted(&self) -> Vec<String> {
        let shown = shown(self.as_str());
        shown.iter().flat_map(|quotation| &quotation.sources).map(|href| unescape(href)).collect()
    }

    /// Returns the HTML with the text `note` in place of each quotation with a link for which `withheld` returns
    /// `true`.
    ///
    /// ```
    /// use atrium_markup::{Options, render};
    ///
    /// let text = "> Un secret ([source](/forum/sujets/4#post-7))\n\nD’accord.";
    /// let html = render(text, &Options::post(1)).html();
    /// let shown = html.without_quotations(|href| href.ends_with("#post-7"), "Message retiré");
    /// assert!(!shown.as_str().contains("secret") && shown.as_str().contains("D’accord."));
    /// ```
    #[must_use]
    pub fn without_quotations(&self, withheld: impl Fn(&str) -> bool, note: &str) -> Self {
        let html = self.as_str();
        let is_withheld = |quotation: &Shown<'_>| quotation.sources.iter().any(|href| withheld(&unescape(href)));
        let gone = outermost(shown(html).into_iter().filter(is_withheld).map(|quotation| quotation.range));
        let mut out = String::with_capacity(html.len());
        let mut at = 0;
        for range in gone {
            out.push_str(&html[at..range.start]);
            out.push_str("<blockquote><p><em>");
            escape_into(&mut out, note);
            out.push_str("</em></p></blockquote>");
            at = range.end;
        }
        out.push_str(&html[at..]);
        Self::trusted(out)
    }
}

/// Returns the quotations of the HTML that contain a link, in the order of their beginnings. Text in sanitised HTML
/// contains no `<`, and every element is closed.
fn shown(html: &str) -> Vec<Shown<'_>> {
    // Each with `true` if it is a quotation.
    let (mut found, mut open) = (Vec::new(), Vec::<(Shown<'_>, bool)>::new());
    for (at, _) in html.match_indices('<') {
        let tag = &html[at..];
        if HOLDERS.iter().any(|(begin, _)| tag.starts_with(begin)) {
            let is_quotation = QUOTATIONS.iter().any(|begin| tag.starts_with(begin));
            open.push((Shown { sources: Vec::new(), range: at..html.len() }, is_quotation));
        } else if let Some((_, close)) = HOLDERS.iter().find(|(_, close)| tag.starts_with(close)) {
            if let Some((mut quotation, _)) = open.pop() {
                quotation.range.end = at + close.len();
                found.push(quotation);
            }
        } else if let Some(source) = source(tag)
            && let Some((quotation, _)) = open.iter_mut().rev().find(|(_, is_quotation)| *is_quotation)
        {
            quotation.sources.push(source);
        }
    }
    found.extend(open.into_iter().map(|(quotation, _)| quotation));
    found.retain(|quotation| !quotation.sources.is_empty());
    found.sort_by_key(|quotation| quotation.range.start);
    found
}

/// Returns the target of the link or image that `tag` begins with.
fn source(tag: &str) -> Option<&str> {
    let attribute = if tag.starts_with("<a ") { " href=\"" } else { tag.starts_with("<img ").then_some(" src=\"")? };
    let element = tag.get(1..).and_then(|rest| rest.split('<').next()).unwrap_or_default();
    let (_, value) = element.split_once(attribute)?;
    value.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::quotations;
    use crate::{Options, SafeHtml, render};

    fn html(markdown: &str) -> SafeHtml {
        render(markdown, &Options::post("1")).html()
    }

    #[test]
    fn a_withheld_quotation_goes_with_what_it_holds_and_nothing_else() {
        let text = "> **[Léa](/forum/messages/3)**\n>\n> Le secret\n>\n> > plus profond\n\nMa réponse\n\n> sans auteur\n\n\
                    > **[Tom](/forum/messages/4)**\n>\n> Bonjour";
        let page = html(text);
        assert_eq!(page.quoted(), ["/forum/messages/3", "/forum/messages/4"]);
        let shown = page.without_quotations(|source| source.ends_with("/3"), "Message <retiré>");
        let shown = shown.as_str();
        assert!(!shown.contains("secret") && !shown.contains("profond") && !shown.contains("Léa"), "{shown}");
        assert!(shown.contains("<em>Message &lt;retiré&gt;</em>"), "{shown}");
        for kept in ["Ma réponse", "sans auteur", "Bonjour", "Tom"] {
            assert!(shown.contains(kept), "{kept}: {shown}");
        }
        assert_eq!(page.without_quotations(|_| false, "").as_str(), page.as_str());
    }

    #[test]
    fn notes_and_link_targets_of_a_quotation_go_with_it() {
        let page = html(
            "> **[Léa](/forum/messages/3)**\n>\n> a[^1]\n>\n> [^1]: secret\n>\n> [^2]: secret\n>\n> [x]: /secret\n\nb[^1]\n",
        );
        assert!(page.as_str().contains("[^1]: <p>secret</p>"), "{}", page.as_str());
        let shown = page.without_quotations(|_| true, "retiré");
        assert!(!shown.as_str().contains("secret") && shown.as_str().contains("b[^1]"), "{}", shown.as_str());
    }

    #[test]
    fn a_quotation_within_another_is_found_and_one_within_a_withheld_one_is_gone() {
        let inner = html("> Un mot avant\n>\n> > **[Léa](/forum/messages/3)**\n> >\n> > Le secret\n>\n> Un mot après");
        let shown = inner.without_quotations(|_| true, "retiré");
        assert!(!shown.as_str().contains("secret") && shown.as_str().contains("Un mot après"), "{}", shown.as_str());
        let outer =
            html("> **[Tom](/forum/messages/4)**\n>\n> > **[Léa](/forum/messages/3)**\n> >\n> > Le secret\n\nFin");
        assert_eq!(outer.quoted(), ["/forum/messages/4", "/forum/messages/3"]);
        assert!(!outer.without_quotations(|_| true, "retiré").as_str().contains("secret"));
        let shown = outer.without_quotations(|source| source.ends_with("/3"), "retiré");
        assert!(shown.as_str().contains("Tom") && !shown.as_str().contains("secret"), "{}", shown.as_str());
    }

    #[test]
    fn a_link_anywhere_in_a_quotation_names_its_source_and_an_address_is_a_link() {
        for text in [
            "> Le secret\n>\n> — [Léa](/forum/messages/3)",
            "> Le secret, selon https://aide.exemple.fr/forum/messages/3?a=1&b=2.",
            "> 1. point\n> 2. [Léa](/forum/messages/3) : le secret",
            "> [!NOTE]\n> [Léa](/forum/messages/3) : le secret",
            "> | a |\n> |---|\n> | [secret](/forum/messages/3) |",
        ] {
            let page = html(text);
            let read = quotations(text);
            assert_eq!(read.len(), 1, "{text}");
            for source in page.quoted() {
                assert!(read[0].sources.contains(&source), "{text}: {source}");
            }
            let shown = page.without_quotations(|source| source.contains("/messages/3"), "retiré");
            assert!(!shown.as_str().contains("secret"), "{text}: {}", shown.as_str());
        }
        assert_eq!(html("> https://exemple.fr/a?b=1&c=2").quoted(), ["https://exemple.fr/a?b=1&c=2"]);
        let nested = quotations("> a\n>\n> > [Léa](/3) b\n>\n> [Tom](/4) c\n");
        assert_eq!(nested.iter().map(|quotation| quotation.sources.clone()).collect::<Vec<_>>(), [["/4"], ["/3"]]);
    }
}
