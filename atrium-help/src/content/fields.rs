//! The fields of a head, each checked on its own: a wrong one hides no other.

use atrium_core::markup::one_line;

use super::document::Parsed;
use super::fault::Fault;
use super::front_matter::{Head, Value, cut_off, line_of};
use super::heading::{top_heading, without};
use super::kept_back::{self, Says};
use super::name::{is_address, numbered, title_from};
use crate::calendar;

/// Longest title, in characters.
const LONGEST_TITLE: usize = 200;
/// The fields of ours, each with what other tools call it.
const FIELDS: [(&str, &[&str]); 16] = [
    ("id", &[]),
    ("title", &[]),
    ("summary", &["description"]),
    ("service", &[]),
    ("audience", &[]),
    ("keywords", &["tags"]),
    ("order", &["sidebar_position", "weight", "nav_order"]),
    ("review", &[]),
    ("updated", &["lastmod", "last_modified_at"]),
    ("owner", &[]),
    ("visibility", &[]),
    ("redirect_from", &["aliases"]),
    ("icon", &[]),
    ("draft", &[]),
    ("published", &[]),
    ("private", &[]),
];

/// What people write where they mean `visibility`: a text that was to be for some must not become public.
const LIKE_VISIBILITY: [&str; 9] =
    ["visible", "visibilite", "visibilité", "access", "acces", "accès", "restricted", "protected", "roles"];

/// The fields of one head, read into one file.
pub(super) struct Fields<'a> {
    pub(super) parsed: &'a mut Parsed,
    pub(super) head: &'a Head,
}

