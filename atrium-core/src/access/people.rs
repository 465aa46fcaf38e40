//! Who may know of whom. A person is visible through their places: a membership in a school where the actor reads the
//! directory of that profile. Nobody else exists for the actor: they are not found, counted or suggested.

use sea_orm::sea_query::{Expr, Query, SelectStatement, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter};

use super::permissions::{FAMILY_READ, PERSON_READ};
use super::{Actor, ItemColumns, Permission, Token, Visibility};
use crate::clock::Timestamp;
use crate::directory::membership::Profile;
use crate::directory::{EstablishmentId, PersonId, guardian, membership, person};
use crate::error::{Error, Result};

/// People whom the actor may know of, as a condition on `person`; of one school only, when given.
#[must_use]
pub fn visible_people(actor: &Actor, within: Option<EstablishmentId>) -> Condition {
    let now = actor.now();
    let family = rule(actor, FAMILY_READ, &[Profile::Student, Profile::Guardian]);
    let staff = rule(actor, PERSON_READ, &[Profile::Teacher, Profile::Leadership, Profile::SchoolLife, Profile::Staff]);
    let everything = |permission| {
        let clauses = actor.rights().clauses(permission, now);
        Visibility::any_of(clauses).is_all()
    };
    let members = Visibility::any_of(family.clauses().iter().chain(staff.clauses()).cloned());
    let members = current_members(&members, within, now);
    let mut any = Condition::any()
        .add(person::Column::Id.in_subquery(members))
        .add(person::Column::Id.in_subquery(guardians_of_current_pupils(&family, within, now)));
    if within.is_none() {
        if let Some(own) = actor.person() {
            any = any.add(person::Column::Id.eq(own));
        }
        if everything(PERSON_READ) && everything(FAMILY_READ) {
            return Condition::all();
        }
        if everything(PERSON_READ) {
            // The Region's own people, who belong to no school and to no pupil.
            let member = Query::select().column(membership::Column::PersonId).from(membership::Entity).to_owned();
            let parent = Query::select().column(guardian::Column::GuardianId).from(guardian::Entity).to_owned();
            let neither = person::Column::Id.not_in_subquery(member).and(person::Column::Id.not_in_subquery(parent));
            any = any.add(neither);
        }
    }
    Condition::all().add(SimpleExpr::from(any))
}

/// The person with this number, if the actor may know of them.
///
/// # Errors
/// Not found, also when the actor may not know; or the database failed.
pub async fn visible_person(conn: &impl ConnectionTrait, actor: &Actor, id: PersonId) -> Result<person::Model> {
    let query = person::Entity::find_by_id(id).filter(visible_people(actor, None));
    query.one(conn).await?.ok_or_else(|| Error::not_found(format!("person {id}")))
}

/// Where `permission` lets the actor read, among memberships of these profiles.
fn rule(actor: &Actor, permission: Permission, profiles: &[Profile]) -> Visibility {
    let clauses = actor.rights().clauses(permission, actor.now());
    Visibility::any_of(
        clauses.into_iter().map(|clause| clause.with(profiles.iter().map(|profile| Token::state(profile.key())))),
    )
}

/// A membership lives in its school, and its profile is its state.
fn membership_columns() -> ItemColumns {
    ItemColumns::new().scope(membership::Column::EstablishmentId, Expr::cust("NULL")).state(membership::Column::Profile)
}

fn is_current(now: Timestamp) -> Condition {
    let begun = membership::Column::ValidFrom.is_null().or(membership::Column::ValidFrom.lte(now));
    let lasts = membership::Column::ValidUntil.is_null().or(membership::Column::ValidUntil.gt(now));
    Condition::all().add(begun).add(lasts)
}

fn current_members(rule: &Visibility, within: Option<EstablishmentId>, now: Timestamp) -> SelectStatement {
    let mut query = Query::select();
    query.column(membership::Column::PersonId).from(membership::Entity);
    query.cond_where(current(rule, within, now)).to_owned()
}

fn guardians_of_current_pupils(
    family: &Visibility,
    within: Option<EstablishmentId>,
    now: Timestamp,
) -> SelectStatement {
    let pupils = current(family, within, now).add(membership::Column::Profile.eq(Profile::Student));
    let pupils =
        Query::select().column(membership::Column::PersonId).from(membership::Entity).cond_where(pupils).to_owned();
    let links = guardian::Column::ChildId.in_subquery(pupils);
    Query::select().column(guardian::Column::GuardianId).from(guardian::Entity).and_where(links).to_owned()
}

fn current(rule: &Visibility, within: Option<EstablishmentId>, now: Timestamp) -> Condition {
    let school = within.map(|school| membership::Column::EstablishmentId.eq(school));
    is_current(now).add(SimpleExpr::from(rule.condition(&membership_columns()))).add_option(school)
}
