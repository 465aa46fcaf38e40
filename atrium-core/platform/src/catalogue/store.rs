//! Queries of the catalogue.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::declared::{Declared, Services};
use super::entity::{announcement, availability, service};
use super::{Announcement, AnnouncementId, Service, ServiceState};
use crate::clock::Timestamp;
use crate::db::{Connection, Tx, into_rows};
use crate::directory::EstablishmentId;
use crate::error::{Error, Result};

/// Returns the services as the database has them, in order: some dozens. Pages read [`Catalogue`](super::Catalogue) instead.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn services(conn: &impl Connection) -> Result<Vec<Service>> {
    let query = service::Entity::find().order_by_asc(service::Column::Position);
    Ok(into_rows(query.order_by_asc(service::Column::Key).all(conn).await?))
}

pub(super) async fn service(conn: &impl Connection, key: &str) -> Result<Service> {
    let found = service::Entity::find_by_id(key).one(conn).await?;
    found.map(Service::from).ok_or_else(|| Error::not_found(format!("service `{key}`")))
}

pub(super) async fn availability(conn: &impl Connection) -> Result<Vec<availability::Model>> {
    Ok(availability::Entity::find().all(conn).await?)
}

/// Returns the announcements that show now or later, in the order of their start.
pub(super) async fn announcements_from(conn: &impl Connection, now: Timestamp) -> Result<Vec<Announcement>> {
    let query = announcement::Entity::find()
        .filter(announcement::Column::EndsAt.gt(now))
        .order_by_asc(announcement::Column::StartsAt)
        .order_by_asc(announcement::Column::Id);
    Ok(into_rows(query.all(conn).await?))
}

/// Returns the announcements, newest first, starting before `before`, past ones included.
pub(super) async fn announcements(
    conn: &impl Connection,
    before: Option<AnnouncementId>,
    limit: u64,
) -> Result<Vec<Announcement>> {
    let mut query = announcement::Entity::find();
    if let Some(before) = before {
        query = query.filter(announcement::Column::Id.lt(before));
    }
    Ok(into_rows(query.order_by_desc(announcement::Column::Id).limit(limit).all(conn).await?))
}

pub(super) async fn announcements_among(conn: &impl Connection, ids: &[AnnouncementId]) -> Result<Vec<Announcement>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = announcement::Entity::find().filter(announcement::Column::Id.is_in(ids.iter().copied()));
    Ok(into_rows(query.all(conn).await?))
}

pub(super) async fn announcement(conn: &impl Connection, id: AnnouncementId) -> Result<Announcement> {
    let found = announcement::Entity::find_by_id(id).one(conn).await?;
    found.map(Announcement::from).ok_or_else(|| Error::not_found(format!("announcement {id}")))
}

pub(super) async fn insert_announcement(tx: &Tx, row: announcement::ActiveModel) -> Result<AnnouncementId> {
    Ok(announcement::Entity::insert(row).exec(tx).await?.last_insert_id)
}

/// Writes `row` if the announcement is still at `version`; returns `false` otherwise.
pub(super) async fn update_announcement(
    tx: &Tx,
    id: AnnouncementId,
    version: i64,
    mut row: announcement::ActiveModel,
) -> Result<bool> {
    row.version = ActiveValue::Set(version + 1);
    let done = announcement::Entity::update_many()
        .set(row)
        .filter(announcement::Column::Id.eq(id))
        .filter(announcement::Column::Version.eq(version))
        .exec(tx)
        .await?;
    Ok(done.rows_affected > 0)
}

/// Writes `row` if the service is still at `version`; returns `false` otherwise.
pub(super) async fn update_service(tx: &Tx, key: &str, version: i64, mut row: service::ActiveModel) -> Result<bool> {
    row.version = ActiveValue::Set(version + 1);
    let done = service::Entity::update_many()
        .set(row)
        .filter(service::Column::Key.eq(key))
        .filter(service::Column::Version.eq(version))
        .exec(tx)
        .await?;
    Ok(done.rows_affected > 0)
}

