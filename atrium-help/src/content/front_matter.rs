//! The head of a file: YAML between two `---`, or TOML between two `+++`, read field by field, so that one wrong field
//! hides no other.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_norway::Value as Yaml;

/// A file's head and its text.
#[derive(Debug)]
pub(super) struct Split<'a> {
    /// The head and its language; absent from a file that is all text.
    pub(super) head: Option<(Language, &'a str)>,
    /// Line of the file on which the head begins, from 1.
    pub(super) head_line: usize,
    pub(super) body: &'a str,
    /// Line of the file on which the text begins, from 1.
    pub(super) first_line: usize,
}

/// What a head is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Yaml,
    Toml,
}

/// A fault of a head: its line of the head from 0, and what is wrong.
pub(super) type HeadFault = (usize, String);

/// The fields of a head, as they are typed.
#[derive(Debug, Default)]
pub(super) struct Head {
    fields: BTreeMap<String, Value>,
    /// The fields inside others, at any depth.
    nested: Vec<(String, Value)>,
}

/// The value of a field. A number or a date is the text that stands for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Nothing,
    Text(String),
    List(Vec<String>),
    /// Something nested, which no field of ours is.
    Other,
}

/// Parts head and body.
///
/// # Errors
/// The head is never closed: what it reserves would become text for everybody.
pub(super) fn split(text: &str) -> Result<Split<'_>, HeadFault> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let all = |body| Split { head: None, head_line: 1, body, first_line: 1 };
    let blank = text.len() - text.trim_start_matches([' ', '\t', '\r', '\n']).len();
    let above = text[..blank].matches('\n').count();
    let opening = text[blank..].lines().next().unwrap_or_default();
    let (language, fence) = match opening.trim_end() {
        "---" => (Language::Yaml, "---"),
        "+++" => (Language::Toml, "+++"),
        _ => return Ok(all(text)),
    };
    let rest = &text[blank + opening.len()..];
    let rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n')).unwrap_or(rest);
    let mut at = 0;
    for (number, line) in rest.split_inclusive('\n').enumerate() {
        let line_end = line.trim_end();
        if line_end == fence || (language == Language::Yaml && line_end == "...") {
            let body = &rest[at + line.len()..];
            let first_line = above + number + 3;
            return Ok(Split { head: Some((language, &rest[..at])), head_line: above + 2, body, first_line });
        }
        at += line.len();
    }
    // A line across the page, and no head.
    if rest.lines().take_while(|line| !line.trim().is_empty()).any(|line| line.contains([':', '='])) {
        Err((above, format!("front matter: never closed by a line of `{fence}`")))
    } else {
        Ok(all(text))
    }
}

impl Head {
    /// Reads a head; `None` for a text between two lines across the page, which is no head.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) fn read(language: Language, text: &str) -> Result<Option<Self>, HeadFault> {
        match language {
            Language::Yaml => Self::yaml(text),
            Language::Toml => Self::toml(text).map(Some),
        }
    }

    fn yaml(text: &str) -> Result<Option<Self>, HeadFault> {
        let wrong = |error: serde_norway::Error| {
            let line = error.location().map_or(0, |location| location.line().saturating_sub(1));
            (line, format!("front matter: {error}"))
        };
        match serde_norway::from_str::<Yaml>(text).map_err(wrong)? {
            Yaml::Null => Ok(Some(Self::default())),
            Yaml::Mapping(shapes) => {
                let deserializer = serde_norway::Deserializer::from_str(text);
                let fields = deserializer.deserialize_map(AsTyped { shapes: &shapes }).map_err(wrong)?;
                let mut nested = Vec::new();
                shapes.values().for_each(|value| yaml_inside(value, &mut nested));
                Ok(Some(Self { fields, nested }))
            }
            _ => Ok(None),
        }
    }

    fn toml(text: &str) -> Result<Self, HeadFault> {
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            let line = error.span().map_or(0, |span| text[..span.start.min(text.len())].matches('\n').count());
            (line, format!("front matter: {}", error.message()))
        })?;
        let scalar = |value: &toml::Value| match value {
            toml::Value::String(text) => Some(text.clone()),
            toml::Value::Array(_) | toml::Value::Table(_) => None,
            other => Some(other.to_string()),
        };
        let value = |value: toml::Value| match &value {
            toml::Value::Array(items) => match items.iter().map(scalar).collect() {
                Some(items) => Value::List(items),
                None => Value::Other,
            },
            value => scalar(value).map_or(Value::Other, Value::Text),
        };
        let mut nested = Vec::new();
        table.values().for_each(|value| toml_inside(value, &mut nested));
        Ok(Self { nested, fields: table.into_iter().map(|(key, item)| (key, value(item))).collect() })
    }

    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.fields.get(key)
    }

    pub(super) fn nested(&self) -> &[(String, Value)] {
        &self.nested
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.fields.keys().map(String::as_str)
    }
}

/// Reads each field as the text that was typed: `21E08` is a title, and `no` a word to find an article by.
struct AsTyped<'a> {
    shapes: &'a serde_norway::Mapping,
}

impl<'de> Visitor<'de> for AsTyped<'_> {
    type Value = BTreeMap<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("fields")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = BTreeMap::new();
        // The same document in the same order.
        let mut shapes = self.shapes.values();
        while let Some(key) = map.next_key::<String>()? {
            let value = match shapes.next() {
                Some(Yaml::String(_) | Yaml::Number(_) | Yaml::Bool(_)) => Value::Text(map.next_value()?),
                Some(Yaml::Sequence(items)) if items.iter().all(is_scalar) => Value::List(map.next_value()?),
                Some(Yaml::Null) => {
                    map.next_value::<IgnoredAny>()?;
                    Value::Nothing
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    Value::Other
                }
            };
            fields.insert(key, value);
        }
        Ok(fields)
    }
}

