//! Queries for schools, their traits, and sectors.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use crate::db::{Connection, into_rows};
use crate::directory::entity::{establishment, establishment_trait, sector, sector_establishment, unknown_school};
use crate::directory::{Establishment, EstablishmentId, Sector, SectorId};
use crate::error::{Error, Result};

/// Returns the establishment `id`.
///
/// # Errors
/// Returns `is_not_found` if there is no such row, or an error if the database fails.
pub async fn establishment(conn: &impl Connection, id: EstablishmentId) -> Result<Establishment> {
    let found = establishment::Entity::find_by_id(id).one(conn).await?;
    found.map(Establishment::from).ok_or_else(|| Error::not_found(format!("establishment {id}")))
}

/// Returns the establishment with this UAI.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn establishment_by_uai(conn: &impl Connection, uai: &str) -> Result<Option<Establishment>> {
    Ok(establishment::Entity::find()
        .filter(establishment::Column::Uai.eq(uai))
        .one(conn)
        .await?
        .map(Establishment::from))
}

/// Returns the establishments with these UAIs; unknown ones are left out.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn establishments_by_uai<'a>(
    conn: &impl Connection,
    uai: impl Iterator<Item = &'a str>,
) -> Result<Vec<Establishment>> {
    let wanted: Vec<&str> = uai.collect();
    if wanted.is_empty() {
        Ok(Vec::new())
    } else {
        let found = establishment::Entity::find().filter(establishment::Column::Uai.is_in(wanted));
        Ok(into_rows(found.all(conn).await?))
    }
}

/// Returns the establishments with these ids, in no order; unknown ids are left out.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn establishments_by_id(
    conn: &impl Connection,
    ids: impl IntoIterator<Item = EstablishmentId>,
) -> Result<Vec<Establishment>> {
    let mut ids = ids.into_iter().peekable();
    match ids.peek() {
        None => Ok(Vec::new()),
        Some(_) => {
            let found = establishment::Entity::find().filter(establishment::Column::Id.is_in(ids));
            Ok(into_rows(found.all(conn).await?))
        }
    }
}

/// Returns every establishment, by name. A region has a few hundred.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn establishments(conn: &impl Connection) -> Result<Vec<Establishment>> {
    let query = establishment::Entity::find().order_by_asc(establishment::Column::NameFolded);
    Ok(into_rows(query.order_by_asc(establishment::Column::Id).all(conn).await?))
}

/// Returns the sector `id`.
///
/// # Errors
/// Returns `is_not_found` if there is no such row, or an error if the database fails.
pub async fn sector(conn: &impl Connection, id: SectorId) -> Result<Sector> {
    let found = sector::Entity::find_by_id(id).one(conn).await?;
    found.map(Sector::from).ok_or_else(|| Error::not_found(format!("sector {id}")))
}

/// Returns every sector, by name. A region has a few dozen.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn sectors(conn: &impl Connection) -> Result<Vec<Sector>> {
    Ok(into_rows(sector::Entity::find().order_by_asc(sector::Column::NameFolded).all(conn).await?))
}

/// Returns the sectors with these ids, in no order; unknown ids are left out.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn sectors_by_id(conn: &impl Connection, ids: impl IntoIterator<Item = SectorId>) -> Result<Vec<Sector>> {
    let mut ids = ids.into_iter().peekable();
    match ids.peek() {
        None => Ok(Vec::new()),
        Some(_) => Ok(into_rows(sector::Entity::find().filter(sector::Column::Id.is_in(ids)).all(conn).await?)),
    }
}

/// Returns the schools of `sectors`, each with its sector, in the order of their ids.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn sector_schools(
    conn: &impl Connection,
    sectors: impl IntoIterator<Item = SectorId>,
) -> Result<Vec<(SectorId, EstablishmentId)>> {
    let mut sectors = sectors.into_iter().peekable();
    if sectors.peek().is_none() {
        return Ok(Vec::new());
    }
    let query = sector_establishment::Entity::find()
        .filter(sector_establishment::Column::SectorId.is_in(sectors))
        .order_by_asc(sector_establishment::Column::SectorId)
        .order_by_asc(sector_establishment::Column::EstablishmentId);
    Ok(query.all(conn).await?.into_iter().map(|row| (row.sector_id, row.establishment_id)).collect())
}

/// Returns `true` if there is an establishment.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn has_establishments(conn: &impl Connection) -> Result<bool> {
    Ok(establishment::Entity::find().one(conn).await?.is_some())
}

/// Returns the traits of `establishments`, each with its school, in no order.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn traits(
    conn: &impl Connection,
    establishments: &[EstablishmentId],
) -> Result<Vec<(EstablishmentId, String)>> {
    match establishments {
        [] => Ok(Vec::new()),
        ids => {
            let of = establishment_trait::Column::EstablishmentId.is_in(ids.iter().copied());
            let found = establishment_trait::Entity::find().filter(of).all(conn).await?;
            Ok(found.into_iter().map(|row| (row.establishment_id, row.key)).collect())
        }
    }
}

/// Returns the traits of every establishment, each with its school, in no order. A region has a few hundred.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn all_traits(conn: &impl Connection) -> Result<Vec<(EstablishmentId, String)>> {
    let found = establishment_trait::Entity::find().all(conn).await?;
    Ok(found.into_iter().map(|row| (row.establishment_id, row.key)).collect())
}

/// Returns the schools that sources name and that are not in the directory, by source.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn unknown_schools(conn: &impl Connection) -> Result<Vec<(String, String)>> {
    let known = establishment::Entity::find().select_only().column(establishment::Column::Uai).as_query().to_owned();
    let rows = unknown_school::Entity::find()
        .filter(unknown_school::Column::Uai.not_in_subquery(known))
        .order_by_asc(unknown_school::Column::Source)
        .order_by_asc(unknown_school::Column::Uai)
        .limit(200)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.source, row.uai)).collect())
}
