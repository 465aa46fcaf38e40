//! Renders Markdown into [`Rendered`]: sections, blocks and footnotes here, the elements themselves in `walk`.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Event, Options as Syntax, Tag};

use super::audience::AudienceRule;
use super::callouts::Titles;
use super::elements::Sheet;
use super::footnotes::{Called, Footnotes};
use super::foreign_tags;
use super::headings::{Heading, Outline, Plan};
use super::limits::{Budget, cost, entities_are_reasonable, tables_are_reasonable};
use super::linking::OpenLink;
use super::links::Anchor;
use super::options::Options;
use super::parsed::{Piece, Sheets};
use super::passages::Passages;
use super::plain::tidy;
use super::problem::{Problem, ProblemKind};
use super::rendered::{Block, Rendered, Section};
use super::sanitise;
use super::walk::Table;

/// Renders `markdown`. The result is always safe to show, in time linear in the length of the text; what is too
/// complex is shown as typed. It may take milliseconds: call it off the async threads.
#[must_use]
pub fn render(markdown: &str, options: &Options<'_>) -> Rendered {
    let clean = without_nul(markdown);
    let tables = tables_are_reasonable(&clean);
    let syntax = parser_options(options, tables);
    let (known, mut problems) =
        if options.is_post() { (clean, Vec::new()) } else { foreign_tags::as_text(clean, options.first_line, syntax) };
    let read =
        if options.is_post() { Passages::whole(known) } else { Passages::read(&known, options.first_line, syntax) };
    problems.extend(read.problems);
    let sheets = Sheets::of(&read.text, &read.passages, syntax);
    let is_reasonable = entities_are_reasonable(&read.text, options.profile);
    let budget = if is_reasonable { Budget::of(read.text.len(), options.profile) } else { Budget::nothing() };
    let (events, pieces) = sheets.parse(&read.text, syntax, budget.events());

    let mut render = Render::new(&read.text, &events, &pieces, options, budget);
    render.titles = read.titles;
    render.rendered.problems = problems;
    if !tables {
        render.problem(0, ProblemKind::TooComplex);
    }
    render.body();
    render.footnotes();
    render.finish()
}

fn without_nul(markdown: &str) -> Cow<'_, str> {
    if markdown.contains('\0') { Cow::Owned(markdown.replace('\0', "\u{fffd}")) } else { Cow::Borrowed(markdown) }
}

/// Returns the Markdown extensions that `options` allow.
pub(super) fn parser_options(options: &Options<'_>, tables: bool) -> Syntax {
    let mut syntax =
        Syntax::ENABLE_FOOTNOTES | Syntax::ENABLE_STRIKETHROUGH | Syntax::ENABLE_TASKLISTS | Syntax::ENABLE_GFM;
    syntax.set(Syntax::ENABLE_TABLES, tables);
    let more = Syntax::ENABLE_HEADING_ATTRIBUTES | Syntax::ENABLE_DEFINITION_LIST | Syntax::ENABLE_MATH;
    syntax.set(more, !options.is_post());
    syntax
}

pub(super) struct Render<'a> {
    pub(super) options: &'a Options<'a>,
    pub(super) source: &'a str,
    pub(super) events: &'a [(Event<'a>, Range<usize>)],
    pub(super) plan: Plan,
    pub(super) notes: Footnotes<'a>,
    pub(super) budget: Budget,
    pub(super) sheet: Sheet,
    pub(super) outline: Outline,
    pub(super) link: Option<OpenLink>,
    pub(super) table: Table,
    /// `true` inside code, where addresses are not links.
    pub(super) in_code: bool,
    /// `true` inside a heading that opens a section, whose text is not the section's.
    pub(super) in_title: bool,
    pub(super) in_note: bool,
    pub(super) rendered: Rendered,
    pub(super) titles: Titles,
    pieces: &'a [Piece],
    line_starts: Vec<usize>,
    /// The sections so far, and whether a heading opened each.
    drafts: Vec<(Section, bool)>,
    section: usize,
    audience: Option<AudienceRule>,
    /// The outline and section before the current audience block.
    outside: Option<(Outline, usize)>,
    headings: Vec<Heading>,
    /// The rest of the piece once the budget is spent, shown as typed.
    rest: Option<&'a str>,
    is_stopped: bool,
}