/// Inserts `row`, or updates the row at version `row.version`; returns `false` if it has another version.
pub(super) async fn put_availability(tx: &Tx, row: availability::Model) -> Result<bool> {
    let version = row.version;
    let said = availability::ActiveModel {
        is_own: ActiveValue::Set(row.is_own),
        available: ActiveValue::Set(row.available),
        launch_url: ActiveValue::Set(row.launch_url),
        version: ActiveValue::Set(version + 1),
        ..Default::default()
    };
    if version == 0 {
        let first = availability::ActiveModel {
            establishment_id: ActiveValue::Set(row.establishment_id),
            service_key: ActiveValue::Set(row.service_key),
            ..said
        };
        let primary = [availability::Column::EstablishmentId, availability::Column::ServiceKey];
        let once = OnConflict::columns(primary).do_nothing().to_owned();
        return Ok(availability::Entity::insert(first).on_conflict(once).exec_without_returning(tx).await? > 0);
    }
    let done = availability::Entity::update_many()
        .set(said)
        .filter(availability::Column::EstablishmentId.eq(row.establishment_id))
        .filter(availability::Column::ServiceKey.eq(row.service_key))
        .filter(availability::Column::Version.eq(version))
        .exec(tx)
        .await?;
    Ok(done.rows_affected > 0)
}

/// Returns a school's row about a service, if there is one.
pub(super) async fn said(tx: &Tx, establishment: EstablishmentId, key: &str) -> Result<Option<availability::Model>> {
    Ok(availability::Entity::find_by_id((establishment, key.to_owned())).one(tx).await?)
}

/// Returns `true` if the rows of the declared services are as they are declared. Rows of other services are left alone.
pub(super) fn is_current(rows: &[Service], services: &Services) -> bool {
    let same = |position: usize, declared: &Declared| {
        rows.iter().any(|row| {
            row.key == declared.key
                && usize::try_from(row.position) == Ok(position)
                && row.name_fr == declared.name_fr
                && row.name_en == declared.name_en
                && row.summary_fr == declared.summary_fr
                && row.summary_en == declared.summary_en
                && row.everywhere == declared.everywhere
                && row.profiles == declared.profiles
        })
    };
    services.iter().enumerate().all(|(position, declared)| same(position, declared))
}

/// Writes the declared services, without changing their states and addresses.
pub(super) async fn put_declared(tx: &Tx, services: &Services) -> Result<()> {
    let rows = services.iter().zip(0_i64..).map(|(declared, position)| service::ActiveModel {
        key: ActiveValue::Set(declared.key.clone()),
        position: ActiveValue::Set(position),
        name_fr: ActiveValue::Set(declared.name_fr.clone()),
        name_en: ActiveValue::Set(declared.name_en.clone()),
        summary_fr: ActiveValue::Set(declared.summary_fr.clone()),
        summary_en: ActiveValue::Set(declared.summary_en.clone()),
        everywhere: ActiveValue::Set(declared.everywhere),
        profiles: ActiveValue::Set(declared.profiles.clone()),
        launch_url: ActiveValue::Set(None),
        state: ActiveValue::Set(ServiceState::Normal),
        state_note_fr: ActiveValue::Set(String::new()),
        state_note_en: ActiveValue::Set(String::new()),
        state_since: ActiveValue::Set(tx.now()),
        version: ActiveValue::Set(1),
    });
    let facts = [
        service::Column::Position,
        service::Column::NameFr,
        service::Column::NameEn,
        service::Column::SummaryFr,
        service::Column::SummaryEn,
        service::Column::Everywhere,
        service::Column::Profiles,
    ];
    let update = OnConflict::column(service::Column::Key).update_columns(facts).to_owned();
    service::Entity::insert_many(rows).on_conflict(update).exec_without_returning(tx).await?;
    Ok(())
}
