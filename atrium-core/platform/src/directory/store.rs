//! Queries of the directory.

use std::collections::{BTreeSet, HashMap};

use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::membership::Profile;
use super::{
    EstablishmentId, GroupId, MembershipId, PersonId, establishment, establishment_trait, group, group_member,
    guardian, membership, person,
};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::{Error, Result};

/// Returns the person `id`.
///
/// # Errors
/// Returns `is_not_found` if there is no such row, or an error if the database fails.
pub async fn person(conn: &impl ConnectionTrait, id: PersonId) -> Result<person::Model> {
    let found = person::Entity::find_by_id(id).one(conn).await?;
    found.ok_or_else(|| Error::not_found(format!("person {id}")))
}

/// Returns the person `id` and locks the row until `tx` ends, so that a decision on their state or rights still
/// holds when it is written.
///
/// # Errors
/// Returns `is_not_found` if there is no such row, or an error if the database fails.
pub(crate) async fn lock_person(tx: &Tx, id: PersonId) -> Result<person::Model> {
    let found = person::Entity::find_by_id(id).lock_exclusive().one(tx).await?;
    found.ok_or_else(|| Error::not_found(format!("person {id}")))
}

/// Returns the people with these ids, in no order; unknown ids are left out.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn people(conn: &impl ConnectionTrait, ids: &[PersonId]) -> Result<Vec<person::Model>> {
    match ids {
        [] => Ok(Vec::new()),
        ids => Ok(person::Entity::find().filter(person::Column::Id.is_in(ids.iter().copied())).all(conn).await?),
    }
}

/// Returns the person with the key `external_id` at the host or in the national directory.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn person_by_external_id(conn: &impl ConnectionTrait, external_id: &str) -> Result<Option<person::Model>> {
    Ok(person::Entity::find().filter(person::Column::ExternalId.eq(external_id)).one(conn).await?)
}

/// Returns a page of the people within `rule`, in the order of their names, from after `(sort_name, id)`.
///
/// # Errors
/// Returns an error if the database fails.
pub(super) async fn list_people(
    conn: &impl ConnectionTrait,
    rule: Condition,
    after: Option<(&str, PersonId)>,
    limit: u64,
) -> Result<Vec<person::Model>> {
    let mut query = person::Entity::find().filter(rule);
    if let Some((name, id)) = after {
        let later = Condition::any()
            .add(person::Column::SortName.gt(name))
            .add(Condition::all().add(person::Column::SortName.eq(name)).add(person::Column::Id.gt(id)));
        // The first condition bounds the index scan.
        query = query.filter(person::Column::SortName.gte(name)).filter(later);
    }
    let ordered = query.order_by_asc(person::Column::SortName).order_by_asc(person::Column::Id);
    Ok(ordered.limit(limit).all(conn).await?)
}

/// Returns the number of people within `rule`, counting to `limit` at most.
///
/// # Errors
/// Returns an error if the database fails.
pub(super) async fn count_people(conn: &impl ConnectionTrait, rule: Condition, limit: u64) -> Result<u64> {
    let query = person::Entity::find().select_only().column(person::Column::Id).filter(rule);
    Ok(query.limit(limit).count(conn).await?)
}

/// Returns the establishment `id`.
///
/// # Errors
/// Returns `is_not_found` if there is no such row, or an error if the database fails.
pub async fn establishment(conn: &impl ConnectionTrait, id: EstablishmentId) -> Result<establishment::Model> {
    let found = establishment::Entity::find_by_id(id).one(conn).await?;
    found.ok_or_else(|| Error::not_found(format!("establishment {id}")))
}

/// Returns the establishment with this UAI.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn establishment_by_uai(conn: &impl ConnectionTrait, uai: &str) -> Result<Option<establishment::Model>> {
    Ok(establishment::Entity::find().filter(establishment::Column::Uai.eq(uai)).one(conn).await?)
}

/// Returns the establishments with these UAIs; unknown ones are left out.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn establishments_by_uai<'a>(
    conn: &impl ConnectionTrait,
    uai: impl Iterator<Item = &'a str>,
) -> Result<Vec<establishment::Model>> {
    let wanted: Vec<&str> = uai.collect();
    match wanted.is_empty() {
        true => Ok(Vec::new()),
        false => Ok(establishment::Entity::find().filter(establishment::Column::Uai.is_in(wanted)).all(conn).await?),
    }
}

