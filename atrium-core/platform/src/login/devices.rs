//! Known browsers: each keeps a random token from an earlier sign-in, of which only a hash is stored.
//!
//! A known browser has its own count of failed attempts, so that attempts of others under the same name or from the
//! same address do not make its owner wait. The token alone gives no access.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue, ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef};

use super::entity::{device, password};
use super::forgetting::{A_FEW, DEVICES};
use super::token::{DeviceToken, hash_of};
use crate::clock::Timestamp;
use crate::db::{Connection, Tx};
use crate::directory::PersonId;
use crate::error::Result;

/// The days for which an unused browser stays known.
pub const DEVICE_DAYS: u32 = 365;
/// The most browsers kept of one person, last used first.
const PER_PERSON: u64 = 20;

/// Returns `true` if the owner of the account `login` signed in before in the browser that shows `token`.
pub(super) async fn is_known(conn: &impl Connection, token: &str, login: &str, now: Timestamp) -> Result<bool> {
    let account: RelationDef = device::Entity::belongs_to(password::Entity)
        .from(device::Column::PersonId)
        .to(password::Column::PersonId)
        .into();
    let query = device::Entity::find()
        .join(JoinType::InnerJoin, account)
        .filter(device::Column::TokenHash.eq(hash_of(token)))
        .filter(device::Column::LastUsed.gt(now.plus_days(-i64::from(DEVICE_DAYS))))
        .filter(password::Column::Login.eq(login));
    Ok(query.one(conn).await?.is_some())
}

/// Makes the browser of a sign-in known for `person`. It keeps the token it shows if that is one of ours, as on a
/// computer that several people use; otherwise it gets a new one.
pub(super) async fn remember(tx: &Tx, person: PersonId, shown: Option<&str>, now: Timestamp) -> Result<DeviceToken> {
    forget_unused(tx, person, now).await?;
    let token = match shown {
        Some(shown) if is_ours(tx, shown).await? => DeviceToken(shown.to_owned()),
        _ => DeviceToken::random(),
    };
    let row = device::ActiveModel {
        token_hash: ActiveValue::Set(token.hash()),
        person_id: ActiveValue::Set(person),
        last_used: ActiveValue::Set(now),
    };
    let key = [device::Column::TokenHash, device::Column::PersonId];
    let again = OnConflict::columns(key).update_column(device::Column::LastUsed).to_owned();
    device::Entity::insert(row).on_conflict(again).exec_without_returning(tx).await?;
    Ok(token)
}

/// Forgets every browser of `person`, whose password was set without the old one.
pub(super) async fn forget_all(tx: &Tx, person: PersonId) -> Result<()> {
    device::Entity::delete_many().filter(device::Column::PersonId.eq(person)).exec(tx).await?;
    Ok(())
}

async fn is_ours(tx: &Tx, token: &str) -> Result<bool> {
    let known = device::Entity::find().filter(device::Column::TokenHash.eq(hash_of(token)));
    Ok(known.one(tx).await?.is_some())
}

async fn forget_unused(tx: &Tx, person: PersonId, now: Timestamp) -> Result<()> {
    DEVICES.remove(tx, now, A_FEW).await?;
    let newest_too_many = device::Entity::find()
        .filter(device::Column::PersonId.eq(person))
        .order_by_desc(device::Column::LastUsed)
        .offset(PER_PERSON - 1)
        .limit(1);
    if let Some(last) = newest_too_many.one(tx).await? {
        let older = device::Entity::delete_many().filter(device::Column::PersonId.eq(person));
        older.filter(device::Column::LastUsed.lte(last.last_used)).exec(tx).await?;
    }
    Ok(())
}
