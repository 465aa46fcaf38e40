//! Queries of roles, of assignments, and of the rows that rights are built from.

use std::collections::BTreeSet;

use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, ExprTrait, JoinType, QueryFilter, QueryOrder, QuerySelect};

use super::actions::AssignmentFilter;
use super::entity::{assignment, policy, role, role_permission};
use super::{Assignment, AssignmentId, Effect, PLATFORM_ADMIN, RoleId, ScopeKind};
use crate::clock::Timestamp;
use crate::credentials;
use crate::db::{Connection, Tx, count_rows, into_rows};
use crate::directory::{
    EstablishmentId, GroupId, Membership, PersonId, PersonStatus, Profile, group, group_member, guardian, membership,
    person,
};
use crate::error::{Error, Result};

/// Returns the policy epoch, raised by every edit of a role.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn policy_epoch(conn: &impl Connection) -> Result<i64> {
    let row = policy::Entity::find_by_id(1).one(conn).await?;
    row.map(|row| row.epoch).ok_or_else(|| Error::bug("the policy row is missing"))
}

/// Locks the policy until `tx` ends, so that a condition over all assignments can be checked. On SQLite the single
/// writer is that lock already.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn lock_policy(tx: &Tx) -> Result<()> {
    policy::Entity::find_by_id(1).lock_exclusive().one(tx).await?;
    Ok(())
}

/// Raises the policy epoch.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn bump_policy(tx: &Tx) -> Result<()> {
    let update = policy::Entity::update_many().col_expr(policy::Column::Epoch, Expr::col(policy::Column::Epoch).add(1));
    update.exec(tx).await?;
    Ok(())
}

/// Returns every role with its permissions.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn roles(conn: &impl Connection) -> Result<Vec<(role::Model, Vec<role_permission::Model>)>> {
    let all = role::Entity::find().order_by_asc(role::Column::Id).all(conn).await?;
    let mut held = role_permission::Entity::find().all(conn).await?;
    held.sort_by(|a, b| (a.role_id, &a.permission).cmp(&(b.role_id, &b.permission)));
    let of = |id: RoleId| held.iter().filter(|row| row.role_id == id).cloned().collect();
    Ok(all.into_iter().map(|row| (row.clone(), of(row.id))).collect())
}

/// Returns the keys of the roles: those that come with the platform, and those that were made here.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn role_keys(conn: &impl Connection) -> Result<BTreeSet<String>> {
    let query = role::Entity::find().select_only().column(role::Column::Key);
    let keys: Vec<String> = query.into_tuple().all(conn).await?;
    Ok(keys.into_iter().collect())
}

/// Returns the assignment with this number.
///
/// # Errors
/// Returns `is_not_found` if there is no such row, or an error if the database fails.
pub async fn assignment(conn: &impl Connection, id: AssignmentId) -> Result<Assignment> {
    let found = assignment::Entity::find_by_id(id).one(conn).await?;
    found.map(Assignment::from).ok_or_else(|| Error::not_found(format!("assignment {id}")))
}

/// Returns the assignments of a person, past and future ones included.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn assignments(conn: &impl Connection, person: PersonId) -> Result<Vec<Assignment>> {
    let query = assignment::Entity::find().filter(assignment::Column::PersonId.eq(person));
    Ok(into_rows(query.order_by_asc(assignment::Column::Id).all(conn).await?))
}

/// Returns a page of the assignments within `rule`, newest first.
///
/// # Errors
/// Returns an error if the database fails.
pub(super) async fn list_assignments(
    conn: &impl Connection,
    rule: Condition,
    filter: AssignmentFilter,
    before: Option<AssignmentId>,
    limit: u64,
) -> Result<Vec<Assignment>> {
    let asked = Condition::all()
        .add_option(filter.person.map(|person| assignment::Column::PersonId.eq(person)))
        .add_option(filter.role.map(|role| assignment::Column::RoleId.eq(role)))
        .add_option(filter.establishment.map(|school| assignment::Column::EstablishmentId.eq(school)))
        .add_option(before.map(|before| assignment::Column::Id.lt(before)));
    let query = assignment::Entity::find().filter(rule).filter(asked).order_by_desc(assignment::Column::Id);
    Ok(into_rows(query.limit(limit).all(conn).await?))
}

/// Returns the number of assignments of a role that hold now or later.
///
/// # Errors
/// Returns an error if the database fails.
pub(super) async fn count_live_assignments(conn: &impl Connection, role: RoleId, now: Timestamp) -> Result<u64> {
    let query = assignment::Entity::find().filter(assignment::Column::RoleId.eq(role)).filter(not_over(now));
    count_rows(conn, query).await
}

