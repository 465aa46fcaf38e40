//! One file, read and checked.

use atrium_core::markup::one_line;
use sha2::{Digest, Sha256};

use super::folder::Broken;
use super::front_matter::{ArticleHead, CollectionHead, Visible, line_of, split};
use crate::calendar;

/// Longest title, in characters.
const LONGEST_TITLE: usize = 200;
/// Largest article, in bytes.
const LARGEST: usize = 1024 * 1024;

/// An article's file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ArticleFile {
    /// Path below the root without `.md`: `casier/rendre-un-devoir`.
    pub source: String,
    /// Its folder.
    pub collection: String,
    /// The service it says to be about: its folder, or nothing.
    pub service: Option<String>,
    /// Its name in its address.
    pub slug: String,
    /// Title.
    pub title: String,
    /// One sentence.
    pub summary: String,
    /// Words to find it by.
    pub keywords: Vec<String>,
    /// Keys of the profiles and roles it is most relevant to.
    pub audience: Vec<String>,
    /// Its place in its collection.
    pub order: i64,
    /// ISO date of the next review.
    pub review: Option<String>,
    /// ISO date on which its text was last changed, where its author says so.
    pub updated: Option<String>,
    /// Key of the role that answers for it.
    pub owner: Option<String>,
    /// Audiences that may see it: `public`, `signed_in`, `role:…`.
    pub visibility: Vec<String>,
    /// Its text.
    pub markdown: String,
    /// What stands between the two `---`.
    pub head: String,
    /// Line of the file at which the text begins, from 1.
    pub first_line: usize,
    /// Of everything in the file.
    pub hash: String,
}

/// A collection's `_index.md`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CollectionFile {
    /// Its folder.
    pub key: String,
    /// Title.
    pub title: String,
    /// One sentence.
    pub summary: String,
    /// Introduction.
    pub markdown: String,
    /// Name of its icon.
    pub icon: String,
    /// Its place among the others.
    pub order: i64,
    /// Of everything in the file.
    pub hash: String,
}

impl ArticleFile {
    /// Reads the article `source` from the bytes of its file.
    ///
    /// # Errors
    /// What is wrong, with the line.
    pub fn parse(source: &str, bytes: &[u8]) -> Result<Self, Broken> {
        let broken = |line: usize, message: String| Broken { source: source.to_owned(), line, message };
        let (text, body, first_line) = parts(source, bytes)?;
        let at = |key: &str, message: String| broken(line_of(text, key, ""), message);
        let head: ArticleHead = serde_norway::from_str(text).map_err(|error| yaml(source, &error))?;
        let title = checked_title(&head.title).map_err(|message| at("title", message))?;
        let Some((collection, slug)) = source.rsplit_once('/') else {
            return Err(broken(1, "an article lives in a folder".to_owned()));
        };
        if head.service.as_deref().is_some_and(|service| service != collection) {
            return Err(at("service", format!("`service` is not the folder `{collection}`")));
        }
        Ok(Self {
            source: source.to_owned(),
            collection: collection.to_owned(),
            slug: slug.to_owned(),
            service: head.service,
            title,
            summary: head.summary.trim().to_owned(),
            keywords: head.keywords,
            audience: head.audience,
            order: head.order,
            review: date("review", head.review).map_err(|message| at("review", message))?,
            updated: date("updated", head.updated).map_err(|message| at("updated", message))?,
            owner: head.owner,
            visibility: visibility(head.visibility).map_err(|message| at("visibility", message))?,
            markdown: body.to_owned(),
            head: text.to_owned(),
            first_line,
            hash: hex::encode(Sha256::digest(bytes)),
        })
    }

    /// The line of the file on which the front matter's field `key` names `value`, from 1.
    #[must_use]
    pub fn line_of(&self, key: &str, value: &str) -> usize {
        line_of(&self.head, key, value)
    }

    /// A file that cannot be used, because of what the field `key` says of `value`.
    pub(crate) fn broken(&self, key: &str, value: &str, message: String) -> Broken {
        Broken { source: self.source.clone(), line: self.line_of(key, value), message }
    }
}