/// Returns the establishments with these ids, in no order; unknown ids are left out.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn establishments_by_id(
    conn: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = EstablishmentId>,
) -> Result<Vec<establishment::Model>> {
    let mut ids = ids.into_iter().peekable();
    match ids.peek() {
        None => Ok(Vec::new()),
        Some(_) => Ok(establishment::Entity::find().filter(establishment::Column::Id.is_in(ids)).all(conn).await?),
    }
}

/// Returns the groups with these ids, in no order; unknown ids are left out.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn groups_by_id(
    conn: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = GroupId>,
) -> Result<Vec<group::Model>> {
    let mut ids = ids.into_iter().peekable();
    match ids.peek() {
        None => Ok(Vec::new()),
        Some(_) => Ok(group::Entity::find().filter(group::Column::Id.is_in(ids)).all(conn).await?),
    }
}

/// Returns every establishment, by name. A region has a few hundred.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn establishments(conn: &impl ConnectionTrait) -> Result<Vec<establishment::Model>> {
    let query = establishment::Entity::find().order_by_asc(establishment::Column::NameFolded);
    Ok(query.order_by_asc(establishment::Column::Id).all(conn).await?)
}

/// Returns `true` if there is an establishment.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn has_establishments(conn: &impl ConnectionTrait) -> Result<bool> {
    Ok(establishment::Entity::find().one(conn).await?.is_some())
}

/// Returns `true` if there is or was a membership of an establishment.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn has_members(conn: &impl ConnectionTrait) -> Result<bool> {
    Ok(membership::Entity::find().one(conn).await?.is_some())
}

/// Returns the traits of `establishments`, in no order.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn traits(
    conn: &impl ConnectionTrait,
    establishments: &[EstablishmentId],
) -> Result<Vec<establishment_trait::Model>> {
    match establishments {
        [] => Ok(Vec::new()),
        ids => {
            let of = establishment_trait::Column::EstablishmentId.is_in(ids.iter().copied());
            Ok(establishment_trait::Entity::find().filter(of).all(conn).await?)
        }
    }
}

/// Returns the traits of every establishment, in no order. A region has a few hundred.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn all_traits(conn: &impl ConnectionTrait) -> Result<Vec<establishment_trait::Model>> {
    Ok(establishment_trait::Entity::find().all(conn).await?)
}

/// Returns a person's memberships, past and future ones too.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn memberships(conn: &impl ConnectionTrait, person: PersonId) -> Result<Vec<membership::Model>> {
    let query = membership::Entity::find().filter(membership::Column::PersonId.eq(person));
    Ok(query.order_by_asc(membership::Column::Id).all(conn).await?)
}

/// Returns the memberships of `people`, past and future ones too.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn memberships_of(conn: &impl ConnectionTrait, people: &[PersonId]) -> Result<Vec<membership::Model>> {
    match people {
        [] => Ok(Vec::new()),
        people => {
            let of = membership::Column::PersonId.is_in(people.iter().copied());
            Ok(membership::Entity::find().filter(of).order_by_asc(membership::Column::Id).all(conn).await?)
        }
    }
}

/// Returns the membership `id`.
///
/// # Errors
/// Returns `is_not_found` if there is no such row, or an error if the database fails.
pub async fn membership(conn: &impl ConnectionTrait, id: MembershipId) -> Result<membership::Model> {
    let found = membership::Entity::find_by_id(id).one(conn).await?;
    found.ok_or_else(|| Error::not_found(format!("membership {id}")))
}

/// Returns the schools to which a person belongs at `now`, a guardian through the pupils they answer for.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn schools_of(
    conn: &impl ConnectionTrait,
    person: PersonId,
    now: Timestamp,
) -> Result<BTreeSet<EstablishmentId>> {
    let children = Query::select()
        .column(guardian::Column::ChildId)
        .from(guardian::Entity)
        .and_where(guardian::Column::GuardianId.eq(person))
        .to_owned();
    let through_child =
        membership::Column::PersonId.in_subquery(children).and(membership::Column::Profile.eq(Profile::Student));
    let rows = membership::Entity::find()
        .filter(membership::Column::PersonId.eq(person).or(through_child))
        .filter(membership::Column::ValidFrom.is_null().or(membership::Column::ValidFrom.lte(now)))
        .filter(membership::Column::ValidUntil.is_null().or(membership::Column::ValidUntil.gt(now)));
    Ok(rows.all(conn).await?.into_iter().map(|row| row.establishment_id).collect())
}

