//! Turns Markdown into plain text, and cuts excerpts.

use pulldown_cmark::{Event, Parser, TagEnd};
use unicode_segmentation::UnicodeSegmentation;

use super::limits::{Budget, tables_are_reasonable};
use super::render::parser_options;
use super::{Options, Profile};

/// Returns the plain text of a forum text: blocks become lines, links their text, images their description.
///
/// ```
/// use atrium_markup::plain_text;
///
/// assert_eq!(plain_text("# Casier\n\nVoir [l’aide](/aide)."), "Casier\nVoir l’aide.");
/// ```
#[must_use]
pub fn plain_text(markdown: &str) -> String {
    let options = parser_options(&Options::post(""), tables_are_reasonable(markdown));
    let mut text = String::with_capacity(markdown.len());
    for event in Parser::new_ext(markdown, options).take(Budget::of(markdown.len(), Profile::Post).events()) {
        match event {
            Event::Text(words) | Event::Code(words) | Event::Html(words) | Event::InlineHtml(words) => {
                text.push_str(&words);
            }
            Event::SoftBreak | Event::HardBreak | Event::Rule => end_line(&mut text),
            Event::End(TagEnd::TableCell) => text.push(' '),
            Event::End(tag) if !is_inline(tag) => end_line(&mut text),
            _ => {}
        }
    }
    tidy(&text)
}

fn is_inline(tag: TagEnd) -> bool {
    matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
}

fn end_line(text: &mut String) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

/// Returns the lines of `text`, trimmed, without empty ones.
pub(super) fn tidy(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

/// Returns `text` on one line, with one space between words.
///
/// ```
/// use atrium_markup::one_line;
///
/// assert_eq!(one_line("  deux\n  lignes "), "deux lignes");
/// ```
#[must_use]
pub fn one_line(text: &str) -> String {
    words(text).collect::<Vec<_>>().join(" ")
}

/// Returns the words of `text`. No-break spaces do not separate words.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', '\t', '\n', '\r']).filter(|word| !word.is_empty())
}

/// Returns the first words of `text` on one line, at most `max_chars` grapheme clusters, `…` included if something
/// is left out. A longer first word is cut between clusters.
///
/// ```
/// use atrium_markup::excerpt;
///
/// assert_eq!(excerpt("Le casier est plein.", 13), "Le casier…");
/// assert_eq!(excerpt("Le casier.", 13), "Le casier.");
/// ```
#[must_use]
pub fn excerpt(text: &str, max_chars: usize) -> String {
    let mut short = String::new();
    let mut length = 0;
    for word in words(text) {
        let room = max_chars.saturating_sub(length);
        let gap = usize::from(length > 0);
        let size = gap + word.graphemes(true).take(room + 2).count();
        if size > room {
            return cut(short, word, max_chars);
        }
        if gap == 1 {
            short.push(' ');
        }
        short.push_str(word);
        length += size;
    }
    short
}

/// Ends `short` with `…` within the limit; `next` is the word that did not fit.
fn cut(mut short: String, next: &str, max_chars: usize) -> String {
    if max_chars == 0 {
        return String::new();
    }
    if short.is_empty() {
        short.extend(next.graphemes(true).take(max_chars - 1));
    } else if short.graphemes(true).count() >= max_chars {
        // The ellipsis replaces the last word.
        match short.rfind(' ') {
            Some(at) => short.truncate(at),
            None => short = short.graphemes(true).take(max_chars - 1).collect(),
        }
    }
    let end = short.trim_end_matches([',', ';', ':', '.', ' ']).len();
    short.truncate(end);
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_excerpt_fits(text in "\\PC{0,80}", limit in 0_usize..40) {
            prop_assert!(excerpt(&text, limit).graphemes(true).count() <= limit);
        }
    }

    #[test]
    fn marks_go_and_words_stay() {
        let markdown = "# Titre\n\nUn *mot*, un [lien](https://a.fr) et `du code`.\n\n- a\n- b\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n> [!NOTE]\n> ![image](/fichiers/1) <b>";
        assert_eq!(plain_text(markdown), "Titre\nUn mot, un lien et du code.\na\nb\nx y\n1 2\nimage <b>");
    }

    #[test]
    fn excerpts_keep_whole_words() {
        assert_eq!(excerpt("un deux trois", 13), "un deux trois");
        assert_eq!(excerpt("un  deux\ntrois", 12), "un deux…");
        assert_eq!(excerpt("un, deux", 7), "un…");
        assert_eq!(excerpt("un deux trois", 7), "un…");
        assert_eq!(excerpt("anticonstitutionnellement", 5), "anti…");
        assert_eq!(excerpt("ab cd", 2), "a…");
        assert_eq!(excerpt("un", 0), "");
        assert_eq!(excerpt("", 5), "");
    }

    #[test]
    fn excerpts_do_not_cut_inside_a_character() {
        assert_eq!(excerpt("e\u{301}e\u{301}e\u{301}e\u{301}", 3), "e\u{301}e\u{301}…");
        assert_eq!(excerpt("👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", 2), "👩‍👩‍👧…");
    }
}