impl Fields<'_> {
    pub(super) fn read(mut self, body: &str) {
        self.tell_unknown();
        self.title(body);
        self.parsed.article.summary = self.text("summary").map(|text| one_line(&text)).unwrap_or_default();
        self.parsed.article.keywords = self.list("keywords");
        self.parsed.article.audience = self.list("audience");
        self.parsed.article.redirect_from = self.addresses();
        self.parsed.article.key = self.key();
        self.parsed.article.service = self.text("service");
        self.parsed.article.owner = self.text("owner");
        self.parsed.icon = self.text("icon").unwrap_or_default();
        self.parsed.article.order = self.order();
        self.parsed.article.review = self.date("review");
        self.parsed.article.updated = self.date("updated");
        self.visibility();
        self.nested();
        let unused = ["id", "keywords", "audience", "service", "review", "updated", "owner"];
        let present = unused.into_iter().filter_map(|field| Some((field, self.field(field)?.0)));
        let present: Vec<_> = present.map(|(field, key)| (field, self.line(key, ""))).collect();
        self.parsed.of_articles = present;
    }

    /// Returns the field under our name for it, or the name that another tool gives it.
    fn field(&self, name: &str) -> Option<(&'static str, &Value)> {
        let (own, others) = FIELDS.iter().find(|(own, _)| *own == name)?;
        std::iter::once(own).chain(*others).find_map(|key| Some((*key, self.head.get(key)?)))
    }

    fn line(&self, key: &str, value: &str) -> usize {
        self.parsed.article.head_line + line_of(&self.parsed.article.head, key, value)
    }

    /// A field of ours that is wrong keeps the file out; another tool's own fields are left to that tool.
    fn wrong(&mut self, key: &str, value: &str, message: String) {
        let line = self.line(key, value);
        let file = self.parsed.article.file.clone();
        let own = FIELDS.iter().any(|(own, _)| *own == key);
        self.parsed.faults.push(if own {
            Fault::error(file, line, message)
        } else {
            Fault::warning(file, line, message)
        });
    }

    /// Reports a restriction nested inside another field, where it would have no effect.
    fn nested(&mut self) {
        let Some(key) = kept_back::nested(self.head.nested(), kept_back::machine_now()).map(str::to_owned) else {
            return;
        };
        let article = &self.parsed.article;
        let mut lines = article.head.lines();
        // `visibility` at the top level, too, may stand before the nested one.
        let line = article.head.lines().position(|line| line.contains(&key) && !line.starts_with(&key));
        let line = line.or_else(|| lines.position(|line| line.contains(&key))).unwrap_or_default();
        let message =
            format!("`{key}` stands inside another field, where it keeps nothing back: put it beside `title`");
        self.parsed.faults.push(Fault::error(article.file.clone(), article.head_line + line, message));
    }

    /// Returns `true` if the field `key` keeps the text back. Reports unclear values.
    fn keeps_back(&mut self, key: &str) -> bool {
        let says =
            self.head.get(key).map_or(Says::Shown, |value| kept_back::says(key, value, kept_back::machine_now()));
        if says == Says::Unclear {
            let message = format!("`{key}` does not say clearly whether the article is shown: until then it is not");
            let line = self.line(key, "");
            self.parsed.faults.push(Fault::error(self.parsed.article.file.clone(), line, message));
        }
        self.parsed.is_draft |= says == Says::KeptBack;
        says != Says::Shown
    }

    fn tell_unknown(&mut self) {
        let keys: Vec<_> = self.head.keys().map(str::to_owned).collect();
        let keeping: Vec<_> = keys.into_iter().filter(|key| self.keeps_back(key)).collect();
        let known = |key: &str| FIELDS.iter().any(|(own, others)| *own == key || others.contains(&key));
        let unknown = self.head.keys().filter(|key| !known(key)).map(str::to_owned);
        let unknown: Vec<_> = unknown.filter(|key| !keeping.contains(key)).collect();
        for key in unknown {
            let line = self.line(&key, "");
            let file = self.parsed.article.file.clone();
            let last = key.rsplit('.').next().unwrap_or(&key);
            let fault = match meant(last) {
                Some("visibility") => Fault::error(
                    file,
                    line,
                    format!("unknown field `{key}`: did you mean `visibility`? Until then the article is not shown"),
                ),
                Some(field) => Fault::warning(file, line, format!("unknown field `{key}`: did you mean `{field}`?")),
                None => Fault::warning(file, line, format!("unknown field `{key}` is not used")),
            };
            self.parsed.faults.push(fault);
        }
    }

    fn title(&mut self, body: &str) {
        let heading = top_heading(body);
        let given = match self.head.get("title") {
            None => None,
            Some(Value::Text(text)) => Some(one_line(text)),
            Some(Value::Nothing) => Some(String::new()),
            Some(_) => {
                self.wrong("title", "", "`title` is no text".to_owned());
                return;
            }
        };
        let taken = given.as_ref().map(|title| checked_title(title));
        let title = match (taken, &heading) {
            (Some(Ok(title)), _) => title,
            (Some(Err(message)), _) => {
                self.wrong("title", "", message);
                return;
            }
            (None, Some(heading)) if checked_title(&heading.text).is_ok() => heading.text.clone(),
            (None, _) => {
                let title = title_from(self.parsed.article.slug.as_str());
                let message = format!("has neither a `title` nor a heading of the first level: called “{title}”");
                self.parsed.faults.push(Fault::warning(&self.parsed.article.file, 1, message));
                title
            }
        };
        // The page shows the title above the text: a heading that repeats it is left out.
        self.parsed.article.markdown = match &heading {
            Some(heading) if heading.text.to_lowercase() == title.to_lowercase() => without(body, heading),
            _ => body.to_owned(),
        };
        self.parsed.article.title = title;
        for key in ["title", "summary"] {
            if let Some(comment) = cut_off(&self.parsed.article.head, key).map(str::to_owned) {
                let message = format!("`{key}`: `{comment}` is read as a comment: put the text between quotes");
                let line = self.line(key, "");
                self.parsed.faults.push(Fault::warning(&self.parsed.article.file, line, message));
            }
        }
    }

    fn text(&mut self, name: &str) -> Option<String> {
        let (key, value) = self.field(name)?;
        match value.clone() {
            Value::Text(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Value::Nothing => None,
            _ => {
                self.wrong(key, "", format!("`{key}` is no text"));
                None
            }
        }
    }

    /// Reads the article's own key; one of another form is told and left out.
    fn key(&mut self) -> Option<String> {
        let text = self.text("id")?;
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if text.len() <= 80 && text.chars().all(is_plain) {
            return Some(text);
        }
        let message = "`id` is not made of letters without accents, digits, `-`, `_` and `.`: not used".to_owned();
        let line = self.line("id", "");
        self.parsed.faults.push(Fault::warning(self.parsed.article.file.clone(), line, message));
        None
    }

    /// Returns a list, or a text with commas.
    fn list(&mut self, name: &str) -> Vec<String> {
        let Some((key, value)) = self.field(name) else { return Vec::new() };
        let items = match value.clone() {
            Value::List(items) => items,
            Value::Text(text) => text.split(',').map(str::to_owned).collect(),
            Value::Nothing => Vec::new(),
            Value::Other => {
                self.wrong(key, "", format!("`{key}` is no list of words"));
                Vec::new()
            }
        };
        items.iter().map(|item| one_line(item)).filter(|item| !item.is_empty()).collect()
    }

    /// Reads the former addresses; those outside the help are told and left out.
    fn addresses(&mut self) -> Vec<String> {
        let (addresses, others): (Vec<_>, Vec<_>) =
            self.list("redirect_from").into_iter().partition(|typed| is_address(typed));
        let key = self.field("redirect_from").map_or("redirect_from", |(key, _)| key);
        for typed in others {
            let message = format!("`{key}` names `{typed}`, which is no address below the help: not used");
            let line = self.line(key, &typed);
            self.parsed.faults.push(Fault::warning(self.parsed.article.file.clone(), line, message));
        }
        addresses
    }

    fn order(&mut self) -> i64 {
        let by_name = numbered(&self.parsed.article.slug).0.unwrap_or_default();
        let Some((key, value)) = self.field("order") else { return by_name };
        let number = match value {
            Value::Text(text) => text.trim().parse().ok(),
            _ => None,
        };
        number.unwrap_or_else(|| {
            self.wrong(key, "", format!("`{key}` is no whole number"));
            by_name
        })
    }

    fn date(&mut self, name: &str) -> Option<String> {
        let key = self.field(name)?.0;
        let text = self.text(name)?;
        let day = if key == name { text.as_str() } else { text.get(..10).unwrap_or(&text) };
        if calendar::parse(day).is_some() {
            return Some(day.to_owned());
        }
        self.wrong(key, &text, format!("`{key}` is not a date like 2027-09-01"));
        None
    }

    fn visibility(&mut self) {
        let Some(value) = self.head.get("visibility") else { return };
        let visible = match value.clone() {
            Value::Text(word) if word == "public" || word == "signed_in" => Ok(vec![word]),
            Value::Text(word) => Err((
                word.clone(),
                format!("`visibility` is `{word}`: expected `public`, `signed_in` or a list of roles"),
            )),
            Value::List(roles) if roles.is_empty() => Err((String::new(), "`visibility` is an empty list".to_owned())),
            Value::List(roles) => Ok(roles.iter().map(|role| format!("role:{role}")).collect()),
            Value::Nothing | Value::Other => Err((String::new(), "`visibility` is empty or no list".to_owned())),
        };
        match visible {
            Ok(visible) => self.parsed.article.visibility = visible,
            Err((value, message)) => self.wrong("visibility", &value, message),
        }
    }
}

/// Returns the field that somebody meant by `key`.
fn meant(key: &str) -> Option<&'static str> {
    let key = key.to_lowercase();
    let distance = |field: &str| strsim::osa_distance(&key, field);
    if LIKE_VISIBILITY.contains(&key.as_str()) || distance("visibility") <= 3 {
        return Some("visibility");
    }
    let near =
        FIELDS.iter().map(|(own, _)| (distance(own), *own)).filter(|(far, own)| *far <= 2 && far * 3 <= own.len());
    near.min().map(|(_, own)| own)
}

fn checked_title(title: &str) -> Result<String, String> {
    match title.chars().count() {
        _ if atrium_core::letters::is_blank(title) => Err("`title` is empty".to_owned()),
        length if length > LONGEST_TITLE => Err(format!("`title` has {length} characters, {LONGEST_TITLE} at most")),
        _ => Ok(title.to_owned()),
    }
}
