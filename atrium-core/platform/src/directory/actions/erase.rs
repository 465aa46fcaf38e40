//! The end of a person's name: what they wrote stays, without a name.

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveValue, ColumnTrait, Condition, EntityTrait, QueryFilter};

use crate::db::Tx;
use crate::directory::{PersonId, PersonStatus, person, store, words};
use crate::error::Result;

/// Empties the name of a person and closes their account; the epochs of their guardians rise, too. Returns the number of
/// rows changed.
pub(crate) async fn forget_name(tx: &Tx, id: PersonId) -> Result<u64> {
    let row = person::ActiveModel {
        display_name: ActiveValue::Set(String::new()),
        given_name: ActiveValue::Set(String::new()),
        family_name: ActiveValue::Set(String::new()),
        sort_name: ActiveValue::Set(String::new()),
        email: ActiveValue::Set(None),
        source_key: ActiveValue::Set(None),
        vouched: ActiveValue::Set(String::new()),
        status: ActiveValue::Set(PersonStatus::Erased),
        ..Default::default()
    };
    // No search for people finds the name.
    words::write(tx, id, &ActiveValue::Set(String::new())).await?;
    let done = person::Entity::update_many()
        .set(row)
        .col_expr(person::Column::Version, Expr::col(person::Column::Version).add(1))
        .filter(person::Column::Id.eq(id))
        .exec(tx)
        .await?;
    // A guardian holds the rights that the child's place gives.
    let concerned =
        Condition::any().add(person::Column::Id.eq(id)).add(person::Column::Id.in_subquery(store::answering_for(id)));
    let next = Expr::col(person::Column::Epoch).add(1);
    person::Entity::update_many().col_expr(person::Column::Epoch, next).filter(concerned).exec(tx).await?;
    Ok(done.rows_affected)
}
