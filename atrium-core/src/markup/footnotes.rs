//! Footnotes: numbered in the order they are first called, and shown to whoever may read a call.

use std::collections::HashMap;
use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::audience::AudienceRule;

/// The footnotes of a text.
#[derive(Default)]
pub(super) struct Footnotes<'a> {
    /// The events of each note, by label; of two notes with one label, the first.
    bodies: HashMap<&'a str, Range<usize>>,
    /// Where each definition ends, by where it begins.
    ends: HashMap<usize, usize>,
    numbers: HashMap<&'a str, usize>,
    calls: Vec<Called>,
}

/// A note that is called.
pub(super) struct Called {
    pub(super) body: Range<usize>,
    /// The section of its first call, whose text it belongs to.
    pub(super) section: usize,
    /// For whom: the audience of its calls if they all have the same, else everyone.
    pub(super) audience: Option<AudienceRule>,
    pub(super) html: String,
}

impl<'a> Footnotes<'a> {
    pub(super) fn find(events: &'a [(Event<'a>, Range<usize>)]) -> Self {
        let mut notes = Self::default();
        let mut open: Vec<(usize, &str)> = Vec::new();
        for (at, (event, _)) in events.iter().enumerate() {
            match event {
                Event::Start(Tag::FootnoteDefinition(label)) => open.push((at, label)),
                Event::End(TagEnd::FootnoteDefinition) => {
                    if let Some((start, label)) = open.pop() {
                        notes.define(start, label, at);
                    }
                }
                _ => {}
            }
        }
        for (start, label) in open {
            notes.define(start, label, events.len());
        }
        notes
    }

    fn define(&mut self, start: usize, label: &'a str, end: usize) {
        self.bodies.entry(label).or_insert(start + 1..end);
        self.ends.insert(start, end);
    }

    /// The event after the definition that begins at `start`.
    pub(super) fn after(&self, start: usize) -> usize {
        self.ends.get(&start).map_or(start + 1, |end| end + 1)
    }

    /// The number of the note called, and whether this is its first call. `None`: there is no such note.
    pub(super) fn call(
        &mut self,
        label: &str,
        section: usize,
        audience: Option<&AudienceRule>,
    ) -> Option<(usize, bool)> {
        if let Some(number) = self.numbers.get(label) {
            let called = &mut self.calls[number - 1];
            if called.audience.as_ref() != audience {
                called.audience = None;
            }
            return Some((*number, false));
        }
        let (label, body) = self.bodies.get_key_value(label)?;
        let called = Called { body: body.clone(), section, audience: audience.cloned(), html: String::new() };
        self.calls.push(called);
        self.numbers.insert(label, self.calls.len());
        Some((self.calls.len(), true))
    }

    /// The notes called so far, in the order of their numbers.
    pub(super) fn called(&mut self) -> &mut Vec<Called> {
        &mut self.calls
    }
}
