//! Escapes tags of other tools (`<Tabs>`) and names between angle brackets (`<votre-login>`) that are alone on
//! their line. The parser would take such a line, and what follows it, for a block of raw HTML; here it is text,
//! and the Markdown after it stays Markdown.

use std::borrow::Cow;

use pulldown_cmark::{Event, Options as Syntax, Parser, Tag};

use super::html_names::shape;
use super::problem::{Problem, ProblemKind};
use super::tags::{OpenTag, Token, tokens};

/// The most passes over the text: each reveals what follows the tags of the last.
const TRIES: usize = 4;

/// Returns `text` with such tags escaped, and a problem for each tag that another tool would understand.
pub(super) fn as_text(text: Cow<'_, str>, first_line: usize, syntax: Syntax) -> (Cow<'_, str>, Vec<Problem>) {
    let mut text = text;
    let mut problems = Vec::new();
    for _ in 0..TRIES {
        if !text.contains('<') {
            break;
        }
        let found = unknown(&text, first_line, syntax, &mut problems);
        if found.is_empty() {
            break;
        }
        let mut out = String::with_capacity(text.len() + found.len());
        let mut from = 0;
        for at in found {
            out.push_str(&text[from..at]);
            out.push('\\');
            from = at;
        }
        out.push_str(&text[from..]);
        text = Cow::Owned(out);
    }
    (text, problems)
}

/// Returns the positions of raw HTML blocks that begin with a tag unknown in HTML.
fn unknown(text: &str, first_line: usize, syntax: Syntax, problems: &mut Vec<Problem>) -> Vec<usize> {
    let mut found = Vec::new();
    let (mut line, mut counted) = (first_line, 0);
    let mut begins = false;
    for (event, range) in Parser::new_ext(text, syntax).into_offset_iter() {
        match event {
            Event::Start(Tag::HtmlBlock) => begins = true,
            Event::Html(html) if std::mem::take(&mut begins) => {
                let indent = html.len() - html.trim_start().len();
                let at = range.start + indent;
                let Some((_, token)) = tokens(html.trim_start()).into_iter().next() else { continue };
                let name = match &token {
                    Token::Open(tag) if shape(&tag.name).is_none() => tag.name.clone(),
                    Token::Close(name, _) if shape(name).is_none() => name.clone(),
                    _ => continue,
                };
                if !text[at..].starts_with('<') {
                    continue;
                }
                line += text[counted..at].matches('\n').count();
                counted = at;
                if is_foreign(&token) {
                    problems.push(Problem { line, kind: ProblemKind::UnknownElement(name) });
                }
                found.push(at);
            }
            _ => {}
        }
    }
    found
}

/// Returns `true` for a tag that another tool would understand. Names between angle brackets are placeholders that
/// people write; a tag with attributes, a closing mark or a capital is a component.
fn is_foreign(token: &Token<'_>) -> bool {
    match token {
        Token::Open(tag) => is_foreign_tag(tag),
        Token::Close(..) => true,
        _ => false,
    }
}

/// Returns `true` for an opening tag that another tool would understand.
pub(super) fn is_foreign_tag(tag: &OpenTag<'_>) -> bool {
    tag.source.contains('=') || tag.closes_itself || tag.source[1..].starts_with(|c: char| c.is_ascii_uppercase())
}
