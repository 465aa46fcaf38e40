//! One event of the Markdown parser after the other, written as HTML.

use pulldown_cmark::{Alignment, BlockQuoteKind, CowStr, Event, HeadingLevel, LinkType, Tag, TagEnd};

use super::autolink;
use super::headings::Heading;
use super::limits::{COLUMNS, cost};
use super::links::{self, Image, Link, Resolved};
use super::plain::words_of_html;
use super::problem::ProblemKind;
use super::render::Render;
use super::sanitise::{self, RawTag};

/// A link whose text is being read.
pub(super) struct OpenLink {
    pub(super) text: String,
    target: String,
    href: Option<String>,
    line: usize,
}

/// The table being written.
#[derive(Default)]
pub(super) struct Table {
    alignments: Vec<Alignment>,
    column: usize,
    in_head: bool,
}

impl Render<'_> {
    /// Writes the event at `at`; the event to go on with.
    pub(super) fn step(&mut self, at: usize) -> usize {
        let events = self.events;
        match &events[at].0 {
            Event::Start(tag) => return self.start(tag, at),
            Event::End(tag) => self.end(*tag),
            Event::Text(words) => self.words(words, at),
            Event::Code(code) | Event::InlineMath(code) | Event::DisplayMath(code) => {
                self.budget.spend(cost::ELEMENT);
                self.sheet.push(&["<code>"]);
                self.sheet.text(code);
                self.sheet.push(&["</code>"]);
                self.say(code);
            }
            Event::Html(html) => self.typed_line(html, at),
            Event::InlineHtml(html) => self.inline_html(html),
            Event::FootnoteReference(label) => self.note_call(label),
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
            Tag::HtmlBlock => cost::RAW_BLOCK,
            Tag::Heading { .. } => cost::HEADING,
            Tag::Link { .. } | Tag::Image { .. } => cost::LINK,
            Tag::FootnoteDefinition(_) => 0,
            _ => cost::ELEMENT,
        });
        match tag {
            Tag::HtmlBlock if !self.options.is_post() => return self.raw_block(at),
            Tag::FootnoteDefinition(_) => return self.notes.after(at),
            Tag::Image { dest_url, title, .. } => return self.image(dest_url, title, at),
            Tag::Link { link_type, dest_url, title, .. } => self.open_link(*link_type, dest_url, title, at),
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
            Tag::Paragraph | Tag::HtmlBlock => self.sheet.open("<p>", "</p>\n"),
            Tag::Heading { level, .. } => self.heading(*level, at),
            Tag::BlockQuote(None) => self.sheet.open_nested("<blockquote>\n", "</blockquote>\n"),
            Tag::BlockQuote(Some(kind)) => self.alert(*kind),
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
                self.sheet.open("<thead><tr>", "</tr></thead>\n<tbody>\n");
            }
            Tag::TableRow => {
                self.table.column = 0;
                self.sheet.open("<tr>", "</tr>\n");
            }
            Tag::TableCell => self.cell(at),
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
        self.sheet.close();
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
        let opens_section = self.sheet.is_flat() && !self.in_note;
        let level = match opens_section {
            true => self.outline.enter(level as u8, &planned.text),
            false => self.outline.inner_level(),
        };
        let (open, close) = match level {
            ..=2 => ("<h2", "</h2>\n"),
            3 => ("<h3", "</h3>\n"),
            4 => ("<h4", "</h4>\n"),
            5 => ("<h5", "</h5>\n"),
            _ => ("<h6", "</h6>\n"),
        };
        self.sheet.push(&[open]);
        self.sheet.attribute("id", &planned.id);
        self.sheet.open(">", close);
        if opens_section {
            self.open_heading_section(Heading { level, id: planned.id, text: planned.text });
            self.in_title = true;
        }
    }

    fn alert(&mut self, kind: BlockQuoteKind) {
        let labels = &self.options.labels;
        let (open, title) = match kind {
            BlockQuoteKind::Note => ("<div class=\"alert alert-note\" role=\"note\">\n", &labels.note),
            BlockQuoteKind::Tip => ("<div class=\"alert alert-tip\" role=\"note\">\n", &labels.tip),
            BlockQuoteKind::Important => ("<div class=\"alert alert-important\" role=\"note\">\n", &labels.important),
            BlockQuoteKind::Warning => ("<div class=\"alert alert-warning\" role=\"note\">\n", &labels.warning),
            BlockQuoteKind::Caution => ("<div class=\"alert alert-caution\" role=\"note\">\n", &labels.caution),
        };
        self.sheet.open_nested(open, "</div>\n");
        if !self.sheet.is_silent() {
            self.sheet.push(&["<p class=\"alert-title\">"]);
            self.sheet.text(title);
            self.sheet.push(&["</p>\n"]);
        }
    }

    fn is_task(&self, at: usize) -> bool {
        let next = |after: usize| self.events.get(at + after).map(|(event, _)| event);
        let marker = if let Some(Event::Start(Tag::Paragraph)) = next(1) { next(2) } else { next(1) };
        matches!(marker, Some(Event::TaskListMarker(_)))
    }

    fn task_mark(&mut self, done: bool) {
        let labels = &self.options.labels;
        let (mark, label) = if done { ("☑", &labels.done) } else { ("☐", &labels.to_do) };
        self.budget.spend(cost::TASK);
        self.sheet.push(&["<span class=\"task-mark\" role=\"img\""]);
        self.sheet.attribute("aria-label", label);
        self.sheet.push(&[">", mark, "</span> "]);
    }

    fn cell(&mut self, at: usize) {
        let column = self.table.column;
        self.table.column += 1;
        if column >= COLUMNS {
            self.sheet.push(&[" "]);
            return self.sheet.open_silent();
        }
        let is_empty = matches!(self.events.get(at + 1), Some((Event::End(TagEnd::TableCell), _)));
        // A heading cell without text would announce a column without a name.
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

    fn words(&mut self, words: &str, at: usize) {
        self.say(words);
        if self.in_code || self.link.is_some() {
            return self.sheet.text(words);
        }
        let mut from = 0;
        for address in autolink::addresses(words) {
            self.budget.spend(cost::LINK);
            self.sheet.text(&words[from..address.start]);
            from = address.end;
            let address = &words[address];
            self.sheet.push(&["<a"]);
            self.sheet.attribute("href", address);
            self.sheet.push(&[">"]);
            self.sheet.text(address);
            self.sheet.push(&["</a>"]);
            let line = self.line(self.events[at].1.start);
            let (target, text) = (address.to_owned(), address.to_owned());
            self.rendered.links.push(Link { href: Some(target.clone()), target, text, line });
        }
        self.sheet.text(&words[from..]);
    }

    fn open_link(&mut self, kind: LinkType, target: &CowStr<'_>, title: &str, at: usize) {
        let target = match kind {
            LinkType::Email => format!("mailto:{target}"),
            _ => target.to_string(),
        };
        let position = self.events[at].1.start;
        let href = self.href(&target, position);
        match &href {
            Some(href) => {
                self.sheet.push(&["<a"]);
                self.sheet.attribute("href", href);
                if !title.is_empty() {
                    self.sheet.attribute("title", title);
                }
                self.sheet.open(">", "</a>");
            }
            None => self.sheet.open_silent(),
        }
        let line = self.line(position);
        self.link = Some(OpenLink { text: String::new(), target, href, line });
    }

    /// Ends the text of a link; one without words shows its address.
    fn name_link(&mut self) {
        let Some(link) = self.link.take() else { return };
        let is_unnamed = link.text.trim().is_empty();
        if is_unnamed && let Some(href) = &link.href {
            self.sheet.text(href);
        }
        let text = if is_unnamed { link.target.clone() } else { link.text };
        self.rendered.links.push(Link { target: link.target, href: link.href, text, line: link.line });
    }

    /// Where a link leads, or nowhere, which is noted.
    fn href(&mut self, target: &str, position: usize) -> Option<String> {
        if let Some(fragment) = target.strip_prefix('#') {
            let own = format!("{}{fragment}", self.options.id_prefix);
            let known = self.plan.ids.contains(&own);
            return match known || self.options.reserved.contains(&fragment) || self.options.is_post() {
                true if known => Some(format!("#{own}")),
                true => links::is_allowed(target).then(|| target.to_owned()),
                false => {
                    self.problem(position, ProblemKind::BrokenAnchor(target.to_owned()));
                    None
                }
            };
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

    /// An image of ours, or a link to one elsewhere: a page fetches nothing from other sites.
    fn image(&mut self, target: &str, title: &str, at: usize) -> usize {
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
        let src = links::resolve_image(target, self.options);
        let described = (!alt.trim().is_empty()).then(|| alt.clone());
        let line = self.line(self.events[at].1.start);
        self.rendered.images.push(Image { target: target.to_owned(), src: src.clone(), alt: described, line });
        match src {
            Some(src) => {
                self.sheet.push(&["<img"]);
                self.sheet.attribute("src", &src);
                self.sheet.attribute("alt", &alt);
                if !title.is_empty() {
                    self.sheet.attribute("title", title);
                }
                self.sheet.push(&[" loading=\"lazy\">"]);
                self.say(&alt);
            }
            None if self.link.is_some() => {
                self.sheet.text(&alt);
                self.say(&alt);
            }
            None => self.image_elsewhere(target, &alt, title, at),
        }
        after
    }

    fn image_elsewhere(&mut self, target: &str, alt: &str, title: &str, at: usize) {
        self.open_link(LinkType::Inline, &target.into(), title, at);
        let is_elsewhere = self.link.as_ref().is_some_and(|link| link.href.is_some());
        if is_elsewhere && !self.options.is_post() {
            self.problem(self.events[at].1.start, ProblemKind::RefusedLink(target.to_owned()));
        }
        self.sheet.text(alt);
        self.say(alt);
        self.name_link();
        self.sheet.close();
    }

    fn note_call(&mut self, label: &str) {
        let Some((number, is_first)) = self.call_note(label) else {
            return self.words_of_call(label);
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

    fn words_of_call(&mut self, label: &str) {
        let words = format!("[^{label}]");
        self.sheet.text(&words);
        self.say(&words);
    }

    fn line_break(&mut self) {
        self.budget.spend(cost::ELEMENT);
        self.sheet.push(&["<br>\n"]);
    }

    /// A line of raw HTML in a post: text like any other.
    fn typed_line(&mut self, html: &str, at: usize) {
        self.sheet.text(html.trim_end_matches(['\n', '\r']));
        self.say(html);
        if let Some((Event::Html(_), _)) = self.events.get(at + 1) {
            self.line_break();
        }
    }

    fn inline_html(&mut self, html: &str) {
        if self.options.is_post() {
            self.sheet.text(html);
            return self.say(html);
        }
        self.budget.spend(cost::ELEMENT);
        match sanitise::raw_inline(html) {
            Some(RawTag::Open(name)) => self.sheet.open_raw(name),
            Some(RawTag::Close(name)) => self.sheet.close_raw(name),
            Some(RawTag::Break) => self.line_break(),
            None => {}
        }
    }

    /// A block of raw HTML in an article.
    fn raw_block(&mut self, at: usize) -> usize {
        let after = self.after_block(at);
        let lines = self.events[at..after].iter().filter_map(|(event, _)| match event {
            Event::Html(line) | Event::Text(line) => Some(&**line),
            _ => None,
        });
        let raw: String = lines.collect();
        match sanitise::clean_raw_block(&raw) {
            Some(html) if html.trim().is_empty() => {}
            Some(html) => {
                self.sheet.push(&[html.trim(), "\n"]);
                self.say("\n");
                self.say(&words_of_html(&html));
                self.say("\n");
            }
            None => {
                self.problem(self.events[at].1.start, ProblemKind::TooComplex);
                self.as_typed(&raw);
            }
        }
        after
    }

    /// The event after the raw block that begins at `at`.
    pub(super) fn after_block(&self, at: usize) -> usize {
        let end = self.events[at..].iter().position(|(event, _)| matches!(event, Event::End(TagEnd::HtmlBlock)));
        end.map_or(self.events.len(), |end| at + end + 1)
    }

    /// Shows text as its author typed it.
    pub(super) fn as_typed(&mut self, text: &str) {
        self.sheet.push(&[&sanitise::as_typed(text)]);
        self.say("\n");
        self.say(text);
        self.say("\n");
    }
}
