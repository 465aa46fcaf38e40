//! Decides which people an actor may see. A person is visible through a membership in a school where the actor
//! reads the directory of that profile. Invisible people are not found, counted or suggested.

use sea_orm::sea_query::{Expr, Query, SelectStatement, SimpleExpr, UnionType};
use sea_orm::{ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter};

use super::permissions::{FAMILY_READ, PERSON_READ};
use super::{Actor, Facet, ItemColumns, Permission, Token, TokenSet, Visibility};
use crate::clock::Timestamp;
use crate::db::Connection;
use crate::directory::{EstablishmentId, Person, PersonId, Profile, guardian, membership, person};
use crate::error::{Error, Result};

/// The most schools whose members are collected before sorting. For more schools, walking the people in name order
/// meets enough of them soon.
const GATHERED: usize = 4;

/// How a query reads the people it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// In its own order, stopping early: a page of names, or one person.
    InOrder,
    /// In any order: a count.
    Anyhow,
}

/// Returns the condition on `person` that keeps the people visible to the actor; of one school only, when given.
///
/// The result is the same for each `reading`; only the plan differs. Few schools are collected from their
/// memberships; a whole region is checked person by person.
#[must_use]
pub(crate) fn visible_people(actor: &Actor, within: Option<EstablishmentId>, reading: Reading) -> Condition {
    let now = actor.now();
    let (family, members) = memberships_read(actor);
    let everywhere = |permission| Visibility::any_of(actor.rights().clauses(permission, now)).is_all();
    if within.is_none() && everywhere(PERSON_READ) && everywhere(FAMILY_READ) {
        return Condition::all();
    }
    let places = if within.is_some() { Some(1) } else { places_named(&members) };
    let gather = places.is_some_and(|places| reading == Reading::Anyhow || places <= GATHERED);
    let of_members = current(&members, within, now);
    let of_pupils = current(&family, within, now).add(membership::Column::Profile.eq(Profile::Student));
    let placed = if gather {
        let mut ids = person_ids(of_members);
        ids.union(UnionType::Distinct, guardian_ids(of_pupils));
        person::Column::Id.in_subquery(ids)
    } else {
        let mut rows = person_ids(of_members.add(is_person(membership::Column::PersonId)));
        rows.union(UnionType::All, guardians_row(of_pupils));
        Expr::exists(rows)
    };
    let mut any = Condition::any().add(placed);
    if within.is_none() {
        any = any.add_option(actor.person().map(|own| person::Column::Id.eq(own)));
        if everywhere(PERSON_READ) {
            any = any.add(belongs_to_the_region());
        }
    }
    Condition::all().add(SimpleExpr::from(any))
}

/// Returns `true` if the people visible to the actor belong to few schools, so that queries collect them first.
pub(crate) fn knows_few_schools(actor: &Actor) -> bool {
    places_named(&memberships_read(actor).1).is_some_and(|places| places <= GATHERED)
}

/// Returns the rules for the memberships that the actor reads: of pupils and guardians, and of everyone.
fn memberships_read(actor: &Actor) -> (Visibility, Visibility) {
    let family = rule(actor, FAMILY_READ, &[Profile::Student, Profile::Guardian]);
    let staff = rule(actor, PERSON_READ, &[Profile::Teacher, Profile::Leadership, Profile::SchoolLife, Profile::Staff]);
    let members = Visibility::any_of(family.clauses().iter().chain(staff.clauses()).cloned());
    (family, members)
}

/// Returns the person `id`, if visible to the actor.
///
/// # Errors
/// Returns `is_not_found` if the person does not exist or is invisible to the actor, or an error if the database
/// fails.
pub async fn visible_person(conn: &impl Connection, actor: &Actor, id: PersonId) -> Result<Person> {
    let query = person::Entity::find_by_id(id).filter(visible_people(actor, None, Reading::InOrder));
    query.one(conn).await?.map(Person::from).ok_or_else(|| Error::not_found(format!("person {id}")))
}

/// Returns the rule of where `permission` lets the actor read memberships of these profiles.
fn rule(actor: &Actor, permission: Permission, profiles: &[Profile]) -> Visibility {
    let clauses = actor.rights().clauses(permission, actor.now());
    Visibility::any_of(
        clauses.into_iter().map(|clause| clause.with(profiles.iter().map(|profile| Token::state(profile.key())))),
    )
}

/// Returns the number of places a rule names; `None` if it holds everywhere.
fn places_named(rule: &Visibility) -> Option<usize> {
    let mut places = TokenSet::new();
    for clause in rule.clauses() {
        let is_scope = |set: &&TokenSet| set.first().is_some_and(|token| token.facet() == Facet::Scope);
        places.extend(clause.all_of.iter().find(is_scope)?.iter().cloned());
    }
    (!places.contains(&Token::new(Facet::Scope, "p"))).then_some(places.len())
}

/// Maps a membership to the visibility rule: it lives in its school, and its profile is its state.
fn membership_columns() -> ItemColumns {
    ItemColumns::new().establishment(membership::Column::EstablishmentId).state(membership::Column::Profile)
}

/// Returns the condition that keeps memberships valid at `now`, within `rule` and the school.
fn current(rule: &Visibility, within: Option<EstablishmentId>, now: Timestamp) -> Condition {
    let begun = membership::Column::ValidFrom.is_null().or(membership::Column::ValidFrom.lte(now));
    let lasts = membership::Column::ValidUntil.is_null().or(membership::Column::ValidUntil.gt(now));
    let school = within.map(|school| membership::Column::EstablishmentId.eq(school));
    let rule = SimpleExpr::from(rule.condition(&membership_columns()));
    Condition::all().add(begun).add(lasts).add(rule).add_option(school)
}

/// Returns the condition that `column` is the person of the outer query.
fn is_person(column: impl ColumnTrait) -> SimpleExpr {
    Expr::col(column.as_column_ref()).equals(person::Column::Id.as_column_ref())
}

fn person_ids(memberships: Condition) -> SelectStatement {
    let mut query = Query::select();
    query.column(membership::Column::PersonId).from(membership::Entity).cond_where(memberships).to_owned()
}

/// Returns the query for the guardians of the pupils of these memberships.
fn guardian_ids(pupils: Condition) -> SelectStatement {
    let links = guardian::Column::ChildId.in_subquery(person_ids(pupils));
    Query::select().column(guardian::Column::GuardianId).from(guardian::Entity).and_where(links).to_owned()
}

/// Returns the query for the outer query's person as a guardian of pupils of these memberships.
fn guardians_row(pupils: Condition) -> SelectStatement {
    let child =
        Expr::col(membership::Column::PersonId.as_column_ref()).equals(guardian::Column::ChildId.as_column_ref());
    let pupil = Expr::exists(person_ids(pupils.add(child)));
    let mut query = Query::select();
    query.column(guardian::Column::GuardianId).from(guardian::Entity);
    query.and_where(is_person(guardian::Column::GuardianId)).and_where(pupil).to_owned()
}

/// Returns the condition that keeps the Region's own people, who belong to no school and no pupil.
fn belongs_to_the_region() -> SimpleExpr {
    let own = |row: SelectStatement| Expr::exists(row).not();
    let member = person_ids(Condition::all().add(is_person(membership::Column::PersonId)));
    let mut parent = Query::select();
    parent.column(guardian::Column::GuardianId).from(guardian::Entity);
    parent.and_where(is_person(guardian::Column::GuardianId));
    own(member).and(own(parent))
}
