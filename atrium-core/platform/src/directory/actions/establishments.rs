//! Actions on schools: add them, edit their description and traits.

use std::collections::BTreeSet;

use sea_orm::{ActiveValue, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::Directory;
use super::kinds::{ESTABLISHMENT_CREATED, ESTABLISHMENT_EDITED};
use super::{MANUAL, Problems, require_met, tell};
use crate::access::permissions::ESTABLISHMENT_EDIT;
use crate::access::{Actor, Scope};
use crate::audit::Changes;
use crate::db::Tx;
use crate::directory::{EstablishmentId, EstablishmentKind, Uai, establishment, establishment_trait, fold, store};
use crate::error::{Error, Message, Result};

/// A school about to be added.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NewEstablishment {
    /// National identifier.
    pub uai: Uai,
    /// The description.
    pub description: EstablishmentEdit,
    /// The keys of its traits, such as `manuels-numeriques`.
    pub traits: BTreeSet<String>,
    /// The source of the row; `manual` by default.
    pub source: String,
    /// The key of the row in its source.
    pub source_key: Option<String>,
}

/// The description of a school.
#[derive(Clone, Debug)]
pub struct EstablishmentEdit {
    /// Full name.
    pub name: String,
    /// The kind of school.
    pub kind: EstablishmentKind,
    /// Town.
    pub city: String,
}

impl EstablishmentEdit {
    /// Creates the description of the school `name` in `city`.
    #[must_use]
    pub fn new(name: impl Into<String>, kind: EstablishmentKind, city: impl Into<String>) -> Self {
        Self { name: name.into(), kind, city: city.into() }
    }
}

impl NewEstablishment {
    /// Creates the school `uai`, without traits.
    #[must_use]
    pub fn new(uai: Uai, description: EstablishmentEdit) -> Self {
        Self { uai, description, traits: BTreeSet::new(), source: MANUAL.to_owned(), source_key: None }
    }

    /// Adds a trait.
    #[must_use]
    pub fn with_trait(mut self, key: impl Into<String>) -> Self {
        self.traits.insert(key.into());
        self
    }

    /// Sets the source of the row: `demo`, or an import's name.
    #[must_use]
    pub fn from_source(mut self, source: impl Into<String>) -> Self {
        self.source = source.into();
        self
    }

    /// Sets the key under which the source knows the row.
    #[must_use]
    pub fn keyed(mut self, key: impl Into<String>) -> Self {
        self.source_key = Some(key.into());
        self
    }
}

