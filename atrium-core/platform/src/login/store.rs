//! Queries of the sign-in.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue, ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, FromQueryResult, JoinType,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, RelationDef, Select,
};

use super::SessionId;
use super::entity::{attempt, password};
use super::holder::Holder;
use super::token::hash_of;
use crate::clock::Timestamp;
use crate::credentials::entity::{link, session};
use crate::db::{Connection, QueryText, Tx};
use crate::directory::{PersonId, PersonStatus, person};
use crate::error::Result;

/// A session with its holder: what a request's identity is made from.
#[derive(Debug, FromQueryResult)]
pub(super) struct Identity {
    pub(super) session: SessionId,
    pub(super) last_seen: Timestamp,
    pub(super) expires_at: Timestamp,
    pub(super) person: PersonId,
    #[sea_orm(nested)]
    pub(super) holder: Holder,
}

/// Returns the identity behind a session token in one query, since it is on the path of every signed-in request.
pub(super) async fn identity(conn: &impl Connection, token_hash: &str) -> Result<Option<Identity>> {
    static TEXT: QueryText = QueryText::new();
    let backend = conn.get_database_backend();
    let query = TEXT.with(backend, [token_hash.into()], || identity_query(backend).build(backend));
    Ok(Identity::find_by_statement(query).one(conn).await?)
}

/// Returns the query of [`identity`], which binds the token's hash.
fn identity_query(backend: DbBackend) -> Select<session::Entity> {
    let query = session::Entity::find()
        .select_only()
        .column_as(session::Column::Id, "session")
        .column(session::Column::LastSeen)
        .column(session::Column::ExpiresAt)
        .column_as(person::Column::Id, "person")
        .join(JoinType::InnerJoin, session_person())
        .filter(session::Column::TokenHash.eq(""));
    Holder::select(query, backend)
}

fn session_person() -> RelationDef {
    session::Entity::belongs_to(person::Entity).from(session::Column::PersonId).to(person::Column::Id).into()
}

/// Updates the last use of a session. Never inserts a row: a session closed meanwhile stays closed.
pub(super) async fn touch_session(
    conn: &impl ConnectionTrait,
    id: SessionId,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    session::Entity::update_many()
        .col_expr(session::Column::LastSeen, Expr::value(now))
        .col_expr(session::Column::ExpiresAt, Expr::value(expires_at))
        .filter(session::Column::Id.eq(id))
        .filter(session::Column::LastSeen.lt(now))
        .exec(conn)
        .await?;
    Ok(())
}

pub(super) async fn insert_session(tx: &Tx, row: session::ActiveModel) -> Result<SessionId> {
    Ok(session::Entity::insert(row).exec(tx).await?.last_insert_id)
}

pub(super) async fn session(conn: &impl Connection, id: SessionId) -> Result<Option<session::Model>> {
    Ok(session::Entity::find_by_id(id).one(conn).await?)
}

pub(super) async fn sessions(conn: &impl Connection, person: PersonId, now: Timestamp) -> Result<Vec<session::Model>> {
    let query = session::Entity::find()
        .filter(session::Column::PersonId.eq(person))
        .filter(session::Column::ExpiresAt.gt(now))
        // Ordered by id, so that the order does not depend on the nodes' clocks.
        .order_by_desc(session::Column::Id);
    // A longer list is not useful; revoking all sessions does not go through this list.
    Ok(query.limit(100).all(conn).await?)
}

/// Deletes one session; returns `false` if it was gone already.
pub(super) async fn delete_session(tx: &Tx, id: SessionId) -> Result<bool> {
    Ok(session::Entity::delete_by_id(id).exec(tx).await?.rows_affected > 0)
}

/// Deletes a person's sessions but `keep`, and returns their number.
pub(super) async fn delete_sessions(tx: &Tx, person: PersonId, keep: Option<SessionId>) -> Result<u64> {
    let mut query = session::Entity::delete_many().filter(session::Column::PersonId.eq(person));
    if let Some(keep) = keep {
        query = query.filter(session::Column::Id.ne(keep));
    }
    Ok(query.exec(tx).await?.rows_affected)
}

/// A local account with its person.
#[derive(Debug, FromQueryResult)]
pub(super) struct Account {
    pub(super) person: PersonId,
    pub(super) login: String,
    pub(super) hash: Option<String>,
    pub(super) version: i64,
    pub(super) display_name: String,
    pub(super) status: PersonStatus,
}

fn accounts() -> sea_orm::Select<password::Entity> {
    let whose =
        password::Entity::belongs_to(person::Entity).from(password::Column::PersonId).to(person::Column::Id).into();
    password::Entity::find()
        .select_only()
        .column_as(password::Column::PersonId, "person")
        .column(password::Column::Login)
        .column(password::Column::Hash)
        .column(password::Column::Version)
        .column(person::Column::DisplayName)
        .column(person::Column::Status)
        .join(JoinType::InnerJoin, whose)
}

pub(super) async fn account_named(conn: &impl Connection, login: &str) -> Result<Option<Account>> {
    Ok(accounts().filter(password::Column::Login.eq(login)).into_model().one(conn).await?)
}

