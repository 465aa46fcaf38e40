//! Brings the built-in roles of the database in line with core, the plugins and the site, at start.

use std::collections::BTreeSet;

use sea_orm::{ActiveValue, ColumnTrait, EntityTrait, QueryFilter};

use super::{Permissions, RoleDef, RoleId, assignment, role_entity as role, role_permission, store};
use crate::db::{Db, Tx};
use crate::directory;
use crate::error::Result;

/// Adds and updates the built-in roles and their permissions, and raises the policy epoch if anything changed. Roles and
/// permissions of plugins that are absent stay as they are: another node may have them, and they give no rights here.
pub(super) async fn built_in_roles(db: &Db, permissions: &Permissions) -> Result<()> {
    let tx = db.begin().await?;
    store::lock_policy(&tx).await?;
    let existing = store::roles(&tx).await?;
    let mut changed = false;
    for built_in in permissions.roles() {
        let found = existing.iter().find(|(row, _)| row.key == built_in.key());
        let held = found.iter().flat_map(|(_, held)| held).map(|held| held.permission.as_str());
        let held: BTreeSet<&str> = held.filter(|key| permissions.get(key).is_some()).collect();
        let (id, described) = describe(&tx, built_in, found.map(|(row, _)| row)).await?;
        let wanted = permissions.of_built_in(built_in.key());
        changed |= described | hold(&tx, id, &held, &wanted).await?;
        if found.is_some() && !wanted.is_subset(&held) {
            store::end_links_of_holders(&tx, id, built_in.key()).await?;
        }
    }
    if changed {
        store::bump_policy(&tx).await?;
    }
    tx.commit().await
}

async fn describe(tx: &Tx, built_in: &RoleDef, found: Option<&role::Model>) -> Result<(RoleId, bool)> {
    let (label_fr, label_en) = match found {
        // A platform without pages has no labels: those of the others stay.
        Some(found) if !built_in.has_labels() => (found.label_fr.clone(), found.label_en.clone()),
        _ => (built_in.label_fr().into_owned(), built_in.label_en().into_owned()),
    };
    let is_same = |found: &role::Model| found.built_in && (&found.label_fr, &found.label_en) == (&label_fr, &label_en);
    if let Some(found) = found.filter(|found| is_same(found)) {
        return Ok((found.id, false));
    }
    let mut row = role::ActiveModel {
        key: ActiveValue::Set(built_in.key().to_owned()),
        label_fr: ActiveValue::Set(label_fr),
        label_en: ActiveValue::Set(label_en),
        built_in: ActiveValue::Set(true),
        ..Default::default()
    };
    if let Some(found) = found {
        row.id = ActiveValue::Unchanged(found.id);
        row.version = ActiveValue::Set(found.version + 1);
        role::Entity::update(row).exec(tx).await?;
        return Ok((found.id, true));
    }
    row.version = ActiveValue::Set(1);
    row.created_at = ActiveValue::Set(tx.now());
    Ok((role::Entity::insert(row).exec(tx).await?.last_insert_id, true))
}

/// Makes `role` hold `wanted` instead of `held`. Returns `true` if that changed anything.
pub(super) async fn hold(tx: &Tx, role: RoleId, held: &BTreeSet<&str>, wanted: &BTreeSet<&str>) -> Result<bool> {
    let gone: Vec<String> = held.difference(wanted).map(|key| (*key).to_owned()).collect();
    let new = wanted.difference(held).map(|key| role_permission::ActiveModel {
        role_id: ActiveValue::Set(role),
        permission: ActiveValue::Set((*key).to_owned()),
    });
    let new: Vec<_> = new.collect();
    let changed = !gone.is_empty() || !new.is_empty();
    if !gone.is_empty() {
        let of = role_permission::Entity::delete_many().filter(role_permission::Column::RoleId.eq(role));
        of.filter(role_permission::Column::Permission.is_in(gone)).exec(tx).await?;
    }
    if !new.is_empty() {
        role_permission::Entity::insert_many(new).exec_without_returning(tx).await?;
    }
    Ok(changed)
}

/// Deletes a role with its assignments and permissions.
pub(super) async fn remove(tx: &Tx, role: RoleId) -> Result<()> {
    let held = assignment::Entity::find().filter(assignment::Column::RoleId.eq(role)).all(tx).await?;
    let people: Vec<_> = held.iter().map(|row| row.person_id).collect();
    assignment::Entity::delete_many().filter(assignment::Column::RoleId.eq(role)).exec(tx).await?;
    role_permission::Entity::delete_many().filter(role_permission::Column::RoleId.eq(role)).exec(tx).await?;
    role::Entity::delete_by_id(role).exec(tx).await?;
    directory::store::bump_epochs(tx, &people).await
}
