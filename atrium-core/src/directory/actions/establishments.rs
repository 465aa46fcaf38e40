//! Schools: made by the Region, described by whoever keeps them.

use std::collections::BTreeSet;

use sea_orm::{ActiveValue, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::{Problems, tell};
use crate::access::permissions::ESTABLISHMENT_EDIT;
use crate::access::{Actor, Scope};
use crate::db::{Db, Tx};
use crate::directory::{EstablishmentId, Uai, establishment, establishment_trait, fold, store};
use crate::error::{Error, Message, Result};

/// A school about to be added.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NewEstablishment {
    /// National identifier.
    pub uai: Uai,
    /// How it is described.
    pub description: EstablishmentEdit,
    /// What holds of it and not of others, as keys.
    pub traits: BTreeSet<String>,
    /// Who makes the row: `manual` unless said otherwise.
    pub source: String,
}

/// How a school is described.
#[derive(Clone, Debug)]
pub struct EstablishmentEdit {
    /// Full name.
    pub name: String,
    /// What kind of school.
    pub kind: establishment::Kind,
    /// Town.
    pub city: String,
}

impl NewEstablishment {
    /// The school `uai`, without traits.
    #[must_use]
    pub fn new(uai: Uai, description: EstablishmentEdit) -> Self {
        Self { uai, description, traits: BTreeSet::new(), source: "manual".to_owned() }
    }

    /// With one more trait.
    #[must_use]
    pub fn with_trait(mut self, key: impl Into<String>) -> Self {
        self.traits.insert(key.into());
        self
    }

    /// Made by this source: `demo`, or an import's name.
    #[must_use]
    pub fn from_source(mut self, source: impl Into<String>) -> Self {
        self.source = source.into();
        self
    }
}

/// Adds a school.
///
/// # Errors
/// Forbidden; invalid; a conflict when the UAI is known already.
pub async fn create_establishment(db: &Db, actor: &Actor, new: NewEstablishment) -> Result<EstablishmentId> {
    actor.require(ESTABLISHMENT_EDIT, Scope::Platform)?;
    let row = check(&new.description)?;
    check_traits(&new.traits)?;
    let tx = db.begin().await?;
    if store::establishment_by_uai(&tx, new.uai.as_str()).await?.is_some() {
        return Err(Error::conflict_with(
            format!("establishment `{}` exists", new.uai),
            Message::new("directory-uai-taken"),
        ));
    }
    let row = establishment::ActiveModel {
        uai: ActiveValue::Set(new.uai.to_string()),
        source: ActiveValue::Set(new.source),
        created_at: ActiveValue::Set(tx.now()),
        ..row
    };
    let id = establishment::Entity::insert(row).exec(&tx).await?.last_insert_id;
    write_traits(&tx, id, &new.traits).await?;
    let details = json!({ "uai": new.uai, "traits": new.traits });
    tell(&tx, actor, "core.establishment.created", subject(id), Scope::Establishment(id), details).await?;
    tx.commit().await?;
    Ok(id)
}

/// Changes how a school is described.
///
/// # Errors
/// Forbidden; not found; invalid.
pub async fn edit_establishment(db: &Db, actor: &Actor, id: EstablishmentId, edit: EstablishmentEdit) -> Result<()> {
    actor.require(ESTABLISHMENT_EDIT, Scope::Establishment(id))?;
    let row = check(&edit)?;
    let tx = db.begin().await?;
    let before = store::establishment(&tx, id).await?;
    let row = establishment::ActiveModel { id: ActiveValue::Unchanged(id), ..row };
    establishment::Entity::update(row).exec(&tx).await?;
    let details = json!({ "from": [before.name, before.city], "to": [edit.name, edit.city] });
    tell(&tx, actor, "core.establishment.edited", subject(id), Scope::Establishment(id), details).await?;
    tx.commit().await
}

/// Replaces the traits of a school: what the help's answers depend on, such as `manuels-numeriques`.
///
/// # Errors
/// Forbidden; not found; invalid.
pub async fn set_traits(db: &Db, actor: &Actor, id: EstablishmentId, traits: &BTreeSet<String>) -> Result<()> {
    actor.require(ESTABLISHMENT_EDIT, Scope::Establishment(id))?;
    check_traits(traits)?;
    let tx = db.begin().await?;
    store::establishment(&tx, id).await?;
    let of = establishment_trait::Column::EstablishmentId.eq(id);
    establishment_trait::Entity::delete_many().filter(of).exec(&tx).await?;
    write_traits(&tx, id, traits).await?;
    let details = json!({ "traits": traits });
    tell(&tx, actor, "core.establishment.edited", subject(id), Scope::Establishment(id), details).await?;
    tx.commit().await
}

fn subject(id: EstablishmentId) -> String {
    format!("establishment:{id}")
}

fn check(edit: &EstablishmentEdit) -> Result<establishment::ActiveModel> {
    let mut problems = Problems::default();
    let name = problems.line("name", &edit.name, 120);
    let city = problems.line("city", &edit.city, 80);
    problems.end()?;
    Ok(establishment::ActiveModel {
        name_folded: ActiveValue::Set(fold(&name)),
        name: ActiveValue::Set(name),
        kind: ActiveValue::Set(edit.kind),
        city: ActiveValue::Set(city),
        ..Default::default()
    })
}

/// Keys of lower-case letters, digits and `-`, up to forty.
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