/// Returns the platform administrators without an end date whose account is active and that no forbid at the
/// platform restrains.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn lasting_admins(conn: &impl Connection, now: Timestamp) -> Result<Vec<PersonId>> {
    let admin = Query::select()
        .column(role::Column::Id)
        .from(role::Entity)
        .and_where(role::Column::Key.eq(PLATFORM_ADMIN))
        .to_owned();
    let active = Query::select()
        .column(person::Column::Id)
        .from(person::Entity)
        .and_where(person::Column::Status.eq(PersonStatus::Active))
        .to_owned();
    let restrained = Query::select()
        .column(assignment::Column::PersonId)
        .from(assignment::Entity)
        .and_where(assignment::Column::Effect.eq(Effect::Forbid))
        .and_where(assignment::Column::ScopeKind.eq(ScopeKind::Platform))
        .cond_where(not_over(now))
        .to_owned();
    let begun = assignment::Column::ValidFrom.is_null().or(assignment::Column::ValidFrom.lte(now));
    let query = assignment::Entity::find()
        .select_only()
        .column(assignment::Column::PersonId)
        .filter(assignment::Column::RoleId.in_subquery(admin))
        .filter(assignment::Column::ScopeKind.eq(ScopeKind::Platform))
        .filter(assignment::Column::Effect.eq(Effect::Permit))
        .filter(assignment::Column::ValidUntil.is_null())
        .filter(begun)
        .filter(assignment::Column::PersonId.in_subquery(active))
        .filter(assignment::Column::PersonId.not_in_subquery(restrained));
    Ok(query.into_tuple().all(conn).await?)
}

/// Ends the one-time links of all holders of `role`: by assignment, by membership, or through a child.
///
/// # Errors
/// Returns an error if the database fails.
pub(super) async fn end_links_of_holders(tx: &Tx, role: RoleId, key: &str) -> Result<()> {
    let assigned = Query::select()
        .column(assignment::Column::PersonId)
        .from(assignment::Entity)
        .and_where(assignment::Column::RoleId.eq(role))
        .to_owned();
    credentials::end_links_among(tx, assigned).await?;
    let Some(profile) = Profile::from_key(key) else { return Ok(()) };
    let members = Query::select()
        .column(membership::Column::PersonId)
        .from(membership::Entity)
        .and_where(membership::Column::Profile.eq(profile))
        .to_owned();
    credentials::end_links_among(tx, members).await?;
    if profile == Profile::Guardian {
        let guardians = Query::select().column(guardian::Column::GuardianId).from(guardian::Entity).to_owned();
        credentials::end_links_among(tx, guardians).await?;
    }
    Ok(())
}

fn not_over(now: Timestamp) -> Condition {
    Condition::any().add(assignment::Column::ValidUntil.is_null()).add(assignment::Column::ValidUntil.gt(now))
}

/// Returns the memberships of a person and of the children they are a guardian of.
///
/// # Errors
/// Returns an error if the database fails.
pub(super) async fn family_memberships(conn: &impl Connection, person: PersonId) -> Result<Vec<Membership>> {
    let of = Condition::any()
        .add(membership::Column::PersonId.eq(person))
        .add(membership::Column::PersonId.in_subquery(children(person)));
    Ok(into_rows(membership::Entity::find().filter(of).order_by_asc(membership::Column::Id).all(conn).await?))
}

/// Returns the groups of a person and of the children they are a guardian of.
///
/// # Errors
/// Returns an error if the database fails.
pub(super) async fn family_groups(
    conn: &impl Connection,
    person: PersonId,
) -> Result<Vec<(PersonId, EstablishmentId, GroupId)>> {
    let of = Condition::any()
        .add(group_member::Column::PersonId.eq(person))
        .add(group_member::Column::PersonId.in_subquery(children(person)));
    let groups = group_member::Entity::belongs_to(group::Entity)
        .from(group_member::Column::GroupId)
        .to(group::Column::Id)
        .into();
    let query = group_member::Entity::find()
        .select_only()
        .column(group_member::Column::PersonId)
        .column(group::Column::EstablishmentId)
        .column(group_member::Column::GroupId)
        .join(JoinType::InnerJoin, groups)
        .filter(of)
        .distinct()
        .order_by_asc(group_member::Column::GroupId);
    Ok(query.into_tuple().all(conn).await?)
}

fn children(guardian_id: PersonId) -> SelectStatement {
    Query::select()
        .column(guardian::Column::ChildId)
        .from(guardian::Entity)
        .and_where(guardian::Column::GuardianId.eq(guardian_id))
        .to_owned()
}
