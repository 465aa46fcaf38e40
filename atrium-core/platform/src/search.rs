//! The search engine and its bridge to the platform: what a plugin's [`SearchSource`] hands over, and searching as an actor
//! with [`Finder`].

pub use atrium_search::{
    Badge, Change, Checkpoint, Clause, Error, Filter, Fragment, Hit, LoggedQuery, QueryLog, Rebuild, Result,
    SearchAnswer, SearchDocument, SearchEngine, SearchRequest, SectionHit, Suggestion, Synonyms,
};

pub use crate::finder::{Finder, IndexFeed, REINDEX, SearchSource};