/// Collects the fields inside `value`; of their values, those that are no text are `Other`.
fn yaml_inside(value: &Yaml, found: &mut Vec<(String, Value)>) {
    match value {
        Yaml::Mapping(fields) => {
            for (key, value) in fields {
                if let Some(key) = key.as_str() {
                    let text = match value {
                        Yaml::String(text) => Value::Text(text.clone()),
                        Yaml::Bool(answer) => Value::Text(answer.to_string()),
                        _ => Value::Other,
                    };
                    found.push((key.to_owned(), text));
                }
                yaml_inside(value, found);
            }
        }
        Yaml::Sequence(items) => items.iter().for_each(|item| yaml_inside(item, found)),
        Yaml::Tagged(tagged) => yaml_inside(&tagged.value, found),
        _ => {}
    }
}

/// Does the same as `yaml_inside`, of TOML.
fn toml_inside(value: &toml::Value, found: &mut Vec<(String, Value)>) {
    match value {
        toml::Value::Table(fields) => {
            for (key, value) in fields {
                let text = match value {
                    toml::Value::String(text) => Value::Text(text.clone()),
                    toml::Value::Boolean(answer) => Value::Text(answer.to_string()),
                    _ => Value::Other,
                };
                found.push((key.clone(), text));
                toml_inside(value, found);
            }
        }
        toml::Value::Array(items) => items.iter().for_each(|item| toml_inside(item, found)),
        _ => {}
    }
}

fn is_scalar(value: &Yaml) -> bool {
    matches!(value, Yaml::String(_) | Yaml::Number(_) | Yaml::Bool(_))
}

/// Returns the line of the head, from 0, on which the field `key` names `value`, or on which the field stands.
pub(super) fn line_of(head: &str, key: &str, value: &str) -> usize {
    let opens = |line: &str| line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with([':', '=']));
    let field = head.lines().position(opens).unwrap_or_default();
    let named = head.lines().skip(field).position(|line| line.contains(value)).unwrap_or_default();
    field + named
}

/// Returns what stands behind ` #` on the line of the field `key`, where that cuts off a text that is not between
/// quotes.
pub(super) fn cut_off<'a>(head: &'a str, key: &str) -> Option<&'a str> {
    let line = head.lines().nth(line_of(head, key, ""))?;
    let typed = line.strip_prefix(key)?.trim_start().strip_prefix(':')?.trim_start();
    if typed.starts_with(['"', '\'', '[', '{', '|', '>', '#']) {
        return None;
    }
    typed.find(" #").map(|at| typed[at..].trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(head: &Head, key: &str) -> String {
        match head.get(key) {
            Some(Value::Text(text)) => text.clone(),
            other => panic!("{key}: {other:?}"),
        }
    }

    #[test]
    fn head_and_body_are_parted_with_their_lines() {
        let parts = split("\u{feff}\r\n---\r\ntitle: A\r\n---\r\n\r\nTexte").unwrap();
        assert_eq!(parts.head, Some((Language::Yaml, "title: A\r\n")));
        assert_eq!((parts.body.trim(), parts.head_line, parts.first_line), ("Texte", 3, 5));
        let parts = split("+++\ntitle = \"A\"\n+++\nTexte").unwrap();
        assert_eq!((parts.head, parts.first_line), (Some((Language::Toml, "title = \"A\"\n")), 4));
        assert_eq!(split("---\ntitle: A\n...\nTexte").unwrap().body, "Texte");
        for all in ["# A\n\ntitle: A", "---\n\nUn trait, puis: un texte", ""] {
            assert!(split(all).unwrap().head.is_none(), "{all}");
        }
        assert!(split("---\ntitle: A\nvisibility: signed_in\n").is_err());
        assert!(split("\n\n+++\ntitle = 'A'\n").is_err());
    }

    #[test]
    fn values_are_the_text_that_was_typed() {
        let read = |text| Head::read(Language::Yaml, text).unwrap().unwrap();
        let head = read("title: 21E08\nkeywords: [2024, 404, no]\norder: 007\nparams: {a: 1}\nsummary:\n");
        assert_eq!((text(&head, "title").as_str(), text(&head, "order").as_str()), ("21E08", "007"));
        assert_eq!(head.get("keywords"), Some(&Value::List(["2024", "404", "no"].map(str::to_owned).to_vec())));
        assert_eq!((head.get("params"), head.get("summary")), (Some(&Value::Other), Some(&Value::Nothing)));
        let head = Head::read(Language::Toml, "title = 'A'\nweight = 3\ndate = 2024-01-02\ntags = ['a']\n[params]\n");
        let head = head.unwrap().unwrap();
        assert_eq!((text(&head, "weight").as_str(), text(&head, "date").as_str()), ("3", "2024-01-02"));
        assert!(Head::read(Language::Yaml, "Un paragraphe entre deux traits.\n").unwrap().is_none());
        assert_eq!(Head::read(Language::Yaml, "a: b\ntitle: Casier : rendre\n").unwrap_err().0, 1);
        assert_eq!(Head::read(Language::Toml, "a = 1\nb = \n").unwrap_err().0, 1);
    }

    #[test]
    fn a_field_and_what_it_names_have_their_line() {
        let head = "title: audience\naudience:\n  - teacher\n  - headmaster\nowner: moderator\n";
        assert_eq!(line_of(head, "audience", "headmaster"), 3);
        assert_eq!(line_of(head, "owner", "moderator"), 4);
        assert_eq!(line_of(head, "review", "x"), 0);
        assert_eq!(cut_off("title: Mise à jour #2 du casier", "title"), Some("#2 du casier"));
        assert_eq!(cut_off("title: \"Mise à jour #2\"", "title"), None);
    }
}