/// Returns the groups `people` are in, with the person.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn groups_of(conn: &impl ConnectionTrait, people: &[PersonId]) -> Result<Vec<(PersonId, group::Model)>> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let of = group_member::Column::PersonId.is_in(people.iter().copied());
    let members = group_member::Entity::find().filter(of).all(conn).await?;
    let ids = members.iter().map(|member| member.group_id);
    let groups = group::Entity::find().filter(group::Column::Id.is_in(ids)).all(conn).await?;
    let group = |id| groups.iter().find(|group| group.id == id).cloned();
    Ok(members.iter().filter_map(|member| Some((member.person_id, group(member.group_id)?))).collect())
}

/// Returns the groups of one establishment, by name.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn groups(conn: &impl ConnectionTrait, establishment: EstablishmentId) -> Result<Vec<group::Model>> {
    let query = group::Entity::find().filter(group::Column::EstablishmentId.eq(establishment));
    Ok(query.order_by_asc(group::Column::Name).order_by_asc(group::Column::Id).all(conn).await?)
}

/// Returns the group `id`.
///
/// # Errors
/// Returns `is_not_found` if there is no such row, or an error if the database fails.
pub async fn group(conn: &impl ConnectionTrait, id: GroupId) -> Result<group::Model> {
    let found = group::Entity::find_by_id(id).one(conn).await?;
    found.ok_or_else(|| Error::not_found(format!("group {id}")))
}

/// Returns which of `people` are in the group, in no order.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn members_among(
    conn: &impl ConnectionTrait,
    group: GroupId,
    people: &[PersonId],
) -> Result<BTreeSet<PersonId>> {
    if people.is_empty() {
        return Ok(BTreeSet::new());
    }
    let found = group_member::Entity::find()
        .filter(group_member::Column::GroupId.eq(group))
        .filter(group_member::Column::PersonId.is_in(people.iter().copied()));
    Ok(found.all(conn).await?.into_iter().map(|member| member.person_id).collect())
}

/// Returns the number of people within `rule` in each group of a school; groups without any are left out.
///
/// # Errors
/// Returns an error if the database fails.
pub(super) async fn count_members(
    conn: &impl ConnectionTrait,
    rule: Condition,
    school: EstablishmentId,
) -> Result<HashMap<GroupId, i64>> {
    let groups = Query::select()
        .column(group::Column::Id)
        .from(group::Entity)
        .and_where(group::Column::EstablishmentId.eq(school))
        .to_owned();
    let people = Query::select().column(person::Column::Id).from(person::Entity).cond_where(rule).to_owned();
    let counts = group_member::Entity::find()
        .select_only()
        .column(group_member::Column::GroupId)
        .column_as(group_member::Column::PersonId.count(), "members")
        .filter(group_member::Column::GroupId.in_subquery(groups))
        .filter(group_member::Column::PersonId.in_subquery(people))
        .group_by(group_member::Column::GroupId);
    Ok(counts.into_tuple::<(GroupId, i64)>().all(conn).await?.into_iter().collect())
}

/// Returns the people of a group, as a subquery.
pub(super) fn in_group(id: GroupId) -> SelectStatement {
    let of = group_member::Column::GroupId.eq(id);
    Query::select().column(group_member::Column::PersonId).from(group_member::Entity).and_where(of).to_owned()
}

/// Returns the guardians of a child, as a subquery.
pub(super) fn answering_for(child: PersonId) -> SelectStatement {
    let of = guardian::Column::ChildId.eq(child);
    Query::select().column(guardian::Column::GuardianId).from(guardian::Entity).and_where(of).to_owned()
}

/// Returns the children of a guardian.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn children(conn: &impl ConnectionTrait, guardian: PersonId) -> Result<Vec<PersonId>> {
    let links = guardian::Entity::find().filter(guardian::Column::GuardianId.eq(guardian)).all(conn).await?;
    Ok(links.iter().map(|link| link.child_id).collect())
}

/// Returns the guardians of a child.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn guardians(conn: &impl ConnectionTrait, child: PersonId) -> Result<Vec<PersonId>> {
    let links = guardian::Entity::find().filter(guardian::Column::ChildId.eq(child)).all(conn).await?;
    Ok(links.iter().map(|link| link.guardian_id).collect())
}

/// Raises the rights epoch of `people`: their cached rights are stale from the commit on.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn bump_epochs(conn: &impl ConnectionTrait, people: &[PersonId]) -> Result<()> {
    if people.is_empty() {
        return Ok(());
    }
    person::Entity::update_many()
        .col_expr(person::Column::Epoch, Expr::col(person::Column::Epoch).add(1))
        .filter(person::Column::Id.is_in(people.iter().copied()))
        .exec(conn)
        .await?;
    Ok(())
}
