//! Actions on classes and groups: add and rename them, add and remove members.

use std::collections::BTreeSet;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::Directory;
use super::external::ExternalGroup;
use super::kinds::{GROUP_CREATED, GROUP_EDITED, GROUP_JOINED, GROUP_LEFT};
use super::{MANUAL, Problems, bump_family, family, require_met, tell};
use crate::access::permissions::GROUP_EDIT;
use crate::access::{Actor, RightsChange, Scope, visible_person};
use crate::audit::Changes;
use crate::db::Tx;
use crate::directory::{EstablishmentId, Group, GroupId, GroupKind, PersonId, group, group_member, store};
use crate::error::{Error, Message, Result};
use crate::events::EventKind;

/// A group about to be added.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NewGroup {
    /// The school.
    pub establishment: EstablishmentId,
    /// Class or other group.
    pub kind: GroupKind,
    /// The name, unique in the school for its kind: `2nde 3`.
    pub name: String,
    /// The source of the row; `manual` by default.
    pub source: String,
    /// The key of the row in its source.
    pub source_key: Option<String>,
}

impl NewGroup {
    /// Creates the group `name` of a school.
    #[must_use]
    pub fn new(establishment: EstablishmentId, kind: GroupKind, name: impl Into<String>) -> Self {
        Self { establishment, kind, name: name.into(), source: MANUAL.to_owned(), source_key: None }
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
    /// Adds a group.
    ///
    /// # Errors
    /// Returns `is_forbidden` without the permission, `is_not_found` if there is no such school, `is_invalid` if a
    /// field is wrong, `is_conflict` if the school has a group of this kind and name.
    pub async fn create_group(&self, actor: &Actor, new: NewGroup) -> Result<GroupId> {
        actor.require(GROUP_EDIT, Scope::Establishment(new.establishment))?;
        let name = check_name(&new.name)?;
        let tx = self.db().begin().await?;
        store::establishment(&tx, new.establishment).await?;
        require_free(&tx, new.establishment, new.kind, &name, None).await?;
        let row = group::ActiveModel {
            establishment_id: ActiveValue::Set(new.establishment),
            kind: ActiveValue::Set(new.kind),
            name: ActiveValue::Set(name.clone()),
            source: ActiveValue::Set(new.source),
            source_key: ActiveValue::Set(new.source_key),
            ..Default::default()
        };
        let id = group::Entity::insert(row).exec(&tx).await?.last_insert_id;
        let scope = Scope::Group(new.establishment, id);
        tell(&tx, actor, GROUP_CREATED, format!("group:{id}"), scope, json!({ "name": name })).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Renames a group, if its version is still `expected`.
    ///
    /// # Errors
    /// Returns `is_not_found` if there is no such group or the actor does not manage it, `is_invalid` if the name is
    /// wrong, `is_conflict` if the name is taken, `is_stale` if the group was renamed meanwhile.
    pub async fn rename_group(&self, actor: &Actor, id: GroupId, expected: i64, name: &str) -> Result<()> {
        let name = check_name(name)?;
        let tx = self.db().begin().await?;
        let group = kept_group(&tx, actor, id).await?;
        let subject = format!("group:{id}");
        if group.version != expected {
            return Err(Error::stale(subject));
        }
        let changes = Changes::new().field("name", &group.name, &name);
        if changes.is_empty() {
            return Ok(());
        }
        require_free(&tx, group.establishment_id, group.kind, &name, Some(id)).await?;
        let row = group::ActiveModel {
            name: ActiveValue::Set(name),
            version: ActiveValue::Set(expected + 1),
            ..Default::default()
        };
        let update = group::Entity::update_many().set(row).filter(group::Column::Id.eq(id));
        let done = update.filter(group::Column::Version.eq(expected)).exec(&tx).await?;
        require_met(&done, subject.clone())?;
        let scope = Scope::Group(group.establishment_id, id);
        tell(&tx, actor, GROUP_EDITED, subject, scope, changes.into()).await?;
        tx.commit().await
    }

    /// Adds a person of the school to one of its groups by hand, beside what an import says. Has no effect if they are in
    /// it by hand.
    ///
    /// # Errors
    /// Returns `is_not_found` if the group or the person does not exist or is invisible to the actor; `is_forbidden` on
    /// oneself and where the group gives more than the actor holds; `is_invalid` if the person is not in the school.
    pub async fn add_to_group(&self, actor: &Actor, person: PersonId, id: GroupId) -> Result<()> {
        let tx = self.db().begin().await?;
        let group = kept_group(&tx, actor, id).await?;
        if actor.person() == Some(person) {
            return Err(Error::forbidden("putting oneself in a group"));
        }
        visible_person(&tx, actor, person).await?;
        let schools = store::schools_of(&tx, person, tx.now()).await?;
        if !schools.contains(&group.establishment_id) {
            return Err(Error::invalid_field("person", Message::new("directory-person-not-in-school")));
        }
        let row = member(id, person, MANUAL);
        if group_member::Entity::find_by_id((id, person, MANUAL.to_owned())).one(&tx).await?.is_some() {
            return Ok(());
        }
        let family = family(&tx, person).await?;
        let change = RightsChange::begin(&tx, &self.access, actor, family).await?;
        group_member::Entity::insert(row).exec_without_returning(&tx).await?;
        moved(&tx, actor, GROUP_JOINED, person, &group).await?;
        change.settle(&tx, &self.access, actor).await?;
        tx.commit().await
    }

    /// Removes a person from a group, whatever put them there. Has no effect if they are not in it.
    ///
    /// # Errors
    /// Returns `is_not_found` if the group or the person does not exist or is invisible to the actor, `is_forbidden`
    /// where the group gives more than the actor holds.
    pub async fn remove_from_group(&self, actor: &Actor, person: PersonId, id: GroupId) -> Result<()> {
        let tx = self.db().begin().await?;
        let group = kept_group(&tx, actor, id).await?;
        visible_person(&tx, actor, person).await?;
        if store::members_among(&tx, id, &[person]).await?.is_empty() {
            return Ok(());
        }
        let family = family(&tx, person).await?;
        let change = RightsChange::begin(&tx, &self.access, actor, family).await?;
        let rows = group_member::Entity::delete_many().filter(group_member::Column::GroupId.eq(id));
        rows.filter(group_member::Column::PersonId.eq(person)).exec(&tx).await?;
        moved(&tx, actor, GROUP_LEFT, person, &group).await?;
        change.settle(&tx, &self.access, actor).await?;
        tx.commit().await
    }
}

fn member(group: GroupId, person: PersonId, source: &str) -> group_member::ActiveModel {
    group_member::ActiveModel {
        group_id: ActiveValue::Set(group),
        person_id: ActiveValue::Set(person),
        source: ActiveValue::Set(source.to_owned()),
        source_key: ActiveValue::NotSet,
    }
}

/// Returns the group that `source` knows by the key of `wanted`, with its name brought in line unless another group has
/// it; `None` if there is no key or no such group.
async fn find_by_key(
    tx: &Tx,
    actor: &Actor,
    school: EstablishmentId,
    wanted: &ExternalGroup,
    name: &str,
    source: &str,
) -> Result<Option<GroupId>> {
    let Some(key) = wanted.key.as_deref() else { return Ok(None) };
    let query = group::Entity::find().filter(group::Column::Source.eq(source)).filter(group::Column::SourceKey.eq(key));
    let Some(known) = query.one(tx).await?.filter(|known| known.establishment_id == school) else { return Ok(None) };
    let changes = Changes::new().field("name", &known.name.as_str(), &name);
    if !changes.is_empty() && require_free(tx, school, known.kind, name, Some(known.id)).await.is_ok() {
        let row = group::ActiveModel {
            id: ActiveValue::Unchanged(known.id),
            name: ActiveValue::Set(name.to_owned()),
            version: ActiveValue::Set(known.version + 1),
            ..Default::default()
        };
        group::Entity::update(row).exec(tx).await?;
        let scope = Scope::Group(school, known.id);
        tell(tx, actor, GROUP_EDITED, format!("group:{}", known.id), scope, changes.into()).await?;
    }
    Ok(Some(known.id))
}

/// Returns the group that `wanted` describes, made by `source` if it is missing; `None` if the name is not valid. A group
/// of this name that the source made without a key is known by the key from then on.
pub(super) async fn find_or_make(
    tx: &Tx,
    actor: &Actor,
    school: EstablishmentId,
    wanted: &ExternalGroup,
    source: &str,
) -> Result<Option<GroupId>> {
    let Ok(name) = check_name(&wanted.name) else { return Ok(None) };
    let kind = wanted.kind;
    if let Some(known) = find_by_key(tx, actor, school, wanted, &name, source).await? {
        return Ok(Some(known));
    }
    // A key that another school's group has names no group here.
    let of_source = || group::Entity::find().filter(group::Column::Source.eq(source));
    let key = match &wanted.key {
        Some(key) if of_source().filter(group::Column::SourceKey.eq(key)).one(tx).await?.is_none() => {
            wanted.key.clone()
        }
        _ => None,
    };
    let find = || {
        group::Entity::find()
            .filter(group::Column::EstablishmentId.eq(school))
            .filter(group::Column::Kind.eq(kind))
            .filter(group::Column::Name.eq(&name))
            .one(tx)
    };
    if let Some(known) = find().await? {
        if known.source == source && known.source_key.is_none() && key.is_some() {
            let row = group::ActiveModel {
                id: ActiveValue::Unchanged(known.id),
                source_key: ActiveValue::Set(key),
                ..Default::default()
            };
            group::Entity::update(row).exec(tx).await?;
        }
        return Ok(Some(known.id));
    }
    let row = group::ActiveModel {
        establishment_id: ActiveValue::Set(school),
        kind: ActiveValue::Set(kind),
        name: ActiveValue::Set(name.clone()),
        source: ActiveValue::Set(source.to_owned()),
        source_key: ActiveValue::Set(key),
        version: ActiveValue::Set(1),
        ..Default::default()
    };
    // Two people of a new class may come at once.
    let mut once = OnConflict::columns([group::Column::EstablishmentId, group::Column::Kind, group::Column::Name]);
    let made = group::Entity::insert(row).on_conflict(once.do_nothing().to_owned()).exec_without_returning(tx).await?;
    let Some(group) = find().await? else { return Err(Error::bug("the group just written is missing")) };
    if made > 0 {
        let scope = Scope::Group(school, group.id);
        tell(tx, actor, GROUP_CREATED, format!("group:{}", group.id), scope, json!({ "name": name })).await?;
    }
    Ok(Some(group.id))
}

/// Makes the person's groups of `source` be `wanted`. Returns `true` if they entered one. The caller has checked the
/// actor.
pub(super) async fn follow_source(
    tx: &Tx,
    actor: &Actor,
    person: PersonId,
    wanted: &BTreeSet<GroupId>,
    source: &str,
) -> Result<bool> {
    let held = group_member::Entity::find().filter(group_member::Column::PersonId.eq(person)).all(tx).await?;
    let has = |id: GroupId| held.iter().any(|row| row.group_id == id);
    let own: BTreeSet<GroupId> = held.iter().filter(|row| row.source == source).map(|row| row.group_id).collect();
    for id in own.difference(wanted) {
        let group = store::group(tx, *id).await?;
        group_member::Entity::delete_by_id((*id, person, source.to_owned())).exec(tx).await?;
        moved(tx, actor, GROUP_LEFT, person, &group).await?;
    }
    for id in wanted.difference(&own) {
        let group = store::group(tx, *id).await?;
        group_member::Entity::insert(member(*id, person, source)).exec_without_returning(tx).await?;
        moved(tx, actor, GROUP_JOINED, person, &group).await?;
    }
    Ok(wanted.iter().any(|id| !has(*id)))
}

async fn moved(tx: &Tx, actor: &Actor, kind: EventKind, person: PersonId, group: &Group) -> Result<()> {
    bump_family(tx, person).await?;
    let scope = Scope::Group(group.establishment_id, group.id);
    tell(tx, actor, kind, format!("person:{person}"), scope, json!({ "group": group.id })).await
}

/// Returns the group if the actor manages it; groups of other schools are not found.
async fn kept_group(tx: &Tx, actor: &Actor, id: GroupId) -> Result<Group> {
    if !actor.rights().is_everything() {
        actor.require_person()?;
    }
    let group = store::group(tx, id).await?;
    if actor.may(GROUP_EDIT, Scope::Group(group.establishment_id, id)) {
        Ok(group)
    } else {
        Err(Error::not_found(format!("group {id}")))
    }
}

fn check_name(name: &str) -> Result<String> {
    let mut problems = Problems::default();
    let name = problems.line("name", name, 60);
    problems.end()?;
    Ok(name)
}

async fn require_free(
    tx: &Tx,
    establishment: EstablishmentId,
    kind: GroupKind,
    name: &str,
    own: Option<GroupId>,
) -> Result<()> {
    let taken = group::Entity::find()
        .filter(group::Column::EstablishmentId.eq(establishment))
        .filter(group::Column::Kind.eq(kind))
        .filter(group::Column::Name.eq(name));
    match taken.one(tx).await? {
        Some(row) if Some(row.id) != own => {
            Err(Error::conflict_with(format!("group `{name}` exists"), Message::new("directory-group-name-taken")))
        }
        _ => Ok(()),
    }
}
