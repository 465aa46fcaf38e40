//! The output of rendering: HTML and the elements open in it, always closed in order and never nested too deep.

use super::limits::{NESTED_BLOCKS, NESTED_INLINES};
use super::safe_html::{escape_into, escape_text_into};

/// HTML being written.
#[derive(Default)]
pub(super) struct Sheet {
    html: String,
    frames: Vec<Frame>,
    nested_blocks: usize,
    nested_inlines: usize,
}

/// An open element, with its closing tag.
#[derive(Clone, Copy)]
enum Frame {
    /// An element of the Markdown that holds blocks.
    Element(&'static str),
    /// A paragraph of the Markdown; raw blocks interrupt it.
    Paragraph {
        is_open: bool,
    },
    NestedBlock(&'static str),
    /// An element of the Markdown that cannot hold blocks.
    Phrase(&'static str),
    Inline(&'static str),
    /// Begun by a raw tag of an article; ends with the enclosing Markdown at the latest.
    Raw(Raw),
    /// Open, but not shown.
    Silent,
}

/// A raw element that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Raw {
    /// Its name on the page.
    pub(super) name: &'static str,
    pub(super) kind: RawKind,
    /// The position in the text where it began.
    pub(super) position: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RawKind {
    /// Part of a line.
    Inline,
    /// Holds blocks.
    Block,
    /// Holds parts of a line: a paragraph, a heading.
    Phrase,
    /// A part of a list or table, bounded by the enclosing element.
    Part,
    /// Counted but not shown, since it is nested too deep.
    Silent,
}

impl Sheet {
    /// Opens an element with its opening and closing HTML.
    pub(super) fn open(&mut self, open: &str, close: &'static str) {
        self.html.push_str(open);
        self.frames.push(Frame::Element(close));
    }

    /// Reopens the table cell that ended last, since browsers move text beside the cells of a row out of the table.
    pub(super) fn reopen_cell(&mut self) {
        let Some(close) = ["</td>", "</th>"].into_iter().find(|close| self.html.ends_with(close)) else {
            return self.open_silent();
        };
        self.html.truncate(self.html.len() - close.len());
        self.html.push(' ');
        self.frames.push(Frame::Element(close));
    }

    /// Opens an element that cannot hold blocks: a heading, a link.
    pub(super) fn open_phrase(&mut self, open: &str, close: &'static str) {
        self.html.push_str(open);
        self.frames.push(Frame::Phrase(close));
    }

    /// Opens a paragraph.
    pub(super) fn open_paragraph(&mut self) {
        self.html.push_str("<p>");
        self.frames.push(Frame::Paragraph { is_open: true });
    }

    /// Reopens a paragraph that a raw block interrupted.
    pub(super) fn resume(&mut self) {
        if let Some(Frame::Paragraph { is_open }) = self.frames.last_mut()
            && !*is_open
        {
            *is_open = true;
            self.html.push_str("<p>");
        }
    }

    /// Opens a quote or a list, unless it is nested too deep.
    pub(super) fn open_nested(&mut self, open: &str, close: &'static str) {
        if self.nested_blocks >= NESTED_BLOCKS {
            return self.open_silent();
        }
        self.nested_blocks += 1;
        self.html.push_str(open);
        self.frames.push(Frame::NestedBlock(close));
    }

    /// Opens an emphasis, unless it is nested too deep.
    pub(super) fn open_inline(&mut self, open: &str, close: &'static str) {
        if self.nested_inlines >= NESTED_INLINES {
            return self.open_silent();
        }
        self.nested_inlines += 1;
        self.html.push_str(open);
        self.frames.push(Frame::Inline(close));
    }

    /// Opens an element that is not shown; its content is.
    pub(super) fn open_silent(&mut self) {
        self.frames.push(Frame::Silent);
    }

    /// Opens a raw element with the opening tag `open`, unless it is nested too deep.
    pub(super) fn open_raw(&mut self, mut raw: Raw, open: &str) {
        if self.frames.len() >= 8 * NESTED_BLOCKS {
            return;
        }
        let nested = match raw.kind {
            RawKind::Inline => &mut self.nested_inlines,
            _ => &mut self.nested_blocks,
        };
        let limit = if raw.kind == RawKind::Inline { NESTED_INLINES } else { NESTED_BLOCKS };
        if raw.kind == RawKind::Part || *nested < limit {
            *nested += usize::from(raw.kind != RawKind::Part);
            self.html.push_str(open);
        } else {
            raw.kind = RawKind::Silent;
        }
        self.frames.push(Frame::Raw(raw));
    }

    /// Returns the raw elements opened since the Markdown last opened an element, innermost first.
    pub(super) fn raw(&self) -> impl Iterator<Item = Raw> {
        self.frames.iter().rev().map_while(|frame| match frame {
            Frame::Raw(raw) => Some(*raw),
            _ => None,
        })
    }

    /// Returns every open raw element.
    pub(super) fn all_raw(&self) -> impl Iterator<Item = Raw> {
        self.frames.iter().filter_map(|frame| match frame {
            Frame::Raw(raw) => Some(*raw),
            _ => None,
        })
    }

    /// Closes the `count` innermost raw elements.
    pub(super) fn close_raw(&mut self, count: usize) {
        for _ in 0..count {
            self.close_frame();
        }
    }

    /// Returns the raw elements around the innermost frame if that is a paragraph of the Markdown.
    pub(super) fn raw_around_paragraph(&self) -> Option<impl Iterator<Item = Raw>> {
        let (last, around) = self.frames.split_last()?;
        matches!(last, Frame::Paragraph { .. }).then(|| {
            around.iter().rev().map_while(|frame| match frame {
                Frame::Raw(raw) => Some(*raw),
                _ => None,
            })
        })
    }

    /// Closes the paragraph and the `count` raw elements around it. The Markdown may reopen the paragraph.
    pub(super) fn close_raw_around_paragraph(&mut self, count: usize) {
        self.close_frame();
        self.close_raw(count);
        self.frames.push(Frame::Paragraph { is_open: false });
    }

    /// Makes room for a block by closing paragraphs. Returns `false` if a block cannot be here.
    pub(super) fn break_line(&mut self) -> bool {
        loop {
            match self.frames.last_mut() {
                Some(Frame::Paragraph { is_open }) => {
                    if std::mem::take(is_open) {
                        self.end_paragraph();
                    }
                    return true;
                }
                Some(Frame::Raw(Raw { kind: RawKind::Phrase, name: "p", .. })) => self.close_frame(),
                Some(Frame::Raw(Raw { kind: RawKind::Phrase, .. }) | Frame::Inline(_) | Frame::Phrase(_)) => {
                    return false;
                }
                Some(Frame::Raw(Raw { kind: RawKind::Inline, .. })) => {
                    let below = self.frames.iter().rev().find(|frame| {
                        !matches!(
                            frame,
                            Frame::Silent | Frame::Raw(Raw { kind: RawKind::Inline | RawKind::Silent, .. })
                        )
                    });
                    match below {
                        Some(Frame::Paragraph { .. } | Frame::Raw(Raw { kind: RawKind::Phrase, .. })) => {
                            self.close_frame()
                        }
                        Some(Frame::Inline(_) | Frame::Phrase(_)) => return false,
                        _ => return true,
                    }
                }
                Some(Frame::Silent) => return false,
                _ => return true,
            }
        }
    }

    /// Writes the end of a paragraph, or removes its beginning if it is empty.
    fn end_paragraph(&mut self) {
        self.html.truncate(self.html.trim_end_matches(' ').trim_end_matches('\n').len());
        if self.html.ends_with("<p>") {
            self.html.truncate(self.html.len() - 3);
        } else {
            self.html.push_str("</p>\n");
        }
    }

    /// Closes the last element opened by the Markdown, and the raw elements in it.
    pub(super) fn close(&mut self) {
        while let Some(Frame::Raw(_)) = self.frames.last() {
            self.close_frame();
        }
        self.close_frame();
    }

    fn close_frame(&mut self) {
        match self.frames.pop() {
            Some(Frame::Element(close) | Frame::Phrase(close)) => self.html.push_str(close),
            Some(Frame::Paragraph { is_open: true }) => self.end_paragraph(),
            Some(Frame::NestedBlock(close)) => {
                self.nested_blocks -= 1;
                self.html.push_str(close);
            }
            Some(Frame::Inline(close)) => {
                self.nested_inlines -= 1;
                self.html.push_str(close);
            }
            Some(Frame::Raw(raw)) => self.end_raw(raw),
            Some(Frame::Silent | Frame::Paragraph { is_open: false }) | None => {}
        }
    }

    fn end_raw(&mut self, raw: Raw) {
        match raw.kind {
            RawKind::Inline => self.nested_inlines -= 1,
            RawKind::Block | RawKind::Phrase => self.nested_blocks -= 1,
            RawKind::Part => {}
            RawKind::Silent => return,
        }
        match raw.name {
            "p" => return self.end_paragraph(),
            "table" => return self.push(&["</table></div>\n"]),
            name => self.push(&["</", name, ">"]),
        }
        if raw.kind != RawKind::Inline {
            self.push(&["\n"]);
        }
    }

    /// Closes every element, and returns the HTML.
    pub(super) fn finish(&mut self) -> String {
        while !self.frames.is_empty() {
            self.close_frame();
        }
        std::mem::take(&mut self.html)
    }

    /// Writes complete HTML.
    pub(super) fn push(&mut self, pieces: &[&str]) {
        self.html.extend(pieces.iter().copied());
    }

    /// Writes text.
    pub(super) fn text(&mut self, text: &str) {
        escape_text_into(&mut self.html, text);
    }

    /// Writes ` name="value"` inside an open tag.
    pub(super) fn attribute(&mut self, name: &str, value: &str) {
        self.push(&[" ", name, "=\""]);
        escape_into(&mut self.html, value);
        self.push(&["\""]);
    }

    /// Returns `true` if no element is open.
    #[cfg(test)]
    pub(super) fn is_flat(&self) -> bool {
        self.frames.is_empty()
    }

    /// Returns `true` if a heading here opens a section: only `div` elements are open.
    pub(super) fn opens_sections(&self) -> bool {
        self.frames.iter().all(|frame| matches!(frame, Frame::Raw(Raw { name: "div", .. })))
    }

    /// Returns `true` if text here needs a paragraph of its own.
    pub(super) fn is_bare(&self) -> bool {
        matches!(self.frames.last(), None | Some(Frame::Raw(Raw { name: "details", .. })))
    }

    /// Returns `true` if the innermost element is not shown.
    pub(super) fn is_silent(&self) -> bool {
        matches!(self.frames.last(), Some(Frame::Silent))
    }

    /// Returns the number of bytes written.
    pub(super) fn len(&self) -> usize {
        self.html.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(name: &'static str, kind: RawKind) -> Raw {
        Raw { name, kind, position: 0 }
    }

    #[test]
    fn raw_elements_end_with_what_they_stand_in() {
        let mut sheet = Sheet::default();
        sheet.open_paragraph();
        sheet.open_raw(raw("b", RawKind::Inline), "<b>");
        sheet.open_raw(raw("kbd", RawKind::Inline), "<kbd>");
        assert_eq!(sheet.raw().map(|raw| raw.name).collect::<Vec<_>>(), ["kbd", "b"]);
        sheet.close_raw(2);
        sheet.open_raw(raw("i", RawKind::Inline), "<i>");
        sheet.close();
        assert!(sheet.is_flat());
        assert_eq!(sheet.finish(), "<p><b><kbd></kbd></b><i></i></p>\n");
    }

    #[test]
    fn blocks_interrupt_a_paragraph() {
        let mut sheet = Sheet::default();
        sheet.open_paragraph();
        sheet.text("a");
        assert!(sheet.break_line());
        sheet.open_raw(raw("div", RawKind::Block), "<div>");
        sheet.close_raw(1);
        sheet.resume();
        sheet.text("b");
        sheet.close();
        assert_eq!(sheet.finish(), "<p>a</p>\n<div></div>\n<p>b</p>\n");
        sheet.open_phrase("<h2>", "</h2>");
        assert!(!sheet.break_line());
    }

    #[test]
    fn depth_is_capped() {
        let mut sheet = Sheet::default();
        (0..1_000).for_each(|_| sheet.open_nested("<ul>", "</ul>"));
        (0..1_000).for_each(|_| sheet.open_inline("<em>", "</em>"));
        (0..1_000).for_each(|_| sheet.open_raw(raw("div", RawKind::Block), "<div>"));
        let html = sheet.finish();
        assert_eq!(html.matches("<ul>").count(), NESTED_BLOCKS);
        assert_eq!(html.matches("</em>").count(), NESTED_INLINES);
        assert_eq!(html.matches("</div>").count(), 0);
    }
}
