//! The walk from Markdown to [`Rendered`]: sections, blocks and footnotes here, the elements themselves in `walk`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use pulldown_cmark::utils::TextMergeWithOffset;
use pulldown_cmark::{Event, Options as Syntax, Parser};

use super::audience::AudienceRule;
use super::elements::Sheet;
use super::fences::{Fenced, Mark};
use super::footnotes::Footnotes;
use super::headings::{Heading, Outline, Plan};
use super::limits::{Budget, cost, entities_are_reasonable, tables_are_reasonable};
use super::links::Anchor;
use super::options::Options;
use super::plain::tidy;
use super::problem::{Problem, ProblemKind};
use super::rendered::{Block, Rendered, Section};
use super::sanitise;
use super::walk::{OpenLink, Table};

/// Renders `markdown`. Always gives something safe to show, in time linear in the length of the text: what is too
/// complex is shown as it was typed. It may take milliseconds: call it off the async threads.
#[must_use]
pub fn render(markdown: &str, options: &Options<'_>) -> Rendered {
    let clean = without_nul(markdown);
    let fenced = match options.is_post() {
        true => Fenced::none(&clean),
        false => Fenced::read(&clean, options.first_line),
    };
    if !entities_are_reasonable(&fenced.text) {
        return as_typed(&clean, options);
    }
    let budget = Budget::of(fenced.text.len(), options.profile);
    let tables = tables_are_reasonable(&fenced.text);
    let parser = Parser::new_ext(&fenced.text, parser_options(options, tables)).into_offset_iter();
    let events: Vec<_> = TextMergeWithOffset::new(parser).take(budget.events()).collect();

    let mut render = Render::new(&fenced.text, &events, fenced.marks, options, budget);
    render.rendered.problems = fenced.problems;
    if !tables {
        render.problem(0, ProblemKind::TooComplex);
    }
    render.body();
    render.footnotes();
    render.finish()
}

/// A text that is not read as Markdown at all.
fn as_typed(text: &str, options: &Options<'_>) -> Rendered {
    let html = sanitise::clean("", Some(text), options.profile);
    let section = Section { heading: None, parents: Vec::new(), audience: None, text: tidy(text) };
    Rendered {
        blocks: vec![Block { html, audience: None, headings: Vec::new() }],
        sections: vec![section],
        problems: vec![Problem { line: options.first_line, kind: ProblemKind::TooComplex }],
        ..Rendered::default()
    }
}

fn without_nul(markdown: &str) -> Cow<'_, str> {
    match markdown.contains('\0') {
        true => Cow::Owned(markdown.replace('\0', "\u{fffd}")),
        false => Cow::Borrowed(markdown),
    }
}

/// The Markdown that `options` allow.
pub(super) fn parser_options(options: &Options<'_>, tables: bool) -> Syntax {
    let mut syntax =
        Syntax::ENABLE_FOOTNOTES | Syntax::ENABLE_STRIKETHROUGH | Syntax::ENABLE_TASKLISTS | Syntax::ENABLE_GFM;
    syntax.set(Syntax::ENABLE_TABLES, tables);
    syntax.set(Syntax::ENABLE_HEADING_ATTRIBUTES, !options.is_post());
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
    /// Inside code, where an address is not a link.
    pub(super) in_code: bool,
    /// Inside a heading that opens a section, whose text is not the section's.
    pub(super) in_title: bool,
    pub(super) in_note: bool,
    pub(super) rendered: Rendered,
    marks: HashMap<usize, Mark>,
    line_starts: Vec<usize>,
    /// The sections so far, and whether each was opened by a heading of its own.
    drafts: Vec<(Section, bool)>,
    section: usize,
    audience: Option<AudienceRule>,
    /// Where the text stood when the current audience block began.
    outside: Option<(Outline, usize)>,
    headings: Vec<Heading>,
    /// What is left of the text once the budget is spent, shown as it was typed.
    rest: Option<&'a str>,
    rest_is_shown: bool,
}

