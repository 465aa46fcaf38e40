//! Quoting: another's words in front of one's own. A quotation names the post it is from, and is shown to those who may
//! still read that one.

use atrium_core::Result;
use atrium_core::web::RequestContext;

use super::Written;
use super::source::POST;
use crate::posts::{PostId, store};
use crate::reader::Reader;
use crate::state::State;
use crate::topics;

/// Longest quotation, in characters.
const LONGEST: usize = 1500;

/// Returns the post `number` of `topic` as a quotation to answer to; empty when it is not there to be read.
pub(crate) async fn quote(cx: &RequestContext, reader: &Reader, topic: &topics::Topic, number: i64) -> Result<String> {
    let rows = store::between(cx.db(), reader.visibility(), topic.id, number, number).await?;
    let row = rows.into_iter().find(|row| row.post.number == number && row.post.state == State::Visible);
    Ok(row.map_or_else(String::new, |row| quoted(row.post.id, &cx.person_name(&row.author_name), &row.post.markdown)))
}

fn quoted(id: PostId, author: &str, text: &Written) -> String {
    let own = text.own_words();
    let shown: String = own.trim().chars().take(LONGEST).collect();
    let cut = if shown.len() < own.trim().len() { " …" } else { "" };
    let lines: Vec<_> = shown.lines().map(|line| format!("> {line}").trim_end().to_owned()).collect();
    format!("> {}\n>\n{}{cut}\n\n", attribution(id, author), lines.join("\n"))
}

/// Returns the line by which a quotation names its source.
fn attribution(id: PostId, author: &str) -> String {
    let plain: String = author.chars().map(|c| if "[]*_\\`<>".contains(c) { ' ' } else { c }).collect();
    format!("**[{plain}]({POST}{id})**")
}

#[cfg(test)]
mod tests {
    use atrium_core::markup::{Options, SafeHtml, render};
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::super::source::Source;
    use super::*;
    use crate::topics::TopicId;

    fn own_words(markdown: &str) -> String {
        Written::joined(markdown.to_owned()).own_words()
    }

    fn quoted(id: PostId, author: &str, markdown: &str) -> String {
        super::quoted(id, author, &Written::joined(markdown.to_owned()))
    }

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

    fn sources(markdown: &str) -> Vec<Source> {
        html(markdown).quoted().iter().filter_map(|href| Source::read(href, TopicId(1))).collect()
    }

    /// Returns a quotation of `secret` in many spellings.
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
            "https://aide.exemple.fr/forum/messages/7 :",
            "<https://aide.exemple.fr/forum/sujets/3-titre#message-7>",
            "Léa a écrit [là](/forum/sujets/3-titre?a-partir=2#message-7)",
            "[ici](#message-7)",
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
        "https://a.fr/forum/sujets/3#message-7 ",
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
}
