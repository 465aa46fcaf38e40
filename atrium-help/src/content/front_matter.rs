//! What stands between the two `---` at the head of a file.

use serde::Deserialize;

/// The fields an article may carry. Unknown ones are errors: a misspelt key must not pass unnoticed.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ArticleHead {
    pub(super) title: String,
    #[serde(default)]
    pub(super) summary: String,
    #[serde(default)]
    pub(super) service: Option<String>,
    #[serde(default)]
    pub(super) audience: Vec<String>,
    #[serde(default)]
    pub(super) keywords: Vec<String>,
    #[serde(default)]
    pub(super) order: i64,
    #[serde(default)]
    pub(super) review: Option<String>,
    #[serde(default)]
    pub(super) updated: Option<String>,
    #[serde(default)]
    pub(super) owner: Option<String>,
    #[serde(default)]
    pub(super) visibility: Visible,
}

/// The fields a collection's `_index.md` may carry.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CollectionHead {
    pub(super) title: String,
    #[serde(default)]
    pub(super) summary: String,
    #[serde(default)]
    pub(super) order: i64,
    #[serde(default)]
    pub(super) icon: String,
}

/// To whom: a word, or a list of role keys.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Visible {
    Word(String),
    Roles(Vec<String>),
}

impl Default for Visible {
    fn default() -> Self {
        Self::Word("public".to_owned())
    }
}

/// The head and the body of a file, and the body's first line; `None` when the file opens without a head.
pub(super) fn split(text: &str) -> Option<(&str, &str, usize)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let rest = text.strip_prefix("---")?;
    let rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n'))?;
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        if line.trim_end() == "---" {
            let body = &rest[at + line.len()..];
            let first_line = rest[..at].lines().count() + 3;
            return Some((&rest[..at], body, first_line));
        }
        at += line.len();
    }
    None
}

/// The line of the file on which the field `key` names `value`, or on which the field stands.
pub(super) fn line_of(head: &str, key: &str, value: &str) -> usize {
    let opens = |line: &str| line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with(':'));
    let field = head.lines().position(opens).unwrap_or_default();
    let named = head.lines().skip(field).position(|line| line.contains(value)).unwrap_or_default();
    // The head begins on the file's second line.
    field + named + 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn head_and_body_are_parted_with_the_line_of_the_body() {
        let (head, body, line) = split("\u{feff}---\r\ntitle: A\r\n---\r\n\r\nTexte").unwrap();
        assert_eq!((head, body.trim(), line), ("title: A\r\n", "Texte", 4));
        assert!(split("title: A").is_none());
        assert!(split("---\ntitle: A\n").is_none());
    }

    #[test]
    fn a_field_and_what_it_names_have_their_line() {
        let head = "title: audience\naudience:\n  - teacher\n  - headmaster\nowner: moderator\n";
        assert_eq!(line_of(head, "audience", "headmaster"), 5);
        assert_eq!(line_of(head, "owner", "moderator"), 6);
        assert_eq!(line_of(head, "review", "x"), 2);
    }
}
