//! Queries of the directory.

use std::collections::{BTreeSet, HashMap};

use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, JoinType, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};

use super::entity::{
    establishment, establishment_trait, group, group_member, guardian, identity, membership, person, sector,
    sector_establishment, unknown_school,
};
use super::{
    Establishment, EstablishmentId, Group, GroupId, Identity, IdentityId, Membership, MembershipId, Person, PersonId,
    Profile, Sector, SectorId,
};
use crate::clock::Timestamp;
use crate::db::{Connection, Tx, into_rows};
use crate::error::{Error, Result};

/// Returns the person `id`.
///
/// # Errors
/// Returns `is_not_found` if there is no such row, or an error if the database fails.
pub async fn person(conn: &impl Connection, id: PersonId) -> Result<Person> {
    let found = person::Entity::find_by_id(id).one(conn).await?;
    found.map(Person::from).ok_or_else(|| Error::not_found(format!("person {id}")))
}

/// Returns the person `id` and locks the row until `tx` ends, so that a decision on their state or rights still
/// holds when it is written.
///
/// # Errors
/// Returns `is_not_found` if there is no such row, or an error if the database fails.
pub(crate) async fn lock_person(tx: &Tx, id: PersonId) -> Result<Person> {
    let found = person::Entity::find_by_id(id).lock_exclusive().one(tx).await?;
    found.map(Person::from).ok_or_else(|| Error::not_found(format!("person {id}")))
}

/// Returns the people with these ids, in no order; unknown ids are left out.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn people(conn: &impl Connection, ids: &[PersonId]) -> Result<Vec<Person>> {
    match ids {
        [] => Ok(Vec::new()),
        ids => {
            let found = person::Entity::find().filter(person::Column::Id.is_in(ids.iter().copied()));
            Ok(into_rows(found.all(conn).await?))
        }
    }
}

/// Returns the person who is `subject` at `issuer`.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn person_by_identity(conn: &impl Connection, issuer: &str, subject: &str) -> Result<Option<Person>> {
    let identities =
        person::Entity::belongs_to(identity::Entity).from(person::Column::Id).to(identity::Column::PersonId).into();
    let query = person::Entity::find()
        .join(JoinType::InnerJoin, identities)
        .filter(identity::Column::Issuer.eq(issuer))
        .filter(identity::Column::Subject.eq(subject));
    Ok(query.one(conn).await?.map(Person::from))
}

/// Returns the person whom `source` knows by `key`.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn person_by_source_key(conn: &impl Connection, source: &str, key: &str) -> Result<Option<Person>> {
    let query = person::Entity::find().filter(person::Column::Source.eq(source));
    Ok(query.filter(person::Column::SourceKey.eq(key)).one(conn).await?.map(Person::from))
}

/// Returns the identity `id`.
///
/// # Errors
/// Returns `is_not_found` if there is no such row, or an error if the database fails.
pub(crate) async fn identity(conn: &impl Connection, id: IdentityId) -> Result<Identity> {
    let found = identity::Entity::find_by_id(id).one(conn).await?;
    found.map(Identity::from).ok_or_else(|| Error::not_found(format!("identity {id}")))
}

/// Returns the identity of `subject` at `issuer`.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn identity_of_subject(
    conn: &impl Connection,
    issuer: &str,
    subject: &str,
) -> Result<Option<Identity>> {
    let query = identity::Entity::find().filter(identity::Column::Issuer.eq(issuer));
    Ok(query.filter(identity::Column::Subject.eq(subject)).one(conn).await?.map(Identity::from))
}

/// Returns the identities of a person, the oldest first.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn identities(conn: &impl Connection, person: PersonId) -> Result<Vec<Identity>> {
    identities_of(conn, &[person]).await
}

/// Returns the identities of `people`, the oldest first.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn identities_of(conn: &impl Connection, people: &[PersonId]) -> Result<Vec<Identity>> {
    match people {
        [] => Ok(Vec::new()),
        people => {
            let of = identity::Column::PersonId.is_in(people.iter().copied());
            Ok(into_rows(identity::Entity::find().filter(of).order_by_asc(identity::Column::Id).all(conn).await?))
        }
    }
}

/// Returns a page of the people within `rule`, in the order of their names, from after `(sort_name, id)`.
///
/// # Errors
/// Returns an error if the database fails.
pub(super) async fn list_people(
    conn: &impl Connection,
    rule: Condition,
    after: Option<(&str, PersonId)>,
    limit: u64,
) -> Result<Vec<Person>> {
    let mut query = person::Entity::find().filter(rule);
    if let Some((name, id)) = after {
        let later = Condition::any()
            .add(person::Column::SortName.gt(name))
            .add(Condition::all().add(person::Column::SortName.eq(name)).add(person::Column::Id.gt(id)));
        // The first condition bounds the index scan.
        query = query.filter(person::Column::SortName.gte(name)).filter(later);
    }
    let ordered = query.order_by_asc(person::Column::SortName).order_by_asc(person::Column::Id);
    Ok(into_rows(ordered.limit(limit).all(conn).await?))
}

/// Returns the number of people within `rule`, counting to `limit` at most.
///
/// # Errors
/// Returns an error if the database fails.
pub(super) async fn count_people(conn: &impl Connection, rule: Condition, limit: u64) -> Result<u64> {
    let query = person::Entity::find().select_only().column(person::Column::Id).filter(rule);
    Ok(query.limit(limit).count(conn).await?)
}

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
    match wanted.is_empty() {
        true => Ok(Vec::new()),
        false => {
            let found = establishment::Entity::find().filter(establishment::Column::Uai.is_in(wanted));
            Ok(into_rows(found.all(conn).await?))
        }
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

/// Returns `true` if there is or was a membership of an establishment.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn has_members(conn: &impl Connection) -> Result<bool> {
    Ok(membership::Entity::find().one(conn).await?.is_some())
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
pub(super) async fn count_members(
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
pub(super) fn in_group(id: GroupId) -> SelectStatement {
    let of = group_member::Column::GroupId.eq(id);
    Query::select().column(group_member::Column::PersonId).from(group_member::Entity).and_where(of).to_owned()
}

/// Returns the guardians of a child, as a subquery.
pub(super) fn answering_for(child: PersonId) -> SelectStatement {
    let of = guardian::Column::ChildId.eq(child);
    Query::select().column(guardian::Column::GuardianId).from(guardian::Entity).and_where(of).to_owned()
}

/// Returns the children of a guardian, each once.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn children(conn: &impl Connection, guardian: PersonId) -> Result<Vec<PersonId>> {
    let links = guardian::Entity::find().filter(guardian::Column::GuardianId.eq(guardian)).all(conn).await?;
    let children: BTreeSet<_> = links.iter().map(|link| link.child_id).collect();
    Ok(children.into_iter().collect())
}

/// Returns the guardians of a child, each once.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn guardians(conn: &impl Connection, child: PersonId) -> Result<Vec<PersonId>> {
    let links = guardian::Entity::find().filter(guardian::Column::ChildId.eq(child)).all(conn).await?;
    let guardians: BTreeSet<_> = links.iter().map(|link| link.guardian_id).collect();
    Ok(guardians.into_iter().collect())
}

/// Raises the rights epoch of `people`: their cached rights are stale from the commit on.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn bump_epochs(conn: &impl Connection, people: &[PersonId]) -> Result<()> {
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
