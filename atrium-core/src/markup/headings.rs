//! Headings: their ids, stable and unique in a page, and their levels, which never skip one.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};
use serde::Serialize;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::options::Options;
use super::problem::ProblemKind;

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

/// Lower-case words joined by `-`, without accents, at most 64 characters: `Rendre l’élève à…` is `rendre-l-eleve-a`.
/// Letters of other scripts stay. Empty if `text` has no letter or digit.
#[must_use]
pub fn slug(text: &str) -> String {
    let mut slug = String::new();
    let mut length = 0;
    let mut gap = false;
    let letters = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    for c in letters.flat_map(without_ligature).flatten() {
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

fn without_ligature(c: char) -> [Option<char>; 2] {
    match c {
        'œ' => [Some('o'), Some('e')],
        'æ' => [Some('a'), Some('e')],
        'ß' => [Some('s'), Some('s')],
        _ => [Some(c), None],
    }
}

/// A heading's id and text, known before anything is written, so that links can be checked against it.
#[derive(Clone, Debug)]
pub(super) struct Planned {
    pub(super) id: String,
    pub(super) text: String,
}

/// Every heading of a text that has any, by the index of its event.
#[derive(Default)]
pub(super) struct Plan {
    pub(super) headings: HashMap<usize, Planned>,
    pub(super) ids: HashSet<String>,
    /// The position of each heading with its id.
    pub(super) places: Vec<(usize, String)>,
    /// What is wrong with explicit ids, with the position of the heading.
    pub(super) problems: Vec<(usize, ProblemKind)>,
}

impl Plan {
    pub(super) fn of(events: &[(Event<'_>, Range<usize>)], options: &Options<'_>) -> Self {
        let mut plan = Self::default();
        let mut found = Vec::new();
        let mut at = 0;
        while at < events.len() {
            if let (Event::Start(Tag::Heading { id, .. }), range) = &events[at] {
                let text = heading_text(&events[at + 1..]);
                found.push((at, range.start, id.as_deref(), text));
            }
            at += 1;
        }
        let mut names = Names::new(options.reserved);
        for (at, position, id, text) in found.iter().filter(|(_, _, _, text)| !text.is_empty()) {
            let Some(explicit) = id else { continue };
            match names.claim(explicit) {
                Ok(()) => plan.add(*at, (*explicit).to_owned(), text),
                Err(problem) => plan.problems.push((*position, problem)),
            }
        }
        for (at, _, _, text) in &found {
            if !text.is_empty() && !plan.headings.contains_key(at) {
                let id = names.make(slug(text));
                plan.add(*at, format!("{}{id}", options.id_prefix), text);
            }
        }
        let places = found.iter().filter_map(|(at, position, ..)| Some((*position, plan.headings.get(at)?.id.clone())));
        plan.places = places.collect();
        plan
    }

    fn add(&mut self, at: usize, id: String, text: &str) {
        self.ids.insert(id.clone());
        self.headings.insert(at, Planned { id, text: text.to_owned() });
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

/// The ids given so far, without their prefix.
struct Names<'a> {
    reserved: &'a [&'a str],
    taken: HashSet<String>,
    /// The last number tried for a name: numbering many equal headings stays linear.
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

    fn make(&mut self, name: String) -> String {
        let name = if name.is_empty() { "section".to_owned() } else { name };
        if !self.reserved.contains(&name.as_str()) && self.taken.insert(name.clone()) {
            return name;
        }
        let number = self.numbers.entry(name.clone()).or_insert(1);
        loop {
            *number += 1;
            let numbered = format!("{name}-{number}");
            if self.taken.insert(numbered.clone()) {
                return numbered;
            }
        }
    }
}

/// Where the text stands among its headings. A level follows from how many headings are above, so that `##` then
/// `####` does not leave a hole that screen readers would announce.
#[derive(Clone, Debug)]
pub(super) struct Outline {
    base: u8,
    above: Vec<(u8, String)>,
}

impl Outline {
    pub(super) fn new(options: &Options<'_>) -> Self {
        Self { base: if options.is_post() { 3 } else { 2 }, above: Vec::new() }
    }

    /// Enters a heading written with `raw` marks; its level on the page.
    pub(super) fn enter(&mut self, raw: u8, text: &str) -> u8 {
        while self.above.last().is_some_and(|(level, _)| *level >= raw) {
            self.above.pop();
        }
        let level = self.inner_level();
        self.above.push((raw, text.to_owned()));
        level
    }

    /// The level of a heading that stands inside something else (a quote, a list) and opens no section.
    pub(super) fn inner_level(&self) -> u8 {
        let depth = u8::try_from(self.above.len()).unwrap_or(u8::MAX);
        self.base.saturating_add(depth).min(6)
    }

    /// The headings above the current one, from the outermost.
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
        let made = ["aide", "aide", "aide", "", "menu"].map(|name| names.make(name.to_owned()));
        assert_eq!(made, ["aide", "aide-3", "aide-4", "section", "menu-2"]);
    }

    #[test]
    fn levels_never_skip_one() {
        let mut outline = Outline { base: 2, above: Vec::new() };
        let levels = [(2, "a"), (4, "b"), (4, "c"), (3, "d"), (2, "e"), (1, "f")].map(|(raw, t)| outline.enter(raw, t));
        assert_eq!(levels, [2, 3, 3, 3, 2, 2]);
    }
}
