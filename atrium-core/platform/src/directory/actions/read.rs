//! Reads the directory as an actor: people who are not visible to them appear neither in lists nor in counts.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, Condition};

use super::PersonEdit;
use crate::access::{Actor, Reading, knows_few_schools, visible_people};
use crate::db::Db;
use crate::directory::words::{Asked, FEW, FEW_OF_SEVERAL};
use crate::directory::{EstablishmentId, GroupId, PersonId, person, store};
use crate::error::Result;

/// Which people to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct PeopleFilter<'a> {
    /// Beginnings of words of their names, in any order; accents and capitals do not count.
    pub search: &'a str,
    /// Of this school only, by places that the actor may know of.
    pub within: Option<EstablishmentId>,
    /// In this group only.
    pub group: Option<GroupId>,
    /// Guardians of this pupil only.
    pub guardians_of: Option<PersonId>,
}

/// How many people a list has, counted to a limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// How many were counted.
    pub people: u64,
    /// There are more.
    pub more: bool,
}

/// The most people that are counted.
const COUNTED: u64 = 1_000;

/// A page of the people of `filter` whom the actor may know of, by name, from after `(sort_name, id)`.
///
/// # Errors
/// The database failed.
pub async fn list_people(
    db: &Db,
    actor: &Actor,
    filter: PeopleFilter<'_>,
    after: Option<(&str, PersonId)>,
    limit: u64,
) -> Result<Vec<person::Model>> {
    let asked = Asked::parse(filter.search);
    let rarest = if filter.is_narrow(actor) { None } else { asked.rarest(db, FEW).await? };
    let rule = visible(actor, filter, Reading::InOrder).add(asked.condition(rarest.as_ref()));
    store::list_people(db, rule, after, limit).await
}

/// The people of `filter` whom the actor may know of and who have the names of `like`. At most ten.
///
/// # Errors
/// The database failed.
pub async fn namesakes(
    db: &Db,
    actor: &Actor,
    like: &PersonEdit,
    filter: PeopleFilter<'_>,
) -> Result<Vec<person::Model>> {
    let same = person::Column::SortName.eq(like.sort_name());
    let named = Asked::parse(filter.search).condition(None);
    store::list_people(db, visible(actor, filter, Reading::InOrder).add(same).add(named), None, 10).await
}

/// How many people [`list_people`] has on all its pages, counted to a thousand.
///
/// # Errors
/// The database failed.
pub async fn count_people(db: &Db, actor: &Actor, filter: PeopleFilter<'_>) -> Result<Counted> {
    let asked = Asked::parse(filter.search);
    // More people than that are soon met in any order.
    let start = if filter.is_narrow(actor) { None } else { asked.rarest(db, FEW_OF_SEVERAL).await? };
    let rule = visible(actor, filter, Reading::Anyhow).add(asked.condition(start.as_ref()));
    let people = store::count_people(db, rule, COUNTED + 1).await?;
    Ok(Counted { people: people.min(COUNTED), more: people > COUNTED })
}

/// How many people of each group of a school the actor may know of; groups without any are left out.
///
/// # Errors
/// The database failed.
pub async fn count_members(db: &Db, actor: &Actor, school: EstablishmentId) -> Result<HashMap<GroupId, i64>> {
    store::count_members(db, visible(actor, PeopleFilter::default(), Reading::InOrder), school).await
}

impl PeopleFilter<'_> {
    /// Returns `true` if the people of a few schools are left at most, for this actor.
    fn is_narrow(&self, actor: &Actor) -> bool {
        let is_narrow = self.within.is_some() || self.group.is_some() || self.guardians_of.is_some();
        is_narrow || knows_few_schools(actor)
    }
}

fn visible(actor: &Actor, filter: PeopleFilter<'_>, reading: Reading) -> Condition {
    visible_people(actor, filter.within, reading)
        .add(person::Column::Status.ne(person::Status::Erased))
        .add_option(filter.group.map(|group| person::Column::Id.in_subquery(store::in_group(group))))
        .add_option(filter.guardians_of.map(|child| person::Column::Id.in_subquery(store::answering_for(child))))
}
