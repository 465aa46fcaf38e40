//! What the engine answers.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use super::Badge;

/// A piece of a text, marked when it answers the query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fragment {
    /// The piece, as plain text: escape it where it is printed.
    pub text: String,
    /// `true` if it matches the query.
    pub marked: bool,
}

/// An article or topic that answers, with the section that answers best.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Hit {
    /// Kind of source: `help`, `forum`, or a plugin's own word.
    pub kind: String,
    /// The document: `help:12#rendre-son-travail`.
    pub id: String,
    /// The article or topic: `help:12`.
    pub subject: String,
    /// A stable name outside the database.
    pub source: String,
    /// Path of the page below the mount point, with its fragment.
    pub url: String,
    /// Title of the article or topic.
    pub title: Vec<Fragment>,
    /// Heading of the section; empty for an opening.
    pub section: Vec<Fragment>,
    /// Where it stands, from the outermost.
    pub breadcrumb: Vec<String>,
    /// What it stands in, until its source has said what that is called.
    #[serde(skip)]
    pub shelf: Option<String>,
    /// Some 200 characters around what answers, in whole words.
    pub excerpt: Vec<Fragment>,
    /// Catalogue service or collection.
    pub service: Option<String>,
    /// Marks shown beside the hit.
    pub badges: Vec<Badge>,
    /// Language of the text.
    pub locale: String,
    /// Last change of the text, in milliseconds since 1970-01-01T00:00:00Z; 0 without a date.
    pub updated: i64,
    /// How well it answers: comparable within one answer only.
    pub score: f32,
    /// Other sections of the same article that answer: two at most.
    pub more: Vec<SectionHit>,
}

/// Another section of an article that answers.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SectionHit {
    /// The document.
    pub id: String,
    /// Path of the page below the mount point, with its fragment.
    pub url: String,
    /// Heading of the section; empty for an opening.
    pub section: Vec<Fragment>,
    /// Some 200 characters around what answers.
    pub excerpt: Vec<Fragment>,
}

/// The answer to a search.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct SearchAnswer {
    /// The page of results, best first, one per article or topic.
    pub hits: Vec<Hit>,
    /// Whether one of the first hits says enough of what was asked to be an answer. If not, all hits are only distantly
    /// related: see [`keep_distant`](Self::keep_distant).
    pub answered: bool,
    /// Whether one of the first hits is about the same things, though it may not answer.
    pub related: bool,
    /// Whether the text holds no word to look for (« dans le »). There are no hits then.
    pub wordless: bool,
    /// Articles and topics that answer, over all pages.
    pub total: usize,
    /// Whether there may be more than `total`: of words that stand in very many documents, only a part is read.
    pub total_is_lower_bound: bool,
    /// How many per kind, whatever kinds were asked for: at least so many where `total_is_lower_bound`.
    pub kinds: BTreeMap<String, usize>,
    /// How many per service, whatever services were asked for: at least so many where `total_is_lower_bound`.
    pub services: BTreeMap<String, usize>,
    /// The query as it was probably meant, when it was misspelt and the reader may see what that finds.
    pub corrected: Option<String>,
    /// Time spent.
    pub took: Duration,
}

impl SearchAnswer {
    /// The most distantly related hits shown without an answer.
    pub const DISTANT: usize = 5;

    /// Keeps the first few hits if no hit is an answer, and drops the counts of the others. `offset` hits were
    /// skipped.
    pub fn keep_distant(&mut self, offset: usize) {
        if !self.answered {
            self.hits.truncate(Self::DISTANT.saturating_sub(offset));
            self.total = self.total.min(Self::DISTANT);
            self.total_is_lower_bound = false;
            self.kinds.clear();
            self.services.clear();
        }
    }
}

/// A title or heading offered while a query is being typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Suggestion {
    /// The document: `help:12#rendre-son-travail`.
    pub id: String,
    /// Kind of source.
    pub kind: String,
    /// Path of the page below the mount point, with its fragment.
    pub url: String,
    /// Title of the article or topic.
    pub title: Vec<Fragment>,
    /// Heading of the section; empty when the whole article is offered.
    pub section: Vec<Fragment>,
    /// Catalogue service or collection.
    pub service: Option<String>,
    /// Language of the text.
    pub locale: String,
}
