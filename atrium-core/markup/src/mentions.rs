//! Finds the places of a text that call somebody by name.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::limits::{Budget, tables_are_reasonable};
use super::render::parser_options;
use super::{Options, Profile};

/// The most places of one text.
const MOST: usize = 10;
/// The most words of a name.
const WORDS: usize = 6;

/// Returns the words that follow each `@` of a post's Markdown, up to the first that cannot belong to a name: six words of
/// ten places at most. Names in code, quotations and mail addresses do not count.
///
/// ```
/// use atrium_markup::mentions;
///
/// let text = "Bonjour @Hélène Castagnier-Roy, voir `@media` et aide@example.org";
/// assert_eq!(mentions(text), [["Hélène", "Castagnier-Roy"]]);
/// ```
#[must_use]
pub fn mentions(markdown: &str) -> Vec<Vec<String>> {
    if !markdown.contains('@') {
        return Vec::new();
    }
    let syntax = parser_options(&Options::post(""), tables_are_reasonable(markdown));
    let events = Parser::new_ext(markdown, syntax).take(Budget::of(markdown.len(), Profile::Post).events());
    let (mut text, mut closed) = (String::new(), 0_usize);
    for event in events {
        match event {
            Event::Start(Tag::BlockQuote(_) | Tag::CodeBlock(_)) => closed += 1,
            Event::End(TagEnd::BlockQuote(_) | TagEnd::CodeBlock) => closed = closed.saturating_sub(1),
            Event::Text(words) if closed == 0 => text.push_str(&words),
            Event::SoftBreak => text.push(' '),
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough) => {}
            Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough) => {}
            // Neither a name nor a gap in one.
            _ => text.push('\n'),
        }
    }
    let places = text.match_indices('@').filter(|(at, _)| !text[..*at].ends_with(is_of_words));
    let names = places.map(|(at, mark)| name_at(&text[at + mark.len()..]));
    names.filter(|name| !name.is_empty()).take(MOST).collect()
}

/// Returns the words of a name with which `text` begins.
fn name_at(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let line = text.split('\n').next().unwrap_or_default();
    for word in line.split([' ', '\u{a0}', '\u{202f}']).take(WORDS) {
        let end = word.find(|letter| !is_of_words(letter)).unwrap_or(word.len());
        let own = word[..end].trim_end_matches(['-', '’', '\'', '.']);
        if own.is_empty() {
            break;
        }
        words.push(own.to_owned());
        if own.len() < word.len() {
            break;
        }
    }
    words
}

fn is_of_words(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '-' | '’' | '\'' | '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(markdown: &str) -> Vec<String> {
        mentions(markdown).iter().map(|words| words.join(" ")).collect()
    }

    #[test]
    fn a_name_ends_where_its_words_do() {
        assert_eq!(found("@Élodie Roussinet, et @**Jean D’Arc** !"), ["Élodie Roussinet", "Jean D’Arc"]);
        assert_eq!(found("Merci @Yann\u{a0}Le Bihannic."), ["Yann Le Bihannic"]);
        assert_eq!(found("(@Karim\nOualidi)"), ["Karim Oualidi"]);
        assert_eq!(found("- @Ana\n- @Léo"), ["Ana", "Léo"]);
    }

    #[test]
    fn code_quotations_and_addresses_call_nobody() {
        let text = "> @Ana Ruiz\n\n`@Ana Ruiz`\n\n    @Ana Ruiz\n\nana@example.org, @ seul, @@";
        assert_eq!(found(text), Vec::<String>::new());
    }

    #[test]
    fn a_text_calls_ten_at_most() {
        assert_eq!(mentions(&"@Ana Ruiz, ".repeat(50)).len(), 10);
    }
}
