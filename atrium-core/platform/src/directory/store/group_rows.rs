//! Queries for memberships and groups.

use std::collections::{BTreeSet, HashMap};

use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::clock::Timestamp;
use crate::db::{Connection, into_rows};
use crate::directory::entity::{group, group_member, guardian, membership, person};
use crate::directory::{EstablishmentId, Group, GroupId, Membership, MembershipId, PersonId, Profile};
use crate::error::{Error, Result};

/// Returns the groups with these ids, in no order; unknown ids are left out.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn groups_by_id(conn: &impl Connection, ids: impl IntoIterator<Item = GroupId>) -> Result<Vec<Group>> {
    let mut ids = ids.into_iter().peekable();
    match ids.peek() {
        None => Ok(Vec::new()),
        Some(_) => Ok(into_rows(group::Entity::find().filter(group::Column::Id.is_in(ids)).all(conn).await?)),
    }
}

/// Returns `true` if there is or was a membership of an establishment.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn has_members(conn: &impl Connection) -> Result<bool> {
    Ok(membership::Entity::find().one(conn).await?.is_some())
}

/// Returns a person's memberships, past and future ones too.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn memberships(conn: &impl Connection, person: PersonId) -> Result<Vec<Membership>> {
    let query = membership::Entity::find().filter(membership::Column::PersonId.eq(person));
    Ok(into_rows(query.order_by_asc(membership::Column::Id).all(conn).await?))
}

/// Returns the memberships of `people`, past and future ones too.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn memberships_of(conn: &impl Connection, people: &[PersonId]) -> Result<Vec<Membership>> {
    match people {
        [] => Ok(Vec::new()),
        people => {
            let of = membership::Column::PersonId.is_in(people.iter().copied());
            Ok(into_rows(membership::Entity::find().filter(of).order_by_asc(membership::Column::Id).all(conn).await?))
        }
    }
}

/// Returns the membership `id`.
///
/// # Errors
/// Returns `is_not_found` if there is no such row, or an error if the database fails.
pub async fn membership(conn: &impl Connection, id: MembershipId) -> Result<Membership> {
    let found = membership::Entity::find_by_id(id).one(conn).await?;
    found.map(Membership::from).ok_or_else(|| Error::not_found(format!("membership {id}")))
}

/// Returns the schools to which a person belongs at `now`, a guardian through the pupils they answer for.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn schools_of(
    conn: &impl Connection,
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

/// Returns the groups `people` are in, with the person, each once.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn groups_of(conn: &impl Connection, people: &[PersonId]) -> Result<Vec<(PersonId, Group)>> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let of = group_member::Column::PersonId.is_in(people.iter().copied());
    let members = group_member::Entity::find().filter(of).all(conn).await?;
    // Several sources may have the same person in the same group.
    let members: BTreeSet<_> = members.into_iter().map(|member| (member.group_id, member.person_id)).collect();
    let ids = members.iter().map(|(group, _)| *group);
    let groups: Vec<Group> = into_rows(group::Entity::find().filter(group::Column::Id.is_in(ids)).all(conn).await?);
    let group = |id| groups.iter().find(|group| group.id == id).cloned();
    Ok(members.into_iter().filter_map(|(id, person)| Some((person, group(id)?))).collect())
}

/// Returns the groups of one establishment, by name.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn groups(conn: &impl Connection, establishment: EstablishmentId) -> Result<Vec<Group>> {
    let query = group::Entity::find().filter(group::Column::EstablishmentId.eq(establishment));
    Ok(into_rows(query.order_by_asc(group::Column::Name).order_by_asc(group::Column::Id).all(conn).await?))
}

/// Returns the group `id`.
///
/// # Errors
/// Returns `is_not_found` if there is no such row, or an error if the database fails.
pub async fn group(conn: &impl Connection, id: GroupId) -> Result<Group> {
    let found = group::Entity::find_by_id(id).one(conn).await?;
    found.map(Group::from).ok_or_else(|| Error::not_found(format!("group {id}")))
}

/// Returns the members of the group, each once, in no order.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn members(conn: &impl Connection, group: GroupId) -> Result<Vec<PersonId>> {
    let found = group_member::Entity::find().filter(group_member::Column::GroupId.eq(group)).all(conn).await?;
    let members: BTreeSet<_> = found.into_iter().map(|member| member.person_id).collect();
    Ok(members.into_iter().collect())
}

/// Returns which of `people` are in the group, in no order.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn members_among(conn: &impl Connection, group: GroupId, people: &[PersonId]) -> Result<BTreeSet<PersonId>> {
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
pub(in crate::directory) async fn count_members(
    conn: &impl Connection,
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
        .column_as(Expr::col(group_member::Column::PersonId).count_distinct(), "members")
        .filter(group_member::Column::GroupId.in_subquery(groups))
        .filter(group_member::Column::PersonId.in_subquery(people))
        .group_by(group_member::Column::GroupId);
    Ok(counts.into_tuple::<(GroupId, i64)>().all(conn).await?.into_iter().collect())
}

/// Returns the people of a group, as a subquery.
pub(in crate::directory) fn in_group(id: GroupId) -> SelectStatement {
    let of = group_member::Column::GroupId.eq(id);
    Query::select().column(group_member::Column::PersonId).from(group_member::Entity).and_where(of).to_owned()
}
