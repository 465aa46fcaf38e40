//! Quoting: another's words in front of one's own. A quotation names the post it is from, and is shown to those who may
//! still read that one; what it says is nobody else's to find.

use std::collections::HashSet;

use atrium_core::Result;
use atrium_core::markup::SafeHtml;
use atrium_core::web::Cx;

use super::{PostId, store};
use crate::reader::Reader;
use crate::state::State;
use crate::topics;

/// Longest quotation, in characters.
const LONGEST: usize = 1500;
/// Where a quotation's source leads, before the post's number.
const SOURCE: &str = "/forum/messages/";

/// The post `number` of `topic` as a quotation to answer to; empty when it is not there to be read.
pub(crate) async fn quote(cx: &Cx, reader: &Reader, topic: &topics::Model, number: i64) -> Result<String> {
    let rows = store::page(cx.db(), reader.visibility(), topic.id, number, 1).await?;
    let row = rows.into_iter().find(|row| row.post.number == number && row.post.state == State::Visible);
    Ok(row.map_or_else(String::new, |row| quoted(row.post.id, &row.author_name, &row.post.markdown)))
}

fn quoted(id: PostId, author: &str, markdown: &str) -> String {
    let own = own_words(markdown);
    let shown: String = own.trim().chars().take(LONGEST).collect();
    let cut = if shown.len() < own.trim().len() { " …" } else { "" };
    let lines: Vec<_> = shown.lines().map(|line| format!("> {line}").trim_end().to_owned()).collect();
    format!("> {}\n>\n{}{cut}\n\n", attribution(id, author), lines.join("\n"))
}

/// The line by which a quotation names its source.
fn attribution(id: PostId, author: &str) -> String {
    let plain: String = author.chars().map(|c| if "[]*_\\`<>".contains(c) { ' ' } else { c }).collect();
    format!("**[{plain}]({SOURCE}{id})**")
}

/// A text without the quotations that name their source: what its author says.
pub(crate) fn own_words(markdown: &str) -> String {
    let is_quoted = |line: &str| line.trim_start().starts_with('>');
    let begins = |line: &str| {
        let first = line.trim_start().strip_prefix('>').map(str::trim_start);
        first.is_some_and(|first| first.starts_with("**[") && first.contains(&format!("]({SOURCE}")))
    };
    let mut out = String::with_capacity(markdown.len());
    let mut skips = false;
    for line in markdown.split_inclusive('\n') {
        skips = is_quoted(line) && (skips || begins(line));
        if !skips {
            out.push_str(line);
        }
    }
    out
}

/// `htmls` as this reader may read them: a quotation of a post that they may not see is a word in its place.
pub(crate) async fn resolved(cx: &Cx, reader: &Reader, htmls: Vec<SafeHtml>) -> Result<Vec<SafeHtml>> {
    let ids: HashSet<PostId> = htmls.iter().flat_map(SafeHtml::quoted).filter_map(source).collect();
    if ids.is_empty() {
        return Ok(htmls);
    }
    let ids: Vec<_> = ids.into_iter().collect();
    let rows = store::some(cx.db(), reader.visibility(), &ids).await?;
    let seen: HashSet<_> = rows.iter().map(|row| row.post.id).collect();
    let withheld = |href: &str| source(href).is_some_and(|id| !seen.contains(&id));
    let note = cx.t("forum-quote-withheld");
    Ok(htmls.iter().map(|html| html.without_quotations(withheld, &note)).collect())
}

fn source(href: &str) -> Option<PostId> {
    href.strip_prefix(SOURCE)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_quoted_under_the_name_of_its_author() {
        let text = quoted(PostId(7), "Léa", "un\n\ndeux");
        assert_eq!(text, "> **[Léa](/forum/messages/7)**\n>\n> un\n>\n> deux\n\n");
    }

    #[test]
    fn ones_own_words_are_what_is_left_without_quotations() {
        let answer = format!("{}D'accord.\n\n> une citation libre\n", quoted(PostId(7), "Léa", "un\n\ndeux"));
        assert_eq!(own_words(&answer), "\nD'accord.\n\n> une citation libre\n");
        assert!(!quoted(PostId(8), "Tom", &answer).contains("deux"), "a quotation is not quoted again");
    }
}
