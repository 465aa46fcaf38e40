//! Quoting: another's words in front of one's own. A quotation names the post it is from, and is shown to those who may
//! still read that one; what it says is nobody else's to find.

use std::collections::HashSet;
use std::ops::Range;

use atrium_core::Result;
use atrium_core::markup::{SafeHtml, named_quotations};
use atrium_core::web::Cx;

use super::{PostId, store};
use crate::reader::Reader;
use crate::state::State;
use crate::topics;

/// Longest quotation, in characters.
const LONGEST: usize = 1500;
/// Sources looked up for one page; quotations of further ones are withheld.
const MOST_SOURCES: usize = 200;
/// How often a text is read again for quotations that appear when others are gone.
const ROUNDS: usize = 4;
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
    let mut own = markdown.to_owned();
    for _ in 0..ROUNDS {
        let named = named_quotations(&own, |href| source(href).is_some());
        if named.is_empty() {
            return own;
        }
        own = without(&own, named);
    }
    String::new()
}

/// What is told of a text in which something is withheld: its author's own words; nothing when they cannot be told apart.
pub(crate) fn told_apart(markdown: &str) -> String {
    let own = own_words(markdown);
    if own == markdown { String::new() } else { own }
}

fn without(markdown: &str, ranges: Vec<Range<usize>>) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut at = 0;
    for range in ranges {
        out.push_str(&markdown[at..range.start]);
        // Marks of what holds the quotation do not run into the next line's.
        if !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
        at = range.end;
    }
    out.push_str(&markdown[at..]);
    out
}

/// `htmls` as this reader may read them: a quotation of a post that they may not see is a word in its place.
pub(crate) async fn resolved(cx: &Cx, reader: &Reader, htmls: Vec<SafeHtml>) -> Result<Vec<SafeHtml>> {
    let mut asked = HashSet::new();
    let sources = htmls.iter().flat_map(SafeHtml::quoted).filter_map(source).filter(|id| asked.insert(*id));
    let ids: Vec<PostId> = sources.take(MOST_SOURCES).collect();
    if ids.is_empty() {
        return Ok(htmls);
    }
    let seen = store::readable_among(cx.db(), reader.visibility(), &ids).await?;
    let withheld = |href: &str| source(href).is_some_and(|id| !seen.contains(&id));
    let note = cx.t("forum-quote-withheld");
    Ok(htmls.iter().map(|html| html.without_quotations(withheld, &note)).collect())
}

fn source(href: &str) -> Option<PostId> {
    href.strip_prefix(SOURCE)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use atrium_core::markup::{Options, render};
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

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

    fn html(markdown: &str) -> SafeHtml {
        render(markdown, &Options::post("1")).html()
    }

    fn sources(markdown: &str) -> Vec<PostId> {
        html(markdown).quoted().into_iter().filter_map(source).collect()
    }

    /// A quotation of `secret` in many spellings.
    fn spellings() -> Vec<String> {
        let links = [
            "**[Léa](/forum/messages/7)**",
            "[Léa](/forum/messages/7)",
            "__[Léa](/forum/messages/7)__",
            "**[Léa][p]**",
            "[p]",
            "[Lé*a*](</forum/messages/7> \"titre\")",
            "[Léa](/forum/\\messages/7)",
            "[Léa](&#47;forum/messages/7)",
            "![Léa](/forum/messages/7)",
            "[Léa\n{}](/forum/messages/7)",
        ];
        let marks = ["> ", ">", ">> ", "> > > ", "   > ", "- > ", "1. > ", "> - > ", "* - > ", "> Tom dit\n>\n> > "];
        let mut all = Vec::new();
        for link in links {
            for mark in marks {
                let first = mark.rsplit('\n').next().unwrap();
                let next: String = first.chars().map(|c| if c == '>' { '>' } else { ' ' }).collect();
                let link = link.replace("{}", &next);
                for text in
                    [format!("{next}\n{next}secret"), format!("{next}secret\nsecret"), format!("{next}\\\nsecret")]
                {
                    all.push(format!("avant\n\n{mark}{link}\n{text}\n\naprès\n\n[p]: /forum/messages/7\n"));
                    all.push(format!("{mark}{link}\n{text}\n\naprès\n\n[p]: /forum/messages/7\n"));
                }
            }
        }
        all
    }

    #[test]
    fn whatever_a_page_could_withhold_is_nobodys_own_words() {
        let mut named = 0;
        for text in spellings() {
            let own = own_words(&text);
            assert!(sources(&own).is_empty(), "{text}\n→ {own}");
            assert!(own.contains("après"), "{text}\n→ {own}");
            if !sources(&text).is_empty() {
                named += 1;
                assert!(!own.contains("secret"), "{text}\n→ {own}");
                assert_eq!(told_apart(&text), own);
            }
        }
        assert!(named > 200, "{named} of {}", spellings().len());
    }

    proptest! {
        #[test]
        fn no_source_is_left_in_ones_own_words(pieces in vec(select(PIECES), 0..24)) {
            let own = own_words(&pieces.concat());
            prop_assert!(sources(&own).is_empty(), "{}", own);
        }
    }

    const PIECES: &[&str] = &[
        "> ",
        ">",
        "\n",
        "\n\n",
        "- ",
        "1. ",
        "    ",
        "  ",
        "**",
        "[a](/forum/messages/7)",
        "[p]",
        "mot ",
        "```\n",
        "\n[p]: /forum/messages/8\n",
        "# ",
        "[!NOTE]\n",
        "[^1]: ",
        "[^1]",
        "|",
        "|-|-|\n",
        "\\",
        "<b>",
    ];

    #[test]
    fn a_text_that_cannot_be_told_apart_is_not_told() {
        assert_eq!(told_apart("> Tom\n\nAprès"), "");
    }
}
