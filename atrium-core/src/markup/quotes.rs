//! Quotations that name what they quote, found again in Markdown and in HTML made here: they are shown as far as the reader may still
//! read what was quoted.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag};

use super::limits::tables_are_reasonable;
use super::render::parser_options;
use super::safe_html::escape_into;
use super::{Options, SafeHtml};

const OPEN: &str = "<blockquote>";
/// With attributes or without.
const ANY_OPEN: &str = "<blockquote";
const CLOSE: &str = "</blockquote>";

/// A quotation that begins with a link to what it quotes.
struct Quotation<'h> {
    /// Where the link leads.
    source: &'h str,
    /// Its place in the HTML, tags included.
    start: usize,
    end: usize,
}

/// Where quotations stand in the Markdown of a post that begin with a link to something that `names`; the outermost ones.
/// Read as it is rendered, so that none is missed that [`SafeHtml::quoted`] would find.
pub fn named_quotations(markdown: &str, names: impl Fn(&str) -> bool) -> Vec<Range<usize>> {
    if !markdown.contains('>') {
        return Vec::new();
    }
    let syntax = parser_options(&Options::post(""), tables_are_reasonable(markdown));
    let events: Vec<_> = Parser::new_ext(markdown, syntax).into_offset_iter().collect();
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, (event, range)) in events.iter().enumerate() {
        let inside = found.last().is_some_and(|last| range.start < last.end);
        let is_quotation = matches!(event, Event::Start(Tag::BlockQuote(None)));
        if !inside && is_quotation && first_link(&events[at + 1..]).is_some_and(&names) {
            found.push(range.clone());
        }
    }
    found
}

/// Where the link leads with which a quotation begins, if it begins with one.
fn first_link<'e>(events: &'e [(Event<'_>, Range<usize>)]) -> Option<&'e str> {
    let leads = |tag: &Tag<'_>| !matches!(tag, Tag::Link { .. } | Tag::Image { .. } | Tag::BlockQuote(_));
    let first = events.iter().find(|(event, _)| !matches!(event, Event::Start(tag) if leads(tag)));
    match first {
        Some((Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }), _)) => Some(dest_url),
        _ => None,
    }
}

impl SafeHtml {
    /// Where the links lead with which quotations begin, those within others too: what is quoted.
    #[must_use]
    pub fn quoted(&self) -> Vec<&str> {
        quotations(self.as_str()).map(|quotation| quotation.source).collect()
    }

    /// The same with `note`, a text, in place of each quotation whose source is `withheld`.
    #[must_use]
    pub fn without_quotations(&self, withheld: impl Fn(&str) -> bool, note: &str) -> Self {
        let html = self.as_str();
        let mut out = String::with_capacity(html.len());
        let mut at = 0;
        for quotation in quotations(html).filter(|quotation| withheld(quotation.source)) {
            if quotation.start < at {
                // It went with the one that holds it.
                continue;
            }
            out.push_str(&html[at..quotation.start]);
            out.push_str(OPEN);
            out.push_str("<p><em>");
            escape_into(&mut out, note);
            out.push_str("</em></p>");
            out.push_str(CLOSE);
            at = quotation.end;
        }
        out.push_str(&html[at..]);
        Self::trusted(out)
    }
}

/// The quotations that name their source, in the order in which they begin.
fn quotations(html: &str) -> impl Iterator<Item = Quotation<'_>> {
    html.match_indices(OPEN).filter_map(|(start, _)| {
        let inside = start + OPEN.len();
        let source = source(&html[inside..])?;
        Some(Quotation { source, start, end: end(html, inside) })
    })
}

/// Where the link leads with which a quotation begins, if it begins with one.
fn source(inside: &str) -> Option<&str> {
    let first = inside.trim_start().strip_prefix("<p>")?;
    let first = first.strip_prefix("<strong>").unwrap_or(first);
    let (href, _) = first.strip_prefix("<a href=\"")?.split_once('"')?;
    Some(href)
}

/// Behind the end of the quotation that begins before `inside`. Text in sanitised HTML holds no `<`, and every element is
/// closed.
fn end(html: &str, inside: usize) -> usize {
    let (mut at, mut depth) = (inside, 1);
    while depth > 0 {
        let Some(close) = html[at..].find(CLOSE).map(|found| at + found) else { return html.len() };
        match html[at..close].find(ANY_OPEN) {
            Some(open) => {
                depth += 1;
                at += open + ANY_OPEN.len();
            }
            None => {
                depth -= 1;
                at = close + CLOSE.len();
            }
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use crate::markup::{Options, SafeHtml, render};

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
}
