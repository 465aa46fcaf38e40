//! Headings: their ids, stable and unique in a page, and their levels, which never skip one.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};
use serde::Serialize;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::html_names::{Shape, shape};
use super::links::percent_decoded;
use super::options::Options;
use super::problem::ProblemKind;
use super::tags::{Token, decoded, tokens};
use atrium_text::letters::plain_letters;

/// The longest id, in characters, before its prefix and number.
const LONGEST: usize = 64;

/// A heading of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Heading {
    /// Its level on the page: 2 to 6 in an article, 3 to 6 in a post.
    pub level: u8,
    /// Its id on the page.
    pub id: String,
    /// Its text.
    pub text: String,
}

/// Returns the slug of `text`: lower-case words joined by `-`, without accents, at most 64 characters: `Rendre
/// l’élève à…` is `rendre-l-eleve-a`. Letters of other scripts stay. Empty if `text` has no letter or digit.
///
/// ```
/// use atrium_markup::slug;
///
/// assert_eq!(slug("Rendre l’élève à…"), "rendre-l-eleve-a");
/// assert_eq!(slug("Straße & Œuvre"), "strasse-oeuvre");
/// ```
#[must_use]
pub fn slug(text: &str) -> String {
    let mut slug = String::new();
    let mut length = 0;
    let mut gap = false;
    let letters = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    for c in letters.flat_map(plain_letters) {
        if !c.is_alphanumeric() {
            gap = true;
            continue;
        }
        if gap && length > 0 {
            slug.push('-');
            length += 1;
        }
        gap = false;
        if length >= LONGEST {
            break;
        }
        slug.push(c);
        length += 1;
    }
    if slug.ends_with('-') {
        slug.pop();
    }
    slug
}

/// A heading's id and text, known before rendering, so that links can be checked against it.
#[derive(Clone, Debug)]
pub(super) struct Planned {
    pub(super) id: String,
    pub(super) text: String,
}

/// The link targets of a text: every heading with a text, and named raw HTML elements.
#[derive(Default)]
pub(super) struct Plan {
    /// Headings by the index of their event.
    pub(super) headings: HashMap<usize, Planned>,
    pub(super) ids: HashSet<String>,
    /// The ids of raw elements, by the position of their tag.
    pub(super) raw_ids: HashMap<usize, String>,
    /// The ids of targets by their author's name, where it differs.
    pub(super) names: HashMap<String, String>,
    /// The positions of targets with their ids, and the author's name where it differs.
    pub(super) places: Vec<(usize, String, Option<String>)>,
    /// The problems of explicit ids, with the position of the heading.
    pub(super) problems: Vec<(usize, ProblemKind)>,
}

/// A heading of the Markdown.
struct Found<'e> {
    at: usize,
    position: usize,
    explicit: Option<&'e str>,
    text: String,
}

