//! Actions on custom roles: create, edit, delete. An actor can only put permissions into a role that they hold
//! everywhere.

use std::collections::BTreeSet;

use sea_orm::{ActiveValue, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::kinds::{ROLE_CREATED, ROLE_DELETED, ROLE_EDITED};
use crate::access::cap::require_held;
use crate::access::permissions::ROLE_EDIT;
use crate::access::{Access, Actor, Permission, Role, RoleId, Scope, is_role_key, role_entity as role, store, sync};
use crate::audit::{Changes, parse_reason};
use crate::db::Tx;
use crate::error::{Error, FieldProblem, Message, Result};
use crate::events::{Act, EventKind};
use crate::letters;

/// The labels and permissions that a custom role gets.
#[derive(Clone, Debug, Default)]
pub struct RoleChange {
    /// The label shown in French.
    pub label_fr: String,
    /// The label shown in English; the French one when empty.
    pub label_en: String,
    /// The keys of its permissions.
    pub permissions: BTreeSet<String>,
}

/// Longest label, in characters.
const LONGEST_LABEL: usize = 80;

impl Access {
    /// Creates a custom role with the stable name `key`.
    ///
    /// # Errors
    /// Returns `is_forbidden` if the actor may not edit roles or does not hold one of the permissions everywhere;
    /// `is_invalid` if the key, a label, a permission or the reason is wrong; `is_conflict` if the key is taken.
    pub async fn create_role(&self, actor: &Actor, key: &str, change: RoleChange, reason: &str) -> Result<RoleId> {
        actor.require(ROLE_EDIT, Scope::Platform)?;
        let reason = parse_reason(reason)?;
        let wanted = check(self, &change)?;
        if !is_role_key(key) {
            return Err(Error::invalid_field("key", Message::new("access-role-key-malformed")));
        }
        require_held(actor, wanted.iter().copied(), Scope::Platform)?;
        let tx = self.db().begin().await?;
        store::lock_policy(&tx).await?;
        if role::Entity::find().filter(role::Column::Key.eq(key)).one(&tx).await?.is_some() {
            return Err(Error::conflict_with(format!("role `{key}` exists"), Message::new("access-role-key-taken")));
        }
        let row = role::ActiveModel {
            key: ActiveValue::Set(key.to_owned()),
            label_fr: ActiveValue::Set(change.label_fr.trim().to_owned()),
            label_en: ActiveValue::Set(change.label_en().to_owned()),
            built_in: ActiveValue::Set(false),
            version: ActiveValue::Set(1),
            created_at: ActiveValue::Set(tx.now()),
            ..Default::default()
        };
        let id = role::Entity::insert(row).exec(&tx).await?.last_insert_id;
        sync::hold(&tx, id, &BTreeSet::new(), &wanted.iter().map(|permission| permission.0).collect()).await?;
        let details = json!({ "key": key, "permissions": change.permissions });
        finish(tx, actor, ROLE_CREATED, id, reason, details).await?;
        Ok(id)
    }

    /// Replaces the labels and the permissions of a custom role, if its version is still `version`.
    ///
    /// # Errors
    /// Returns `is_not_found` if there is no such role; `is_forbidden` if it is built in or the actor does not hold one
    /// of the permissions everywhere; `is_invalid` if a field is wrong; `is_conflict` if the role was edited since
    /// `version`.
    pub async fn edit_role(
        &self,
        actor: &Actor,
        id: RoleId,
        version: i64,
        change: RoleChange,
        reason: &str,
    ) -> Result<()> {
        actor.require(ROLE_EDIT, Scope::Platform)?;
        let reason = parse_reason(reason)?;
        let tx = self.db().begin().await?;
        store::lock_policy(&tx).await?;
        let current = custom(self, &tx, id, version).await?;
        if current.is_absent {
            return Err(Error::forbidden(format!("changing the built-in role `{}`", current.key)));
        }
        let dormant: Vec<&str> = current.dormant.iter().map(String::as_str).collect();
        let known = RoleChange {
            permissions: change.permissions.iter().filter(|key| !dormant.contains(&key.as_str())).cloned().collect(),
            ..change.clone()
        };
        let wanted = check(self, &known)?;
        let held: BTreeSet<Permission> = current.permissions.iter().copied().collect();
        require_held(actor, wanted.symmetric_difference(&held).copied(), Scope::Platform)?;
        let changes = Changes::new()
            .field("label_fr", &*current.label_fr, change.label_fr.trim())
            .field("label_en", &*current.label_en, change.label_en())
            .field("permissions", &keys(&held), &keys(&wanted));
        if changes.is_empty() {
            return Ok(());
        }
        // The policy is locked, so the version cannot have moved since it was read.
        let row = role::ActiveModel {
            id: ActiveValue::Unchanged(id),
            label_fr: ActiveValue::Set(change.label_fr.trim().to_owned()),
            label_en: ActiveValue::Set(change.label_en().to_owned()),
            version: ActiveValue::Set(version + 1),
            ..Default::default()
        };
        role::Entity::update(row).exec(&tx).await?;
        // Permissions declared by an absent plugin stay: the editor did not see them and cannot have meant to drop
        // them.
        sync::hold(&tx, id, &keys(&held), &keys(&wanted)).await?;
        if !wanted.is_subset(&held) {
            store::end_links_of_holders(&tx, id, &current.key).await?;
        }
        finish(tx, actor, ROLE_EDITED, id, reason, changes.into()).await
    }

    /// Deletes a role that is no longer assigned: a custom one, or one whose plugin is absent.
    ///
    /// # Errors
    /// Returns `is_not_found` if there is no such role; `is_forbidden` if it is built in or holds more than the actor;
    /// `is_conflict` if it was edited since `version` or is still held.
    pub async fn delete_role(&self, actor: &Actor, id: RoleId, version: i64, reason: &str) -> Result<()> {
        actor.require(ROLE_EDIT, Scope::Platform)?;
        let reason = parse_reason(reason)?;
        let tx = self.db().begin().await?;
        store::lock_policy(&tx).await?;
        let current = custom(self, &tx, id, version).await?;
        require_held(actor, current.permissions.iter().copied(), Scope::Platform)?;
        let holders = store::count_live_assignments(&tx, id, tx.now()).await?;
        if holders > 0 {
            let message = Message::new("access-role-in-use").with("count", holders);
            return Err(Error::conflict_with(format!("role {id} is held"), message));
        }
        sync::remove(&tx, id).await?;
        let details =
            json!({ "key": &*current.key, "permissions": keys(&current.permissions.iter().copied().collect()) });
        finish(tx, actor, ROLE_DELETED, id, reason, details).await
    }
}

impl RoleChange {
    fn label_en(&self) -> &str {
        match self.label_en.trim() {
            "" => self.label_fr.trim(),
            label => label,
        }
    }
}

/// Returns a role without an owner on this platform, if its version is `version`.
async fn custom(access: &Access, tx: &Tx, id: RoleId, version: i64) -> Result<Role> {
    let roles = access.roles_in(tx).await?;
    let role = roles.get(id).ok_or_else(|| Error::not_found(format!("role {id}")))?;
    if role.built_in && !role.is_absent {
        return Err(Error::forbidden(format!("changing the built-in role `{}`", role.key)));
    }
    if role.version != version {
        return Err(Error::stale(format!("role {id}")));
    }
    Ok(role.clone())
}

/// Validates the change and returns its permissions.
fn check(access: &Access, change: &RoleChange) -> Result<BTreeSet<Permission>> {
    let mut problems = Vec::new();
    let mut refuse = |field: &'static str, message| problems.push(FieldProblem { field: field.into(), message });
    if change.label_fr.trim().is_empty() {
        refuse("label_fr", letters::InvalidLine::Blank.message());
    }
    for (field, label) in [("label_fr", &change.label_fr), ("label_en", &change.label_en)] {
        if label.chars().count() > LONGEST_LABEL {
            refuse(field, Message::new("field-too-long").with("max", LONGEST_LABEL));
        } else if !label.trim().is_empty()
            && let Err(problem) = letters::check(label)
        {
            refuse(field, problem.message());
        }
    }
    let mut wanted = BTreeSet::new();
    for key in &change.permissions {
        match access.permissions().get(key) {
            Some(known) => drop(wanted.insert(known.permission)),
            None => refuse("permissions", Message::new("access-permission-unknown").with("key", key)),
        }
    }
    if problems.is_empty() { Ok(wanted) } else { Err(Error::invalid(problems)) }
}

fn keys(permissions: &BTreeSet<Permission>) -> BTreeSet<&'static str> {
    permissions.iter().map(|permission| permission.0).collect()
}

async fn finish(
    tx: Tx,
    actor: &Actor,
    kind: EventKind,
    id: RoleId,
    reason: String,
    details: serde_json::Value,
) -> Result<()> {
    store::bump_policy(&tx).await?;
    let act = Act::new(actor, kind).on(format!("role:{id}")).within(Scope::Platform).because(reason);
    tx.record(act.noting(details)).await?;
    tx.commit().await
}
