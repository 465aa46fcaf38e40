//! The rules of asking and deciding.

use atrium_core::access::{Actor, Scope};
use atrium_core::audit::Changes;
use atrium_core::db::Db;
use atrium_core::directory::{self, Establishment, EstablishmentId};
use atrium_core::sea_orm::ActiveValue::Set;
use atrium_core::{Error, Message, Result};

use super::{ActiveModel, Decision, Model, NewRequest, RequestId, State, store};
use crate::desk::actions::{in_words, require_joined};
use crate::{DECIDE, MANAGE, record};

/// Asks the Region for tablets.
///
/// # Errors
/// Returns `is_forbidden` without the permission, `is_conflict` if the school has not joined the scheme or has a
/// request waiting already.
pub async fn ask(db: &Db, actor: &Actor, school: EstablishmentId, wish: NewRequest) -> Result<RequestId> {
    actor.require(MANAGE, Scope::Establishment(school))?;
    let tx = db.begin().await?;
    require_joined(&tx, school).await?;
    let row = ActiveModel {
        establishment_id: Set(school),
        quantity: Set(wish.quantity),
        reason: Set(wish.reason),
        state: Set(State::Pending),
        asked_by: Set(actor.person()),
        asked_at: Set(tx.now()),
        granted: Set(0),
        answer: Set(String::new()),
        ..Default::default()
    };
    let waiting = || Error::conflict_with("a second open request", Message::new("loans-request-waiting"));
    let id = store::insert(&tx, row).await.map_err(|error| in_words(error, waiting))?;
    record::act(&tx, actor, record::REQUEST_ASKED, subject(id), school).await?;
    tx.commit().await?;
    Ok(id)
}

/// Returns every request, newest first, starting before `before`, for people who decide.
///
/// # Errors
/// Returns `is_forbidden` without the permission, or an error if the database fails.
pub async fn list(db: &Db, actor: &Actor, before: Option<RequestId>, limit: u64) -> Result<Vec<Model>> {
    actor.require(DECIDE, Scope::Platform)?;
    store::list(db, None, before, limit).await
}

/// Returns the school that wrote a request, for people who run its desk. For others there is no such request.
///
/// # Errors
/// Returns `is_not_found` if there is no such row, or an error if the database fails.
pub async fn school_of(db: &Db, actor: &Actor, id: RequestId) -> Result<Establishment> {
    let request = store::request(db, id).await?;
    if actor.may(MANAGE, Scope::Establishment(request.establishment_id)) {
        directory::establishment(db, request.establishment_id).await
    } else {
        Err(Error::not_found(format!("request {id} for this person")))
    }
}

/// Decides on a request, with `stock` tablets in all for the Region to deliver. Of two decisions at the same moment, one
/// counts; two requests together never get more than is left.
///
/// # Errors
/// Returns `is_forbidden` without the permission, `is_not_found` if there is no such request, `is_conflict` if it
/// is decided already, `is_invalid` if it grants more than was asked or is left.
pub async fn decide(db: &Db, actor: &Actor, id: RequestId, decision: Decision, stock: i64) -> Result<()> {
    actor.require(DECIDE, Scope::Platform)?;
    let tx = db.begin().await?;
    let request = store::request(&tx, id).await?;
    let granted = decision.granted;
    let changes = Changes::new()
        .field("state", &request.state, &State::once_granted(granted))
        .field("granted", &request.granted, &granted)
        .withheld("answer", &request.answer, &decision.answer);
    // Refusals come after the writes that know: an error leaves the transaction, and everything in it, undone.
    if request.state != State::Pending || !store::decide(&tx, id, decision, tx.now()).await? {
        return Err(Error::conflict_with(format!("request {id}"), Message::new("loans-request-decided")));
    }
    if granted > request.quantity || granted > 0 && !store::deliver(&tx, granted, stock).await? {
        let most = request.quantity.min(stock - store::delivered(&tx).await?).max(0);
        return Err(Error::invalid_field("granted", Message::new("loans-granted-too-many").with("max", most)));
    }
    record::changed(&tx, actor, record::REQUEST_DECIDED, subject(id), request.establishment_id, changes).await?;
    tx.commit().await
}

/// Returns the subject of a request in events and the index.
pub(crate) fn subject(id: RequestId) -> String {
    format!("loans:{id}")
}
