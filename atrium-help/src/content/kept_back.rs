//! What an author keeps from readers in a way that no field of ours says: a `visibility` that stands where no head is
//! read, a head of another kind, and the fields by which other tools keep a text back.

use super::front_matter::Value;
use super::heading::fence_of;
use crate::calendar;

/// Lines at the top of a text, outside of fenced code, that are looked through for fields.
const TOP: usize = 40;
/// What stands before a key on its line: list marks, quotes, braces, the opening of a comment, characters without width.
const BEFORE: &[char] = &[
    '"', '\'', '-', '*', '+', '>', '<', '!', '{', '[', '(', ',', ';', '_', '|', '“', '”', '«', '»', '’', '\u{200b}',
    '\u{feff}',
];
/// What ends a line for some tools, though not for Markdown.
const BREAKS: &[char] = &['\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];

/// How tools say yes and no.
const YES: [&str; 7] = ["true", "yes", "on", "y", "1", "oui", "vrai"];
const NO: [&str; 9] = ["false", "no", "off", "n", "0", "non", "faux", "never", "none"];

/// Keys in lower case without `_`, `-` and spaces; each keeps a text back if it says yes.
const IF_YES: [&str; 11] = [
    "draft",
    "isdraft",
    "brouillon",
    "wip",
    "private",
    "isprivate",
    "hidden",
    "ishidden",
    "unlisted",
    "unpublished",
    "headless",
];
/// Each keeps a text back if it says no, or a day that has not come.
const IF_NO: [&str; 6] = ["published", "ispublished", "publish", "public", "ispublic", "listed"];
/// Each keeps a text back if it names one of `STATES`.
const STATUS: [&str; 5] = ["status", "state", "poststatus", "workflow", "etat"];
const STATES: [&str; 14] = [
    "draft",
    "drafts",
    "brouillon",
    "wip",
    "private",
    "pending",
    "hidden",
    "unlisted",
    "unpublished",
    "future",
    "scheduled",
    "archived",
    "inreview",
    "todo",
];
/// Each keeps a text back until its day.
const FROM: [&str; 11] = [
    "publishdate",
    "pubdate",
    "publishedat",
    "publishat",
    "publishon",
    "publishfrom",
    "publisheddate",
    "publicationdate",
    "embargo",
    "validfrom",
    "goliveat",
];
/// Each keeps a text back from its day on.
const UNTIL: [&str; 12] = [
    "expirydate",
    "expiry",
    "expires",
    "expireson",
    "expiresat",
    "expiredate",
    "expirationdate",
    "expiration",
    "unpublishdate",
    "unpublishon",
    "publishuntil",
    "validuntil",
];

/// What a field says of whether its text is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// No such field, or one that reserves no text.
    Shown,
    /// The text is kept back.
    KeptBack,
    /// It may be meant to keep the text back.
    Unclear,
}

/// Returns the machine's time, which decides about a text of a later day.
#[expect(clippy::disallowed_methods, reason = "a folder is read beside any site, by commands that have no clock")]
pub(super) fn machine_now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// Returns what the field `key` says; days are compared with `now`.
pub(super) fn says(key: &str, value: &Value, now: jiff::Timestamp) -> Says {
    let key = plain(key);
    let is_of = |keys: &[&str]| keys.contains(&key.as_str());
    let text = match value {
        Value::Text(text) => text.trim(),
        Value::Nothing => return Says::Shown,
        Value::List(_) | Value::Other if is_of(&IF_YES) || is_of(&IF_NO) => return Says::Unclear,
        Value::List(_) | Value::Other => return Says::Shown,
    };
    let word = plain(text);
    let says_yes = YES.contains(&word.as_str());
    let says_no = NO.contains(&word.as_str());
    let kept_back = |is: bool| if is { Says::KeptBack } else { Says::Shown };
    let day = || calendar::instant(text);
    if text.is_empty() {
        Says::Shown
    } else if is_of(&IF_YES) {
        if says_no {
            Says::Shown
        } else if says_yes {
            Says::KeptBack
        } else {
            Says::Unclear
        }
    } else if is_of(&IF_NO) {
        match day() {
            _ if says_yes || says_no => kept_back(says_no),
            Some(day) => kept_back(day > now),
            None => Says::Unclear,
        }
    } else if is_of(&STATUS) {
        kept_back(STATES.contains(&word.as_str()))
    } else if key == "date" {
        kept_back(day().is_some_and(|day| day > now))
    } else if is_of(&FROM) {
        day().map_or(Says::Unclear, |day| kept_back(day > now))
    } else if is_of(&UNTIL) {
        day().map_or(Says::Unclear, |day| kept_back(day <= now))
    } else {
        Says::Shown
    }
}

