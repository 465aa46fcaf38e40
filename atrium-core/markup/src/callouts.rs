//! Rewrites callouts of other dialects as the quotes with a kind (`> [!TIP]`) that the parser knows: MkDocs (`!!!
//! tip`, `??? tip`, `=== "Tab"`), Obsidian (`> [!info] Title`). [`super::passages`] does the same for containers
//! (`:::tip`).
//!
//! Line numbers stay the same; titles are kept by line.

use std::borrow::Cow;
use std::collections::HashMap;

use super::fences::Margin;
use super::verbatim::Verbatim;

/// The authors' titles of callouts, by line number from 0.
pub(super) type Titles = HashMap<usize, String>;

/// The kinds of the parser, with their names in other dialects.
const KINDS: [(&str, &[&str]); 5] = [
    (
        "NOTE",
        &[
            "note",
            "info",
            "abstract",
            "summary",
            "tldr",
            "seealso",
            "example",
            "quote",
            "cite",
            "question",
            "faq",
            "help",
            "todo",
            "details",
            "remarque",
            "information",
            "exemple",
        ],
    ),
    ("TIP", &["tip", "hint", "success", "check", "done", "astuce", "conseil"]),
    ("IMPORTANT", &["important"]),
    ("WARNING", &["warning", "attention", "avertissement"]),
    ("CAUTION", &["caution", "danger", "error", "failure", "fail", "missing", "bug", "critical"]),
];

/// Returns the kind of the parser for a callout's name.
pub(super) fn kind(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    KINDS.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(kind, _)| *kind)
}

/// Returns the bytes of white space at the beginning of `line` that fill at most `columns`.
pub(super) fn indentation(line: &str, columns: usize) -> usize {
    let mut filled = 0;
    for (at, c) in line.char_indices() {
        filled = match c {
            ' ' => filled + 1,
            '\t' => filled + 4 - filled % 4,
            _ => return at,
        };
        if filled > columns {
            return at;
        }
    }
    line.trim_end_matches(['\n', '\r']).len()
}

/// Rewrites the callouts of `text`.
pub(super) fn rewrite<'a>(text: &'a str, titles: &mut Titles) -> Cow<'a, str> {
    if !["!!!", "???", "[!", "=== \""].iter().any(|mark| text.contains(mark)) {
        return Cow::Borrowed(text);
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let next = next_columns(&lines);
    let mut verbatim = Verbatim::of(text);
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let (mut start, mut open, mut in_list) = (0, Vec::<usize>::new(), false);
    for (number, line) in lines.iter().enumerate() {
        let (margin, rest) = Margin::of(line);
        open.retain(|column| next[number].is_some_and(|columns| columns >= column + 4));
        let held = verbatim.holds(number, start, line);
        start += line.len();
        if !rest.is_empty() {
            in_list = margin.is_item || (in_list && margin.columns > 0);
        }
        let cut = quoted_into(&mut out, line, &open);
        let may_stand = margin.quotes == 0 && !margin.is_item && (margin.columns < 4 || in_list || !open.is_empty());
        let callout = if held || rest.is_empty() { None } else { read(rest, margin) };
        match callout {
            Some(Callout::Indented { kind, title }) if may_stand && open.len() < 8 => {
                titles.extend(title.map(|title| (number, title)));
                out.push_str(&line[cut.min(margin.length)..margin.length]);
                out.push_str(&format!("> [!{kind}]\n"));
                open.push(margin.columns);
            }
            Some(Callout::Quoted { kind, title }) if margin.quotes > 0 => {
                titles.extend(title.map(|title| (number, title)));
                out.push_str(&line[cut.min(margin.length)..margin.length]);
                out.push_str(&format!("[!{kind}]\n"));
            }
            _ => out.push_str(&line[cut..]),
        }
    }
    Cow::Owned(out)
}

/// Writes the beginning of a line inside the open callouts; returns the offset of the rest.
fn quoted_into(out: &mut String, line: &str, open: &[usize]) -> usize {
    let mut cut = 0;
    for column in open {
        let margin = indentation(line, *column).max(cut);
        out.push_str(&line[cut..margin]);
        out.push_str("> ");
        cut = indentation(line, column + 4).max(margin);
    }
    cut
}

