//! Queries of the desk. A school's stock is a few dozen tablets: it is read whole.

use atrium_core::clock::Timestamp;
use atrium_core::db::{Connection, Tx};
use atrium_core::directory::{self, Establishment, EstablishmentId, GroupId, Membership, Person, PersonId, Profile};
use atrium_core::sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Select};
use atrium_core::{Error, Result};

use super::{TabletId, loan, tablet};

/// The trait of schools that have joined the digital textbook scheme.
const JOINED: &str = "manuels-numeriques";

/// Returns the schools that have joined the scheme, by name.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn joined(conn: &impl Connection) -> Result<Vec<Establishment>> {
    let traits = directory::all_traits(conn).await?;
    let joined: Vec<_> = traits.iter().filter(|(_, key)| key == JOINED).map(|(school, _)| *school).collect();
    let schools = directory::establishments(conn).await?;
    Ok(schools.into_iter().filter(|school| joined.contains(&school.id)).collect())
}

/// Returns `true` if this school has joined.
pub(super) async fn has_joined(conn: &impl Connection, school: EstablishmentId) -> Result<bool> {
    Ok(directory::traits(conn, &[school]).await?.iter().any(|(_, key)| key == JOINED))
}

/// Returns the tablets of a school by label, each with its present loan.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn stock(
    conn: &impl Connection,
    school: EstablishmentId,
) -> Result<Vec<(tablet::Model, Option<loan::Model>)>> {
    let of_school = tablet::Entity::find().filter(tablet::Column::EstablishmentId.eq(school));
    let tablets = of_school.order_by_asc(tablet::Column::Label).order_by_asc(tablet::Column::Id).all(conn).await?;
    let open = open_loans().filter(loan::Column::TabletId.is_in(tablets.iter().map(|tablet| tablet.id)));
    let mut loans = open.all(conn).await?;
    let mut loan_of = |id| Some(loans.swap_remove(loans.iter().position(|loan| loan.tablet_id == id)?));
    Ok(tablets.into_iter().map(|tablet| (tablet.clone(), loan_of(tablet.id))).collect())
}

/// Returns the school's tablet with this number.
///
/// # Errors
/// Returns `is_not_found` if there is no such row, or an error if the database fails.
pub async fn tablet(conn: &impl Connection, school: EstablishmentId, id: TabletId) -> Result<tablet::Model> {
    let found = tablet::Entity::find_by_id(id).filter(tablet::Column::EstablishmentId.eq(school)).one(conn).await?;
    found.ok_or_else(|| Error::not_found(format!("tablet {id} of establishment {school}")))
}

/// Writes a tablet; a conflict when its label is taken.
pub(super) async fn insert_tablet(tx: &Tx, row: tablet::ActiveModel) -> Result<TabletId> {
    Ok(tablet::Entity::insert(row).exec(tx).await?.last_insert_id)
}

/// Writes a loan; a conflict when the tablet is lent, or the pupil has one.
pub(super) async fn insert_loan(tx: &Tx, row: loan::ActiveModel) -> Result<()> {
    loan::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Returns the pupils of one class, by name.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn class(
    conn: &impl Connection,
    school: EstablishmentId,
    class: GroupId,
    now: Timestamp,
) -> Result<Vec<Person>> {
    let members = directory::members(conn, class).await?;
    let places = directory::memberships_of(conn, &members).await?;
    let pupils = places.iter().filter(|place| makes_pupil(place, school, now));
    let ids: Vec<_> = pupils.map(|place| place.person_id).collect();
    let mut people = directory::people(conn, &ids).await?;
    people.sort_by(|a, b| (&a.sort_name, a.id).cmp(&(&b.sort_name, b.id)));
    Ok(people)
}

pub(super) async fn is_pupil(
    conn: &impl Connection,
    school: EstablishmentId,
    person: PersonId,
    now: Timestamp,
) -> Result<bool> {
    let places = directory::memberships(conn, person).await?;
    Ok(places.iter().any(|place| makes_pupil(place, school, now)))
}

pub(super) async fn open_loan(conn: &impl Connection, id: TabletId) -> Result<Option<loan::Model>> {
    Ok(open_loans().filter(loan::Column::TabletId.eq(id)).one(conn).await?)
}

/// Ends a loan; `false` when somebody else has taken the tablet back meanwhile.
pub(super) async fn give_back(tx: &Tx, loan: &loan::Model, at: Timestamp) -> Result<bool> {
    let row = loan::ActiveModel { returned_at: Set(Some(at)), ..Default::default() };
    let open = loan::Entity::update_many().set(row).filter(loan::Column::Id.eq(loan.id));
    Ok(open.filter(loan::Column::ReturnedAt.is_null()).exec(tx).await?.rows_affected > 0)
}

fn open_loans() -> Select<loan::Entity> {
    loan::Entity::find().filter(loan::Column::ReturnedAt.is_null())
}

/// Returns `true` if the person of `place` is a pupil of `school` at `now`.
fn makes_pupil(place: &Membership, school: EstablishmentId, now: Timestamp) -> bool {
    place.establishment_id == school && place.profile == Profile::Student && place.validity().holds(now)
}