impl Plan {
    pub(super) fn of(events: &[(Event<'_>, Range<usize>)], options: &Options<'_>) -> Self {
        let mut plan = Self::default();
        let found = found(events);
        let mut names = Names::new(options.reserved);
        let with_text = || found.iter().filter(|heading| !heading.text.is_empty());
        for heading in with_text() {
            let Some(explicit) = heading.explicit else { continue };
            match names.claim(explicit) {
                Ok(()) => plan.add(heading, explicit.to_owned()),
                Err(problem) => plan.problems.push((heading.position, problem)),
            }
        }
        // A heading takes its unnumbered name before another heading gets it as a number.
        for is_numbered in [false, true] {
            for heading in with_text() {
                let name = slug(&heading.text);
                if !plan.headings.contains_key(&heading.at)
                    && let Some(id) = names.make(name, is_numbered)
                {
                    plan.add(heading, format!("{}{id}", options.id_prefix));
                }
            }
        }
        if !options.is_post() {
            for (position, name) in raw_places(events) {
                plan.name(position, name, &mut names);
            }
        }
        plan.places.sort_by_key(|(position, ..)| *position);
        plan
    }

    fn add(&mut self, heading: &Found<'_>, id: String) {
        self.ids.insert(id.clone());
        self.places.push((heading.position, id.clone(), None));
        self.headings.insert(heading.at, Planned { id, text: heading.text.clone() });
    }

    /// Assigns an id to a raw element. An element just before a heading of the same name takes that heading's id.
    fn name(&mut self, position: usize, place: RawPlace, names: &mut Names<'_>) {
        let (id, name) = match place {
            RawPlace::Heading(text) => match names.make(slug(&text), true) {
                Some(id) => (id, None),
                None => return,
            },
            RawPlace::Named(name) => {
                let id = slug(&name);
                if let Err(problem) = names.claim_slug(&id, &name) {
                    let is_its_heading = self
                        .places
                        .iter()
                        .any(|(at, heading, _)| *heading == id && (position..position + NEAR).contains(at));
                    if !is_its_heading {
                        self.problems.push((position, problem));
                    }
                    if self.ids.contains(&id) && name != id {
                        self.names.entry(name).or_insert(id);
                    }
                    return;
                }
                (id, Some(name))
            }
        };
        let name = name.filter(|name| *name != id);
        if let Some(name) = &name {
            self.names.entry(name.clone()).or_insert_with(|| id.clone());
        }
        self.ids.insert(id.clone());
        self.raw_ids.insert(position, id.clone());
        self.places.push((position, id, name));
    }

    /// Returns the id that a fragment leads to, as [`Rendered::anchor`](super::Rendered::anchor) finds it.
    pub(super) fn lookup(&self, fragment: &str, prefix: &str) -> Option<String> {
        let decoded = percent_decoded(fragment)?;
        let own = |id: &str| Some(format!("{prefix}{id}")).filter(|id| self.ids.contains(id));
        own(&decoded).or_else(|| self.names.get(&decoded).cloned()).or_else(|| own(&slug(&decoded)))
    }
}

/// The longest distance of a heading from the named element before it, in bytes.
const NEAR: usize = 120;

fn found<'e>(events: &'e [(Event<'_>, Range<usize>)]) -> Vec<Found<'e>> {
    let headings = events.iter().enumerate().filter_map(|(at, (event, range))| match event {
        Event::Start(Tag::Heading { id, .. }) => {
            let text = heading_text(&events[at + 1..]);
            Some(Found { at, position: range.start, explicit: id.as_deref(), text })
        }
        _ => None,
    });
    headings.collect()
}

/// A raw element that can be a link target.
enum RawPlace {
    Named(String),
    Heading(String),
}

/// Returns the named raw elements and the raw headings, by the position of their tag.
fn raw_places(events: &[(Event<'_>, Range<usize>)]) -> Vec<(usize, RawPlace)> {
    let mut places = Vec::new();
    for (at, (event, range)) in events.iter().enumerate() {
        match event {
            Event::Start(Tag::HtmlBlock) => {
                let block = RawBlock::of(events, at);
                places_of(&block.html, |offset| block.position(offset), &mut places);
            }
            Event::InlineHtml(html) => places_of(html, |offset| range.start + offset, &mut places),
            _ => {}
        }
    }
    places
}

fn places_of(html: &str, position: impl Fn(usize) -> usize, places: &mut Vec<(usize, RawPlace)>) {
    let tokens = tokens(html);
    for (index, (offset, token)) in tokens.iter().enumerate() {
        let Token::Open(tag) = token else { continue };
        let Some(shape) = shape(&tag.name) else { continue };
        let name = tag.get("id").or_else(|| tag.get("name").filter(|_| shape == Shape::Anchor));
        let place = match name {
            Some(name) => RawPlace::Named(name.to_owned()),
            None if shape == Shape::Heading => {
                let inside = tokens[index + 1..].iter().take_while(|(_, token)| !is_heading_end(token));
                let text: String = inside.filter_map(|(_, token)| text_of(token)).collect();
                RawPlace::Heading(text)
            }
            None => continue,
        };
        places.push((position(*offset), place));
    }
}

fn is_heading_end(token: &Token<'_>) -> bool {
    matches!(token, Token::Close(name, _) if shape(name) == Some(Shape::Heading))
}

fn text_of<'t>(token: &'t Token<'_>) -> Option<std::borrow::Cow<'t, str>> {
    if let Token::Text(text) = token { Some(decoded(text)) } else { None }
}

/// A block of raw HTML, without the quote marks and indentation of its lines.
pub(super) struct RawBlock {
    pub(super) html: String,
    /// The starts of lines in `html` and in the text.
    lines: Vec<(usize, usize)>,
    /// The event after the block.
    pub(super) after: usize,
}

impl RawBlock {
    /// Reads the block whose first event is at `at`.
    pub(super) fn of(events: &[(Event<'_>, Range<usize>)], at: usize) -> Self {
        let mut block = Self { html: String::new(), lines: Vec::new(), after: events.len() };
        for (index, (event, range)) in events.iter().enumerate().skip(at) {
            match event {
                Event::Html(line) | Event::Text(line) => {
                    block.lines.push((block.html.len(), range.start));
                    block.html.push_str(line);
                }
                Event::End(TagEnd::HtmlBlock) => {
                    block.after = index + 1;
                    break;
                }
                _ => {}
            }
        }
        block
    }

    /// Returns the position in the text of an offset in the block.
    pub(super) fn position(&self, offset: usize) -> usize {
        let line = self.lines.partition_point(|(start, _)| *start <= offset).saturating_sub(1);
        self.lines.get(line).map_or(0, |(start, position)| position + offset - start)
    }
}

fn heading_text(events: &[(Event<'_>, Range<usize>)]) -> String {
    let mut text = String::new();
    for (event, _) in events {
        match event {
            Event::End(TagEnd::Heading(_)) => break,
            Event::Text(words) | Event::Code(words) => text.push_str(words),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            _ => {}
        }
    }
    text.trim().to_owned()
}

/// The ids assigned so far, without their prefix.
struct Names<'a> {
    reserved: &'a [&'a str],
    taken: HashSet<String>,
    /// The last number tried for a name, so that numbering many equal headings stays linear.
    numbers: HashMap<String, usize>,
}

impl<'a> Names<'a> {
    fn new(reserved: &'a [&'a str]) -> Self {
        Self { reserved, taken: HashSet::new(), numbers: HashMap::new() }
    }

    fn claim(&mut self, id: &str) -> Result<(), ProblemKind> {
        let is_part = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
        if id.is_empty() || id.len() > LONGEST || !id.bytes().all(is_part) {
            Err(ProblemKind::InvalidId(id.chars().take(2 * LONGEST).collect()))
        } else if self.reserved.contains(&id) {
            Err(ProblemKind::ReservedId(id.to_owned()))
        } else if self.taken.insert(id.to_owned()) {
            Ok(())
        } else {
            Err(ProblemKind::DuplicateId(id.to_owned()))
        }
    }

    /// Claims the slug of an author's name.
    fn claim_slug(&mut self, id: &str, name: &str) -> Result<(), ProblemKind> {
        if id.is_empty() {
            return Err(ProblemKind::InvalidId(name.chars().take(2 * LONGEST).collect()));
        }
        if self.reserved.contains(&id) {
            return Err(ProblemKind::ReservedId(id.to_owned()));
        }
        self.taken.insert(id.to_owned()).then_some(()).ok_or_else(|| ProblemKind::DuplicateId(id.to_owned()))
    }

    /// Returns an id made of `name`. A taken name gets a number if `is_numbered`, else `None` is returned.
    fn make(&mut self, name: String, is_numbered: bool) -> Option<String> {
        let name = if name.is_empty() { "section".to_owned() } else { name };
        if !self.reserved.contains(&name.as_str()) && self.taken.insert(name.clone()) {
            return Some(name);
        }
        is_numbered.then(|| self.number(name))
    }

    fn number(&mut self, name: String) -> String {
        let number = self.numbers.entry(name.clone()).or_insert(1);
        loop {
            *number += 1;
            let numbered = format!("{name}-{number}");
            if !self.reserved.contains(&numbered.as_str()) && self.taken.insert(numbered.clone()) {
                return numbered;
            }
        }
    }
}

/// The headings above the current position. A level follows from their number, so that `##` then `####` does not
/// leave a gap that screen readers would announce.
#[derive(Clone, Debug)]
pub(super) struct Outline {
    base: u8,
    above: Vec<(u8, String)>,
}

impl Outline {
    pub(super) fn new(options: &Options<'_>) -> Self {
        Self { base: if options.is_post() { 3 } else { 2 }, above: Vec::new() }
    }

    /// Enters a heading written with `raw` marks, and returns its level on the page.
    pub(super) fn enter(&mut self, raw: u8, text: &str) -> u8 {
        while self.above.last().is_some_and(|(level, _)| *level >= raw) {
            self.above.pop();
        }
        let level = self.inner_level();
        self.above.push((raw, text.to_owned()));
        level
    }

    /// Returns the level of a heading inside a quote or a list, which opens no section.
    pub(super) fn inner_level(&self) -> u8 {
        let depth = u8::try_from(self.above.len()).unwrap_or(u8::MAX);
        self.base.saturating_add(depth).min(6)
    }

    /// Returns the headings above the current one, outermost first.
    pub(super) fn parents(&self) -> Vec<String> {
        let above = self.above.split_last().map_or(&[][..], |(_, above)| above);
        above.iter().map(|(_, text)| text.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_fold_accents_and_keep_words() {
        assert_eq!(slug("Rendre l’élève à l'ŒUVRE !"), "rendre-l-eleve-a-l-oeuvre");
        assert_eq!(slug("  2nde — été  "), "2nde-ete");
        assert_eq!(slug("!!!"), "");
        assert_eq!(slug("Ναι"), "ναι");
        assert_eq!(slug(&"a".repeat(30_000)).len(), LONGEST);
    }

    #[test]
    fn equal_names_are_numbered() {
        let mut names = Names::new(&["menu"]);
        assert_eq!(names.claim("aide-2"), Ok(()));
        let made = ["aide", "aide", "aide", "", "menu"].map(|name| names.make(name.to_owned(), true));
        assert_eq!(made.map(Option::unwrap), ["aide", "aide-3", "aide-4", "section", "menu-2"]);
        assert_eq!(names.make("aide".into(), false), None);
    }

    #[test]
    fn levels_never_skip_one() {
        let mut outline = Outline { base: 2, above: Vec::new() };
        let levels = [(2, "a"), (4, "b"), (4, "c"), (3, "d"), (2, "e"), (1, "f")].map(|(raw, t)| outline.enter(raw, t));
        assert_eq!(levels, [2, 3, 3, 3, 2, 2]);
    }
}
