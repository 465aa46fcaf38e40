//! Parses passages, each by itself, into one list of events.
//!
//! Link targets and footnotes that one passage defines serve the others, but never for more readers than the
//! defining passage. The parser sees one text at a time, so the definitions that a passage borrows are put before
//! it.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use pulldown_cmark::utils::TextMergeWithOffset;
use pulldown_cmark::{Event, Options as Syntax, Parser, Tag};

use super::audience::AudienceRule;
use super::passages::Passage;
use super::plain::one_line;

/// A parsed passage.
pub(super) struct Piece {
    /// The range of its events.
    pub(super) events: Range<usize>,
    /// The range in the text.
    pub(super) text: Range<usize>,
    pub(super) audience: Option<AudienceRule>,
    /// `true` if all of it was parsed.
    pub(super) is_whole: bool,
    /// The unused link targets that it defines, with their labels.
    pub(super) unused: Vec<(Range<usize>, String)>,
}

/// The texts for the parser: passages after their borrowed definitions.
pub(super) struct Sheets<'a> {
    sheets: Vec<Prepared<'a>>,
}

struct Prepared<'a> {
    passage: &'a Passage,
    /// The borrowed definitions and the passage; `None` without borrowing.
    text: Option<String>,
    borrowed: usize,
}

impl<'a> Sheets<'a> {
    /// Prepares the passages of `text`.
    pub(super) fn of(text: &str, passages: &'a [Passage], syntax: Syntax) -> Self {
        let alone = |passage| Prepared { passage, text: None, borrowed: 0 };
        if passages.len() < 2 || !text.contains("]:") {
            return Self { sheets: passages.iter().map(alone).collect() };
        }
        let definitions = Definitions::of(text, passages, syntax);
        let mut left = text.len() * 2;
        let sheets = passages.iter().map(|passage| {
            let own = &text[passage.range.clone()];
            let borrowed = definitions.for_passage(own, passage, left);
            left = left.saturating_sub(borrowed.len());
            if borrowed.is_empty() {
                alone(passage)
            } else {
                Prepared { passage, borrowed: borrowed.len(), text: Some(borrowed + own) }
            }
        });
        Self { sheets: sheets.collect() }
    }

    /// Parses them, up to `limit` events.
    pub(super) fn parse<'s>(
        &'s self,
        text: &'s str,
        syntax: Syntax,
        limit: usize,
    ) -> (Vec<(Event<'s>, Range<usize>)>, Vec<Piece>) {
        let (mut events, mut pieces): (Vec<_>, Vec<Piece>) = (Vec::new(), Vec::new());
        for Prepared { passage, text: own, borrowed } in &self.sheets {
            let source = own.as_deref().unwrap_or(&text[passage.range.clone()]);
            let parser = Parser::new_ext(source, syntax).into_offset_iter();
            let place = |range: Range<usize>| {
                let offset = passage.range.start;
                range.start - borrowed + offset..range.end - borrowed + offset
            };
            let own = parser.reference_definitions().iter().filter(|(_, defined)| defined.span.start >= *borrowed);
            // Authors write comments as targets of `#` alone.
            let defined = own.filter(|(_, defined)| !matches!(&*defined.dest, "" | "#"));
            let mut unused: Vec<_> = defined.map(|(label, at)| (place(at.span.clone()), label.to_owned())).collect();
            unused.sort_by_key(|(range, _)| range.start);
            let shown = parser.filter(|(_, range)| range.start >= *borrowed);
            let shown = shown.map(|(event, range)| (event, place(range)));
            let first = events.len();
            let mut merged = TextMergeWithOffset::new(shown);
            events.extend(merged.by_ref().take(limit.saturating_sub(first)));
            let is_whole = merged.next().is_none();
            let (text, audience) = (passage.range.clone(), passage.audience.clone());
            pieces.push(Piece { events: first..events.len(), text, audience, is_whole, unused });
        }
        let used: HashSet<String> = events.iter().filter_map(|(event, _)| label_of(event)).collect();
        for piece in &mut pieces {
            piece.unused.retain(|(_, label)| !used.contains(&folded(label)));
        }
        (events, pieces)
    }
}

/// Returns the label of the definition that a link or an image uses.
fn label_of(event: &Event<'_>) -> Option<String> {
    match event {
        Event::Start(Tag::Link { id, .. } | Tag::Image { id, .. }) if !id.is_empty() => Some(folded(id)),
        _ => None,
    }
}

/// Returns the form of a label that the parser compares.
fn folded(label: &str) -> String {
    one_line(label).to_lowercase()
}

/// A definition as written, in each passage that has one of this name.
type Written = Vec<(usize, String)>;

/// The definitions of passages, by folded name.
struct Definitions<'a> {
    passages: &'a [Passage],
    links: HashMap<String, Written>,
    notes: HashMap<String, Written>,
}

impl<'a> Definitions<'a> {
    fn of(text: &str, passages: &'a [Passage], syntax: Syntax) -> Self {
        let mut found = Self { passages, links: HashMap::new(), notes: HashMap::new() };
        for (index, passage) in passages.iter().enumerate() {
            let own = &text[passage.range.clone()];
            if !own.contains("]:") {
                continue;
            }
            let mut parser = Parser::new_ext(own, syntax).into_offset_iter();
            for (event, _) in parser.by_ref() {
                if let Event::Start(Tag::FootnoteDefinition(label)) = event {
                    let stub = format!("[^{label}]: x");
                    found.notes.entry(folded(&label)).or_default().push((index, stub));
                }
            }
            for (label, definition) in parser.reference_definitions().iter() {
                let written = own[definition.span.clone()].trim();
                if !written.contains('\n') {
                    found.links.entry(folded(label)).or_default().push((index, written.to_owned()));
                }
            }
        }
        found
    }

    /// Returns the definitions that `own`, the text of `passage`, uses and may use, at most `limit` bytes of them.
    fn for_passage(&self, own: &str, passage: &Passage, limit: usize) -> String {
        let (mut links, mut notes) = (String::new(), String::new());
        let mut seen = HashSet::new();
        for piece in own.split('[').skip(1) {
            let Some((label, _)) = piece.split_once(']') else { continue };
            let label = folded(label);
            if label.len() > 999 || !seen.insert(label.clone()) {
                continue;
            }
            let (all, into, key) = match label.strip_prefix('^') {
                Some(note) => (&self.notes, &mut notes, note),
                None => (&self.links, &mut links, label.as_str()),
            };
            if let Some(written) = self.usable(all.get(key), passage)
                && into.len() + written.len() < limit / 4
            {
                into.push_str(written);
                into.push_str("\n\n");
            }
        }
        if notes.is_empty() && links.is_empty() {
            return String::new();
        }
        // A link definition comes last: indented text after a note would continue it.
        format!("{notes}{links}[\u{1}]: #\n\n")
    }

    fn usable<'w>(&self, written: Option<&'w Written>, passage: &Passage) -> Option<&'w str> {
        let is_own = |index: usize| std::ptr::eq(&raw const self.passages[index], passage);
        let written = written?;
        if written.iter().any(|(index, _)| is_own(*index)) {
            return None;
        }
        let may = |index: usize| {
            let definer = &self.passages[index].audience;
            definer.is_none() || *definer == passage.audience
        };
        written.iter().find(|(index, _)| may(*index)).map(|(_, written)| written.as_str())
    }
}
