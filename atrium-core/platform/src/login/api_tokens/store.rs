//! Queries of API tokens.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, JoinType, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, RelationDef, Select,
};

use crate::clock::Timestamp;
use crate::credentials::ApiTokenId;
use crate::credentials::entity::api_token;
use crate::db::{Connection, QueryText, Tx};
use crate::directory::{PersonId, person};
use crate::error::Result;
use crate::login::holder::Holder;

/// Returns the token under `hash` with its person: one query, which is on the path of every request with a token.
pub(super) async fn bearer(conn: &impl Connection, hash: &str) -> Result<Option<Bearer>> {
    static TEXT: QueryText = QueryText::new();
    let backend = conn.get_database_backend();
    let query = TEXT.with(backend, [hash.into()], || bearer_query(backend).build(backend));
    Ok(Bearer::find_by_statement(query).one(conn).await?)
}

/// Returns the query of [`bearer`], which binds the token's hash.
fn bearer_query(backend: DbBackend) -> Select<api_token::Entity> {
    let whose: RelationDef =
        api_token::Entity::belongs_to(person::Entity).from(api_token::Column::PersonId).to(person::Column::Id).into();
    let query = api_token::Entity::find().join(JoinType::InnerJoin, whose).filter(api_token::Column::TokenHash.eq(""));
    Holder::select(query, backend)
}

/// A token with its holder.
#[derive(FromQueryResult)]
pub(super) struct Bearer {
    #[sea_orm(nested)]
    pub(super) token: api_token::Model,
    #[sea_orm(nested)]
    pub(super) holder: Holder,
}

/// Notes the first use of a day. It never makes a row: a token revoked meanwhile stays revoked.
pub(super) async fn touch(conn: &impl ConnectionTrait, id: ApiTokenId, now: Timestamp) -> Result<()> {
    let older = Condition::any().add(api_token::Column::LastUsed.is_null()).add(api_token::Column::LastUsed.lt(now));
    api_token::Entity::update_many()
        .col_expr(api_token::Column::LastUsed, Expr::value(now))
        .filter(api_token::Column::Id.eq(id))
        .filter(older)
        .exec(conn)
        .await?;
    Ok(())
}

pub(super) async fn insert(tx: &Tx, row: api_token::ActiveModel) -> Result<ApiTokenId> {
    Ok(api_token::Entity::insert(row).exec(tx).await?.last_insert_id)
}

pub(super) async fn token(conn: &impl Connection, id: ApiTokenId) -> Result<Option<api_token::Model>> {
    Ok(api_token::Entity::find_by_id(id).one(conn).await?)
}

/// Deletes one token. Returns `false` if it does not exist.
pub(super) async fn delete(tx: &Tx, id: ApiTokenId) -> Result<bool> {
    Ok(api_token::Entity::delete_by_id(id).exec(tx).await?.rows_affected > 0)
}

fn held(person: PersonId, now: Timestamp) -> sea_orm::Select<api_token::Entity> {
    api_token::Entity::find()
        .filter(api_token::Column::PersonId.eq(person))
        .filter(api_token::Column::ExpiresAt.gt(now))
}

/// Returns the tokens of `person` that still hold, the newest first; `most` at most.
pub(super) async fn tokens(
    conn: &impl Connection,
    person: PersonId,
    now: Timestamp,
    most: u64,
) -> Result<Vec<api_token::Model>> {
    Ok(held(person, now).order_by_desc(api_token::Column::Id).limit(most).all(conn).await?)
}

pub(super) async fn count(tx: &Tx, person: PersonId, now: Timestamp) -> Result<u64> {
    Ok(held(person, now).count(tx).await?)
}
