//! Writes links, images and addresses as HTML; `links` resolves their targets.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

use super::autolink::{self, Address};
use super::elements::{Raw, RawKind};
use super::limits::cost;
use super::links::{self, Image, Link, Resolved};
use super::plain::excerpt;
use super::problem::ProblemKind;
use super::render::Render;
use super::safe_html::escape_into;
use super::tags::OpenTag;

/// A link whose text is being read.
pub(super) struct OpenLink {
    pub(super) text: String,
    target: String,
    href: Option<String>,
    line: usize,
    /// `true` if raw HTML opened it.
    is_raw: bool,
}

/// The longest address with emphasis marks in it, in bytes.
const LONGEST_ADDRESS: usize = 2_048;

/// An address in which the parser found emphases.
struct Across {
    /// The words around it, as written.
    whole: String,
    /// Its range in `whole`.
    link: Range<usize>,
    href: String,
    /// The event after the words.
    after: usize,
}

impl Render<'_> {
    /// Writes words of the Markdown; returns the event to continue with.
    pub(super) fn words(&mut self, words: &str, at: usize) -> usize {
        if self.in_code || self.link.is_some() {
            self.say(words);
            self.sheet.text(words);
            return at + 1;
        }
        let position = self.events[at].1.start;
        self.tell_foreign(words, position);
        if let Some(Across { whole, link, href, after }) = self.across_marks(words, at) {
            self.plain_words(&whole[..link.start], position);
            self.say(&whole[link.clone()]);
            self.address(&whole[link.clone()], href, position);
            self.plain_words(&whole[link.end..], position);
            return after;
        }
        self.plain_words(words, position);
        at + 1
    }

    /// Writes words, in which addresses become links.
    pub(super) fn plain_words(&mut self, words: &str, position: usize) {
        self.say(words);
        let mut from = 0;
        for Address { range, href } in autolink::addresses(words) {
            self.sheet.text(&words[from..range.start]);
            from = range.end;
            self.address(&words[range], href, position);
        }
        self.sheet.text(&words[from..]);
    }

    fn address(&mut self, text: &str, href: String, position: usize) {
        self.budget.spend(cost::LINK);
        self.sheet.push(&["<a"]);
        self.sheet.attribute("href", &href);
        self.sheet.push(&[">"]);
        self.sheet.text(text);
        self.sheet.push(&["</a>"]);
        let line = self.line(position);
        self.rendered.links.push(Link { target: text.to_owned(), href: Some(href), text: text.to_owned(), line });
    }

    /// Returns an address at the end of words that continues after what the parser took for an emphasis
    /// (`https://a.fr/__main__.html`).
    fn across_marks(&self, words: &str, at: usize) -> Option<Across> {
        let (next, _) = self.events.get(at + 1)?;
        let range = self.events[at].1.clone();
        let is_typed = self.source.get(range.clone()) == Some(words);
        if !is_emphasis(next) || words.ends_with(autolink::stops) || !is_typed {
            return None;
        }
        let run = words.rfind(autolink::stops);
        let run = run.map_or(0, |space| space + words[space..].chars().next().map_or(0, char::len_utf8));
        if !words[run..].contains("://") && !words[run..].to_ascii_lowercase().contains("www.") {
            return None;
        }
        let start = range.start + run;
        let rest = &self.source[start..];
        let longest = rest.floor_char_boundary(LONGEST_ADDRESS);
        let rest = &rest[..rest[..longest].find(autolink::stops).unwrap_or(longest)];
        let address = autolink::addresses(rest).into_iter().last()?;
        if start + address.range.end <= range.end {
            return None;
        }
        let (end, whole_end, after) = self.whole_events(at + 1, start + address.range.end)?;
        let more = &self.source[start + address.range.end..end];
        Some(Across {
            whole: self.source[range.start..whole_end].to_owned(),
            link: start + address.range.start - range.start..end - range.start,
            href: address.href + more,
            after,
        })
    }

    /// Returns the extent of an address up to `end` over the events from `from` on: its end with the marks that
    /// close in it, the end of the events, and the event after them. `None` if it would split an emphasis.
    fn whole_events(&self, from: usize, mut end: usize) -> Option<(usize, usize, usize)> {
        let (mut depth, mut covered) = (0_usize, end);
        for (index, (event, place)) in self.events.iter().enumerate().skip(from) {
            if depth == 0 && (place.start >= end || matches!(event, Event::End(_))) {
                return Some((end, covered, index));
            }
            match event {
                Event::Start(_) if is_emphasis(event) => {
                    let closing = self.source.get(end..place.end).unwrap_or_default();
                    if !closing.bytes().all(|b| matches!(b, b'_' | b'*' | b'~')) {
                        return None;
                    }
                    end = end.max(place.end);
                    covered = covered.max(end);
                    depth += 1;
                }
                Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough) => {
                    depth = depth.checked_sub(1)?
                }
                Event::Text(text) if self.source.get(place.clone()) == Some(&**text) => {
                    if place.end > end {
                        return (depth == 0).then_some((end, place.end, index + 1));
                    }
                }
                _ => return None,
            }
        }
        None
    }

    /// Reports marks of other tools, and calls of undefined notes.
    fn tell_foreign(&mut self, words: &str, position: usize) {
        if self.options.is_post() {
            return;
        }
        let foreign = ["{{", "{%", "{:", "[TOC]", "[[toc]]", "[[_TOC_]]"];
        if let Some(at) = foreign.iter().filter_map(|mark| words.find(mark)).min() {
            let shown = excerpt(&words[at..], 40);
            self.problem(position, ProblemKind::ForeignSyntax(shown));
        }
        let is_module = |word: &str| words.starts_with(word) && words.contains(" from ") && words.contains(['\'', '"']);
        if is_module("import ") || is_module("export ") {
            self.problem(position, ProblemKind::ForeignSyntax(excerpt(words, 40)));
        }
        for call in words.split("[^").skip(1) {
            if let Some((label, _)) = call.split_once(']')
                && !label.is_empty()
                && !label.contains(char::is_whitespace)
            {
                self.problem(position, ProblemKind::UndefinedNote(label.to_owned()));
            }
        }
    }

    /// Opens a link of the Markdown.
    pub(super) fn open_link(&mut self, kind: LinkType, target: &str, title: &str, position: usize) {
        let target = match kind {
            LinkType::Email => format!("mailto:{target}"),
            _ => target.to_owned(),
        };
        let href = self.href(&target, position);
        match &href {
            Some(href) => {
                self.sheet.push(&["<a"]);
                self.sheet.attribute("href", href);
                if !title.is_empty() {
                    self.sheet.attribute("title", title);
                }
                self.sheet.open_phrase(">", "</a>");
            }
            None => self.sheet.open_silent(),
        }
        let line = self.line(position);
        self.link = Some(OpenLink { text: String::new(), target, href, line, is_raw: false });
    }

    /// Closes the text of a link; a link without words shows its address.
    pub(super) fn name_link(&mut self) {
        let Some(link) = self.link.take() else { return };
        let is_unnamed = link.text.trim().is_empty();
        if is_unnamed && let Some(href) = &link.href {
            self.sheet.text(href);
        }
        if link.href.is_none() && self.options.is_post() && !is_unnamed {
            // Problems of a post are not reported, so the intended target is shown.
            let target = excerpt(&link.target, 60);
            self.sheet.text(&format!(" ({target})"));
        }
        let text = if is_unnamed { link.target.clone() } else { link.text };
        self.rendered.links.push(Link { target: link.target, href: link.href, text, line: link.line });
    }

    /// Returns the URL of a link; `None` without one, which is reported.
    pub(super) fn href(&mut self, target: &str, position: usize) -> Option<String> {
        if let Some(fragment) = target.strip_prefix('#') {
            if let Some(id) = self.plan.lookup(fragment, &self.options.id_prefix) {
                return Some(format!("#{id}"));
            }
            let is_around = self.options.reserved.contains(&fragment) || self.options.is_post();
            if is_around || fragment.is_empty() || fragment.eq_ignore_ascii_case("top") {
                return links::is_allowed(target).then(|| target.to_owned());
            }
            self.problem(position, ProblemKind::BrokenAnchor(target.to_owned()));
            return None;
        }
        match links::resolve(target, self.options) {
            Resolved::To(href) => Some(href),
            Resolved::Nowhere => {
                self.problem(position, ProblemKind::BrokenLink(target.to_owned()));
                None
            }
            Resolved::Refused => {
                self.problem(position, ProblemKind::RefusedLink(target.to_owned()));
                None
            }
        }
    }

    /// Writes an image of the Markdown; returns the event after it.
    pub(super) fn image(&mut self, target: &str, title: &str, at: usize) -> usize {
        let mut depth = 0_usize;
        let mut alt = String::new();
        let mut after = at;
        for (event, _) in &self.events[at..] {
            after += 1;
            match event {
                Event::Start(Tag::Image { .. }) => depth += 1,
                Event::End(TagEnd::Image) => depth -= 1,
                Event::Text(words) | Event::Code(words) => alt.push_str(words),
                Event::SoftBreak | Event::HardBreak => alt.push(' '),
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        let alt = (!alt.trim().is_empty()).then_some(alt);
        let picture = Picture { target, alt: alt.as_deref(), title, size: String::new() };
        self.picture(&picture, self.events[at].1.start);
        after
    }

    /// Writes an image of raw HTML.
    pub(super) fn raw_image(&mut self, tag: &OpenTag<'_>, position: usize) {
        let Some(target) = tag.get("src") else {
            return self.problem(position, ProblemKind::UnwrappedElement("img".to_owned()));
        };
        self.sheet.resume();
        let mut size = String::new();
        for name in ["width", "height"] {
            if let Some(value) = tag.get(name).and_then(|value| value.trim_end_matches("px").parse::<u16>().ok()) {
                size.push_str(&format!(" {name}=\"{value}\""));
            }
        }
        let title = tag.get("title").unwrap_or_default();
        self.picture(&Picture { target, alt: tag.given("alt"), title, size }, position);
    }

    /// Writes one of our images, or a link to an external one: a page loads no resource of other sites.
    fn picture(&mut self, picture: &Picture<'_>, position: usize) {
        let Picture { target, alt, title, size } = picture;
        let src = links::resolve_image(target, self.options);
        let described = alt.map(str::to_owned);
        let line = self.line(position);
        self.rendered.images.push(Image { target: (*target).to_owned(), src: src.clone(), alt: described, line });
        let alt = alt.unwrap_or_default();
        match src {
            Some(src) => {
                self.sheet.push(&["<img"]);
                self.sheet.attribute("src", &src);
                self.sheet.attribute("alt", alt);
                if !title.is_empty() {
                    self.sheet.attribute("title", title);
                }
                let known = if size.is_empty() { links::image_size(target, self.options) } else { None };
                let known = known.map(|(width, height)| format!(" width=\"{width}\" height=\"{height}\""));
                let size = known.as_deref().unwrap_or(size);
                self.sheet.push(&[size, " loading=\"lazy\">"]);
                self.say(alt);
            }
            None if self.link.is_some() => {
                if !self.options.is_post() {
                    self.problem(position, ProblemKind::BrokenLink((*target).to_owned()));
                }
                self.typed(alt);
            }
            None => self.picture_elsewhere(target, alt, title, position),
        }
    }

    fn picture_elsewhere(&mut self, target: &str, alt: &str, title: &str, position: usize) {
        self.open_link(LinkType::Inline, target, title, position);
        let is_elsewhere = self.link.as_ref().is_some_and(|link| link.href.is_some());
        if is_elsewhere && !self.options.is_post() {
            self.problem(position, ProblemKind::RefusedLink(target.to_owned()));
        }
        self.typed(alt);
        self.name_link();
        self.sheet.close();
    }

    /// Opens a link or a named anchor of raw HTML.
    pub(super) fn open_anchor(&mut self, tag: &OpenTag<'_>, position: usize) {
        self.sheet.resume();
        let id = self.plan.raw_ids.get(&position).map(|id| format!(" id=\"{id}\"")).unwrap_or_default();
        let mut open = format!("<a{id}");
        let target = tag.get("href").filter(|_| self.link.is_none());
        if id.is_empty() && target.is_none() {
            return;
        }
        let href = target.and_then(|target| self.href(target, position));
        if let Some(href) = &href {
            self.budget.spend(cost::LINK);
            attribute_into(&mut open, "href", href);
            if let Some(title) = tag.get("title") {
                attribute_into(&mut open, "title", title);
            }
        }
        open.push('>');
        if tag.closes_itself {
            if !id.is_empty() {
                self.sheet.push(&[&open, "</a>"]);
            }
            return;
        }
        self.sheet.open_raw(Raw { name: "a", kind: RawKind::Inline, position }, &open);
        if let Some(target) = target {
            let line = self.line(position);
            self.link = Some(OpenLink { text: String::new(), target: target.to_owned(), href, line, is_raw: true });
        }
    }

    /// Records a link of raw HTML that has ended.
    pub(super) fn end_raw_link(&mut self) {
        let is_open = self.sheet.all_raw().any(|raw| raw.name == "a");
        if self.link.as_ref().is_some_and(|link| link.is_raw) && !is_open {
            let Some(OpenLink { text, target, href, line, .. }) = self.link.take() else { return };
            self.rendered.links.push(Link { target, href, text, line });
        }
    }

    /// Writes a link to the resource that an element would embed.
    pub(super) fn link_to_source(&mut self, tag: &OpenTag<'_>, position: usize) {
        let Some(target) = tag.get("src").or(tag.get("data")) else { return };
        let words = tag.get("title").or(tag.get("aria-label")).unwrap_or(target);
        self.sheet.resume();
        if self.link.is_some() {
            return self.typed(&format!(" {words} "));
        }
        self.open_link(LinkType::Inline, target, "", position);
        self.typed(words);
        self.name_link();
        self.sheet.close();
        self.sheet.push(&[" "]);
        self.say(" ");
    }
}

/// An image as written.
struct Picture<'p> {
    target: &'p str,
    alt: Option<&'p str>,
    title: &'p str,
    /// The size attributes.
    size: String,
}

fn attribute_into(open: &mut String, name: &str, value: &str) {
    open.push_str(&format!(" {name}=\""));
    escape_into(open, value);
    open.push('"');
}

fn is_emphasis(event: &Event<'_>) -> bool {
    matches!(event, Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough))
}
