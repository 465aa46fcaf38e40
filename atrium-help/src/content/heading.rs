//! Reads the first heading of a text, which is its title if the front matter has no title.

use atrium_core::markup::{one_line, plain_text};

/// A first-level heading.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TopHeading {
    /// Its words.
    pub(super) text: String,
    /// Its first line in the text, from 0.
    pub(super) line: usize,
    /// How many lines it takes: one, or two where it is underlined.
    pub(super) lines: usize,
}

/// Returns the first first-level heading of `markdown`, outside of code.
pub(super) fn top_heading(markdown: &str) -> Option<TopHeading> {
    let mut fence = None;
    let mut above = "";
    for (number, line) in markdown.lines().enumerate() {
        let trimmed = line.trim_start();
        let indented = line.len() - trimmed.len() > 3;
        if let Some(mark) = fence_of(trimmed).filter(|_| !indented) {
            match fence {
                None => fence = Some(mark),
                Some((sign, length)) if mark.0 == sign && mark.1 >= length => fence = None,
                Some(_) => {}
            }
            above = "";
            continue;
        }
        if fence.is_some() {
            continue;
        }
        if !indented && trimmed.starts_with("# ") {
            return Some(TopHeading { text: words(trimmed), line: number, lines: 1 });
        }
        let underlined = !trimmed.is_empty() && trimmed.trim_end().bytes().all(|b| b == b'=');
        if underlined && !indented && !above.trim().is_empty() {
            return Some(TopHeading { text: words(above), line: number - 1, lines: 2 });
        }
        above = line;
    }
    None
}

/// Returns `markdown` with the lines of `heading` emptied, so that the others keep their numbers.
pub(super) fn without(markdown: &str, heading: &TopHeading) -> String {
    let taken = heading.line..heading.line + heading.lines;
    let kept = markdown.split_inclusive('\n').enumerate().map(|(number, line)| {
        if !taken.contains(&number) {
            line
        } else if line.ends_with('\n') {
            "\n"
        } else {
            ""
        }
    });
    kept.collect()
}

/// Returns the sign of a code fence and how many of it there are.
pub(super) fn fence_of(line: &str) -> Option<(char, usize)> {
    let sign = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = line.chars().take_while(|c| *c == sign).count();
    (length >= 3).then_some((sign, length))
}

fn words(heading: &str) -> String {
    let text = one_line(&plain_text(heading));
    // `{#id}` of ours, `{: .class}` of others.
    match text.rfind('{') {
        Some(at) if text.ends_with('}') => text[..at].trim_end().to_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_heading_outside_of_code_is_the_title() {
        let found = |text| top_heading(text).map(|heading| (heading.text, heading.line));
        assert_eq!(found("![badge](b.svg)\n\n# Le **casier** {#c}\n"), Some(("Le casier".to_owned(), 2)));
        assert_eq!(found("```sh\n# commentaire\n```\n\n# Titre #\n"), Some(("Titre".to_owned(), 4)));
        assert_eq!(found("~~~\n```\n# a\n~~~\nTitre\n=====\n"), Some(("Titre".to_owned(), 4)));
        assert_eq!(found("## Deux\n\n    # code\n#sans espace\n"), None);
    }

    #[test]
    fn a_heading_taken_as_title_leaves_its_line() {
        let text = "Un\n# Titre\r\nDeux\n";
        assert_eq!(without(text, &top_heading(text).unwrap()), "Un\n\nDeux\n");
    }
}