/// Returns, for each line, the indentation of the first line from it on that has text.
fn next_columns(lines: &[&str]) -> Vec<Option<usize>> {
    let mut next = None;
    let mut all: Vec<_> = lines
        .iter()
        .rev()
        .map(|line| {
            let (margin, rest) = Margin::of(line);
            if !rest.is_empty() {
                let indented = line.len() - line.trim_start_matches([' ', '\t']).len();
                next =
                    Some(if margin.is_item || margin.quotes > 0 { width(&line[..indented]) } else { margin.columns });
            }
            next
        })
        .collect();
    all.reverse();
    all
}

fn width(space: &str) -> usize {
    space.chars().fold(0, |columns, c| if c == '\t' { columns + 4 - columns % 4 } else { columns + 1 })
}

enum Callout {
    Indented { kind: &'static str, title: Option<String> },
    Quoted { kind: &'static str, title: Option<String> },
}

fn read(rest: &str, margin: Margin) -> Option<Callout> {
    let rest = rest.trim();
    if margin.quotes > 0 {
        let (name, title) = rest.strip_prefix("[!")?.split_once(']')?;
        let title = title.trim_start_matches(['+', '-']).trim();
        return Some(Callout::Quoted { kind: kind(name)?, title: (!title.is_empty()).then(|| title.to_owned()) });
    }
    if let Some(title) = rest.strip_prefix("=== \"") {
        let title = title.trim_end_matches('"').trim().to_owned();
        return Some(Callout::Indented { kind: "NOTE", title: Some(title) });
    }
    let after = rest.strip_prefix("!!!").or_else(|| rest.strip_prefix("???+")).or_else(|| rest.strip_prefix("???"))?;
    let after = after.strip_prefix([' ', '\t'])?.trim_start();
    let end = after.find(|c: char| !c.is_alphanumeric() && c != '-').unwrap_or(after.len());
    let (name, rest) = after.split_at(end);
    let title = rest.split_once('"').map(|(_, title)| title.trim_end_matches('"').trim()).unwrap_or_default();
    if name.is_empty() {
        return None;
    }
    let title = match kind(name) {
        Some(_) => (!title.is_empty()).then(|| title.to_owned()),
        None => Some(if title.is_empty() { name } else { title }.to_owned()),
    };
    Some(Callout::Indented { kind: kind(name).unwrap_or("NOTE"), title })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(text: &str) -> (String, Vec<String>) {
        let mut titles = Titles::new();
        let out = rewrite(text, &mut titles).into_owned();
        (out, titles.into_values().collect())
    }

    #[test]
    fn indented_callouts_become_quotes_of_as_many_lines() {
        let (out, titles) = rewritten("a\n\n!!! warning \"Avant\"\n    b\n\n        c\n\nd\n");
        assert_eq!(out, "a\n\n> [!WARNING]\n> b\n> \n>     c\n\nd\n");
        assert_eq!(titles, ["Avant"]);
        let (tabs, titles) = rewritten("=== \"Onglet\"\n\n    a\n");
        assert_eq!((tabs.as_str(), titles.as_slice()), ("> [!NOTE]\n> \n> a\n", &["Onglet".to_owned()][..]));
        assert_eq!(rewritten("1. a\n\n    ??? tip\n        b\n").0, "1. a\n\n    > [!TIP]\n    > b\n");
    }

    #[test]
    fn quotes_with_a_title_lose_it_to_the_titles() {
        assert_eq!(rewritten("> [!info]- Lire\n> a\n"), ("> [!NOTE]\n> a\n".into(), vec!["Lire".into()]));
    }

    #[test]
    fn code_is_left() {
        for text in ["```\n!!! note\n    a\n```\n", "    !!! note\n", "!!!note\n", "Vraiment ??? oui\n"] {
            assert_eq!(rewritten(text).0, text);
        }
    }
}
