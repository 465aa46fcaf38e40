//! The search engine: what a searchable thing is, the index and its life, queries and their answers.
//!
//! It knows tokens, not people: callers hand it documents that carry terms, and every query carries a [`Filter`] over those
//! terms per kind. It refuses to know where documents come from and who asks, and to be the truth about anything: the index
//! can be rebuilt whenever it is lost.
//!
//! - `analysis`: from text to words and their keys, in French;
//! - `index`: schema, directories, writer;
//! - `query`: from what was typed to what is looked for; `synonyms`, `relax`, `correct` serve it;
//! - `rank`: which sections and articles answer best;
//! - `results`, `excerpt`, `answer`: what is shown; `passage`: the texts it is taken from, `kept` while they are shown;
//! - `engine`: [`SearchEngine`], which ties them; `rebuild`: a new index aside;
//! - `filter`: what may be found; `shelves`: names that documents do not repeat; `log`: what editors learn from searches.

mod analysis;
mod answer;
mod correct;
mod document;
mod engine;
mod error;
mod excerpt;
mod filter;
mod index;
mod kept;
mod log;
mod passage;
mod query;
mod rank;
mod rebuild;
mod relax;
mod request;
mod results;
mod shelves;
mod synonyms;

#[cfg(test)]
mod judged;
#[cfg(test)]
mod tests;

pub use answer::{Fragment, Hit, SearchAnswer, SectionHit, Suggestion};
pub use document::{Badge, SearchDocument};
pub use engine::SearchEngine;
pub use error::{Error, Result};
pub use filter::{Clause, Filter};
pub use index::{Change, Checkpoint};
pub use log::{LoggedQuery, QueryLog};
pub use rebuild::Rebuild;
pub use request::SearchRequest;
pub use shelves::Shelves;
pub use synonyms::Synonyms;
