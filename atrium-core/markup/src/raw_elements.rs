//! Writes raw HTML of an article as the elements that a page may contain. Known elements are shown, unknown tags
//! are shown as text, and what is left out is reported with its line.
//!
//! Elements may contain Markdown: they stay open from one piece of HTML to the next, and end with the enclosing
//! Markdown. The sanitiser still reads all output.

use pulldown_cmark::{Event, Tag};

use super::elements::{Raw, RawKind};
use super::foreign_tags::is_foreign_tag;
use super::headings::RawBlock;
use super::html_names::{Shape, ends_by_itself, shape};
use super::limits::cost;
use super::problem::ProblemKind;
use super::raw_structure::aligns;
use super::render::Render;
use super::tags::{OpenTag, Token, decoded, is_dropped, tokens};

impl Render<'_> {
    /// Writes a tag or comment inside a line; returns the event to continue with.
    pub(super) fn inline_html(&mut self, html: &str, at: usize) -> usize {
        let position = self.events[at].1.start;
        if self.options.is_post() || self.source[..position].ends_with("{{") {
            self.sheet.resume();
            self.sheet.text(html);
            self.say(html);
            return at + 1;
        }
        for (offset, token) in tokens(html) {
            if let Token::Open(tag) = &token
                && is_dropped(&tag.name)
                && let Some(after) = self.end_of_dropped(&tag.name, at)
            {
                self.problem(position, ProblemKind::DroppedElement(tag.name.clone()));
                return after;
            }
            self.token(&token, position + offset);
        }
        at + 1
    }

    /// Returns the event after the end of an element that is left out, if it ends on the same line.
    fn end_of_dropped(&self, name: &str, at: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for (index, (event, _)) in self.events.iter().enumerate().skip(at + 1) {
            match event {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth = depth.checked_sub(1)?,
                Event::InlineHtml(html) if depth == 0 => {
                    let is_end = |(_, token): &(usize, Token<'_>)| matches!(token, Token::Close(end, _) if end == name);
                    if tokens(html).first().is_some_and(is_end) {
                        return Some(index + 1);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// Writes a block of raw HTML of an article; returns the event after it.
    pub(super) fn raw_block(&mut self, at: usize) -> usize {
        let block = RawBlock::of(self.events, at);
        let tokens = tokens(&block.html);
        for (index, (offset, token)) in tokens.iter().enumerate() {
            if self.budget.is_spent() {
                let (from, position) = (&block.html[*offset..], block.position(*offset));
                self.problem(position, ProblemKind::TooComplex);
                self.sheet.text(from);
                self.say(from);
                break;
            }
            let before = self.sheet.len();
            if self.sheet.is_bare() && begins_line(token) && is_balanced(&tokens[index..]) {
                self.open_raw("p", RawKind::Phrase, "<p>", block.position(*offset));
            }
            self.token(token, block.position(*offset));
            self.budget.spend_bytes(self.sheet.len().saturating_sub(before));
        }
        let ends_line = self.sheet.raw().next().is_some_and(|raw| raw.name == "p");
        self.close_raw(usize::from(ends_line));
        self.say("\n");
        block.after
    }

    fn token(&mut self, token: &Token<'_>, position: usize) {
        match token {
            Token::Text(text) => self.raw_text(text, position),
            Token::Open(tag) => {
                self.budget.spend(cost::ELEMENT);
                self.open_tag(tag, position);
            }
            Token::Close(name, source) => self.close_tag(name, source, position),
            Token::Comment => {}
            Token::OpenComment => {
                self.problem(position, ProblemKind::UnclosedComment);
                self.raw_text("<!--", position);
            }
            Token::Dropped(name) => self.problem(position, ProblemKind::DroppedElement(name.clone())),
        }
    }

    fn raw_text(&mut self, text: &str, position: usize) {
        let text = decoded(text);
        if text.trim().is_empty() {
            if self.sheet.is_bare() {
                return;
            }
            self.sheet.push(&[if text.contains('\n') { "\n" } else { " " }]);
            return self.say_gap();
        }
        self.sheet.resume();
        let is_verbatim = self.sheet.all_raw().any(|raw| matches!(raw.name, "pre" | "code" | "kbd" | "samp"));
        if is_verbatim || self.link.is_some() {
            self.say(&text);
            self.sheet.text(&text);
        } else {
            self.plain_words(&text, position);
        }
    }

    /// Writes an unknown tag as text.
    fn unknown_tag(&mut self, source: &str, name: &str, is_foreign: bool, position: usize) {
        if is_foreign {
            self.problem(position, ProblemKind::UnknownElement(name.to_owned()));
        }
        self.sheet.resume();
        self.sheet.text(source);
        self.say(source);
    }

    fn open_tag(&mut self, tag: &OpenTag<'_>, position: usize) {
        let Some(shape) = shape(&tag.name) else {
            return self.unknown_tag(tag.source, &tag.name, is_foreign_tag(tag), position);
        };
        match shape {
            Shape::Inline(name) => self.open_inline_tag(name, tag, position),
            Shape::Anchor => self.open_anchor(tag, position),
            Shape::Block(name) | Shape::List(name) => self.open_block(name, tag, position),
            Shape::Phrase(name) => self.open_phrase(name, tag, position),
            Shape::Heading => self.open_raw_heading(tag, position),
            Shape::Item(name, list) => self.open_item(name, list, tag, position),
            Shape::Table => self.open_table(tag, position),
            Shape::TablePart(name) => self.open_table_part(name, &["table"], tag, position),
            Shape::Row => self.open_table_part("tr", &["thead", "tbody", "tfoot", "table"], tag, position),
            Shape::Cell(name) => self.open_cell(name, tag, position),
            Shape::Image => self.raw_image(tag, position),
            Shape::Break => self.raw_break(),
            Shape::Rule => {
                if self.sheet.break_line() {
                    self.sheet.push(&["<hr>\n"]);
                }
                self.say("\n");
            }
            Shape::Linked => {
                let kind = if tag.get("src").or(tag.get("data")).is_some() {
                    ProblemKind::LinkedElement(tag.name.clone())
                } else {
                    ProblemKind::UnwrappedElement(tag.name.clone())
                };
                self.problem(position, kind);
                self.link_to_source(tag, position);
            }
            Shape::Source => self.link_to_source(tag, position),
            Shape::Nothing => {}
            Shape::Plain => self.place(tag, position),
            Shape::Unwrapped => self.unwrapped(tag, position),
            Shape::LeftOut => self.problem(position, ProblemKind::DroppedElement(tag.name.clone())),
        }
    }

    fn close_tag(&mut self, name: &str, source: &str, position: usize) {
        let Some(shape) = shape(name) else {
            return self.unknown_tag(source, name, true, position);
        };
        let shown = match shape {
            Shape::Inline(name)
            | Shape::Block(name)
            | Shape::List(name)
            | Shape::Phrase(name)
            | Shape::Item(name, _)
            | Shape::TablePart(name)
            | Shape::Cell(name) => name,
            Shape::Anchor => "a",
            Shape::Table => "table",
            Shape::Row => "tr",
            Shape::Heading => return self.close_heading(position),
            _ => return,
        };
        let is_it = |raw: Raw| raw.name == shown;
        if !matches!(shape, Shape::Inline(_) | Shape::Anchor | Shape::Cell(_)) {
            self.say("\n");
        }
        let reached = self.sheet.raw().position(is_it);
        if let Some(inner) = reached {
            self.close_raw_told(inner);
            return self.close_raw(1);
        }
        let around = self.sheet.raw_around_paragraph().and_then(|mut raw| raw.position(is_it));
        match around {
            Some(inner) => {
                self.sheet.close_raw_around_paragraph(inner + 1);
                self.end_raw_link();
            }
            None if ends_by_itself(shown) || shown == "a" => {}
            None => self.problem(position, ProblemKind::StrayElementEnd(name.to_owned())),
        }
    }

    fn close_heading(&mut self, position: usize) {
        let heading = self.sheet.raw().position(|raw| matches!(raw.name, "h2" | "h3" | "h4" | "h5" | "h6"));
        match heading {
            Some(inner) => {
                self.close_raw_told(inner);
                self.close_raw(1);
                self.say("\n");
            }
            None => self.problem(position, ProblemKind::StrayElementEnd("h2".to_owned())),
        }
    }

    /// Closes the `count` innermost raw elements, and reports them as unclosed.
    pub(super) fn close_raw_told(&mut self, count: usize) {
        let forgotten: Vec<_> = self.sheet.raw().take(count).filter(|raw| !ends_by_itself(raw.name)).collect();
        for raw in forgotten {
            self.problem(raw.position, ProblemKind::UnclosedElement(raw.name.to_owned()));
        }
        self.close_raw(count);
    }

    fn close_raw(&mut self, count: usize) {
        self.sheet.close_raw(count);
        self.end_raw_link();
    }

    /// Reports the raw elements that end with the enclosing Markdown.
    pub(super) fn tell_unclosed(&mut self, all: bool) {
        let raw: Vec<_> = if all { self.sheet.all_raw().collect() } else { self.sheet.raw().collect() };
        for raw in raw.into_iter().filter(|raw| !ends_by_itself(raw.name)) {
            self.problem(raw.position, ProblemKind::UnclosedElement(raw.name.to_owned()));
        }
    }

    pub(super) fn open_raw(&mut self, name: &'static str, kind: RawKind, open: &str, position: usize) {
        self.sheet.open_raw(Raw { name, kind, position }, open);
    }

    /// Returns ` id="…"` if the element is a link target.
    pub(super) fn id_of(&self, position: usize) -> String {
        self.plan.raw_ids.get(&position).map(|id| format!(" id=\"{id}\"")).unwrap_or_default()
    }

    /// Writes an anchor for an element that is a link target but not shown itself.
    fn place(&mut self, tag: &OpenTag<'_>, position: usize) {
        let id = self.id_of(position);
        if !id.is_empty() && !tag.name.is_empty() {
            self.sheet.push(&["<a", &id, "></a>"]);
        }
    }

    fn unwrapped(&mut self, tag: &OpenTag<'_>, position: usize) {
        let is_box = tag.name == "input" && tag.get("type").is_some_and(|kind| kind.eq_ignore_ascii_case("checkbox"));
        if is_box {
            self.sheet.resume();
            return self.task_mark(tag.given("checked").is_some());
        }
        self.problem(position, ProblemKind::UnwrappedElement(tag.name.clone()));
        self.place(tag, position);
        self.sheet.push(&[" "]);
        self.say_gap();
        if let Some(words) = tag.get("value").or(tag.get("placeholder")).or(tag.get("label")) {
            self.raw_text(&format!(" {words} "), position);
        }
    }

    fn open_inline_tag(&mut self, name: &'static str, tag: &OpenTag<'_>, position: usize) {
        if tag.closes_itself {
            return;
        }
        self.sheet.resume();
        let mut open = format!("<{name}{}", self.id_of(position));
        if let Some(title) = tag.get("title").filter(|_| name == "abbr") {
            open.push_str(" title=\"");
            super::safe_html::escape_into(&mut open, title);
            open.push('"');
        }
        open.push('>');
        self.open_raw(name, RawKind::Inline, &open, position);
    }

    fn open_block(&mut self, name: &'static str, tag: &OpenTag<'_>, position: usize) {
        self.say("\n");
        if !self.sheet.break_line() {
            return self.not_here(tag, position);
        }
        let mut open = format!("<{name}{}", self.id_of(position));
        if name == "details" && tag.given("open").is_some() {
            open.push_str(" open=\"\"");
        }
        if let Some(start) = tag.get("start").filter(|_| name == "ol") {
            open.push_str(&format!(" start=\"{}\"", start.parse::<u32>().unwrap_or(1)));
        }
        if name == "div" && aligns(tag, "center") {
            open.push_str(" class=\"align-center\"");
        } else if name == "div" && aligns(tag, "right") {
            open.push_str(" class=\"align-right\"");
        }
        open.push('>');
        self.open_raw(name, RawKind::Block, &open, position);
    }

    /// Writes a block inside a heading, a link or an emphasis as its text, on a line of its own.
    pub(super) fn not_here(&mut self, tag: &OpenTag<'_>, position: usize) {
        self.problem(position, ProblemKind::UnwrappedElement(tag.name.clone()));
        self.sheet.push(&["<br>\n"]);
        self.say("\n");
    }

    fn open_phrase(&mut self, name: &'static str, tag: &OpenTag<'_>, position: usize) {
        self.say("\n");
        if !self.sheet.break_line() {
            return self.not_here(tag, position);
        }
        let in_details = self.sheet.raw().next().is_some_and(|raw| raw.name == "details");
        let name = if name == "summary" && !in_details { "p" } else { name };
        let id = self.id_of(position);
        let open = match name {
            "pre" => format!("<pre tabindex=\"0\"{id}>"),
            "p" if aligns(tag, "center") => format!("<p class=\"align-center\"{id}>"),
            "p" if aligns(tag, "right") => format!("<p class=\"align-right\"{id}>"),
            name => format!("<{name}{id}>"),
        };
        self.open_raw(name, RawKind::Phrase, &open, position);
    }

    fn open_raw_heading(&mut self, tag: &OpenTag<'_>, position: usize) {
        self.say("\n");
        if !self.sheet.break_line() {
            return self.not_here(tag, position);
        }
        let name = match self.outline.inner_level() {
            ..=2 => "h2",
            3 => "h3",
            4 => "h4",
            5 => "h5",
            _ => "h6",
        };
        let open = format!("<{name}{}>", self.id_of(position));
        self.open_raw(name, RawKind::Phrase, &open, position);
    }

    fn raw_break(&mut self) {
        self.line_break();
        self.say("\n");
    }
}

/// Returns `true` if a token begins a line of text outside of any element.
fn begins_line(token: &Token<'_>) -> bool {
    match token {
        Token::Text(text) => !text.trim().is_empty(),
        Token::Open(tag) if shape(&tag.name) == Some(Shape::Anchor) => tag.get("href").is_some(),
        Token::Open(tag) => is_inline(&tag.name),
        Token::OpenComment => true,
        Token::Close(..) | Token::Comment | Token::Dropped(_) => false,
    }
}

fn is_inline(name: &str) -> bool {
    !matches!(
        shape(name),
        Some(
            Shape::Block(_)
                | Shape::Phrase(_)
                | Shape::Heading
                | Shape::List(_)
                | Shape::Item(..)
                | Shape::Table
                | Shape::TablePart(_)
                | Shape::Row
                | Shape::Cell(_)
                | Shape::Rule
                | Shape::Nothing
                | Shape::LeftOut
        )
    )
}

/// Returns `true` if the elements opened in a line of `tokens` end in it.
fn is_balanced(tokens: &[(usize, Token<'_>)]) -> bool {
    let mut open = 0_usize;
    for (_, token) in tokens {
        match token {
            Token::Open(tag) if !is_inline(&tag.name) => break,
            Token::Open(tag) if matches!(shape(&tag.name), Some(Shape::Inline(_) | Shape::Anchor)) => open += 1,
            Token::Close(name, _) if matches!(shape(name), Some(Shape::Inline(_) | Shape::Anchor)) => {
                open = open.saturating_sub(1);
            }
            _ => {}
        }
    }
    open == 0
}

/// Returns `true` if `event` is part of a line.
pub(super) fn is_part_of_line(event: &Event<'_>) -> bool {
    match event {
        Event::Text(text) => !text.trim().is_empty(),
        Event::Code(_) | Event::InlineMath(_) | Event::DisplayMath(_) | Event::FootnoteReference(_) => true,
        Event::Start(tag) => {
            matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. })
        }
        _ => false,
    }
}
