//! What somebody may see of the forum, as the platform's one rule, and which facts of a topic the rule asks about.
//!
//! Topics and posts answer the rule by the same columns: a post by its own state and author, and by its topic's
//! category, school and confidentiality.

use std::collections::BTreeSet;

use atrium_core::access::{Actor, Clause, Facet, ItemColumns, Token, TokenSet, Visibility};
use atrium_core::directory::PersonId;
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, DbBackend, ExprTrait};

use crate::categories::CategoryId;
use crate::permissions::{MODERATE, READ_CONFIDENTIAL};
use crate::state::State;
use crate::topics::Readers;
use crate::{posts, topics};

/// What the rule asks about a topic.
pub(crate) fn topic_tokens(topic: &topics::Model) -> BTreeSet<Token> {
    tokens(topic, topic.state, topic.author_id)
}

/// What the rule asks about a post of `topic` that stands in `state` and was written by `author`.
pub(crate) fn tokens(topic: &topics::Model, state: State, author: PersonId) -> BTreeSet<Token> {
    let mut tokens: BTreeSet<_> = topic.scope().tokens().collect();
    tokens.insert(Token::new(Facet::Category, topic.category_id));
    tokens.insert(state_token(state));
    tokens.insert(audience(topic.readers));
    tokens.insert(author_token(author));
    tokens
}

/// What `actor` may see, of the categories they may read.
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

/// What `actor` moderates: what they may read, in any state, where they hold that permission.
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

/// The clause that asks for what `a` and `b` ask for.
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

/// The rule as a condition on topics.
pub(crate) fn on_topics(rule: &Visibility) -> Condition {
    rule.condition(&topic_columns().state(topics::Column::State).author(topics::Column::AuthorId))
}

/// The same, asked of each topic that a query finds in another way: by its date, its author, its place in a list. With bare
/// columns, SQLite would look through every topic of each category instead.
pub(crate) fn on_walked_topics(rule: &Visibility, backend: DbBackend) -> Condition {
    let columns = topic_columns().category(walked(topics::Column::CategoryId, backend));
    let columns = columns.scope(walked(topics::Column::EstablishmentId, backend), Expr::val(None::<i64>));
    rule.condition(&columns.state(topics::Column::State).author(walked(topics::Column::AuthorId, backend)))
}

/// A column of numbers by which SQLite looks for no index. PostgreSQL knows how many rows each value has, and chooses well.
pub(crate) fn walked(column: topics::Column, backend: DbBackend) -> SimpleExpr {
    match backend {
        DbBackend::Postgres => column.into_expr(),
        _ => column.into_expr().add(Expr::Constant(0_i64.into())),
    }
}

/// The rule as a condition on posts joined with their topics.
pub(crate) fn on_posts(rule: &Visibility) -> Condition {
    rule.condition(&topic_columns().state(posts::Column::State).author(posts::Column::AuthorId))
}

fn topic_columns() -> ItemColumns {
    let columns = ItemColumns::new().category(topics::Column::CategoryId).audience(topics::Column::Readers);
    // Topics live in schools, never in groups.
    columns.scope(topics::Column::EstablishmentId, Expr::val(None::<i64>))
}
