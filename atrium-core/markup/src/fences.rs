//! Recognises the lines that open and close containers: audience blocks (`::: pour …`), other tools' containers
//! (`:::tip`), and misspelt audience blocks, which count as audience blocks.
//!
//! A line is read generously: after indentation, quote marks and list markers, with two colons, with invisible
//! characters. A passage meant for some readers must not become everyone's because its mark was mistyped.

use super::audience::looks_like_audience;

/// The margin before the text of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Margin {
    /// The number of quote marks.
    pub(super) quotes: usize,
    /// The columns of spaces, tabs and list markers.
    pub(super) columns: usize,
    /// `true` if there is a list marker.
    pub(super) is_item: bool,
    /// The length in bytes.
    pub(super) length: usize,
}

impl Margin {
    /// Splits a line into its margin and its text.
    pub(super) fn of(line: &str) -> (Self, &str) {
        let mut margin = Self::default();
        loop {
            let rest = &line[margin.length..];
            let Some(c) = rest.chars().next() else { break };
            if c == '\t' {
                margin.columns += 4 - margin.columns % 4;
                margin.length += 1;
            } else if is_blank(c) {
                margin.columns += usize::from(!is_invisible(c));
                margin.length += c.len_utf8();
            } else if c == '>' {
                margin.quotes += 1;
                margin.columns = 0;
                margin.length += 1;
            } else if let Some(width) = list_marker(rest) {
                margin.is_item = true;
                margin.columns += width;
                margin.length += width;
            } else {
                break;
            }
        }
        (margin, &line[margin.length..])
    }

    pub(super) fn is_empty(self) -> bool {
        self.length == 0
    }
}

/// Returns `true` for spaces of any kind, visible or not.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || is_invisible(c)
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

/// Returns the width of the list marker at the start of `text`, which a space has to follow.
fn list_marker(text: &str) -> Option<usize> {
    let digits = text.bytes().take(9).take_while(u8::is_ascii_digit).count();
    let width = match text.as_bytes().get(digits)? {
        b'-' | b'*' | b'+' if digits == 0 => 1,
        b'.' | b')' if digits > 0 => digits + 1,
        _ => return None,
    };
    text[width..].starts_with([' ', '\t']).then_some(width)
}

/// A line that opens or closes a container.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fence<'a> {
    /// `::: pour …`, with the rule.
    Audience { colons: usize, asks: &'a str },
    /// A misspelt one: the word in place of `pour`, and the rule.
    Misspelt { colons: usize, word: &'a str, asks: &'a str },
    /// `:::tip[Title]`.
    Other { colons: usize, name: &'a str, title: &'a str },
    /// `:::` alone.
    End { colons: usize },
}

impl<'a> Fence<'a> {
    /// Parses the text of a line after its margin.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let after = text.trim_start_matches([':', '：']);
        let colons = text[..text.len() - after.len()].chars().count();
        if colons == 0 {
            return None;
        }
        let after = after.trim_matches(is_blank).trim_end_matches([':', '：']).trim_end_matches(is_blank);
        if after.is_empty() {
            return (colons >= 3).then_some(Self::End { colons });
        }
        let end = after.find(|c: char| !c.is_alphanumeric() && c != '-' && c != '_').unwrap_or(after.len());
        let (word, rest) = after.split_at(end);
        let asks = rest.trim_start_matches(is_blank);
        let is_audience = word.eq_ignore_ascii_case("pour");
        match colons {
            1 if !is_audience || !looks_like_audience(asks) => None,
            1 | 2 if is_audience => Some(Self::Misspelt { colons, word: &text[..colons], asks }),
            2 if !looks_like_audience(after) => None,
            _ if is_audience => Some(Self::Audience { colons, asks }),
            _ if looks_like_audience(after) => {
                let asks = if looks_like_audience(asks) { asks } else { after };
                Some(Self::Misspelt { colons, word, asks })
            }
            _ if is_nearly_pour(word) => Some(Self::Misspelt { colons, word, asks }),
            _ => Some(Self::Other { colons, name: word, title: title(rest) }),
        }
    }
}

