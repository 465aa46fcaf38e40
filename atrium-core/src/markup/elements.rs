//! The sheet that rendering writes on: HTML and the elements open in it, always closed in order and never too deep.

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

/// Something begun by the Markdown, with what ends it.
#[derive(Clone, Copy)]
enum Frame {
    Element(&'static str),
    NestedBlock(&'static str),
    Inline(&'static str),
    /// Begun by a raw tag of an article; ends with whatever it stands in, at the latest.
    Raw(&'static str),
    /// Begun, and not shown.
    Silent,
}

impl Sheet {
    /// Begins an element, with its opening and closing HTML.
    pub(super) fn open(&mut self, open: &str, close: &'static str) {
        self.html.push_str(open);
        self.frames.push(Frame::Element(close));
    }

    /// Begins a quote or a list, unless it is too deep.
    pub(super) fn open_nested(&mut self, open: &str, close: &'static str) {
        if self.nested_blocks >= NESTED_BLOCKS {
            return self.open_silent();
        }
        self.nested_blocks += 1;
        self.html.push_str(open);
        self.frames.push(Frame::NestedBlock(close));
    }

    /// Begins an emphasis, unless it is too deep.
    pub(super) fn open_inline(&mut self, open: &str, close: &'static str) {
        if self.nested_inlines >= NESTED_INLINES {
            return self.open_silent();
        }
        self.nested_inlines += 1;
        self.html.push_str(open);
        self.frames.push(Frame::Inline(close));
    }

    /// Begins something that is not shown; what is in it is.
    pub(super) fn open_silent(&mut self) {
        self.frames.push(Frame::Silent);
    }

    /// Begins a raw element inside a line.
    pub(super) fn open_raw(&mut self, name: &'static str) {
        if self.nested_inlines < NESTED_INLINES {
            self.nested_inlines += 1;
            self.push(&["<", name, ">"]);
            self.frames.push(Frame::Raw(name));
        }
    }

    /// Ends a raw element, if it was begun in the same place.
    pub(super) fn close_raw(&mut self, name: &str) {
        let raw = self.frames.iter().rev().map_while(|frame| match frame {
            Frame::Raw(open) => Some(*open),
            _ => None,
        });
        let Some(inner) = raw.enumerate().find(|(_, open)| *open == name).map(|(inner, _)| inner) else { return };
        for _ in 0..=inner {
            self.close_frame();
        }
    }

    /// Ends what the Markdown began last, and the raw elements in it.
    pub(super) fn close(&mut self) {
        while let Some(Frame::Raw(_)) = self.frames.last() {
            self.close_frame();
        }
        self.close_frame();
    }

    fn close_frame(&mut self) {
        match self.frames.pop() {
            Some(Frame::Element(close)) => self.html.push_str(close),
            Some(Frame::NestedBlock(close)) => {
                self.nested_blocks -= 1;
                self.html.push_str(close);
            }
            Some(Frame::Inline(close)) => {
                self.nested_inlines -= 1;
                self.html.push_str(close);
            }
            Some(Frame::Raw(name)) => {
                self.nested_inlines -= 1;
                self.push(&["</", name, ">"]);
            }
            Some(Frame::Silent) | None => {}
        }
    }

    /// Ends everything, and takes the HTML.
    pub(super) fn finish(&mut self) -> String {
        while !self.frames.is_empty() {
            self.close_frame();
        }
        std::mem::take(&mut self.html)
    }

    /// Writes HTML that stands by itself.
    pub(super) fn push(&mut self, pieces: &[&str]) {
        self.html.extend(pieces.iter().copied());
    }

    /// Writes text.
    pub(super) fn text(&mut self, text: &str) {
        escape_text_into(&mut self.html, text);
    }

    /// Writes ` name="value"` inside a tag that is being written.
    pub(super) fn attribute(&mut self, name: &str, value: &str) {
        self.push(&[" ", name, "=\""]);
        escape_into(&mut self.html, value);
        self.push(&["\""]);
    }

    /// Is nothing open?
    pub(super) fn is_flat(&self) -> bool {
        self.frames.is_empty()
    }

    /// Was what was begun last not shown?
    pub(super) fn is_silent(&self) -> bool {
        matches!(self.frames.last(), Some(Frame::Silent))
    }

    /// How much is written.
    pub(super) fn len(&self) -> usize {
        self.html.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_elements_end_with_what_they_stand_in() {
        let mut sheet = Sheet::default();
        sheet.open("<p>", "</p>");
        sheet.open_raw("b");
        sheet.open_raw("kbd");
        sheet.close_raw("b");
        sheet.close_raw("b");
        sheet.open_raw("i");
        sheet.close();
        assert!(sheet.is_flat());
        assert_eq!(sheet.finish(), "<p><b><kbd></kbd></b><i></i></p>");
    }

    #[test]
    fn depth_is_capped() {
        let mut sheet = Sheet::default();
        (0..1_000).for_each(|_| sheet.open_nested("<ul>", "</ul>"));
        (0..1_000).for_each(|_| sheet.open_inline("<em>", "</em>"));
        let html = sheet.finish();
        assert_eq!(html.matches("<ul>").count(), NESTED_BLOCKS);
        assert_eq!(html.matches("</em>").count(), NESTED_INLINES);
    }
}
