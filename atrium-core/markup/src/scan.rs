//! One pass over the marks of a text: containers open and close, and each change of audience ends a passage.
//!
//! Marks in apparent code are copied and remembered: if the parser shows them as text, the next pass honours them.

use std::collections::HashSet;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options as Syntax, Parser, Tag};

use super::audience::AudienceRule;
use super::callouts::{self, Titles, indentation};
use super::fences::{Fence, Margin, inside_line};
use super::passages::Passage;
use super::problem::{Problem, ProblemKind};
use super::verbatim::Verbatim;

/// The deepest nesting of containers that are written as quotes.
const DEEPEST: usize = 8;

/// An open container.
struct Open {
    kind: Kind,
    colons: usize,
    margin: Margin,
    line: usize,
}

enum Kind {
    /// An audience block, with the audience of the text around it.
    Audience(Option<AudienceRule>),
    /// A callout, written as a quote or not.
    Callout { is_quote: bool },
    /// An unknown container.
    Other(String),
}

/// A mark taken for code or a comment.
struct Held {
    line: usize,
    /// The position in the output.
    at: usize,
    /// The line where the code began.
    code: usize,
    opens: bool,
}

/// The state of a pass.
pub(super) struct Scan<'s> {
    text: &'s str,
    first_line: usize,
    /// The lines whose marks count even in apparent code.
    honoured: &'s HashSet<usize>,
    trusts_code: bool,
    pub(super) out: String,
    open: Vec<Open>,
    audience: Option<AudienceRule>,
    started: usize,
    pub(super) passages: Vec<Passage>,
    /// The number of passages before the last stray end.
    doubtful_passages: usize,
    pub(super) titles: Titles,
    pub(super) problems: Vec<Problem>,
    held: Vec<Held>,
    /// The lines whose marks will count in the next pass.
    pub(super) doubtful: Vec<usize>,
}

impl<'s> Scan<'s> {
    /// Creates the pass over `text`, whose lines count from `first_line`. `trusts_code` leaves marks in apparent code alone,
    /// except on the `honoured` lines.
    pub(super) fn new(text: &'s str, first_line: usize, honoured: &'s HashSet<usize>, trusts_code: bool) -> Self {
        Self {
            text,
            first_line,
            honoured,
            trusts_code,
            out: String::with_capacity(text.len() + text.len() / 8),
            open: Vec::new(),
            audience: None,
            started: 0,
            passages: Vec::new(),
            doubtful_passages: 0,
            titles: Titles::new(),
            problems: Vec::new(),
            held: Vec::new(),
            doubtful: Vec::new(),
        }
    }

    /// Reads the text to its end.
    pub(super) fn run(mut self) -> Self {
        let mut verbatim = Verbatim::of(self.text);
        let mut start = 0;
        for (number, line) in self.text.split_inclusive('\n').enumerate() {
            let bare = line.trim_end_matches(['\n', '\r']);
            let is_held = verbatim.holds(number, start, bare);
            start += line.len();
            let (margin, rest) = Margin::of(bare);
            let fence = Fence::read(rest);
            let inside = if fence.is_none() { inside_line(bare) } else { None };
            let is_mark = fence.is_some() || inside.is_some();
            if is_held && is_mark && self.trusts_code && !self.honoured.contains(&number) {
                let opens = !matches!(fence, Some(Fence::End { .. } | Fence::Other { .. }));
                let code = verbatim.code_line();
                self.held.push(Held { line: number, at: self.out.len(), code, opens });
                self.copy(line);
                continue;
            }
            if is_held && is_mark {
                // An end in possible code closes no block; if no block is open, it is a problem.
                if matches!(fence, Some(Fence::End { .. })) && !self.open.is_empty() {
                    self.copy(line);
                    continue;
                }
                if let Some(line) = verbatim.forget() {
                    self.told(line, ProblemKind::UnclosedCode);
                }
            }
            match (fence, inside) {
                (Some(fence), _) => self.turn(fence, margin, number, line),
                (None, Some(ends)) => self.inside(number, line, ends),
                (None, None) => self.copy(line),
            }
        }
        self.end(&verbatim.unclosed());
        self
    }