/// Returns the title in `[Title]{…}`, `"Title"` or `Title`.
fn title(rest: &str) -> &str {
    let rest = rest.trim_matches(is_blank);
    if let Some((title, _)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return title;
    }
    let plain = rest.split_once('{').map_or(rest, |(before, _)| before);
    plain.trim_matches(|c| is_blank(c) || c == '"')
}

/// Finds an audience block after other text of a line (`| ::: pour profil=…`), outside inline code. Returns whether
/// the block also ends on that line.
pub(super) fn inside_line(line: &str) -> Option<bool> {
    let mut from = 0;
    while let Some(at) = line[from..].find("::").map(|at| from + at) {
        let rest = line[at..].trim_start_matches(':').trim_start_matches(is_blank);
        let word = rest.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("pour"));
        let is_code = line[..at].matches('`').count() % 2 == 1;
        if word && !is_code && looks_like_audience(&rest[4..]) {
            return Some(rest.contains(":::"));
        }
        from = line.len() - rest.len();
    }
    None
}

/// Returns `true` if `word` is one typing error away from `pour`.
fn is_nearly_pour(word: &str) -> bool {
    near(&word.to_lowercase(), "pour")
}

/// Returns `true` if two words differ by at most one letter added, left out, replaced, or swapped with the next.
pub(super) fn near(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let same = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (rest_a, rest_b) = (&a[same..], &b[same..]);
    match (rest_a, rest_b) {
        ([], []) => true,
        ([_, tail_a @ ..], [_, tail_b @ ..]) if tail_a == tail_b => true,
        ([x, y, tail_a @ ..], [z, w, tail_b @ ..]) if x == w && y == z && tail_a == tail_b => true,
        ([_, tail @ ..], other) | (other, [_, tail @ ..]) if tail == other => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Option<Fence<'_>> {
        Fence::read(Margin::of(line).1)
    }

    #[test]
    fn margins_are_quotes_indentation_and_markers() {
        let margin = |line| Margin::of(line).0;
        assert!(margin("a").is_empty());
        assert_eq!(margin("\ta").columns, 4);
        assert_eq!((margin("> > a").quotes, margin(">  a").columns), (2, 2));
        assert_eq!((margin("10. a").columns, margin("10. a").is_item), (4, true));
        assert!(!margin("1.a").is_item && !margin("-a").is_item);
    }

    #[test]
    fn audience_fences_are_read_generously() {
        let asks = "profil=teacher";
        for line in [
            "::: pour profil=teacher",
            ":::pour profil=teacher",
            "    ::: pour profil=teacher",
            "> ::: pour profil=teacher",
            "- \t::: Pour profil=teacher :::",
            ":::\u{a0}pour\u{202f}profil=teacher\u{200b}",
            "\u{feff}::: pour profil=teacher",
        ] {
            assert_eq!(read(line), Some(Fence::Audience { colons: 3, asks }), "{line}");
        }
        for line in [
            ":: pour profil=teacher",
            ": pour profil=teacher",
            "::: por profil=teacher",
            "::: puor",
            "::: profil=teacher",
            "::: reserve rôle=moderator",
            "::: {profl=teacher}",
        ] {
            assert!(matches!(read(line), Some(Fence::Misspelt { .. })), "{line}: {:?}", read(line));
        }
    }

    #[test]
    fn other_containers_are_no_audience() {
        let tip = |title| Some(Fence::Other { colons: 3, name: "tip", title });
        assert_eq!(read(":::tip[Un titre]{icon=x}"), tip("Un titre"));
        assert_eq!(read("::: tip \"Un titre\""), tip("Un titre"));
        assert_eq!(read(":::tip"), tip(""));
        assert_eq!(read("::::"), Some(Fence::End { colons: 4 }));
        for line in ["::", "a :::", ": une définition pour tous", "::youtube[x]", "`:::`"] {
            assert_eq!(read(line), None, "{line}");
        }
    }

    #[test]
    fn a_block_inside_a_line_is_seen() {
        assert_eq!(inside_line("| ::: pour profil=teacher secret ::: |"), Some(true));
        assert_eq!(inside_line("<div>::: pour profil=teacher"), Some(false));
        assert_eq!(inside_line("Écrivez `::: pour profil=teacher` ainsi"), None);
        assert_eq!(inside_line("le signe ::: pour ouvrir"), None);
    }
}
