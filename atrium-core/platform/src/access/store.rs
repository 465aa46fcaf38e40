//! Queries of roles, assignments and of what rights are made from.

use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
};

use super::actions::AssignmentFilter;
use super::entity::policy;
use super::{
    AssignmentId, Effect, PLATFORM_ADMIN, RoleId, ScopeKind, assignment, role_entity as role, role_permission,
};
use crate::clock::Timestamp;
use crate::credentials;
use crate::db::{Tx, count_rows};
use crate::directory::{EstablishmentId, GroupId, PersonId, group, group_member, guardian, membership, person};
use crate::error::{Error, Result};

/// The version of the rules: raised by every edit of a role.
///
/// # Errors
/// The database failed.
pub async fn policy_epoch(conn: &impl ConnectionTrait) -> Result<i64> {
    let row = policy::Entity::find_by_id(1).one(conn).await?;
    row.map(|row| row.epoch).ok_or_else(|| Error::bug("the policy row is missing"))
}

/// Keeps everybody else from changing who holds what until `tx` ends, so that what holds of all assignments together
/// can be checked. On SQLite the one writer is that lock already.
///
/// # Errors
/// The database failed.
pub async fn lock_policy(tx: &Tx) -> Result<()> {
    policy::Entity::find_by_id(1).lock_exclusive().one(tx).await?;
    Ok(())
}

/// Raises the version of the rules.
///
/// # Errors
/// The database failed.
pub async fn bump_policy(tx: &Tx) -> Result<()> {
    let update = policy::Entity::update_many().col_expr(policy::Column::Epoch, Expr::col(policy::Column::Epoch).add(1));
    update.exec(tx).await?;
    Ok(())
}

/// Every role with what it holds.
///
/// # Errors
/// The database failed.
pub async fn roles(conn: &impl ConnectionTrait) -> Result<Vec<(role::Model, Vec<role_permission::Model>)>> {
    let all = role::Entity::find().order_by_asc(role::Column::Id).all(conn).await?;
    let mut held = role_permission::Entity::find().all(conn).await?;
    held.sort_by(|a, b| (a.role_id, &a.permission).cmp(&(b.role_id, &b.permission)));
    let of = |id: RoleId| held.iter().filter(|row| row.role_id == id).cloned().collect();
    Ok(all.into_iter().map(|row| (row.clone(), of(row.id))).collect())
}

/// The role with this number.
///
/// # Errors
/// Not found, or the database failed.
pub async fn role(conn: &impl ConnectionTrait, id: RoleId) -> Result<role::Model> {
    role::Entity::find_by_id(id).one(conn).await?.ok_or_else(|| Error::not_found(format!("role {id}")))
}

/// The assignment with this number.
///
/// # Errors
/// Not found, or the database failed.
pub async fn assignment(conn: &impl ConnectionTrait, id: AssignmentId) -> Result<assignment::Model> {
    let found = assignment::Entity::find_by_id(id).one(conn).await?;
    found.ok_or_else(|| Error::not_found(format!("assignment {id}")))
}

/// The assignments of a person, past and future ones too.
///
/// # Errors
/// The database failed.
pub async fn assignments(conn: &impl ConnectionTrait, person: PersonId) -> Result<Vec<assignment::Model>> {
    let query = assignment::Entity::find().filter(assignment::Column::PersonId.eq(person));
    Ok(query.order_by_asc(assignment::Column::Id).all(conn).await?)
}

/// A page of assignments within `rule`, the newest first.
///
/// # Errors
/// The database failed.
pub(super) async fn list_assignments(
    conn: &impl ConnectionTrait,
    rule: Condition,
    filter: AssignmentFilter,
    before: Option<AssignmentId>,
    limit: u64,
) -> Result<Vec<assignment::Model>> {
    let asked = Condition::all()
        .add_option(filter.person.map(|person| assignment::Column::PersonId.eq(person)))
        .add_option(filter.role.map(|role| assignment::Column::RoleId.eq(role)))
        .add_option(filter.establishment.map(|school| assignment::Column::EstablishmentId.eq(school)))
        .add_option(before.map(|before| assignment::Column::Id.lt(before)));
    let query = assignment::Entity::find().filter(rule).filter(asked).order_by_desc(assignment::Column::Id);
    Ok(query.limit(limit).all(conn).await?)
}

/// How many assignments of a role hold now or will.
///
/// # Errors
/// The database failed.
pub(super) async fn count_live_assignments(conn: &impl ConnectionTrait, role: RoleId, now: Timestamp) -> Result<u64> {
    let query = assignment::Entity::find().filter(assignment::Column::RoleId.eq(role)).filter(not_over(now));
    count_rows(conn, query).await
}

/// Platform administrators without an end date, whose account is in use and to whom nothing is forbidden everywhere.
///
/// # Errors
/// The database failed.
pub(crate) async fn lasting_admins(conn: &impl ConnectionTrait, now: Timestamp) -> Result<Vec<PersonId>> {
    let admin = Query::select()
        .column(role::Column::Id)
        .from(role::Entity)
        .and_where(role::Column::Key.eq(PLATFORM_ADMIN))
        .to_owned();
    let active = Query::select()
        .column(person::Column::Id)
        .from(person::Entity)
        .and_where(person::Column::Status.eq(person::Status::Active))
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

/// Ends the one-time links of everybody who holds `role`: by an assignment, by a place, or through a child.
///
/// # Errors
/// The database failed.
pub(super) async fn end_links_of_holders(tx: &Tx, role: RoleId, key: &str) -> Result<()> {
    let assigned = Query::select()
        .column(assignment::Column::PersonId)
        .from(assignment::Entity)
        .and_where(assignment::Column::RoleId.eq(role))
        .to_owned();
    credentials::end_links_among(tx, assigned).await?;
    let Some(profile) = membership::Profile::from_key(key) else { return Ok(()) };
    let members = Query::select()
        .column(membership::Column::PersonId)
        .from(membership::Entity)
        .and_where(membership::Column::Profile.eq(profile))
        .to_owned();
    credentials::end_links_among(tx, members).await?;
    if profile == membership::Profile::Guardian {
        let guardians = Query::select().column(guardian::Column::GuardianId).from(guardian::Entity).to_owned();
        credentials::end_links_among(tx, guardians).await?;
    }
    Ok(())
}

fn not_over(now: Timestamp) -> Condition {
    Condition::any().add(assignment::Column::ValidUntil.is_null()).add(assignment::Column::ValidUntil.gt(now))
}

/// The memberships of a person and of the children they are a guardian of.
///
/// # Errors
/// The database failed.
pub(super) async fn family_memberships(
    conn: &impl ConnectionTrait,
    person: PersonId,
) -> Result<Vec<membership::Model>> {
    let of = Condition::any()
        .add(membership::Column::PersonId.eq(person))
        .add(membership::Column::PersonId.in_subquery(children(person)));
    Ok(membership::Entity::find().filter(of).order_by_asc(membership::Column::Id).all(conn).await?)
}

/// The groups of a person and of the children they are a guardian of.
///
/// # Errors
/// The database failed.
pub(super) async fn family_groups(
    conn: &impl ConnectionTrait,
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