    /// Closes the open containers at the end of the text.
    fn end(&mut self, unclosed: &[usize]) {
        for line in unclosed {
            self.told(*line, ProblemKind::UnclosedCode);
            // The code may have been meant to end before the marks in it.
            self.doubtful.extend(self.held.iter().filter(|held| held.code == *line).map(|held| held.line));
        }
        for open in std::mem::take(&mut self.open) {
            let kind = match open.kind {
                Kind::Audience(_) => ProblemKind::UnclosedAudience,
                Kind::Callout { .. } => ProblemKind::UnclosedContainer(":".repeat(open.colons)),
                Kind::Other(name) => ProblemKind::UnclosedContainer(name),
            };
            self.told(open.line, kind);
        }
        self.cut(None);
        self.close_doubtful();
    }

    fn turn(&mut self, fence: Fence<'_>, margin: Margin, number: usize, line: &str) {
        let ending = &line[line.trim_end_matches(['\n', '\r']).len()..];
        match fence {
            Fence::Audience { colons, asks } => self.open_audience(colons, asks, margin, number),
            Fence::Misspelt { colons, word, asks } => {
                self.told(number, ProblemKind::MisspeltAudience(word.to_owned()));
                self.open_audience(colons, asks, margin, number);
            }
            Fence::Other { colons, name, title } => return self.open_other(colons, name, title, margin, number, line),
            Fence::End { colons } => self.close(colons, margin, number),
        }
        self.prefix("");
        self.out.push_str(ending);
    }

    fn open_audience(&mut self, colons: usize, asks: &str, margin: Margin, number: usize) {
        let (rule, problems) = AudienceRule::read(asks);
        for kind in problems {
            self.told(number, kind);
        }
        if !margin.is_empty() {
            self.told(number, ProblemKind::MisplacedAudience);
        }
        self.enter(rule, colons, margin, number);
    }

    fn enter(&mut self, rule: AudienceRule, colons: usize, margin: Margin, number: usize) {
        let outer = self.audience.clone();
        let inner = outer.as_ref().map_or_else(|| rule.clone(), |outer| outer.and(&rule));
        if inner.nobody && !rule.nobody {
            self.told(number, ProblemKind::NestedAudience);
        }
        self.open.push(Open { kind: Kind::Audience(outer), colons, margin, line: number });
        self.cut(Some(inner));
    }

    /// Handles a block that begins after other text of its line: the whole line belongs to it.
    fn inside(&mut self, number: usize, line: &str, ends: bool) {
        self.told(number, ProblemKind::MisplacedAudience);
        self.enter(AudienceRule::nobody(), 2, Margin::default(), number);
        self.copy(line);
        if ends {
            self.leave();
        }
    }

    fn open_other(&mut self, colons: usize, name: &str, title: &str, margin: Margin, number: usize, line: &str) {
        let known = callouts::kind(name);
        let is_quote = known.is_some() && margin.quotes == 0 && !margin.is_item && self.quotes().count() < DEEPEST;
        let ending = &line[line.trim_end_matches(['\n', '\r']).len()..];
        match known {
            Some(kind) if is_quote => {
                if !title.is_empty() {
                    self.titles.insert(number, title.to_owned());
                }
                let cut = self.prefix(&line[..margin.length]);
                self.out.push_str(&line[cut..margin.length]);
                self.out.push_str("> [!");
                self.out.push_str(kind);
                self.out.push(']');
                self.out.push_str(ending);
            }
            Some(_) => {
                let cut = self.prefix(&line[..margin.length]);
                self.out.push_str(&line[cut..margin.length]);
                let words = if title.is_empty() { name } else { title };
                self.out.push_str("**");
                self.out.push_str(words);
                self.out.push_str("**");
                self.out.push_str(ending);
            }
            None => {
                self.told(number, ProblemKind::UnknownContainer(name.to_owned()));
                let cut = self.prefix(&line[..margin.length]);
                self.out.push_str(&line[cut..margin.length]);
                // A colon that begins a line would define a term.
                self.out.push('\\');
                self.out.push_str(&line[margin.length..]);
            }
        }
        let kind = if known.is_some() { Kind::Callout { is_quote } } else { Kind::Other(name.to_owned()) };
        self.open.push(Open { kind, colons, margin, line: number });
    }

    /// Closes the innermost container, if the end can be meant for it: it has as many colons and is not nested
    /// deeper.
    fn close(&mut self, colons: usize, margin: Margin, number: usize) {
        let Some(innermost) = self.open.last() else { return self.stray(number) };
        let is_deeper = margin.quotes > innermost.margin.quotes
            || (margin.quotes == innermost.margin.quotes && margin.columns >= innermost.margin.columns + 4);
        if colons < innermost.colons || is_deeper {
            return self.told(number, ProblemKind::MismatchedEnd);
        }
        self.leave();
    }

