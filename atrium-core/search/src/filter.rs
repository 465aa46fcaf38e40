//! What a search may find: a yes or no over the terms that documents carry.

use std::collections::BTreeSet;

/// Which documents of one kind a search may find: the union of its clauses. Without a clause it finds no document.
///
/// Terms are texts that documents carry in [`tokens`](crate::SearchDocument::tokens) and that mean something to the caller
/// alone: an owner, a state, an audience.
///
/// ```
/// use std::collections::BTreeSet;
///
/// use atrium_search::{Clause, Filter};
///
/// let filter = Filter::any_of([Clause::any().with(["state:visible"]).without(["school:12"])]);
/// let document = |terms: &[&str]| terms.iter().map(|term| (*term).to_owned()).collect::<BTreeSet<_>>();
/// assert!(filter.admits(&document(&["state:visible", "school:7"])));
/// assert!(!filter.admits(&document(&["state:visible", "school:12"])));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    clauses: Vec<Clause>,
}

/// One way of being found: every set of `all_of` is met, and no term of `none_of` is carried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clause {
    /// The document carries at least one term of each set. An empty set is never met.
    pub all_of: Vec<BTreeSet<String>>,
    /// Terms that take the document away from this clause.
    pub none_of: BTreeSet<String>,
}

impl Clause {
    /// Returns a clause that every document meets.
    #[must_use]
    pub fn any() -> Self {
        Self::default()
    }

    /// Adds a set of terms, of which a document carries at least one.
    #[must_use]
    pub fn with<T: Into<String>>(mut self, terms: impl IntoIterator<Item = T>) -> Self {
        self.all_of.push(terms.into_iter().map(Into::into).collect());
        self
    }

    /// Takes away the documents that carry one of `terms`.
    #[must_use]
    pub fn without<T: Into<String>>(mut self, terms: impl IntoIterator<Item = T>) -> Self {
        self.none_of.extend(terms.into_iter().map(Into::into));
        self
    }

    fn admits(&self, document: &BTreeSet<String>) -> bool {
        self.all_of.iter().all(|set| !set.is_disjoint(document)) && self.none_of.is_disjoint(document)
    }
}

impl Filter {
    /// Returns a filter that admits everything.
    #[must_use]
    pub fn all() -> Self {
        Self { clauses: vec![Clause::any()] }
    }

    /// Returns a filter that admits no document.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Returns the union of `clauses`. Clauses that no document can meet are dropped.
    ///
    /// ```
    /// use atrium_search::{Clause, Filter};
    ///
    /// let nowhere = Clause::any().with(Vec::<String>::new());
    /// assert!(Filter::any_of([nowhere]).is_none());
    /// assert!(Filter::any_of([Clause::any()]).is_all());
    /// ```
    pub fn any_of(clauses: impl IntoIterator<Item = Clause>) -> Self {
        let can_be_met = |clause: &Clause| !clause.all_of.iter().any(BTreeSet::is_empty);
        Self { clauses: clauses.into_iter().filter(can_be_met).collect() }
    }

    /// Returns the clauses; each can be met.
    #[must_use]
    pub fn clauses(&self) -> &[Clause] {
        &self.clauses
    }

    /// Returns `true` if the filter admits no document.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.clauses.is_empty()
    }

    /// Returns `true` if the filter admits everything.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.clauses.iter().any(|clause| clause.all_of.is_empty() && clause.none_of.is_empty())
    }

    /// Returns `true` if a document with these terms may be found.
    #[must_use]
    pub fn admits(&self, document: &BTreeSet<String>) -> bool {
        self.clauses.iter().any(|clause| clause.admits(document))
    }
}
