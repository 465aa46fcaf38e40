//! What somebody may see of the forum, as the platform's one rule, and which facts of a topic the rule asks about.
//!
//! Topics and posts answer the rule by the same facts, and by columns of the same tables ([`topics::rule`]): a post by its own state and author, and by its topic's
//! category, school and confidentiality.

use std::collections::BTreeSet;

use atrium_core::access::{Actor, Clause, Facet, Token, TokenSet, Visibility};
use atrium_core::directory::PersonId;

use crate::ids::CategoryId;
use crate::permissions::{MODERATE, READ_CONFIDENTIAL};
use crate::state::{Readers, State};
use crate::topics;

/// Returns the tokens of a topic.
pub(crate) fn topic_tokens(topic: &topics::Topic) -> BTreeSet<Token> {
    tokens(topic, topic.state, topic.author_id)
}

/// Returns the tokens of a post of `topic` in `state`, written by `author`.
pub(crate) fn tokens(topic: &topics::Topic, state: State, author: PersonId) -> BTreeSet<Token> {
    let mut tokens: BTreeSet<_> = topic.scope().tokens().collect();
    tokens.insert(Token::new(Facet::Category, topic.category_id));
    tokens.insert(state_token(state));
    tokens.insert(audience(topic.readers));
    tokens.insert(author_token(author));
    tokens
}

/// Returns the rule of what `actor` may see, in the categories they may read.
pub(crate) fn seen_by(actor: &Actor, readable: &BTreeSet<CategoryId>) -> Visibility {
    let categories = category_set(readable);
    let base = || Clause::any().with(categories.clone());
    let shown = || base().with([state_token(State::Visible)]);
    let mut clauses = vec![shown().with([audience(Readers::Open)])];
    for held in actor.rights().clauses(READ_CONFIDENTIAL, actor.now()) {
        clauses.push(both(&held, shown().with([audience(Readers::Confidential)])));
    }
    if let Some(person) = actor.person() {
        let own = [State::Pending, State::Visible, State::Hidden].map(state_token);
        clauses.push(base().with(own).with([author_token(person)]));
    }
    clauses.extend(moderation_clauses(actor, &categories));
    Visibility::any_of(clauses)
}

/// Returns the rule of what `actor` moderates: what they may read, in any state, where they hold that permission.
pub(crate) fn moderated_by(actor: &Actor, readable: &BTreeSet<CategoryId>) -> Visibility {
    Visibility::any_of(moderation_clauses(actor, &category_set(readable)))
}

fn moderation_clauses(actor: &Actor, categories: &TokenSet) -> Vec<Clause> {
    let confidential: Vec<_> = actor.rights().clauses(READ_CONFIDENTIAL, actor.now());
    let base = || Clause::any().with(categories.clone());
    let mut clauses = Vec::new();
    for held in actor.rights().clauses(MODERATE, actor.now()) {
        clauses.push(both(&held, base().with([audience(Readers::Open)])));
        clauses.extend(
            confidential.iter().map(|read| both(&held, both(read, base().with([audience(Readers::Confidential)])))),
        );
    }
    clauses
}

/// Returns the clause that asks for what `a` and `b` ask for.
fn both(a: &Clause, mut b: Clause) -> Clause {
    b.all_of.extend(a.all_of.iter().cloned());
    b.none_of.extend(a.none_of.iter().cloned());
    b
}

fn category_set(readable: &BTreeSet<CategoryId>) -> TokenSet {
    readable.iter().map(|id| Token::new(Facet::Category, id)).collect()
}

fn state_token(state: State) -> Token {
    Token::new(Facet::State, state.as_str())
}

fn author_token(person: PersonId) -> Token {
    Token::new(Facet::Author, person)
}

fn audience(readers: Readers) -> Token {
    Token::new(Facet::Audience, readers.as_str())
}