impl<'a> Render<'a> {
    fn new(
        source: &'a str,
        events: &'a [(Event<'a>, Range<usize>)],
        marks: HashMap<usize, Mark>,
        options: &'a Options<'a>,
        budget: Budget,
    ) -> Self {
        let opening = Section { heading: None, parents: Vec::new(), audience: None, text: String::new() };
        Self {
            options,
            source,
            events,
            plan: Plan::of(events, options),
            notes: Footnotes::find(events),
            budget,
            sheet: Sheet::default(),
            outline: Outline::new(options),
            link: None,
            table: Table::default(),
            in_code: false,
            in_title: false,
            in_note: false,
            rendered: Rendered::default(),
            marks,
            line_starts: source.match_indices('\n').map(|(at, _)| at + 1).collect(),
            drafts: vec![(opening, false)],
            section: 0,
            audience: None,
            outside: None,
            headings: Vec::new(),
            rest: None,
            rest_is_shown: false,
        }
    }

    fn body(&mut self) {
        for (position, problem) in std::mem::take(&mut self.plan.problems) {
            self.problem(position, problem);
        }
        let places = std::mem::take(&mut self.plan.places);
        let anchors = places.into_iter().map(|(position, id)| Anchor { id, name: None, line: self.line(position) });
        self.rendered.anchors = anchors.collect();
        self.walk(0..self.events.len());
        let truncated = self.events.len() == self.budget.events();
        if truncated && self.rest.is_none() {
            let position = self.events.last().map_or(0, |(event, range)| match event {
                Event::Start(_) => range.start,
                _ => range.end,
            });
            self.stop(position, self.source.len());
        }
        self.end_block();
    }

    /// Goes through events until their end or the budget's.
    fn walk(&mut self, range: Range<usize>) {
        let mut at = range.start;
        while at < range.end && self.rest.is_none() {
            let position = self.events[at].1.start;
            if self.budget.is_spent() {
                let end = if self.in_note { self.events[range.end - 1].1.end } else { self.source.len() };
                return self.stop(position, end);
            }
            let before = self.sheet.len();
            at = match self.mark(at) {
                Some(next) => next,
                None => self.step(at),
            };
            self.budget.spend_bytes(self.sheet.len().saturating_sub(before));
        }
    }

    /// Shows the rest as it was typed.
    fn stop(&mut self, from: usize, to: usize) {
        let rest = self.source.get(from..to.max(from)).unwrap_or_default();
        self.rest = Some(rest);
        if rest.trim().is_empty() {
            return;
        }
        self.problem(from, ProblemKind::TooComplex);
        self.link = None;
        self.in_title = false;
        self.say("\n");
        self.say(rest);
    }

    /// Turns to another audience, if a mark stands at this event; then the event after the mark.
    fn mark(&mut self, at: usize) -> Option<usize> {
        if self.marks.is_empty() || self.in_note || !self.sheet.is_flat() {
            return None;
        }
        let mark = self.marks.remove(&self.events[at].1.start)?;
        match mark {
            Mark::Open(rule) => {
                self.end_block();
                self.outside = Some((self.outline.clone(), self.section));
                let (current, _) = &self.drafts[self.section];
                let section = Section { audience: Some(rule.clone()), text: String::new(), ..current.clone() };
                self.audience = Some(rule);
                self.open_section(section, false);
            }
            Mark::Close => {
                self.end_block();
                self.audience = None;
                if let Some((outline, section)) = self.outside.take() {
                    self.outline = outline;
                    self.section = section;
                }
            }
            Mark::Void => {}
        }
        Some(self.after_block(at))
    }

    fn end_block(&mut self) {
        let html = self.sheet.finish();
        let headings = std::mem::take(&mut self.headings);
        self.add_block(&html, self.audience.clone(), headings);
    }

    fn add_block(&mut self, html: &str, audience: Option<AudienceRule>, headings: Vec<Heading>) {
        let rest = self.rest.filter(|rest| !self.rest_is_shown && !rest.trim().is_empty());
        self.rest_is_shown = self.rest.is_some();
        let html = sanitise::clean(html, rest, self.options.profile);
        if !html.is_empty() {
            self.rendered.blocks.push(Block { html, audience, headings });
        }
    }

    /// A heading opens a section.
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

    /// Calls a footnote; see [`Footnotes::call`].
    pub(super) fn call_note(&mut self, label: &str) -> Option<(usize, bool)> {
        self.notes.call(label, self.section, self.audience.as_ref())
    }

    /// Notes a problem at a position of the text.
    pub(super) fn problem(&mut self, position: usize, kind: ProblemKind) {
        let line = self.line(position);
        self.rendered.problems.push(Problem { line, kind });
    }

    /// The line of a position of the text, as the author counts.
    pub(super) fn line(&self, position: usize) -> usize {
        self.options.first_line + self.line_starts.partition_point(|start| *start <= position)
    }

    /// Writes the notes that are called, one list for each audience.
    fn footnotes(&mut self) {
        self.in_note = true;
        let mut next = 0;
        while let Some(called) = self.notes.called().get(next) {
            let body = called.body.clone();
            self.section = called.section;
            self.audience = called.audience.clone();
            self.budget.spend(cost::NOTE);
            self.say("\n");
            self.walk(body);
            self.notes.called()[next].html = self.sheet.finish();
            next += 1;
        }
        let mut lists: Vec<(Option<AudienceRule>, String)> = Vec::new();
        for (index, called) in std::mem::take(self.notes.called()).into_iter().enumerate() {
            let item = self.note_item(index + 1, &called.html);
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

    fn note_item(&self, number: usize, html: &str) -> String {
        let prefix = &self.options.id_prefix;
        let mut item = Sheet::default();
        item.push(&[&format!("<li id=\"{prefix}note:{number}\" value=\"{number}\">")]);
        let (body, end) = match html.strip_suffix("</p>\n") {
            Some(body) => (body, "</p></li>\n"),
            None => (html, "</li>\n"),
        };
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
        let kept = drafts.filter(|(section, by_heading)| *by_heading || !section.text.is_empty());
        self.rendered.sections = kept.map(|(section, _)| section).collect();
        self.rendered.problems.sort_by_key(|problem| problem.line);
        self.rendered
    }
}
