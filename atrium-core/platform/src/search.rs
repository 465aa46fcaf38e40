//! The search engine and its bridge to the platform: a plugin's [`SearchSource`] provides documents, and [`Finder`]
//! searches as an actor.

pub use atrium_search::{
    Badge, Change, Checkpoint, Clause, Error, Filter, Fragment, Hit, LoggedQuery, QueryLog, Rebuild, Result,
    SearchAnswer, SearchDocument, SearchEngine, SearchRequest, SectionHit, Shelves, Suggestion, Synonyms,
};

pub use crate::finder::{Finder, IndexFeed, REINDEX, SearchSource, SourceRows};
