//! Cuts an article into passages at each change of audience, before the Markdown is parsed. Each passage is parsed
//! by itself: no construct of one reaches into another.
//!
//! Invariant: text after the mark of an audience block is never in a passage for more readers, whatever is wrong
//! with the markup. An unclosed block continues; a stray end means that the block before it was closed too early; a
//! rule that cannot be parsed admits no reader.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options as Syntax, Parser, Tag};

use super::audience::AudienceRule;
use super::callouts::{self, Titles, indentation};
use super::fences::{Fence, Margin, inside_line};
use super::problem::{Problem, ProblemKind};
use super::verbatim::Verbatim;

/// The deepest nesting of containers that are written as quotes.
const DEEPEST: usize = 8;
/// The most passes over the marks in code.
const TRIES: usize = 6;

/// A text cut into passages.
pub(super) struct Passages<'a> {
    /// The text without its marks, with the same lines.
    pub(super) text: Cow<'a, str>,
    pub(super) passages: Vec<Passage>,
    pub(super) titles: Titles,
    pub(super) problems: Vec<Problem>,
}

/// A stretch of the text for one audience.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Passage {
    pub(super) range: Range<usize>,
    pub(super) audience: Option<AudienceRule>,
}

impl<'a> Passages<'a> {
    /// Creates a single passage of a text without marks.
    pub(super) fn whole(text: Cow<'a, str>) -> Self {
        let passages = vec![Passage { range: 0..text.len(), audience: None }];
        Self { text, passages, titles: Titles::new(), problems: Vec::new() }
    }

    /// Cuts `text`, whose lines count from `first_line`, at its marks; `syntax` is what it will be parsed with.
    pub(super) fn read(text: &'a str, first_line: usize, syntax: Syntax) -> Self {
        let mut titles = Titles::new();
        let text = callouts::rewrite(text, &mut titles);
        if !text.contains("::") && !text.contains('：') && !text.contains(": pour") {
            let mut verbatim = Verbatim::of(&text);
            let problems = unclosed_code(&text, &mut verbatim, first_line);
            return Self { titles, problems, ..Self::whole(text) };
        }
        let mut honoured = HashSet::new();
        let mut tries = 0;
        loop {
            let scan = Scan::new(&text, first_line, &honoured, tries < TRIES).run();
            let mut more = scan.shown(syntax);
            more.extend(&scan.doubtful);
            tries += 1;
            if tries > TRIES || more.iter().all(|line| honoured.contains(line)) {
                titles.extend(scan.titles);
                let (passages, problems) = (scan.passages, scan.problems);
                return Self { text: Cow::Owned(scan.out), passages, titles, problems };
            }
            honoured.extend(more);
        }
    }
}

/// Reports code that is not closed before the end of the text.
fn unclosed_code(text: &str, verbatim: &mut Verbatim<'_>, first_line: usize) -> Vec<Problem> {
    let mut start = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        verbatim.holds(number, start, line);
        start += line.len();
    }
    let lines = verbatim.unclosed().into_iter().map(|line| first_line + line);
    lines.map(|line| Problem { line, kind: ProblemKind::UnclosedCode }).collect()
}

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

struct Scan<'s> {
    text: &'s str,
    first_line: usize,
    /// The lines whose marks count even in apparent code.
    honoured: &'s HashSet<usize>,
    trusts_code: bool,
    out: String,
    open: Vec<Open>,
    audience: Option<AudienceRule>,
    started: usize,
    passages: Vec<Passage>,
    /// The number of passages before the last stray end.
    doubtful_passages: usize,
    titles: Titles,
    problems: Vec<Problem>,
    held: Vec<Held>,
    /// The lines whose marks will count in the next pass.
    doubtful: Vec<usize>,
}