/// Returns a key or a word as it is compared: in lower case, without spaces, `_` and `-`.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect()
}

/// Returns `true` if `key`, or the last part of it (`params.visibility`), is `visibility` or a misspelling of it.
pub(super) fn is_near_visibility(key: &str) -> bool {
    let key = plain(key.rsplit('.').next().unwrap_or(key));
    strsim::osa_distance(&key, "visibility") <= 3
}

/// Returns the key among the fields of a head that are nested in others and keeps the text from readers.
pub(super) fn nested(fields: &[(String, Value)], now: jiff::Timestamp) -> Option<&str> {
    // `cover.hidden` and the like are about a part of the page.
    let is_of_a_text =
        |key: &str| matches!(plain(key).as_str(), "draft" | "isdraft" | "published" | "unlisted" | "private");
    let reserves = |(key, value): &&(String, Value)| {
        is_near_visibility(key) || (is_of_a_text(key) && says(key, value, now) == Says::KeptBack)
    };
    fields.iter().find(reserves).map(|(key, _)| key.as_str())
}

/// Returns why a text that begins with a head of another kind cannot be read.
pub(super) fn foreign_head(text: &str) -> Option<(usize, String)> {
    let start = text.trim_start();
    let above = text[..text.len() - start.len()].matches('\n').count();
    let is_json = start.strip_prefix('{').is_some_and(|rest| {
        let rest = rest.trim_start();
        let key = rest.trim_start_matches(['"', '\'']);
        let key = key.trim_start_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '$' | '.' | ' '));
        rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '"' | '\'' | '_' | '$'))
            && key.trim_start_matches(['"', '\'']).trim_start().starts_with(':')
    });
    let kind = match start.lines().next().unwrap_or_default().trim_end() {
        line if line.starts_with(";;;") => "between two lines of `;;;`",
        _ if is_json => "in JSON",
        _ => return None,
    };
    let message = format!(
        "front matter {kind} is not read: write it in YAML between two lines of `---`, or in TOML between two lines of `+++`"
    );
    Some((above, message))
}

/// Returns the first field at the top of `text` that keeps it from readers, with its line from 0: text is for
/// everybody.
pub(super) fn field_in_text(text: &str, now: jiff::Timestamp) -> Option<(usize, String)> {
    top(text).into_iter().find_map(|(number, line)| {
        line.split(BREAKS).flat_map(fields_of).find_map(|(key, value)| {
            let value = Value::Text(value.to_owned());
            let reserves = is_near_visibility(key) || (is_flag(&value) && says(key, &value, now) == Says::KeptBack);
            reserves.then(|| (number, key.to_owned()))
        })
    })
}

/// One word or a day: `state: draft` is a field, and “State: draft of the minutes” a sentence.
fn is_flag(value: &Value) -> bool {
    matches!(value, Value::Text(text) if !text.trim().contains(char::is_whitespace) || calendar::instant(text).is_some())
}

/// Returns the lines at the top of `text`, numbered from 0, without those in fenced code that ends.
fn top(text: &str) -> Vec<(usize, &str)> {
    let mut lines: Vec<(usize, &str)> = Vec::new();
    let mut fenced: Vec<(usize, &str)> = Vec::new();
    let mut fence: Option<(char, usize)> = None;
    for (number, line) in text.lines().enumerate() {
        if lines.len() >= TOP {
            break;
        }
        let mark = fence_of(line.trim_start());
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if mark.0 == open.0 && mark.1 >= open.1 => {
                fence = None;
                fenced.clear();
            }
            (Some(_), _) => fenced.push((number, line)),
            (None, None) => lines.push((number, line)),
        }
    }
    let room = TOP.saturating_sub(lines.len());
    lines.extend(fenced.into_iter().take(room));
    lines
}

