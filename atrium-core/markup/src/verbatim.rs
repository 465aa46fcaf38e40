//! Follows fenced code and HTML comments line by line, before the Markdown is read: what stands in them is no mark.
//!
//! A first guess, made without reading Markdown. [`super::passages`] checks it against what the parser found.

use super::fences::Margin;

/// Where the lines of a text are code or comment.
pub(super) struct Verbatim<'a> {
    text: &'a str,
    code: Option<Code>,
    /// The first lines of code that ended with what it stood in, without a mark.
    left: Vec<usize>,
    comment_end: usize,
    /// No comment that begins here or later ends.
    endless_from: usize,
}

struct Code {
    mark: char,
    length: usize,
    margin: Margin,
    /// Columns that a line must have to be in the list item that the code is in.
    floor: usize,
    line: usize,
}

impl<'a> Verbatim<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { text, code: None, left: Vec::new(), comment_end: 0, endless_from: usize::MAX }
    }

    /// Is the line that begins at `start` code or comment, or does it open or close them? Lines are asked in order.
    pub(super) fn holds(&mut self, number: usize, start: usize, line: &str) -> bool {
        if start < self.comment_end {
            return true;
        }
        let (margin, rest) = Margin::of(line);
        if let Some(code) = &self.code {
            if !code.is_left(margin, rest) {
                if code.ends(margin, rest) {
                    self.code = None;
                }
                return true;
            }
            self.left.push(code.line);
            self.code = None;
        }
        if let Some((mark, length)) = opening(rest) {
            let floor = if margin.is_item { margin.columns } else { margin.columns.saturating_sub(3) };
            self.code = Some(Code { mark, length, margin, floor, line: number });
            return true;
        }
        self.comment(start, line, margin)
    }

    /// Does the line begin with a comment, to its end at least?
    fn comment(&mut self, start: usize, line: &str, margin: Margin) -> bool {
        let Some(at) = line.find("<!--").filter(|at| line[..*at].matches('`').count().is_multiple_of(2)) else {
            return false;
        };
        let begins = at == margin.length;
        let from = start + at + 4;
        if from >= self.endless_from {
            return false;
        }
        let Some(end) = self.text[from..].find("-->").map(|found| from + found + 3) else {
            self.endless_from = from;
            return false;
        };
        let is_block = begins && margin.quotes == 0 && !margin.is_item && margin.columns < 4;
        if !is_block && has_blank_line(&self.text[from..end]) {
            return false;
        }
        let line_end = start + line.len();
        if end < line_end {
            return begins && self.text[end..line_end].trim().is_empty();
        }
        self.comment_end = end;
        begins
    }

    /// Returns the lines on which code began that has no end, or only that of what it stands in.
    pub(super) fn unclosed(&mut self) -> Vec<usize> {
        let mut lines = std::mem::take(&mut self.left);
        lines.extend(self.code.as_ref().map(|code| code.line));
        lines
    }

    /// Returns the line on which the code began that the last line is in; the largest number for a comment.
    pub(super) fn code_line(&self) -> usize {
        self.code.as_ref().map_or(usize::MAX, |code| code.line)
    }

    /// Takes what is open for text; the line on which code began that ends so.
    pub(super) fn forget(&mut self) -> Option<usize> {
        self.comment_end = 0;
        self.code.take().map(|code| code.line)
    }
}

impl Code {
    /// Does this line stand outside the quote or the list item that the code is in?
    fn is_left(&self, margin: Margin, rest: &str) -> bool {
        margin.quotes < self.margin.quotes
            || (self.margin.quotes == 0 && !rest.is_empty() && columns(margin) < self.floor)
    }

    fn ends(&self, margin: Margin, rest: &str) -> bool {
        let run = rest.chars().take_while(|c| *c == self.mark).count();
        run >= self.length
            && rest[run..].trim().is_empty()
            && !margin.is_item
            && margin.quotes == self.margin.quotes
            && margin.columns <= self.margin.columns + 3
    }
}

/// Returns a list marker is text of a line that is not in the item.
fn columns(margin: Margin) -> usize {
    if margin.is_item { 0 } else { margin.columns }
}

fn has_blank_line(text: &str) -> bool {
    let mut lines = text.split('\n');
    lines.next();
    lines.any(|line| line.trim().is_empty())
}

/// Returns the mark of fenced code that begins with this text, and its length.
fn opening(rest: &str) -> Option<(char, usize)> {
    let mark = rest.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = rest.chars().take_while(|c| *c == mark).count();
    (length >= 3 && !(mark == '`' && rest[length..].contains('`'))).then_some((mark, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(text: &str) -> Vec<usize> {
        let mut verbatim = Verbatim::of(text);
        let mut start = 0;
        let mut held = Vec::new();
        for (number, line) in text.split_inclusive('\n').enumerate() {
            if verbatim.holds(number, start, line) {
                held.push(number);
            }
            start += line.len();
        }
        held
    }

    #[test]
    fn code_ends_with_its_mark_or_with_what_it_stands_in() {
        assert_eq!(held("a\n```\nb\n~~~\n```\nc\n"), [1, 2, 3, 4]);
        assert_eq!(held("````\n```\n````\na\n"), [0, 1, 2]);
        assert_eq!(held("> ```\n> a\nb\n"), [0, 1]);
        assert_eq!(held("- ```\n  a\nb\n"), [0, 1]);
        assert_eq!(held("``` a `b`\nc\n"), [0_usize; 0]);
    }

    #[test]
    fn comments_end_somewhere() {
        assert_eq!(held("<!-- a -->\nb\n<!--\n\nc\n-->\nd\n"), [0, 2, 3, 4, 5]);
        assert_eq!(held("<!--\n\nc\n"), [0_usize; 0]);
        assert_eq!(held("a <!--\n\nb -->\n"), [0_usize; 0]);
        assert_eq!(held("`<!--`\na\n`-->`\n"), [0_usize; 0]);
    }
}
