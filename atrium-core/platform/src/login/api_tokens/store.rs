//! Queries of API tokens.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, RelationDef,
};

use crate::clock::Timestamp;
use crate::credentials::ApiTokenId;
use crate::credentials::entity::api_token;
use crate::db::Tx;
use crate::directory::{PersonId, person};
use crate::error::Result;
use crate::events::{self, Position};

/// The person of a token and the epochs of their rights.
#[derive(Debug, FromQueryResult)]
pub(super) struct Bearer {
    pub(super) display_name: String,
    pub(super) given_name: String,
    pub(super) family_name: String,
    pub(super) locale: String,
    pub(super) status: person::Status,
    pub(super) epoch: i64,
    pub(super) policy_epoch: i64,
    newest_xid: Option<i64>,
    newest_event: Option<i64>,
    settled_below: i64,
}

impl Bearer {
    /// Returns the newest event, as of this reading; `None` while an older transaction may still commit.
    pub(super) fn newest(&self) -> Option<Position> {
        events::settled(self.newest_xid, self.newest_event, self.settled_below)
    }
}

/// Returns the token under `hash` with its person: one query, which is on the path of every request with a token.
pub(super) async fn bearer(conn: &impl ConnectionTrait, hash: &str) -> Result<Option<(api_token::Model, Bearer)>> {
    let whose: RelationDef =
        api_token::Entity::belongs_to(person::Entity).from(api_token::Column::PersonId).to(person::Column::Id).into();
    let mut query = api_token::Entity::find()
        .column(person::Column::DisplayName)
        .column(person::Column::GivenName)
        .column(person::Column::FamilyName)
        .column(person::Column::Locale)
        .column(person::Column::Status)
        .column(person::Column::Epoch)
        .expr_as(Expr::cust("(SELECT epoch FROM atrium_policy WHERE id = 1)"), "policy_epoch")
        .join(JoinType::InnerJoin, whose)
        .filter(api_token::Column::TokenHash.eq(hash));
    for (expression, name) in events::newest_columns(conn.get_database_backend()) {
        query = query.expr_as(Expr::cust(expression), name);
    }
    Ok(query.into_model::<Found>().one(conn).await?.map(|found| (found.token, found.bearer)))
}

#[derive(FromQueryResult)]
struct Found {
    #[sea_orm(nested)]
    token: api_token::Model,
    #[sea_orm(nested)]
    bearer: Bearer,
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

pub(super) async fn token(conn: &impl ConnectionTrait, id: ApiTokenId) -> Result<Option<api_token::Model>> {
    Ok(api_token::Entity::find_by_id(id).one(conn).await?)
}

/// Deletes one token. Returns `false` if there was none.
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
    conn: &impl ConnectionTrait,
    person: PersonId,
    now: Timestamp,
    most: u64,
) -> Result<Vec<api_token::Model>> {
    Ok(held(person, now).order_by_desc(api_token::Column::Id).limit(most).all(conn).await?)
}

pub(super) async fn count(tx: &Tx, person: PersonId, now: Timestamp) -> Result<u64> {
    Ok(held(person, now).count(tx).await?)
}