impl<'s> Scan<'s> {
    fn new(text: &'s str, first_line: usize, honoured: &'s HashSet<usize>, trusts_code: bool) -> Self {
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

    fn run(mut self) -> Self {
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
    fn shown(&self, syntax: Syntax) -> Vec<usize> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Passages<'_> {
        Passages::read(text, 1, Syntax::empty())
    }

    fn kinds(text: &str) -> Vec<(usize, ProblemKind)> {
        read(text).problems.into_iter().map(|problem| (problem.line, problem.kind)).collect()
    }

    /// Returns the passages of a text, each with its audience.
    fn cut(text: &str) -> Vec<(Option<String>, String)> {
        let read = read(text);
        assert_eq!(read.text.lines().count(), text.lines().count(), "{text}");
        let piece = |passage: &Passage| {
            let audience = passage.audience.as_ref().map(ToString::to_string);
            (audience, read.text[passage.range.clone()].trim().to_owned())
        };
        read.passages.iter().map(piece).filter(|(_, text)| !text.is_empty()).collect()
    }

    fn public(text: &str) -> String {
        cut(text).into_iter().filter(|(audience, _)| audience.is_none()).map(|(_, text)| text).collect()
    }

    #[test]
    fn marks_in_code_are_code() {
        for text in
            ["```\n::: pour x\n```\n", "~~~~\n~~~\n::: pour service=a\n~~~~\n", "`:::`\n", "<!--\n::: pour x\n-->\n"]
        {
            assert_eq!(public(text), text.trim(), "{text}");
            assert_eq!(kinds(text), []);
        }
    }

    #[test]
    fn code_without_an_end_is_told() {
        let text = "```\na\n\n::: pour service=moodle\nSECRET\n:::\nb\n";
        assert_eq!(kinds(text), [(1, ProblemKind::UnclosedCode)]);
        assert_eq!(kinds("```\na\n::\n"), [(1, ProblemKind::UnclosedCode)]);
    }

    #[test]
    fn unbalanced_marks_are_reported_with_their_line() {
        assert_eq!(kinds("a\n::: pour service=moodle\nb"), [(2, ProblemKind::UnclosedAudience)]);
        assert_eq!(kinds("a\n\n:::\n"), [(3, ProblemKind::StrayAudienceEnd)]);
        let nested = "::: pour service=moodle\n::: pour service=pronote\na\n:::\n:::\n";
        assert_eq!(kinds(nested), [(2, ProblemKind::NestedAudience)]);
        assert_eq!(cut(nested), [(Some("personne".into()), "a".into())]);
    }

    #[test]
    fn containers_inside_a_block_do_not_end_it() {
        let text = "::: pour profil=teacher\na\n\n:::tip[Un titre]\nb\n:::\n\nc\n:::\nd\n";
        let read = read(text);
        assert_eq!(read.problems, []);
        assert_eq!(read.titles[&3], "Un titre");
        let inner = "a\n\n> [!TIP]\n> b\n\n\nc";
        assert_eq!(cut(text), [(Some("profil=teacher".into()), inner.into()), (None, "d".into())]);
    }

    #[test]
    fn a_block_inside_a_container_cuts_it() {
        let text = ":::tip\na\n::: pour profil=teacher\nb\n:::\nc\n:::\nd\n";
        let cut = cut(text);
        assert_eq!(cut[1], (Some("profil=teacher".into()), "b".into()));
        assert_eq!(cut[2], (None, "> \n> c\n\nd".into()));
    }

    #[test]
    fn in_doubt_the_block_stays_closed() {
        for text in [
            "::: pour profil=teacher\nSECRET\n",
            ":::: pour profil=teacher\n:::\nSECRET\n::::\n",
            "::: pour profil=teacher\n:::tip\na\nSECRET\n:::\nSECRET\n",
            "    ::: pour profil=teacher\n    SECRET\n    :::\n",
            "\t::: pour profil=teacher\n\tSECRET\n\t:::\n",
            "- a\n  ::: pour profil=teacher\n  SECRET\n  :::\n- b\n",
            "> ::: pour profil=teacher\n> SECRET\n> :::\n",
            "> ::: pour profil=teacher\nSECRET\n",
            "::: pour profl=teacher\nSECRET\n:::\n",
            ":: pour profil=teacher\nSECRET\n:::\n",
            "::: pout\nSECRET\n:::\n",
            "<details>\n::: pour profil=teacher\nSECRET\n:::\n</details>\n",
            "<!--\n::: pour profil=teacher\n-->\nSECRET\n:::\n",
            "<!--\n::: pour profil=teacher\nSECRET\n:::\n",
            "```\ncode\n\n::: pour profil=teacher\nSECRET\n:::\n",
            "```\n::: pour profil=teacher\n```\nSECRET\n:::\n",
            "- ```\na\n\n::: pour profil=teacher\nSECRET\n:::\n",
            "::: pour profil=teacher\n::tip\na\n:::\nSECRET\n:::\n",
            "| ::: pour profil=teacher SECRET ::: | b |\n",
            "a ::: pour profil=teacher\nSECRET\n:::\n",
            "::: pour service=a\n:::\nSECRET\n::: pour service=a\nb\n:::\nc\n:::\n",
            "::: pour profil=teacher\n> :::\nSECRET\n:::\n",
            "::: pour profil=teacher\n    :::\nSECRET\n:::\n",
            "::: pour profil=teacher\n```\n:::\n```\nSECRET\n:::\n",
            "::: pour profil=teacher\n::: fin\nSECRET\n",
        ] {
            assert!(!public(text).contains("SECRET"), "{text}\n{:?}", cut(text));
        }
    }
}
