//! What a source hands to the index.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// A mark shown beside a hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Badge {
    /// A question with an accepted answer.
    Solved,
    /// A reply by the Region, marked as its official answer.
    Official,
}

impl Badge {
    /// Returns the badge's key: `solved`, `official`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Solved => "solved",
            Self::Official => "official",
        }
    }

    /// Returns its bit in the index's column of badges.
    pub(crate) fn bit(self) -> u64 {
        match self {
            Self::Solved => 1,
            Self::Official => 2,
        }
    }
}

/// One searchable passage: a section of a help article, a question, a reply.
///
/// ```
/// use atrium_search::SearchDocument;
///
/// let document = SearchDocument {
///     id: "help:12#rendre-son-travail".into(),
///     kind: "help".into(),
///     subject: "help:12".into(),
///     url: "/aide/casier/rendre-un-devoir#rendre-son-travail".into(),
///     title: "Rendre un devoir".into(),
///     section: "Rendre son travail".into(),
///     body: "Ouvrez le casier de la matière.".into(),
///     tokens: ["state:visible".to_owned()].into(),
///     ..SearchDocument::default()
/// };
/// assert!(document.audience.is_empty(), "for everyone");
/// ```
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct SearchDocument {
    /// Unique in the index: `help:12#rendre-son-travail`, `forum:34/5`.
    pub id: String,
    /// Kind of source: `help`, `forum`, or a plugin's own word.
    pub kind: String,
    /// What is reindexed together and what results group by: the article, the topic (`help:12`, `forum:34`). A source may
    /// cut a long one into parts, which are reindexed apart and found as one: `forum:34.2` is a part of `forum:34`.
    pub subject: String,
    /// A stable name outside the database: the Markdown path without `.md` for help (`casier/rendre-un-devoir`).
    pub source: String,
    /// Path of the page below the mount point, with its fragment: `/aide/casier/rendre-un-devoir#etape-2`.
    pub url: String,
    /// Title of the article or topic.
    pub title: String,
    /// Heading of the section; empty for the opening of an article and for forum posts.
    pub section: String,
    /// Where it stands, from the outermost: names of service, article, parent headings.
    pub breadcrumb: Vec<String>,
    /// What it stands in, where the name of that is not to be repeated in each document: a key that the
    /// caller knows. Its names are shown before the breadcrumb, and found as [`shelves`](crate::SearchRequest::shelves) of the
    /// request say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shelf: Option<String>,
    /// Plain text of the passage.
    pub body: String,
    /// Words the author wants it found by.
    #[serde(skip)]
    pub keywords: Vec<String>,
    /// Catalogue service or collection key, a facet of the results.
    pub service: Option<String>,
    /// Readers it is addressed to: profiles and roles (`teacher`), and `facet:value` (`trait:manuels-numeriques`). One
    /// value of each facet that is named is enough, and asked for. Relevance, not secrecy. Empty: everyone.
    #[serde(skip)]
    pub audience: Vec<String>,
    /// The terms that a [`Filter`](crate::Filter) asks about. Part of the index, never of an answer.
    #[serde(skip)]
    pub tokens: BTreeSet<String>,
    /// BCP 47 language of the text.
    pub locale: String,
    /// Last change of the text, in milliseconds since 1970-01-01T00:00:00Z; 0 without a date.
    pub updated: i64,
    /// 0 to 1: how much it is read or agreed with, relative to its kind.
    pub popularity: f32,
    /// Marks shown beside the hit.
    pub badges: Vec<Badge>,
}

/// Longest body of one document of the index, in bytes: what a query does to show a hit grows with it.
const PASSAGE: usize = 8_000;

impl SearchDocument {
    /// Splits a long body into passages of at most 8,000 bytes, at the end of a line, a sentence or a word where there is
    /// one. Each keeps everything else of the document, its id and address included.
    pub(crate) fn into_passages(mut self) -> Vec<Self> {
        let mut rest = std::mem::take(&mut self.body);
        let mut passages = Vec::new();
        while rest.len() > PASSAGE {
            let after = rest.split_off(cut(&rest));
            passages.push(Self { body: std::mem::replace(&mut rest, after), ..self.clone() });
        }
        passages.push(Self { body: rest, ..self });
        passages
    }
}

/// Returns where to cut `body`, which is longer than a passage.
fn cut(body: &str) -> usize {
    let end = body.floor_char_boundary(PASSAGE);
    let late = |at: &usize| *at > PASSAGE / 2;
    let after = |mark: &str| body[..end].rfind(mark).map(|at| at + mark.len()).filter(late);
    after("\n").or_else(|| after(". ")).or_else(|| after(" ")).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passages(body: &str) -> Vec<String> {
        let document = SearchDocument { body: body.to_owned(), ..SearchDocument::default() };
        document.into_passages().into_iter().map(|document| document.body).collect()
    }

    #[test]
    fn a_long_body_is_cut_into_passages_that_lose_nothing() {
        for body in ["Une phrase. ".repeat(5_000), "é".repeat(30_000), "a\n".repeat(20_000), "court".to_owned()] {
            let passages = passages(&body);
            assert_eq!(passages.concat(), body);
            assert!(passages.iter().all(|passage| !passage.is_empty() && passage.len() <= PASSAGE));
        }
    }

    #[test]
    fn passages_end_with_a_sentence_where_one_ends() {
        let first = &passages(&"Une phrase. ".repeat(5_000))[0];
        assert!(first.ends_with(". "), "{first:?}");
    }
}
