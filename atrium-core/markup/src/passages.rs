//! Cuts an article into passages at each change of audience, before the Markdown is parsed. Each passage is parsed
//! by itself: no construct of one reaches into another.
//!
//! Invariant: text after the mark of an audience block is never in a passage for more readers, whatever is wrong
//! with the markup. An unclosed block continues; a stray end means that the block before it was closed too early; a
//! rule that cannot be parsed admits no reader. One pass over the text is a [`Scan`].

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use pulldown_cmark::Options as Syntax;

use super::audience::AudienceRule;
use super::callouts::{self, Titles};
use super::problem::{Problem, ProblemKind};
use super::scan::Scan;
use super::verbatim::Verbatim;

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
