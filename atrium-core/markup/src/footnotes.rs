//! Footnotes: numbered in the order of their first calls, and shown to the readers of a call. A note written in an
//! audience block is for that audience.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::audience::AudienceRule;
use super::parsed::Piece;

/// The footnotes of a text.
#[derive(Default)]
pub(super) struct Footnotes<'a> {
    /// The body of each note, by label; the first of two notes with one label.
    bodies: HashMap<String, Body>,
    /// The end of each definition, by its start.
    ends: HashMap<usize, usize>,
    numbers: HashMap<String, usize>,
    calls: Vec<Called>,
    /// Every note in order, with its label as written.
    written: Vec<(&'a str, Body)>,
}

/// The content of a note.
#[derive(Clone)]
struct Body {
    events: Range<usize>,
    audience: Option<AudienceRule>,
    position: usize,
}

/// A note without a call.
pub(super) struct Uncalled {
    pub(super) label: String,
    pub(super) position: usize,
}

/// A note with a call.
pub(super) struct Called {
    pub(super) body: Range<usize>,
    /// The section of its first call, to whose text it belongs.
    pub(super) section: usize,
    /// The audience of the note's definition, else that of its calls if they all have the same, else everyone.
    pub(super) audience: Option<AudienceRule>,
    pub(super) html: String,
    /// `true` if a text calls it.
    pub(super) is_called: bool,
}

impl<'a> Footnotes<'a> {
    /// Finds the notes of a text. Notes inside the quotation of a post stay there (`quotes` is then `false`), since
    /// a quotation is shown or withheld as a whole.
    pub(super) fn find(events: &'a [(Event<'a>, Range<usize>)], pieces: &[Piece], quotes: bool) -> Self {
        let mut notes = Self::default();
        for piece in pieces {
            let (mut open, mut quoted): (Vec<(usize, &str)>, usize) = (Vec::new(), 0);
            for at in piece.events.clone() {
                match &events[at].0 {
                    Event::Start(Tag::BlockQuote(_)) => quoted += 1,
                    Event::End(TagEnd::BlockQuote(_)) => quoted = quoted.saturating_sub(1),
                    Event::Start(Tag::FootnoteDefinition(label)) if quotes || quoted == 0 => open.push((at, label)),
                    Event::End(TagEnd::FootnoteDefinition) if quotes || quoted == 0 => {
                        if let Some((start, label)) = open.pop() {
                            notes.define(start, label, at, events[start].1.start, piece);
                        }
                    }
                    _ => {}
                }
            }
            for (start, label) in open {
                notes.define(start, label, piece.events.end, events[start].1.start, piece);
            }
        }
        notes
    }

    fn define(&mut self, start: usize, label: &'a str, end: usize, position: usize, piece: &Piece) {
        let body = Body { events: start + 1..end, audience: piece.audience.clone(), position };
        self.ends.insert(start, end);
        self.bodies.entry(label.to_lowercase()).or_insert_with(|| body.clone());
        self.written.push((label, body));
    }

    /// Returns the event after the definition that begins at `start`; `None` if the definition stays in place.
    pub(super) fn after(&self, start: usize) -> Option<usize> {
        self.ends.get(&start).map(|end| end + 1)
    }

    /// Returns the number of the called note, and whether this is its first call; `None` if there is no such note
    /// for these readers.
    pub(super) fn call(
        &mut self,
        label: &str,
        section: usize,
        audience: Option<&AudienceRule>,
    ) -> Option<(usize, bool)> {
        let label = label.to_lowercase();
        let body = self.bodies.get(&label)?;
        if body.audience.is_some() && body.audience.as_ref() != audience {
            return None;
        }
        if let Some(number) = self.numbers.get(&label) {
            let called = &mut self.calls[number - 1];
            if called.audience.as_ref() != audience {
                called.audience = None;
            }
            return Some((*number, false));
        }
        let events = body.events.clone();
        let audience = audience.cloned();
        self.calls.push(Called { body: events, section, audience, html: String::new(), is_called: true });
        self.numbers.insert(label, self.calls.len());
        Some((self.calls.len(), true))
    }

    /// Returns the notes called so far, in the order of their numbers.
    pub(super) fn called(&mut self) -> &mut Vec<Called> {
        &mut self.calls
    }

    /// Adds the uncalled notes to the called ones, so that their text is not lost, and returns them. `section`
    /// returns the section of an audience.
    pub(super) fn add_uncalled(&mut self, mut section: impl FnMut(Option<&AudienceRule>) -> usize) -> Vec<Uncalled> {
        let called: HashSet<usize> = self.calls.iter().map(|called| called.body.start).collect();
        let mut uncalled = Vec::new();
        for (label, body) in self.written.iter().filter(|(_, body)| !called.contains(&body.events.start)) {
            uncalled.push(Uncalled { label: (*label).to_owned(), position: body.position });
            let section = section(body.audience.as_ref());
            let (events, audience) = (body.events.clone(), body.audience.clone());
            self.calls.push(Called { body: events, section, audience, html: String::new(), is_called: false });
        }
        uncalled
    }
}
