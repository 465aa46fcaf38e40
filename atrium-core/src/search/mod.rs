//! The search engine: what a searchable thing is, the index and its life, queries and their answers.
//!
//! It knows no plugin: sources hand it documents with visibility tokens, and every query carries a
//! [`Visibility`](crate::access::Visibility) per kind. It refuses to know where documents come from, and to be the
//! truth about anything: the index is rebuilt from SQL whenever it is lost.
//!
//! - `analysis`: from text to words and their keys, in French;
//! - `index`: schema, directories, writer;
//! - `query`: from what was typed to what is looked for; `synonyms`, `relax`, `correct` serve it;
//! - `rank`: which sections and articles answer best;
//! - `results`, `excerpt`, `answer`: what is shown;
//! - `engine`: [`SearchEngine`], which ties them; `rebuild`: a new index aside;
//! - `log`: what editors learn from searches; `source`: where documents come from; `feed`: how the index follows them,
//!   `aside` what it does beside that, `progress` how far; `finder`: [`Finder`], which searches as somebody.

mod analysis;
mod answer;
mod aside;
mod correct;
mod document;
mod engine;
mod excerpt;
mod feed;
mod finder;
mod index;
mod log;
mod progress;
mod query;
mod rank;
mod rebuild;
mod relax;
mod request;
mod results;
mod source;
mod synonyms;

#[cfg(test)]
mod judged;
#[cfg(test)]
mod tests;

pub use answer::{Fragment, Hit, SearchAnswer, SectionHit, Suggestion};
pub use document::{Badge, SearchDocument};
pub use engine::SearchEngine;
pub use feed::{IndexFeed, REINDEX};
pub use finder::Finder;
pub use index::{Change, Position};
pub use log::{LoggedQuery, QueryLog};
pub use rebuild::Rebuild;
pub use request::SearchRequest;
pub use source::SearchSource;
pub use synonyms::Synonyms;
