//! The rules of the desk. Each action: permission, then one transaction with the state, its event and its record.

use atrium_core::access::{Actor, Scope};
use atrium_core::db::{Connection, Db};
use atrium_core::directory::{self, Establishment, EstablishmentId};
use atrium_core::sea_orm::ActiveValue::Set;
use atrium_core::{Error, Message, Result};

use super::{Label, NewLoan, TabletId, loan, store, tablet};
use crate::{MANAGE, record};

/// Returns the desks that somebody runs, by name of the school.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn list(db: &Db, actor: &Actor) -> Result<Vec<Establishment>> {
    if !actor.rights().holds_somewhere(MANAGE, actor.now()) {
        return Ok(Vec::new());
    }
    let mut schools = store::joined(db).await?;
    schools.retain(|school| actor.may(MANAGE, Scope::Establishment(school.id)));
    Ok(schools)
}

/// Returns the school with this UAI, for somebody who runs its desk.
///
/// # Errors
/// Returns `is_not_found` if there is no such school, `is_forbidden` without the permission, `is_conflict` if the
/// school has not joined the scheme.
pub async fn open(db: &Db, actor: &Actor, uai: &str) -> Result<Establishment> {
    let school = directory::establishment_by_uai(db, uai).await?;
    let school = school.ok_or_else(|| Error::not_found(format!("establishment `{uai}`")))?;
    actor.require(MANAGE, Scope::Establishment(school.id))?;
    require_joined(db, school.id).await?;
    Ok(school)
}

/// Adds a tablet to the stock.
///
/// # Errors
/// Returns `is_forbidden` without the permission, `is_conflict` if the school has not joined or the label is taken.
pub async fn register(db: &Db, actor: &Actor, school: EstablishmentId, label: &Label) -> Result<TabletId> {
    actor.require(MANAGE, Scope::Establishment(school))?;
    let tx = db.begin().await?;
    require_joined(&tx, school).await?;
    let row = tablet::ActiveModel {
        establishment_id: Set(school),
        label: Set(label.as_str().to_owned()),
        created_at: Set(tx.now()),
        ..Default::default()
    };
    let taken = || Error::invalid_field("label", Message::new("loans-label-taken"));
    let id = store::insert_tablet(&tx, row).await.map_err(|error| in_words(error, taken))?;
    record::act(&tx, actor, record::TABLET_REGISTERED, subject(id), school).await?;
    tx.commit().await?;
    Ok(id)
}

/// Hands a tablet to a pupil of the school, who has no other.
///
/// # Errors
/// Returns `is_forbidden` without the permission, `is_not_found` if there is no such tablet, `is_invalid` if the
/// person is not a pupil of the school, `is_conflict` if the school has not joined, the tablet is lent or the pupil
/// has one already.
pub async fn lend(db: &Db, actor: &Actor, school: EstablishmentId, id: TabletId, to: NewLoan) -> Result<()> {
    actor.require(MANAGE, Scope::Establishment(school))?;
    let tx = db.begin().await?;
    require_joined(&tx, school).await?;
    store::tablet(&tx, school, id).await?;
    if !store::is_pupil(&tx, school, to.pupil, tx.now()).await? {
        return Err(Error::invalid_field("pupil", Message::new("loans-pupil-elsewhere")));
    }
    let row = loan::ActiveModel {
        tablet_id: Set(id),
        pupil_id: Set(to.pupil),
        level: Set(to.level),
        lent_by: Set(actor.person()),
        lent_at: Set(tx.now()),
        ..Default::default()
    };
    // Two desks may lend at the same moment: the unique indexes decide, not a query before.
    let taken = || Error::conflict_with(format!("tablet {id} or its pupil"), Message::new("loans-already-lent"));
    store::insert_loan(&tx, row).await.map_err(|error| in_words(error, taken))?;
    record::lent(&tx, actor, subject(id), school, to.pupil).await?;
    tx.commit().await
}

/// Takes a tablet back. One that is not lent stays as it is.
///
/// # Errors
/// Returns `is_forbidden` without the permission, `is_not_found` if there is no such tablet.
pub async fn take_back(db: &Db, actor: &Actor, school: EstablishmentId, id: TabletId) -> Result<()> {
    actor.require(MANAGE, Scope::Establishment(school))?;
    let tx = db.begin().await?;
    store::tablet(&tx, school, id).await?;
    let Some(loan) = store::open_loan(&tx, id).await? else { return Ok(()) };
    if !store::give_back(&tx, &loan, tx.now()).await? {
        return Ok(());
    }
    record::act(&tx, actor, record::TABLET_RETURNED, subject(id), school).await?;
    tx.commit().await
}

/// Passes if the school has joined the scheme.
///
/// # Errors
/// Returns `is_conflict` if the school has not joined, or an error if the database fails.
pub(crate) async fn require_joined(conn: &impl Connection, school: EstablishmentId) -> Result<()> {
    if store::has_joined(conn, school).await? {
        Ok(())
    } else {
        Err(Error::conflict_with(format!("establishment {school}"), Message::new("loans-not-joined")))
    }
}

/// Turns the refusal of a unique index into the caller's message; returns any other failure unchanged.
pub(crate) fn in_words(error: Error, refused: impl FnOnce() -> Error) -> Error {
    if error.is_conflict() { refused() } else { error }
}

fn subject(id: TabletId) -> String {
    // Not `loans:`, our search kind: tablets are not searched, so the index need not follow them.
    format!("loans_tablet:{id}")
}
