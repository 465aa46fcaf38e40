//! Tracks fenced code and HTML comments line by line before the Markdown is parsed: marks in them do not count.
//!
//! This is a first guess. [`super::passages`] checks it against the parser's result.

use super::fences::Margin;

/// The code and comments of a text, by line.
pub(super) struct Verbatim<'a> {
    text: &'a str,
    code: Option<Code>,
    /// The first lines of code that ended with its container, without a mark.
    left: Vec<usize>,
    comment_end: usize,
    /// The position from which on no comment ends.
    endless_from: usize,
}

struct Code {
    mark: char,
    length: usize,
    margin: Margin,
    /// The columns that a line needs to be in the same list item as the code.
    floor: usize,
    line: usize,
}

impl<'a> Verbatim<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { text, code: None, left: Vec::new(), comment_end: 0, endless_from: usize::MAX }
    }

    /// Returns `true` if the line that begins at `start` is code or comment, or opens or closes them. Call it for
    /// each line in order.
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

    /// Returns `true` if a comment covers the line from its beginning to its end.
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

    /// Returns the first lines of code that has no end, or only that of its container.
    pub(super) fn unclosed(&mut self) -> Vec<usize> {
        let mut lines = std::mem::take(&mut self.left);
        lines.extend(self.code.as_ref().map(|code| code.line));
        lines
    }

    /// Returns the first line of the code that the last line is in; the largest number for a comment.
    pub(super) fn code_line(&self) -> usize {
        self.code.as_ref().map_or(usize::MAX, |code| code.line)
    }

    /// Treats open code as text; returns its first line.
    pub(super) fn forget(&mut self) -> Option<usize> {
        self.comment_end = 0;
        self.code.take().map(|code| code.line)
    }
}

impl Code {
    /// Returns `true` if this line is outside the quote or the list item of the code.
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

/// Returns the columns of a margin; 0 with a list marker, which is text of a line outside the item.
fn columns(margin: Margin) -> usize {
    if margin.is_item { 0 } else { margin.columns }
}

fn has_blank_line(text: &str) -> bool {
    let mut lines = text.split('\n');
    lines.next();
    lines.any(|line| line.trim().is_empty())
}

/// Returns the fence that this text begins with, and its length.
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