    fn leave(&mut self) {
        if let Some(Open { kind: Kind::Audience(outer), .. }) = self.open.pop() {
            self.cut(outer);
        }
    }

    /// Handles a stray end: some block before it was closed too early, so the text after each one belongs to it. Or
    /// the beginning is in apparent code.
    fn stray(&mut self, number: usize) {
        self.told(number, ProblemKind::StrayAudienceEnd);
        self.doubtful.extend(self.unmatched());
        self.cut(None);
        self.doubtful_passages = self.passages.len();
    }

    /// Gives the passages before the last stray end the audience of the block before them.
    fn close_doubtful(&mut self) {
        let mut before = None;
        for passage in &mut self.passages[..self.doubtful_passages] {
            if passage.audience.is_none() {
                passage.audience.clone_from(&before);
            }
            before.clone_from(&passage.audience);
        }
    }

    /// Returns the marks in code that open a block without an end in it.
    fn unmatched(&self) -> Vec<usize> {
        let mut open = Vec::new();
        for held in &self.held {
            if held.opens {
                open.push(held.line);
            } else {
                open.pop();
            }
        }
        open
    }

    /// Ends the passage here; the next one is for `audience`.
    fn cut(&mut self, audience: Option<AudienceRule>) {
        let ended = std::mem::replace(&mut self.audience, audience);
        let range = self.started..self.out.len();
        self.started = self.out.len();
        if !range.is_empty() {
            self.passages.push(Passage { range, audience: ended });
        }
    }

    /// Returns the callouts written as quotes around the next line of this passage.
    fn quotes(&self) -> impl Iterator<Item = usize> {
        let inner = self.open.iter().rposition(|open| matches!(open.kind, Kind::Audience(_))).map_or(0, |at| at + 1);
        let quotes = self.open[inner..].iter().filter(|open| matches!(open.kind, Kind::Callout { is_quote: true }));
        quotes.map(|open| open.margin.columns)
    }

    /// Writes the prefix of a line of this passage; returns the offset of the rest.
    fn prefix(&mut self, line: &str) -> usize {
        let block = self.open.iter().rev().find(|open| matches!(open.kind, Kind::Audience(_)));
        let dedent = block.map_or(0, |open| if open.margin.quotes > 0 { 0 } else { open.margin.columns });
        let mut cut = indentation(line, dedent);
        let quotes: Vec<usize> = self.quotes().collect();
        for columns in quotes {
            let next = indentation(line, columns).max(cut);
            self.out.push_str(&line[cut..next]);
            self.out.push_str("> ");
            cut = next;
        }
        cut
    }

    fn copy(&mut self, line: &str) {
        let cut = self.prefix(line);
        self.out.push_str(&line[cut..]);
    }

    fn told(&mut self, number: usize, kind: ProblemKind) {
        self.problems.push(Problem { line: self.first_line + number, kind });
    }

    /// Returns the lines of marks that were taken for code but that the parser shows as text.
    pub(super) fn shown(&self, syntax: Syntax) -> Vec<usize> {
        let mut shown = Vec::new();
        for Passage { range, .. } in &self.passages {
            let mut held = self.held.iter().filter(|held| range.contains(&held.at)).peekable();
            if held.peek().is_none() {
                continue;
            }
            let hidden = code_and_comments(&self.out[range.clone()], syntax);
            let is_hidden = |held: &&Held| hidden.iter().any(|range_in| range_in.contains(&(held.at - range.start)));
            shown.extend(held.filter(|held| !is_hidden(held)).map(|held| held.line));
        }
        shown
    }
}

/// Returns the ranges of fenced code and comments found by the parser.
fn code_and_comments(text: &str, syntax: Syntax) -> Vec<Range<usize>> {
    let parser = Parser::new_ext(text, syntax).into_offset_iter();
    let hidden = parser.filter(|(event, range)| match event {
        Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => true,
        Event::Start(Tag::HtmlBlock) | Event::InlineHtml(_) => text[range.clone()].trim_start().starts_with("<!--"),
        _ => false,
    });
    hidden.map(|(_, range)| range).collect()
}
