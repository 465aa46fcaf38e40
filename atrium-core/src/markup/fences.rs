//! Finds the lines that open and close audience blocks (`::: pour …`, `:::`) before the Markdown is read.
//!
//! Each such line becomes an empty HTML comment of one line, which ends any paragraph or list around it without
//! changing the numbers of lines. Where the marks stand is remembered by position, so nothing an author writes can
//! pass for one.

use std::borrow::Cow;
use std::collections::HashMap;

use super::audience::AudienceRule;
use super::problem::{Problem, ProblemKind};

const MARK: &str = "<!-- -->";

/// What a mark does.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// A passage for this audience begins.
    Open(AudienceRule),
    /// The passage ends.
    Close,
    /// A line that was refused, and says nothing.
    Void,
}

/// A text whose fences have become marks.
pub(super) struct Fenced<'a> {
    pub(super) text: Cow<'a, str>,
    /// What stands at each position of `text` where a mark's line begins.
    pub(super) marks: HashMap<usize, Mark>,
    pub(super) problems: Vec<Problem>,
}

impl<'a> Fenced<'a> {
    /// A text that has no fences by rule.
    pub(super) fn none(text: &'a str) -> Self {
        Self { text: Cow::Borrowed(text), marks: HashMap::new(), problems: Vec::new() }
    }

    /// The text with its fences turned into marks. Lines count from `first_line`.
    pub(super) fn read(text: &'a str, first_line: usize) -> Self {
        if !text.contains(":::") {
            return Self::none(text);
        }
        let mut fenced = Self { text: Cow::Borrowed(""), marks: HashMap::new(), problems: Vec::new() };
        let mut out = String::with_capacity(text.len() + 64);
        let mut code = CodeFence::default();
        let mut blocks = Blocks::default();
        for (number, line) in text.split_inclusive('\n').enumerate() {
            let bare = line.trim_end();
            let fence = if code.holds(bare) { None } else { Fence::read(bare) };
            let Some(fence) = fence else {
                out.push_str(line);
                continue;
            };
            let line_number = first_line + number;
            let (mark, problems) = blocks.turn(fence, line_number);
            fenced.problems.extend(problems.into_iter().map(|kind| Problem { line: line_number, kind }));
            fenced.marks.insert(out.len(), mark);
            out.push_str(MARK);
            out.push_str(&line[bare.len()..]);
        }
        if let Some(line) = blocks.opened_at {
            fenced.problems.push(Problem { line, kind: ProblemKind::UnclosedAudience });
        }
        fenced.text = Cow::Owned(out);
        fenced
    }
}

enum Fence<'a> {
    Open(&'a str),
    Close,
}

impl<'a> Fence<'a> {
    /// A fence starts its line: an indented one belongs to something else.
    fn read(line: &'a str) -> Option<Self> {
        let rest = line.strip_prefix(":::")?.trim_start_matches(':').trim_start();
        match rest.strip_prefix("pour") {
            _ if rest.is_empty() => Some(Self::Close),
            Some(audience) if audience.is_empty() || audience.starts_with(char::is_whitespace) => {
                Some(Self::Open(audience))
            }
            _ => None,
        }
    }
}

/// The blocks open so far. One inside another is refused: its lines stay, under the audience of the outer one.
#[derive(Default)]
struct Blocks {
    opened_at: Option<usize>,
    refused: usize,
}

impl Blocks {
    fn turn(&mut self, fence: Fence<'_>, line: usize) -> (Mark, Vec<ProblemKind>) {
        match (fence, self.opened_at) {
            (Fence::Open(audience), None) => {
                let (rule, problems) = AudienceRule::read(audience);
                self.opened_at = Some(line);
                (Mark::Open(rule), problems)
            }
            (Fence::Open(_), Some(_)) => {
                self.refused += 1;
                (Mark::Void, vec![ProblemKind::NestedAudience])
            }
            (Fence::Close, Some(_)) if self.refused > 0 => {
                self.refused -= 1;
                (Mark::Void, Vec::new())
            }
            (Fence::Close, Some(_)) => {
                self.opened_at = None;
                (Mark::Close, Vec::new())
            }
            (Fence::Close, None) => (Mark::Void, vec![ProblemKind::StrayAudienceEnd]),
        }
    }
}

/// Follows fenced code, in which `:::` is code.
#[derive(Default)]
struct CodeFence {
    open: Option<(char, usize)>,
}

impl CodeFence {
    /// Does fenced code begin, continue or end on this line?
    fn holds(&mut self, line: &str) -> bool {
        let text = line.trim_start();
        let run = |mark: char| text.chars().take_while(|c| *c == mark).count();
        match self.open {
            Some((mark, length)) => {
                let ends = run(mark) >= length && text.trim_start_matches(mark).is_empty();
                if ends {
                    self.open = None;
                }
                true
            }
            None => {
                let tildes = run('~');
                let ticks = if text[run('`')..].contains('`') { 0 } else { run('`') };
                self.open = match (ticks >= 3, tildes >= 3) {
                    (true, _) => Some(('`', ticks)),
                    (_, true) => Some(('~', tildes)),
                    _ => None,
                };
                self.open.is_some()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(usize, ProblemKind)> {
        Fenced::read(text, 1).problems.into_iter().map(|problem| (problem.line, problem.kind)).collect()
    }

    #[test]
    fn fences_become_marks_and_lines_keep_their_numbers() {
        let fenced = Fenced::read("a\n::: pour service=moodle\nb\n:::\nc", 1);
        assert_eq!(fenced.text, "a\n<!-- -->\nb\n<!-- -->\nc");
        assert_eq!(fenced.marks.len(), 2);
        assert_eq!(fenced.marks[&13], Mark::Close);
    }

    #[test]
    fn fences_in_code_are_code() {
        for text in ["```\n::: pour x\n```\n", "~~~~\n~~~\n:::\n~~~~\n", "`:::`\n", "    ::: pour x\n", "::: note\n"] {
            assert!(Fenced::read(text, 1).marks.is_empty(), "{text}");
        }
    }

    #[test]
    fn unbalanced_fences_are_reported_with_their_line() {
        assert_eq!(kinds("a\n::: pour service=moodle\nb"), [(2, ProblemKind::UnclosedAudience)]);
        assert_eq!(kinds("a\n\n:::\n"), [(3, ProblemKind::StrayAudienceEnd)]);
        let nested = "::: pour service=moodle\n::: pour service=pronote\n:::\n:::\n";
        assert_eq!(kinds(nested), [(2, ProblemKind::NestedAudience)]);
    }
}
