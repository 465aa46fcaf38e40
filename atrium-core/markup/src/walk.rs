//! Writes the events of the Markdown parser as HTML, one by one.

use pulldown_cmark::{Alignment, BlockQuoteKind, Event, HeadingLevel, Tag, TagEnd};

use super::headings::Heading;
use super::limits::{COLUMNS, cost};
use super::plain::excerpt;
use super::problem::ProblemKind;
use super::raw_elements::is_part_of_line;
use super::render::Render;

/// The table being written.
#[derive(Default)]
pub(super) struct Table {
    alignments: Vec<Alignment>,
    column: usize,
    in_head: bool,
    /// The end of the row in the text.
    row_end: usize,
}

impl Render<'_> {
    /// Writes the event at `at`; returns the event to continue with.
    pub(super) fn step(&mut self, at: usize) -> usize {
        let events = self.events;
        if is_part_of_line(&events[at].0) {
            self.sheet.resume();
        }
        match &events[at].0 {
            Event::Start(tag) => return self.start(tag, at),
            Event::End(tag) => {
                if let TagEnd::TableCell = tag {
                    self.rest_of_row(at);
                }
                self.end(*tag);
            }
            Event::Text(words) => return self.words(words, at),
            Event::InlineMath(math) => self.typed(&format!("${math}$")),
            Event::DisplayMath(math) => self.typed(&format!("$${math}$$")),
            Event::Code(code) => {
                self.budget.spend(cost::ELEMENT);
                self.sheet.push(&["<code>"]);
                self.sheet.text(code);
                self.sheet.push(&["</code>"]);
                self.say(code);
            }
            Event::Html(html) => self.typed_line(html, at),
            Event::InlineHtml(html) => return self.inline_html(html, at),
            Event::FootnoteReference(label) => self.note_call(label, at),
            Event::SoftBreak if !self.options.is_post() => {
                self.sheet.push(&["\n"]);
                self.say(" ");
            }
            Event::SoftBreak | Event::HardBreak => {
                self.line_break();
                self.say("\n");
            }
            Event::Rule => {
                self.budget.spend(cost::ELEMENT);
                self.sheet.push(&["<hr>\n"]);
                self.say("\n");
            }
            Event::TaskListMarker(done) => self.task_mark(*done),
        }
        at + 1
    }

    fn start(&mut self, tag: &Tag<'_>, at: usize) -> usize {
        self.budget.spend(match tag {
            Tag::Heading { .. } => cost::HEADING,
            Tag::Link { .. } | Tag::Image { .. } => cost::LINK,
            Tag::FootnoteDefinition(_) => 0,
            _ => cost::ELEMENT,
        });
        match tag {
            Tag::HtmlBlock if !self.options.is_post() => return self.raw_block(at),
            Tag::FootnoteDefinition(label) => match self.notes.after(at) {
                Some(after) => return after,
                None => {
                    self.sheet.open_silent();
                    self.typed(&format!("[^{label}]: "));
                }
            },
            Tag::Image { dest_url, title, .. } => return self.image(dest_url, title, at),
            Tag::Link { link_type, dest_url, title, .. } => {
                self.open_link(*link_type, dest_url, title, self.events[at].1.start);
            }
            Tag::Emphasis => self.sheet.open_inline("<em>", "</em>"),
            Tag::Strong => self.sheet.open_inline("<strong>", "</strong>"),
            Tag::Strikethrough => self.sheet.open_inline("<del>", "</del>"),
            block => {
                self.say("\n");
                self.start_block(block, at);
            }
        }
        at + 1
    }

    fn start_block(&mut self, tag: &Tag<'_>, at: usize) {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.sheet.open_paragraph(),
            Tag::Heading { level, .. } => self.heading(*level, at),
            Tag::BlockQuote(None) => self.sheet.open_nested("<blockquote>\n", "</blockquote>\n"),
            Tag::BlockQuote(Some(kind)) => self.alert(*kind, at),
            Tag::CodeBlock(_) => {
                self.in_code = true;
                self.sheet.open("<pre tabindex=\"0\"><code>", "</code></pre>\n");
            }
            Tag::List(None) => self.sheet.open_nested("<ul>\n", "</ul>\n"),
            Tag::List(Some(1)) => self.sheet.open_nested("<ol>\n", "</ol>\n"),
            Tag::List(Some(first)) => self.sheet.open_nested(&format!("<ol start=\"{first}\">\n"), "</ol>\n"),
            Tag::Item if self.sheet.is_silent() => {
                self.sheet.push(&["\n"]);
                self.sheet.open_silent();
            }
            Tag::Item if self.is_task(at) => self.sheet.open("<li class=\"task\">", "</li>\n"),
            Tag::Item => self.sheet.open("<li>", "</li>\n"),
            Tag::Table(alignments) => {
                self.table = Table { alignments: alignments.clone(), ..Table::default() };
                self.sheet.push(&["<div class=\"table\" role=\"group\" tabindex=\"0\""]);
                self.sheet.attribute("aria-label", &self.options.labels.table);
                self.sheet.open("><table>\n", "</tbody></table></div>\n");
            }
            Tag::TableHead => {
                self.table.in_head = true;
                self.table.row_end = self.events[at].1.end;
                self.sheet.open("<thead><tr>", "</tr></thead>\n<tbody>\n");
            }
            Tag::TableRow => {
                self.table.column = 0;
                self.table.row_end = self.events[at].1.end;
                self.sheet.open("<tr>", "</tr>\n");
            }
            Tag::TableCell => self.cell(at),
            Tag::DefinitionList => self.sheet.open_nested("<dl>\n", "</dl>\n"),
            Tag::DefinitionListTitle if !self.sheet.is_silent() => self.sheet.open_phrase("<dt>", "</dt>\n"),
            Tag::DefinitionListDefinition if !self.sheet.is_silent() => self.sheet.open("<dd>", "</dd>\n"),
            // Syntax that `parser_options` does not enable, and what `start` wrote.
            _ => self.sheet.open_silent(),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Link => self.name_link(),
            TagEnd::CodeBlock => self.in_code = false,
            TagEnd::TableHead => self.table.in_head = false,
            TagEnd::TableCell => self.say(" "),
            TagEnd::Heading(_) => self.in_title = false,
            _ => {}
        }
        self.tell_unclosed(false);
        self.sheet.close();
        self.end_raw_link();
        let is_block = !matches!(
            tag,
            TagEnd::Link | TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::TableCell
        );
        if is_block {
            self.say("\n");
        }
    }

    fn heading(&mut self, level: HeadingLevel, at: usize) {
        let Some(planned) = self.plan.headings.get(&at).cloned() else { return self.sheet.open_silent() };
        let opens_section = self.sheet.opens_sections() && !self.in_note;
        let level =
            if opens_section { self.outline.enter(level as u8, &planned.text) } else { self.outline.inner_level() };
        let (open, close) = match level {
            ..=2 => ("<h2", "</h2>\n"),
            3 => ("<h3", "</h3>\n"),
            4 => ("<h4", "</h4>\n"),
            5 => ("<h5", "</h5>\n"),
            _ => ("<h6", "</h6>\n"),
        };
        self.sheet.push(&[open]);
        self.sheet.attribute("id", &planned.id);
        self.sheet.open_phrase(">", close);
        if opens_section {
            self.open_heading_section(Heading { level, id: planned.id, text: planned.text });
            self.in_title = true;
        }
    }

    fn alert(&mut self, kind: BlockQuoteKind, at: usize) {
        let labels = &self.options.labels;
        let (open, title) = match kind {
            BlockQuoteKind::Note => ("<div class=\"alert alert-note\" role=\"note\">\n", &labels.note),
            BlockQuoteKind::Tip => ("<div class=\"alert alert-tip\" role=\"note\">\n", &labels.tip),
            BlockQuoteKind::Important => ("<div class=\"alert alert-important\" role=\"note\">\n", &labels.important),
            BlockQuoteKind::Warning => ("<div class=\"alert alert-warning\" role=\"note\">\n", &labels.warning),
            BlockQuoteKind::Caution => ("<div class=\"alert alert-caution\" role=\"note\">\n", &labels.caution),
        };
        let own = self.titles.get(&self.line_index(self.events[at].1.start)).cloned();
        self.sheet.open_nested(open, "</div>\n");
        if !self.sheet.is_silent() {
            self.sheet.push(&["<p class=\"alert-title\">"]);
            self.sheet.text(own.as_deref().unwrap_or(title));
            self.sheet.push(&["</p>\n"]);
        }
        if let Some(own) = own {
            self.say(&own);
            self.say("\n");
        }
    }

    fn is_task(&self, at: usize) -> bool {
        let next = |after: usize| self.events.get(at + after).map(|(event, _)| event);
        let marker = if let Some(Event::Start(Tag::Paragraph)) = next(1) { next(2) } else { next(1) };
        matches!(marker, Some(Event::TaskListMarker(_)))
    }

    pub(super) fn task_mark(&mut self, done: bool) {
        let labels = &self.options.labels;
        let (mark, label) = if done { ("☑", &labels.done) } else { ("☐", &labels.to_do) };
        self.budget.spend(cost::TASK);
        self.sheet.push(&["<span class=\"task-mark\" role=\"img\""]);
        self.sheet.attribute("aria-label", label);
        self.sheet.push(&[">", mark, "</span> "]);
    }

    /// Shows the cells of a row beyond the last column in its last cell.
    fn rest_of_row(&mut self, at: usize) {
        let is_last = matches!(self.events.get(at + 1), Some((Event::End(TagEnd::TableRow), _)));
        let range = self.events[at].1.end..self.table.row_end;
        let rest = if is_last { self.source.get(range.clone()).unwrap_or_default() } else { "" };
        let rest = rest.trim().trim_matches('|').trim();
        if !rest.is_empty() {
            self.problem(range.start, ProblemKind::ExcessCells(excerpt(rest, 40)));
            self.plain_words(&format!(" | {rest}"), range.start);
        }
    }

    fn cell(&mut self, at: usize) {
        let column = self.table.column;
        self.table.column += 1;
        let is_empty = matches!(self.events.get(at + 1), Some((Event::End(TagEnd::TableCell), _)));
        if column >= COLUMNS {
            return if is_empty { self.sheet.open_silent() } else { self.sheet.reopen_cell() };
        }
        // A heading cell without text would be announced as a column without a name.
        let (open, close) =
            if self.table.in_head && !is_empty { ("<th scope=\"col\"", "</th>") } else { ("<td", "</td>") };
        let class = match self.table.alignments.get(column) {
            Some(Alignment::Center) => " class=\"align-center\">",
            Some(Alignment::Right) => " class=\"align-right\">",
            _ => ">",
        };
        self.sheet.push(&[open]);
        self.sheet.open(class, close);
    }

    fn note_call(&mut self, label: &str, at: usize) {
        let Some((number, is_first)) = self.call_note(label) else {
            self.problem(self.events[at].1.start, ProblemKind::UndefinedNote(label.to_owned()));
            return self.typed(&format!("[^{label}]"));
        };
        self.budget.spend(cost::NOTE);
        if self.link.is_some() {
            return self.sheet.push(&[&format!("<sup class=\"footnote\">{number}</sup>")]);
        }
        let prefix = &self.options.id_prefix;
        let id = if is_first { format!(" id=\"{prefix}appel:{number}\"") } else { String::new() };
        let html = format!("<sup class=\"footnote\"><a href=\"#{prefix}note:{number}\"{id}>{number}</a></sup>");
        self.sheet.push(&[&html]);
    }

    /// Writes plain text.
    pub(super) fn typed(&mut self, words: &str) {
        self.sheet.text(words);
        self.say(words);
    }

    pub(super) fn line_break(&mut self) {
        self.budget.spend(cost::ELEMENT);
        self.sheet.push(&["<br>\n"]);
    }

    /// Writes a line of raw HTML of a post as text.
    fn typed_line(&mut self, html: &str, at: usize) {
        self.sheet.text(html.trim_end_matches(['\n', '\r']));
        self.say(html);
        if let Some((Event::Html(_), _)) = self.events.get(at + 1) {
            self.line_break();
        }
    }
}
