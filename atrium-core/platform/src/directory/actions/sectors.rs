//! Actions on sectors: add, rename and delete them, and change their schools, which changes where roles hold.

use sea_orm::{ActiveValue, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;

use super::kinds::{SECTOR_CREATED, SECTOR_DELETED, SECTOR_EDITED, SECTOR_JOINED, SECTOR_LEFT};
use super::{Directory, MANUAL, Problems, require_met, tell};
use crate::access::permissions::SECTOR_EDIT;
use crate::access::{Actor, Effect, RightsChange, Scope, assignment, require_cap};
use crate::audit::Changes;
use crate::db::Tx;
use crate::directory::{EstablishmentId, PersonId, SectorId, fold, sector, sector_establishment, store};
use crate::error::{Error, Message, Result};

impl Directory {
    /// Adds a sector without schools.
    ///
    /// # Errors
    /// Returns `is_forbidden` without the permission, `is_invalid` if the name is empty or too long, `is_conflict` if
    /// another sector has it.
    pub async fn create_sector(&self, actor: &Actor, name: &str) -> Result<SectorId> {
        actor.require(SECTOR_EDIT, Scope::Platform)?;
        let name = check_name(name)?;
        let tx = self.db().begin().await?;
        require_free(&tx, &name, None).await?;
        let row = sector::ActiveModel {
            name_folded: ActiveValue::Set(fold(&name)),
            name: ActiveValue::Set(name.clone()),
            source: ActiveValue::Set(MANUAL.to_owned()),
            version: ActiveValue::Set(1),
            created_at: ActiveValue::Set(tx.now()),
            ..Default::default()
        };
        let id = sector::Entity::insert(row).exec(&tx).await?.last_insert_id;
        tell(&tx, actor, SECTOR_CREATED, subject(id), Scope::Sector(id), json!({ "name": name })).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Renames a sector, if its version is still `expected`.
    ///
    /// # Errors
    /// Returns `is_forbidden` without the permission, `is_not_found` if there is no such sector, `is_invalid` if the name is
    /// empty or too long, `is_conflict` if another sector has it, `is_stale` if it was renamed meanwhile.
    pub async fn rename_sector(&self, actor: &Actor, id: SectorId, expected: i64, name: &str) -> Result<()> {
        actor.require(SECTOR_EDIT, Scope::Platform)?;
        let name = check_name(name)?;
        let tx = self.db().begin().await?;
        let row = store::sector(&tx, id).await?;
        if row.version != expected {
            return Err(Error::stale(subject(id)));
        }
        let changes = Changes::new().field("name", &row.name, &name);
        if changes.is_empty() {
            return Ok(());
        }
        require_free(&tx, &name, Some(id)).await?;
        let row = sector::ActiveModel {
            name_folded: ActiveValue::Set(fold(&name)),
            name: ActiveValue::Set(name),
            version: ActiveValue::Set(expected + 1),
            ..Default::default()
        };
        let update = sector::Entity::update_many().set(row).filter(sector::Column::Id.eq(id));
        let done = update.filter(sector::Column::Version.eq(expected)).exec(&tx).await?;
        require_met(&done, subject(id))?;
        tell(&tx, actor, SECTOR_EDITED, subject(id), Scope::Sector(id), changes.into()).await?;
        tx.commit().await
    }

    /// Adds a school to a sector: what is given or forbidden at the sector then holds there, too. Has no effect if it has
    /// the school.
    ///
    /// # Errors
    /// Returns `is_forbidden` without the permission and where people get rights that the actor does not hold;
    /// `is_not_found` if there is no such sector or school.
    pub async fn add_to_sector(&self, actor: &Actor, id: SectorId, school: EstablishmentId) -> Result<()> {
        self.change_sector(actor, id, school, true).await
    }

    /// Removes a school from a sector. Has no effect if it does not have the school.
    ///
    /// # Errors
    /// Returns `is_forbidden` without the permission, where people lose or get back rights that the actor does not hold,
    /// and where something is forbidden to the actor; `is_not_found` if there is no such sector.
    pub async fn remove_from_sector(&self, actor: &Actor, id: SectorId, school: EstablishmentId) -> Result<()> {
        self.change_sector(actor, id, school, false).await
    }

    async fn change_sector(&self, actor: &Actor, id: SectorId, school: EstablishmentId, adds: bool) -> Result<()> {
        actor.require(SECTOR_EDIT, Scope::Platform)?;
        let tx = self.db().begin().await?;
        lock(&tx, id).await?;
        if adds {
            store::establishment(&tx, school).await?;
        }
        let known = sector_establishment::Entity::find_by_id((id, school)).one(&tx).await?.is_some();
        if known == adds {
            return Ok(());
        }
        let holders = self.require_forbids(&tx, actor, id).await?;
        let change = RightsChange::begin(&tx, &self.access, actor, holders.clone()).await?;
        if adds {
            let row = sector_establishment::ActiveModel {
                sector_id: ActiveValue::Set(id),
                establishment_id: ActiveValue::Set(school),
            };
            sector_establishment::Entity::insert(row).exec_without_returning(&tx).await?;
        } else {
            sector_establishment::Entity::delete_by_id((id, school)).exec(&tx).await?;
        }
        store::bump_epochs(&tx, &holders).await?;
        change.settle(&tx, &self.access, actor).await?;
        let kind = if adds { SECTOR_JOINED } else { SECTOR_LEFT };
        tell(&tx, actor, kind, subject(id), Scope::Sector(id), json!({ "establishment": school })).await?;
        tx.commit().await
    }

    /// Deletes a sector at which no role is given or forbidden.
    ///
    /// # Errors
    /// Returns `is_forbidden` without the permission, `is_not_found` if there is no such sector, `is_conflict` if roles are
    /// given there.
    pub async fn delete_sector(&self, actor: &Actor, id: SectorId) -> Result<()> {
        actor.require(SECTOR_EDIT, Scope::Platform)?;
        let tx = self.db().begin().await?;
        let name = lock(&tx, id).await?;
        if assignment::Entity::find().filter(assignment::Column::SectorId.eq(id)).one(&tx).await?.is_some() {
            let message = Message::new("directory-sector-in-use");
            return Err(Error::conflict_with(format!("roles are given at sector {id}"), message));
        }
        let schools = sector_establishment::Entity::delete_many();
        schools.filter(sector_establishment::Column::SectorId.eq(id)).exec(&tx).await?;
        sector::Entity::delete_by_id(id).exec(&tx).await?;
        tell(&tx, actor, SECTOR_DELETED, subject(id), Scope::Platform, json!({ "name": name })).await?;
        tx.commit().await
    }

    /// Returns the people who hold something at the sector. Passes if the actor could lift and give what is forbidden
    /// there, and nothing is forbidden to themselves.
    async fn require_forbids(&self, tx: &Tx, actor: &Actor, id: SectorId) -> Result<Vec<PersonId>> {
        let rows = assignment::Entity::find().filter(assignment::Column::SectorId.eq(id)).all(tx).await?;
        let roles = self.access.roles_in(tx).await?;
        for row in rows.iter().filter(|row| row.effect == Effect::Forbid && !actor.rights().is_everything()) {
            if actor.person() == Some(row.person_id) {
                return Err(Error::forbidden("changing where something is forbidden to oneself"));
            }
            let role = roles.get(row.role_id).ok_or_else(|| Error::not_found(format!("role {}", row.role_id)))?;
            require_cap(actor, role, Scope::Sector(id))?;
        }
        let mut holders: Vec<PersonId> = rows.into_iter().map(|row| row.person_id).collect();
        holders.sort_unstable();
        holders.dedup();
        Ok(holders)
    }
}

/// Locks the sector until `tx` ends, so that its schools change one at a time, and returns its name.
async fn lock(tx: &Tx, id: SectorId) -> Result<String> {
    let found = sector::Entity::find_by_id(id).lock_exclusive().one(tx).await?;
    found.map(|row| row.name).ok_or_else(|| Error::not_found(format!("sector {id}")))
}

fn subject(id: SectorId) -> String {
    format!("sector:{id}")
}

fn check_name(name: &str) -> Result<String> {
    let mut problems = Problems::default();
    let name = problems.line("name", name, 80);
    problems.end()?;
    Ok(name)
}

async fn require_free(tx: &Tx, name: &str, own: Option<SectorId>) -> Result<()> {
    let taken = sector::Entity::find().filter(sector::Column::NameFolded.eq(fold(name))).one(tx).await?;
    match taken {
        Some(row) if Some(row.id) != own => {
            Err(Error::conflict_with(format!("sector `{name}` exists"), Message::new("directory-sector-name-taken")))
        }
        _ => Ok(()),
    }
}