/// Returns the keys and values of a line: one, or those of a mapping in braces.
fn fields_of(line: &str) -> impl Iterator<Item = (&str, &str)> {
    let in_braces = line.trim_start().starts_with('{');
    line.split(move |c| in_braces && c == ',').filter_map(|part| {
        let skipped = |c: char| c.is_whitespace() || BEFORE.contains(&c);
        let part = part.trim_start_matches(skipped);
        let at = part.find([':', '=', '：'])?;
        let key = part[..at].trim_end_matches(skipped);
        let value = part[at..].trim_start_matches([':', '=', '：']);
        let value = value.trim_matches(|c: char| skipped(c) || matches!(c, '}' | ')' | ']'));
        // Code in a line, and a sentence with a colon, are text.
        let is_key = !key.is_empty() && !key.starts_with('`') && !key.contains(char::is_whitespace);
        is_key.then_some((key, value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> jiff::Timestamp {
        "2026-09-01T10:00:00Z".parse().unwrap()
    }

    #[test]
    fn fields_of_other_tools_say_whether_a_text_is_shown() {
        let of = |key: &str, value: &str| says(key, &Value::Text(value.to_owned()), now());
        for (key, value) in [
            ("draft", "true"),
            ("Draft", "True"),
            ("is_draft", "yes"),
            ("status", "draft"),
            ("Status", "Draft"),
            ("status", "in-review"),
            ("public", "false"),
            ("published", "no"),
            ("published", "2026-09-02"),
            ("hidden", "true"),
            ("unlisted", "on"),
            ("private", "oui"),
            ("publishDate", "2026-09-02"),
            ("publish_date", "2026-09-01T13:00:00+02:00"),
            ("date", "2030-01-01 10:00:00 +0100"),
            ("expiryDate", "2026-09-01"),
            ("expires", "2020-01-01T00:00:00Z"),
        ] {
            assert_eq!(of(key, value), Says::KeptBack, "{key}: {value}");
        }
        for (key, value) in
            [("draft", "soon"), ("published", "demain"), ("publishDate", "1/2/2030"), ("expires", "été")]
        {
            assert_eq!(of(key, value), Says::Unclear, "{key}: {value}");
        }
        for (key, value) in [
            ("draft", "false"),
            ("published", "true"),
            ("published", "2020-01-01"),
            ("status", "new"),
            ("publishDate", "2026-09-01T11:00:00+02:00"),
            ("date", "2024-01-02 10:00:00 +0100"),
            ("date", "hier"),
            ("expiryDate", "2030-01-01"),
            ("title", "true"),
        ] {
            assert_eq!(of(key, value), Says::Shown, "{key}: {value}");
        }
    }

    #[test]
    fn fields_at_the_top_of_a_text_are_found_however_they_are_written() {
        let found = |text: &str| field_in_text(text, now()).map(|(line, _)| line);
        for (line, text) in [
            (2, "# T\n---\n\"visibility\": [moderator]\n---"),
            (0, "visibility : [moderator]"),
            (0, "- visibility: moderator"),
            (0, "    VISIBILITY=x"),
            (0, "<!-- visibility: moderator -->"),
            (0, "{ title: x, visibility: [moderator] }"),
            (1, "Texte\nvisiblity: x"),
            (0, "params.visibility = ['moderator']"),
            (0, "a\rvisibility: x"),
            (2, "---toml\n\ndraft = true\n---"),
            (0, "status: draft"),
            (1, "```\nvisibility: x\n"),
            (3, "```\na\n```\nvisibility: x\n"),
        ] {
            assert_eq!(found(text), Some(line), "{text}");
        }
        for text in [
            "```yaml\nvisibility: public\n```\nTexte",
            "`visibility: public` se lit en tête.",
            "La visibility: x",
            "## Visibilité : qui voit quoi",
            "Accès : par le menu",
            "Status: draft of the minutes",
            "| visible | tous |",
            &format!("{}visibility: x", "Texte\n".repeat(TOP)),
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn heads_of_other_kinds_are_told_from_text() {
        for text in ["{ \"title\":\"J\" }", "\n{\n  \"title\": \"J\"\n}", "{ title: 'J' }", ";;;\n{}\n;;;"] {
            assert!(foreign_head(text).is_some(), "{text}");
        }
        for text in ["{{< toggle >}}", "{% include a %}", "{: .no_toc }", "{#id}", "{/* note */}", "{ ainsi }", "; a"] {
            assert!(foreign_head(text).is_none(), "{text}");
        }
    }
}