impl Directory {
    /// Adds a school.
    ///
    /// # Errors
    /// Returns `is_forbidden` without the permission, `is_invalid` if a field is wrong, `is_conflict` if the UAI is
    /// known already.
    pub async fn create_establishment(&self, actor: &Actor, new: NewEstablishment) -> Result<EstablishmentId> {
        actor.require(ESTABLISHMENT_EDIT, Scope::Platform)?;
        let description = check(new.description)?;
        check_traits(&new.traits)?;
        let tx = self.db().begin().await?;
        if store::establishment_by_uai(&tx, new.uai.as_str()).await?.is_some() {
            return Err(Error::conflict_with(
                format!("establishment `{}` exists", new.uai),
                Message::new("directory-uai-taken"),
            ));
        }
        let row = establishment::ActiveModel {
            uai: ActiveValue::Set(new.uai.to_string()),
            source: ActiveValue::Set(new.source),
            source_key: ActiveValue::Set(new.source_key),
            created_at: ActiveValue::Set(tx.now()),
            ..columns(description)
        };
        let id = establishment::Entity::insert(row).exec(&tx).await?.last_insert_id;
        write_traits(&tx, id, &new.traits).await?;
        let details = json!({ "uai": new.uai, "traits": new.traits });
        tell(&tx, actor, ESTABLISHMENT_CREATED, subject(id), Scope::Establishment(id), details).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Edits the description of a school, if its version is still `expected`.
    ///
    /// # Errors
    /// Returns `is_forbidden` without the permission, `is_not_found` if there is no such school, `is_invalid` if a
    /// field is wrong, `is_stale` if the description was edited meanwhile.
    pub async fn edit_establishment(
        &self,
        actor: &Actor,
        id: EstablishmentId,
        expected: i64,
        edit: EstablishmentEdit,
    ) -> Result<()> {
        actor.require(ESTABLISHMENT_EDIT, Scope::Establishment(id))?;
        let edit = check(edit)?;
        let tx = self.db().begin().await?;
        let before = store::establishment(&tx, id).await?;
        if before.version != expected {
            return Err(Error::stale(subject(id)));
        }
        let changes = Changes::new()
            .field("name", &before.name, &edit.name)
            .field("kind", &before.kind, &edit.kind)
            .field("city", &before.city, &edit.city);
        if changes.is_empty() {
            return Ok(());
        }
        let row = establishment::ActiveModel { version: ActiveValue::Set(expected + 1), ..columns(edit) };
        let update = establishment::Entity::update_many().set(row).filter(establishment::Column::Id.eq(id));
        let done = update.filter(establishment::Column::Version.eq(expected)).exec(&tx).await?;
        require_met(&done, subject(id))?;
        let scope = Scope::Establishment(id);
        tell(&tx, actor, ESTABLISHMENT_EDITED, subject(id), scope, changes.into()).await?;
        tx.commit().await
    }

    /// Replaces the traits of a school, if their version is still `expected`. The help's answers depend on them.
    ///
    /// # Errors
    /// Returns `is_forbidden` without the permission, `is_not_found` if there is no such school, `is_invalid` if a
    /// trait is wrong, `is_stale` if the traits were edited meanwhile.
    pub async fn set_traits(
        &self,
        actor: &Actor,
        id: EstablishmentId,
        expected: i64,
        traits: &BTreeSet<String>,
    ) -> Result<()> {
        actor.require(ESTABLISHMENT_EDIT, Scope::Establishment(id))?;
        check_traits(traits)?;
        let tx = self.db().begin().await?;
        if store::establishment(&tx, id).await?.traits_version != expected {
            return Err(Error::stale(subject(id)));
        }
        let before: BTreeSet<_> = store::traits(&tx, &[id]).await?.into_iter().map(|(_, key)| key).collect();
        let changes = Changes::new().field("traits", &before, traits);
        if changes.is_empty() {
            return Ok(());
        }
        let row = establishment::ActiveModel { traits_version: ActiveValue::Set(expected + 1), ..Default::default() };
        let update = establishment::Entity::update_many().set(row).filter(establishment::Column::Id.eq(id));
        let done = update.filter(establishment::Column::TraitsVersion.eq(expected)).exec(&tx).await?;
        require_met(&done, subject(id))?;
        let of = establishment_trait::Column::EstablishmentId.eq(id);
        establishment_trait::Entity::delete_many().filter(of).exec(&tx).await?;
        write_traits(&tx, id, traits).await?;
        let scope = Scope::Establishment(id);
        tell(&tx, actor, ESTABLISHMENT_EDITED, subject(id), scope, changes.into()).await?;
        tx.commit().await
    }
}

fn subject(id: EstablishmentId) -> String {
    format!("establishment:{id}")
}

fn check(edit: EstablishmentEdit) -> Result<EstablishmentEdit> {
    let mut problems = Problems::default();
    let name = problems.line("name", &edit.name, 120);
    let city = problems.line("city", &edit.city, 80);
    problems.end()?;
    Ok(EstablishmentEdit { name, city, ..edit })
}

fn columns(edit: EstablishmentEdit) -> establishment::ActiveModel {
    establishment::ActiveModel {
        name_folded: ActiveValue::Set(fold(&edit.name)),
        name: ActiveValue::Set(edit.name),
        kind: ActiveValue::Set(edit.kind),
        city: ActiveValue::Set(edit.city),
        ..Default::default()
    }
}

/// Passes if every trait is a key of lower-case letters, digits and `-`, of at most forty bytes.
fn check_traits(traits: &BTreeSet<String>) -> Result<()> {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    match traits.iter().find(|key| key.is_empty() || key.len() > 40 || !key.bytes().all(allowed)) {
        None => Ok(()),
        Some(_) => Err(Error::invalid_field("traits", Message::new("field-slug"))),
    }
}

async fn write_traits(tx: &Tx, id: EstablishmentId, traits: &BTreeSet<String>) -> Result<()> {
    if traits.is_empty() {
        return Ok(());
    }
    let rows = traits.iter().map(|key| establishment_trait::ActiveModel {
        establishment_id: ActiveValue::Set(id),
        key: ActiveValue::Set(key.clone()),
    });
    establishment_trait::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}
