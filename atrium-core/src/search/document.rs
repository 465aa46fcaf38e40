//! What a source hands to the index.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::access::Token;
use crate::clock::Timestamp;

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
    /// Its bit in the index's column of badges.
    pub(crate) fn bit(self) -> u64 {
        match self {
            Self::Solved => 1,
            Self::Official => 2,
        }
    }
}

/// One searchable passage: a section of a help article, a question, a reply.
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
    /// What the visibility rule asks about. Part of the index, never of an answer.
    #[serde(skip)]
    pub tokens: BTreeSet<Token>,
    /// BCP 47 language of the text.
    pub locale: String,
    /// Last change of the text.
    pub updated: Timestamp,
    /// 0 to 1: how much it is read or agreed with, relative to its kind.
    pub popularity: f32,
    /// Marks shown beside the hit.
    pub badges: Vec<Badge>,
}