impl CollectionFile {
    /// Reads the collection `key` from the bytes of its `_index.md`.
    ///
    /// # Errors
    /// What is wrong, with the line.
    pub fn parse(key: &str, bytes: &[u8]) -> Result<Self, Broken> {
        let source = format!("{key}/_index");
        let (head, body, _) = parts(&source, bytes)?;
        let head: CollectionHead = serde_norway::from_str(head).map_err(|error| yaml(&source, &error))?;
        let title =
            checked_title(&head.title).map_err(|message| Broken { source: source.clone(), line: 2, message })?;
        Ok(Self {
            key: key.to_owned(),
            title,
            summary: head.summary.trim().to_owned(),
            markdown: body.trim().to_owned(),
            icon: head.icon,
            order: head.order,
            hash: hex::encode(Sha256::digest(bytes)),
        })
    }

    /// The collection of a folder without `_index.md`, named after it.
    #[must_use]
    pub fn unnamed(key: &str) -> Self {
        let mut title = key.replace(['-', '_'], " ");
        if let Some(first) = title.get(..1) {
            title.replace_range(..1, &first.to_uppercase());
        }
        Self {
            key: key.to_owned(),
            title,
            summary: String::new(),
            markdown: String::new(),
            icon: String::new(),
            order: 1000,
            hash: String::new(),
        }
    }
}

fn parts<'a>(source: &str, bytes: &'a [u8]) -> Result<(&'a str, &'a str, usize), Broken> {
    let broken = |line: usize, message: &str| Broken { source: source.to_owned(), line, message: message.to_owned() };
    if bytes.len() > LARGEST {
        return Err(broken(1, "over one mebibyte"));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
        broken(line, "not UTF-8")
    })?;
    if let Some(at) = text.find('\0') {
        return Err(broken(text[..at].matches('\n').count() + 1, "a NUL character"));
    }
    split(text).ok_or_else(|| broken(1, "no front matter between two lines of `---`"))
}

fn yaml(source: &str, error: &serde_norway::Error) -> Broken {
    // The head begins on the file's second line.
    let line = error.location().map_or(2, |location| location.line() + 1);
    Broken { source: source.to_owned(), line, message: format!("front matter: {error}") }
}

fn checked_title(title: &str) -> Result<String, String> {
    // The spaces of French typography are kept as they are typed.
    let title = one_line(title);
    match title.chars().count() {
        0 => Err("`title` is empty".to_owned()),
        length if length > LONGEST_TITLE => Err(format!("`title` has {length} characters, {LONGEST_TITLE} at most")),
        _ => Ok(title),
    }
}

fn visibility(visible: Visible) -> Result<Vec<String>, String> {
    match visible {
        Visible::Word(word) if word == "public" || word == "signed_in" => Ok(vec![word]),
        Visible::Word(word) => {
            Err(format!("`visibility` is `{word}`: expected `public`, `signed_in` or a list of roles"))
        }
        Visible::Roles(roles) if roles.is_empty() => Err("`visibility` is an empty list".to_owned()),
        Visible::Roles(roles) => Ok(roles.iter().map(|role| format!("role:{role}")).collect()),
    }
}

fn date(key: &str, text: Option<String>) -> Result<Option<String>, String> {
    match text.filter(|text| !text.is_empty()) {
        Some(text) if calendar::parse(&text).is_none() => Err(format!("`{key}` is not a date like 2027-09-01")),
        text => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_with_a_title_only_is_an_article() {
        let file = ArticleFile::parse("gnome/a11y", b"---\ntitle: \"Aide\"\n---\n\nTexte").unwrap();
        assert_eq!((file.title.as_str(), file.slug.as_str(), file.first_line), ("Aide", "a11y", 4));
        assert_eq!(file.visibility, ["public"]);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let line = |bytes: &[u8]| ArticleFile::parse("casier/x", bytes).unwrap_err().line;
        assert_eq!(line(b"Texte"), 1);
        assert_eq!(line(b"---\ntitle: A\n---\n\n\xff"), 5);
        assert_eq!(line(b"---\ntitle: A\nsumary: B\n---\n"), 3);
        assert_eq!(line(b"---\ntitle: A\n---\na\n\0"), 5);
        assert!(ArticleFile::parse("casier/x", b"---\ntitle: A\nservice: documents\n---\n").is_err());
        assert_eq!(line(b"---\ntitle: A\nsummary: B\nreview: demain\n---\n"), 4);
        assert_eq!(line(b"---\ntitle: A\nupdated: 2026-02-30\n---\n"), 3);
        assert!(ArticleFile::parse("casier/x", b"---\ntitle: A\nvisibility: []\n---\n").is_err());
    }
}
