//! What documents stand in, by the words of its present name.

use crate::analysis::{Form, is_stop_word, split};
use crate::query::QueryWord;

/// Shortest beginning of a word of a name that finds what stands in it, in letters.
const SHORTEST_BEGINNING: usize = 3;

/// The tokens of what documents stand in, each with its present name: a word of the name finds the documents too.
///
/// ```
/// use std::sync::Arc;
///
/// use atrium_search::{SearchRequest, Shelves};
///
/// let shelves = Shelves::new([("category:3".to_owned(), "Vie de l’établissement".to_owned())]);
/// let mut request = SearchRequest::new("établissements");
/// request.shelves = Arc::new(shelves);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Shelves(Vec<Shelf>);

#[derive(Clone, Debug)]
struct Shelf {
    token: String,
    /// The words of its name, folded, each with its stem.
    words: Vec<(String, String)>,
}

impl Shelves {
    /// Reads the names. Reading takes longer than a search looks them up: keep the result while they are the same.
    pub fn new(named: impl IntoIterator<Item = (String, String)>) -> Self {
        let shelf = |(token, name): (String, String)| {
            let words = split(&name).into_iter().filter(|word| !is_stop_word(&word.folded));
            let words = words.map(|word| (word.folded.clone(), Form::Stem.key(&word.folded)));
            Shelf { token, words: words.collect() }
        };
        Self(named.into_iter().map(shelf).collect())
    }

    /// Returns the tokens of those whose name has an inflection of `asked`, of which `stem` is the stem, or a word that
    /// begins with it while it is being typed.
    pub(crate) fn named(&self, asked: &QueryWord, stem: &str) -> impl Iterator<Item = &str> {
        let shelves = self.0.iter().filter(move |shelf| shelf.is_named(asked, stem));
        shelves.map(|shelf| shelf.token.as_str())
    }
}

impl Shelf {
    fn is_named(&self, asked: &QueryWord, stem: &str) -> bool {
        let typed = asked.folded.as_str();
        let may_be = |own: &str| own.bytes().zip(typed.bytes()).take(2).all(|(a, b)| a == b);
        let begins = |own: &str| asked.unfinished && typed.len() >= SHORTEST_BEGINNING && own.starts_with(typed);
        self.words.iter().any(|(own, own_stem)| may_be(own) && (begins(own) || own_stem == stem))
    }
}