impl<'a> Render<'a> {
    fn new(
        source: &'a str,
        events: &'a [(Event<'a>, Range<usize>)],
        pieces: &'a [Piece],
        options: &'a Options<'a>,
        budget: Budget,
    ) -> Self {
        let opening = Section { heading: None, parents: Vec::new(), audience: None, text: String::new() };
        Self {
            options,
            source,
            events,
            plan: Plan::of(events, options),
            notes: Footnotes::find(events, pieces, !options.is_post()),
            budget,
            sheet: Sheet::default(),
            outline: Outline::new(options),
            link: None,
            table: Table::default(),
            in_code: false,
            in_title: false,
            in_note: false,
            rendered: Rendered::default(),
            titles: Titles::new(),
            pieces,
            line_starts: source.match_indices('\n').map(|(at, _)| at + 1).collect(),
            drafts: vec![(opening, false)],
            section: 0,
            audience: None,
            outside: None,
            headings: Vec::new(),
            rest: None,
            is_stopped: false,
        }
    }

    fn body(&mut self) {
        for (position, problem) in std::mem::take(&mut self.plan.problems) {
            self.problem(position, problem);
        }
        let places = std::mem::take(&mut self.plan.places);
        let anchors = places.into_iter().map(|(position, id, name)| Anchor { id, name, line: self.line(position) });
        self.rendered.anchors = anchors.collect();
        for piece in self.pieces {
            self.turn(piece.audience.as_ref());
            self.piece(piece);
            self.end_block();
        }
        self.turn(None);
    }

    /// Writes a piece within the budget, and its rest as typed.
    fn piece(&mut self, piece: &'a Piece) {
        if self.is_stopped {
            return self.stop(piece.text.start, piece.text.end);
        }
        self.walk(piece.events.clone(), piece.text.end);
        if self.rest.is_none() {
            self.unused(piece);
        }
        if !piece.is_whole && self.rest.is_none() {
            let last = piece.events.clone().last().map(|at| &self.events[at]);
            let position = last.map_or(piece.text.start, |(event, range)| match event {
                Event::Start(_) => range.start,
                _ => range.end,
            });
            self.stop(position, piece.text.end);
        }
    }

    /// Shows unused link targets as written: they may be the whole content of a list of sources.
    fn unused(&mut self, piece: &'a Piece) {
        let unused: Vec<_> = piece.unused.iter().filter(|(range, _)| !self.is_quoted(range, piece)).collect();
        for (index, (range, label)) in unused.iter().enumerate() {
            self.problem(range.start, ProblemKind::UnusedDefinition(label.clone()));
            if self.budget.is_spent() {
                return self.stop(range.start, piece.text.end);
            }
            if index == 0 {
                self.sheet.open_paragraph();
            } else {
                self.sheet.push(&["<br>\n"]);
            }
            self.say("\n");
            self.budget.spend(cost::ELEMENT);
            let source = self.source;
            self.plain_words(source[range.clone()].trim(), range.start);
        }
        if !unused.is_empty() {
            self.sheet.close();
        }
    }

    /// Returns `true` if a range of a post is in a quotation, which is shown or withheld as a whole.
    fn is_quoted(&self, place: &Range<usize>, piece: &Piece) -> bool {
        let quotes = self.events[piece.events.clone()].iter();
        self.options.is_post()
            && quotes
                .filter(|(event, _)| matches!(event, Event::Start(Tag::BlockQuote(_))))
                .any(|(_, range)| range.start <= place.start && place.start < range.end)
    }

    /// Walks events until their end or the budget's; `end` is the end of their text.
    fn walk(&mut self, range: Range<usize>, end: usize) {
        let mut at = range.start;
        while at < range.end && self.rest.is_none() {
            if self.budget.is_spent() {
                return self.stop(self.events[at].1.start, end);
            }
            let before = self.sheet.len();
            at = self.step(at);
            self.budget.spend_bytes(self.sheet.len().saturating_sub(before));
        }
    }

    /// Shows the rest of a piece as typed.
    fn stop(&mut self, from: usize, to: usize) {
        let rest = self.source.get(from..to.max(from)).unwrap_or_default();
        self.rest = Some(rest);
        if rest.trim().is_empty() {
            return;
        }
        if !std::mem::replace(&mut self.is_stopped, true) {
            self.problem(from, ProblemKind::TooComplex);
        }
        self.link = None;
        self.in_title = false;
        self.say("\n");
        self.say(rest);
    }

    /// Changes the audience.
    fn turn(&mut self, audience: Option<&AudienceRule>) {
        if self.audience.as_ref() == audience {
            return;
        }
        if let Some((outline, section)) = self.outside.take() {
            self.outline = outline;
            self.section = section;
        }
        self.audience = audience.cloned();
        if let Some(rule) = audience {
            self.outside = Some((self.outline.clone(), self.section));
            let (current, _) = &self.drafts[self.section];
            let section = Section { audience: Some(rule.clone()), text: String::new(), ..current.clone() };
            self.open_section(section, false);
        }
    }

    fn end_block(&mut self) {
        self.tell_unclosed(true);
        let html = self.sheet.finish();
        self.end_raw_link();
        let headings = std::mem::take(&mut self.headings);
        self.add_block(&html, self.audience.clone(), headings);
    }

    fn add_block(&mut self, html: &str, audience: Option<AudienceRule>, headings: Vec<Heading>) {
        let rest = self.rest.take().filter(|rest| !rest.trim().is_empty());
        let html = sanitise::clean(html, rest, self.options.profile);
        if !html.is_empty() {
            self.rendered.blocks.push(Block { html, audience, headings });
        }
    }

    /// Opens the section of a heading.
    pub(super) fn open_heading_section(&mut self, heading: Heading) {
        self.headings.push(heading.clone());
        let parents = self.outline.parents();
        let audience = self.audience.clone();
        self.open_section(Section { heading: Some(heading), parents, audience, text: String::new() }, true);
    }

    fn open_section(&mut self, section: Section, by_heading: bool) {
        self.section = self.drafts.len();
        self.drafts.push((section, by_heading));
    }

    /// Adds to the plain text.
    pub(super) fn say(&mut self, words: &str) {
        if let Some(link) = &mut self.link {
            link.text.push_str(words);
        }
        if !self.in_title {
            self.drafts[self.section].0.text.push_str(words);
        }
    }

    /// Adds a space to the plain text, unless there is one.
    pub(super) fn say_gap(&mut self) {
        if !self.drafts[self.section].0.text.ends_with([' ', '\n']) {
            self.say(" ");
        }
    }

    /// Calls a footnote; see [`Footnotes::call`].
    pub(super) fn call_note(&mut self, label: &str) -> Option<(usize, bool)> {
        self.notes.call(label, self.section, self.audience.as_ref())
    }

    /// Reports a problem at a position of the text.
    pub(super) fn problem(&mut self, position: usize, kind: ProblemKind) {
        let line = self.line(position);
        self.rendered.problems.push(Problem { line, kind });
    }

    /// Returns the line of a position in the author's file.
    pub(super) fn line(&self, position: usize) -> usize {
        self.options.first_line + self.line_index(position)
    }

    /// Returns the line index of a position, from 0.
    pub(super) fn line_index(&self, position: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= position)
    }

    /// Writes the notes, one list per audience, uncalled notes last.
    fn footnotes(&mut self) {
        self.in_note = true;
        let mut next = self.called_notes(0);
        let drafts = &mut self.drafts;
        let uncalled = self.notes.add_uncalled(|audience| {
            let same = drafts.iter().position(|(section, _)| section.audience.as_ref() == audience);
            same.unwrap_or_else(|| {
                let audience = audience.cloned();
                drafts.push((Section { heading: None, parents: Vec::new(), audience, text: String::new() }, false));
                drafts.len() - 1
            })
        });
        for note in uncalled {
            self.problem(note.position, ProblemKind::UncalledNote(note.label));
        }
        while next < self.notes.called().len() {
            next = self.called_notes(next);
        }
        let mut lists: Vec<(Option<AudienceRule>, String)> = Vec::new();
        for (index, called) in std::mem::take(self.notes.called()).into_iter().enumerate() {
            let item = self.note_item(index + 1, &called);
            match lists.iter_mut().find(|(audience, _)| *audience == called.audience) {
                Some((_, list)) => list.push_str(&item),
                None => lists.push((called.audience, item)),
            }
        }
        for (audience, items) in lists {
            let label = &self.options.labels.footnotes;
            self.sheet.push(&["<section class=\"footnotes\""]);
            self.sheet.attribute("aria-label", label);
            self.sheet.push(&["><ol>\n", &items, "</ol></section>\n"]);
            let html = self.sheet.finish();
            self.add_block(&html, audience, Vec::new());
        }
    }

    /// Writes the notes from `next` on, with the notes that they call.
    fn called_notes(&mut self, mut next: usize) -> usize {
        while let Some(called) = self.notes.called().get(next) {
            let body = called.body.clone();
            self.section = called.section;
            self.audience = called.audience.clone();
            self.budget.spend(cost::NOTE);
            self.say("\n");
            let end = body.clone().next_back().map_or(0, |at| self.events[at].1.end);
            if self.is_stopped {
                let start = body.clone().next().map_or(end, |at| self.events[at].1.start);
                self.stop(start, end);
            } else {
                self.walk(body, end);
            }
            self.tell_unclosed(true);
            let rest = self.rest.take().filter(|rest| !rest.trim().is_empty());
            let mut html = self.sheet.finish();
            self.end_raw_link();
            if let Some(rest) = rest {
                html.push_str(&sanitise::as_typed(rest));
            }
            self.notes.called()[next].html = html;
            next += 1;
        }
        next
    }

    fn note_item(&self, number: usize, note: &Called) -> String {
        let html = note.html.as_str();
        let prefix = &self.options.id_prefix;
        let mut item = Sheet::default();
        item.push(&[&format!("<li id=\"{prefix}note:{number}\" value=\"{number}\">")]);
        let (body, end) = match html.strip_suffix("</p>\n") {
            Some(body) => (body, "</p></li>\n"),
            None => (html, "</li>\n"),
        };
        if !note.is_called {
            item.push(&[html, "</li>\n"]);
            return item.finish();
        }
        item.push(&[body, &format!(" <a href=\"#{prefix}appel:{number}\" class=\"footnote-back\"")]);
        item.attribute("aria-label", &self.options.labels.footnote_back);
        item.push(&[">↩</a>", end]);
        item.finish()
    }

    fn finish(mut self) -> Rendered {
        let drafts = self.drafts.into_iter().map(|(mut section, by_heading)| {
            section.text = tidy(&section.text);
            (section, by_heading)
        });
        let is_read = |section: &Section| section.audience.as_ref().is_none_or(|audience| !audience.nobody);
        let kept = drafts.filter(|(section, by_heading)| is_read(section) && (*by_heading || !section.text.is_empty()));
        self.rendered.sections = kept.map(|(section, _)| section).collect();
        self.rendered.problems.sort_by_key(|problem| problem.line);
        self.rendered.problems.dedup();
        self.rendered
    }
}
