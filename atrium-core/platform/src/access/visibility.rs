//! The visibility rule: what a person may see of one resource kind, as data.
//!
//! Compiled once per request and resource kind, then rendered three times from the same value: the predicate
//! [`Visibility::admits`] below, a SQL condition, and a search filter. Items carry [`Token`]s (the scopes they live
//! in, their category, state, audience, author); a rule is a set of clauses over those tokens.

use std::collections::BTreeSet;
use std::fmt;

use crate::directory::PersonId;

/// The kind of fact that a token states. An item may carry several tokens of one facet (its scope and the scopes
/// above it).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Facet {
    /// The item's scope and every scope above it.
    Scope,
    /// The item's category, numbered by the plugin that owns it.
    Category,
    /// The item's state (`visible`, `pending`, …), a word that its plugin chooses.
    State,
    /// The audience: `public`, `signed_in`, `role:…`.
    Audience,
    /// The author.
    Author,
}

impl Facet {
    /// Returns the letter that opens this facet's tokens.
    #[must_use]
    pub(crate) fn letter(self) -> char {
        match self {
            Self::Scope => 's',
            Self::Category => 'c',
            Self::State => 't',
            Self::Audience => 'a',
            Self::Author => 'w',
        }
    }
}

/// One fact about an item that a rule can ask for: a facet and a value, such as `s:e12` or `t:visible`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token {
    facet: Facet,
    value: String,
}

impl Token {
    /// Creates the token `value` of `facet`.
    pub fn new(facet: Facet, value: impl fmt::Display) -> Self {
        Self { facet, value: value.to_string() }
    }

    /// Creates the token of items addressed to everyone, visitors included.
    #[must_use]
    pub fn public() -> Self {
        Self::new(Facet::Audience, "public")
    }

    /// Creates the token of items addressed to signed-in people.
    #[must_use]
    pub(crate) fn signed_in() -> Self {
        Self::new(Facet::Audience, "signed_in")
    }

    /// Creates the token of items addressed to the holders of a role, anywhere.
    #[must_use]
    pub fn role(key: &str) -> Self {
        Self::new(Facet::Audience, format_args!("role:{key}"))
    }

    /// Creates the token of items written by `person`.
    #[must_use]
    pub fn author(person: PersonId) -> Self {
        Self::new(Facet::Author, person)
    }

    /// Creates the token of items in this state.
    #[must_use]
    pub fn state(state: impl fmt::Display) -> Self {
        Self::new(Facet::State, state)
    }

    /// Returns the facet.
    #[must_use]
    pub fn facet(&self) -> Facet {
        self.facet
    }

    /// Returns the value, as SQL columns hold it.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Returns the term under which the search index keeps it: `facet letter:value`.
    #[must_use]
    pub fn term(&self) -> String {
        format!("{}:{}", self.facet.letter(), self.value)
    }
}

/// Tokens of one facet, of which an item must carry at least one (or, in an exception, not any).
pub type TokenSet = BTreeSet<Token>;

/// One way of being visible: the item carries a token of every set of `all_of`, and no token of `none_of`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Clause {
    /// Each set holds tokens of one facet; the item carries at least one of each set. An empty set is never met.
    pub all_of: Vec<TokenSet>,
    /// Tokens that exclude an item from this clause.
    pub none_of: TokenSet,
}

impl Clause {
    /// Creates a clause that every item meets.
    #[must_use]
    pub fn any() -> Self {
        Self::default()
    }

    /// Adds the condition that the item carries one of `tokens`.
    #[must_use]
    pub fn with(mut self, tokens: impl IntoIterator<Item = Token>) -> Self {
        self.all_of.push(tokens.into_iter().collect());
        self
    }

    /// Excludes items that carry one of `tokens`.
    #[must_use]
    pub fn without(mut self, tokens: impl IntoIterator<Item = Token>) -> Self {
        self.none_of.extend(tokens);
        self
    }

    /// Returns `true` if no item can meet this clause.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all_of.iter().any(BTreeSet::is_empty)
    }

    fn admits(&self, item: &BTreeSet<Token>) -> bool {
        self.all_of.iter().all(|set| !set.is_disjoint(item)) && self.none_of.is_disjoint(item)
    }
}

/// What a person may see of one resource kind: the union of its clauses. Without a clause, no item is visible.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Visibility {
    clauses: Vec<Clause>,
}

impl Visibility {
    /// Creates the rule by which every item is visible.
    #[must_use]
    pub fn all() -> Self {
        Self { clauses: vec![Clause::any()] }
    }

    /// Creates the rule by which no item is visible.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Creates the union of `clauses`, without those that no item can meet.
    pub fn any_of(clauses: impl IntoIterator<Item = Clause>) -> Self {
        Self { clauses: clauses.into_iter().filter(|clause| !clause.is_empty()).collect() }
    }

    /// Returns the clauses; each can be met.
    #[must_use]
    pub fn clauses(&self) -> &[Clause] {
        &self.clauses
    }

    /// Returns `true` if no item is visible.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.clauses.is_empty()
    }

    /// Returns `true` if every item is visible.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.clauses.iter().any(|clause| clause.all_of.is_empty() && clause.none_of.is_empty())
    }

    /// Returns `true` if an item with these tokens is visible.
    #[must_use]
    pub fn admits(&self, item: &BTreeSet<Token>) -> bool {
        self.clauses.iter().any(|clause| clause.admits(item))
    }
}

#[cfg(feature = "search")]
impl From<Visibility> for atrium_search::Filter {
    /// Renders the rule as a search filter: tokens become the [terms](Token::term) that documents carry.
    fn from(rule: Visibility) -> Self {
        let terms = |tokens: TokenSet| tokens.iter().map(Token::term).collect::<Vec<_>>();
        Self::any_of(rule.clauses.into_iter().map(|clause| {
            let all = atrium_search::Clause::any().without(terms(clause.none_of));
            clause.all_of.into_iter().fold(all, |all, set| all.with(terms(set)))
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(terms: &[(Facet, &str)]) -> BTreeSet<Token> {
        terms.iter().map(|(facet, value)| Token::new(*facet, value)).collect()
    }

    #[test]
    fn no_clause_admits_nothing_and_an_empty_set_is_never_met() {
        let thing = item(&[(Facet::Scope, "p")]);
        assert!(!Visibility::none().admits(&thing));
        assert!(!Visibility::any_of([Clause::any().with([])]).admits(&thing));
        assert!(Visibility::all().admits(&thing));
    }

    #[test]
    fn an_exception_takes_away_from_everything() {
        let rule = Visibility::any_of([Clause::any().without([Token::new(Facet::Scope, "e1")])]);
        assert!(rule.admits(&item(&[(Facet::Scope, "p"), (Facet::Scope, "e2")])));
        assert!(!rule.admits(&item(&[(Facet::Scope, "p"), (Facet::Scope, "e1")])));
    }
}
