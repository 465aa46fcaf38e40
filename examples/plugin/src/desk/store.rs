//! Queries of the desk. A school's stock is a few dozen tablets: it is read whole.

use atrium_core::clock::Timestamp;
use atrium_core::db::Tx;
use atrium_core::directory::membership::Profile;
use atrium_core::directory::{
    self, EstablishmentId, GroupId, PersonId, establishment, establishment_trait, group_member, membership, person,
};
use atrium_core::{Error, Result};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Select,
};

use super::{TabletId, loan, tablet};

/// The trait of schools that have joined the digital textbook scheme.
const JOINED: &str = "manuels-numeriques";

/// Returns the schools that have joined the scheme, by name.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn joined(conn: &impl ConnectionTrait) -> Result<Vec<establishment::Model>> {
    let traits = establishment_trait::Entity::find().filter(establishment_trait::Column::Key.eq(JOINED));
    let joined: Vec<_> = traits.all(conn).await?.iter().map(|row| row.establishment_id).collect();
    let schools = directory::store::establishments(conn).await?;
    Ok(schools.into_iter().filter(|school| joined.contains(&school.id)).collect())
}

/// Returns `true` if this school has joined.
pub(super) async fn has_joined(conn: &impl ConnectionTrait, school: EstablishmentId) -> Result<bool> {
    Ok(directory::store::traits(conn, &[school]).await?.iter().any(|held| held.key == JOINED))
}

/// Returns the tablets of a school by label, each with its present loan.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn stock(
    conn: &impl ConnectionTrait,
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
pub async fn tablet(conn: &impl ConnectionTrait, school: EstablishmentId, id: TabletId) -> Result<tablet::Model> {
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
    conn: &impl ConnectionTrait,
    school: EstablishmentId,
    class: GroupId,
    now: Timestamp,
) -> Result<Vec<person::Model>> {
    let members = group_member::Entity::find().filter(group_member::Column::GroupId.eq(class)).all(conn).await?;
    let members = members.iter().map(|member| member.person_id);
    let pupils = pupils(school, now).filter(membership::Column::PersonId.is_in(members)).all(conn).await?;
    let ids: Vec<_> = pupils.iter().map(|pupil| pupil.person_id).collect();
    let mut people = directory::store::people(conn, &ids).await?;
    people.sort_by(|a, b| (&a.sort_name, a.id).cmp(&(&b.sort_name, b.id)));
    Ok(people)
}

pub(super) async fn is_pupil(
    conn: &impl ConnectionTrait,
    school: EstablishmentId,
    person: PersonId,
    now: Timestamp,
) -> Result<bool> {
    Ok(pupils(school, now).filter(membership::Column::PersonId.eq(person)).one(conn).await?.is_some())
}

pub(super) async fn open_loan(conn: &impl ConnectionTrait, id: TabletId) -> Result<Option<loan::Model>> {
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

fn pupils(school: EstablishmentId, now: Timestamp) -> Select<membership::Entity> {
    use membership::Column::{EstablishmentId, Profile as As, ValidFrom, ValidUntil};
    membership::Entity::find()
        .filter(EstablishmentId.eq(school))
        .filter(As.eq(Profile::Student))
        .filter(Condition::any().add(ValidFrom.is_null()).add(ValidFrom.lte(now)))
        .filter(Condition::any().add(ValidUntil.is_null()).add(ValidUntil.gt(now)))
}