pub(super) async fn account_of(conn: &impl Connection, person: PersonId) -> Result<Option<Account>> {
    Ok(accounts().filter(password::Column::PersonId.eq(person)).into_model().one(conn).await?)
}

pub(super) async fn insert_account(tx: &Tx, person: PersonId, login: &str) -> Result<()> {
    let row = password::ActiveModel {
        person_id: ActiveValue::Set(person),
        login: ActiveValue::Set(login.to_owned()),
        hash: ActiveValue::Set(None),
        changed_at: ActiveValue::Set(tx.now()),
        version: ActiveValue::Set(1),
    };
    password::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Renames an account if it is still at `version`; returns `false` otherwise.
pub(super) async fn rename_account(tx: &Tx, person: PersonId, version: i64, login: &str) -> Result<bool> {
    let done = password::Entity::update_many()
        .col_expr(password::Column::Login, Expr::value(login))
        .col_expr(password::Column::Version, Expr::value(version + 1))
        .filter(password::Column::PersonId.eq(person))
        .filter(password::Column::Version.eq(version))
        .exec(tx)
        .await?;
    Ok(done.rows_affected > 0)
}

/// Sets the hash of an account if the present one is `expected`; returns `false` otherwise.
pub(super) async fn replace_hash(tx: &Tx, person: PersonId, expected: Option<&str>, hash: &str) -> Result<bool> {
    let unchanged = match expected {
        Some(expected) => password::Column::Hash.eq(expected),
        None => password::Column::Hash.is_null(),
    };
    set_hash(tx, password::Column::PersonId.eq(person).and(unchanged), hash).await
}

/// Sets the hash of an account, whatever it was; returns `false` if there is no account.
pub(super) async fn overwrite_hash(tx: &Tx, person: PersonId, hash: &str) -> Result<bool> {
    set_hash(tx, password::Column::PersonId.eq(person), hash).await
}

async fn set_hash(tx: &Tx, which: Expr, hash: &str) -> Result<bool> {
    let done = password::Entity::update_many()
        .col_expr(password::Column::Hash, Expr::value(hash))
        .col_expr(password::Column::ChangedAt, Expr::value(tx.now()))
        .filter(which)
        .exec(tx)
        .await?;
    Ok(done.rows_affected > 0)
}

pub(super) async fn insert_link(tx: &Tx, row: link::Model) -> Result<()> {
    link::Entity::insert(link::ActiveModel::from(row)).exec_without_returning(tx).await?;
    Ok(())
}

pub(super) async fn link(conn: &impl Connection, secret: &str, now: Timestamp) -> Result<Option<link::Model>> {
    let found = link::Entity::find_by_id(hash_of(secret)).one(conn).await?;
    Ok(found.filter(|link| link.expires_at > now))
}

/// Uses a link up; returns `false` if it was used already.
pub(super) async fn use_link(tx: &Tx, secret: &str) -> Result<bool> {
    Ok(link::Entity::delete_by_id(hash_of(secret)).exec(tx).await?.rows_affected > 0)
}

/// Deletes the links of `person`.
pub(super) async fn delete_links(tx: &Tx, person: PersonId) -> Result<()> {
    link::Entity::delete_many().filter(link::Column::PersonId.eq(person)).exec(tx).await?;
    Ok(())
}

/// The number of attempts under one key, and the instant of the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) attempts: i64,
    pub(super) last: Timestamp,
}

impl Count {
    pub(super) fn of(counts: &[KeyCount], key: &str) -> Self {
        let found = counts.iter().find(|count| count.key == key);
        found.map(|count| Self { attempts: count.attempts, last: count.last }).unwrap_or_default()
    }
}

#[derive(Debug, FromQueryResult)]
pub(super) struct KeyCount {
    key: String,
    attempts: i64,
    last: Timestamp,
}

/// Returns the attempts under each of `keys` since `since`.
pub(super) async fn count_attempts(tx: &Tx, keys: &[&str], since: Timestamp) -> Result<Vec<KeyCount>> {
    let query = attempt::Entity::find()
        .select_only()
        .column(attempt::Column::Key)
        .column_as(attempt::Column::Id.count(), "attempts")
        .column_as(attempt::Column::At.max(), "last")
        .filter(attempt::Column::Key.is_in(keys.iter().copied()))
        .filter(attempt::Column::At.gte(since))
        .group_by(attempt::Column::Key);
    Ok(query.into_model().all(tx).await?)
}

pub(super) async fn add_attempt(tx: &Tx, key: &str, now: Timestamp) -> Result<i64> {
    let row =
        attempt::ActiveModel { key: ActiveValue::Set(key.to_owned()), at: ActiveValue::Set(now), ..Default::default() };
    Ok(attempt::Entity::insert(row).exec(tx).await?.last_insert_id)
}

pub(super) async fn forget_attempts(tx: &Tx, keys: &[String], one: Option<i64>) -> Result<()> {
    let which =
        Condition::any().add(attempt::Column::Key.is_in(keys)).add_option(one.map(|one| attempt::Column::Id.eq(one)));
    attempt::Entity::delete_many().filter(which).exec(tx).await?;
    Ok(())
}
