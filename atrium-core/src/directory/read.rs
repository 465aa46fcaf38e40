//! Reading the directory as somebody: whom the actor may not know of is not there, neither in lists nor in counts.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter};

use super::actions::PersonEdit;
use super::{EstablishmentId, GroupId, PersonId, person, store};
use crate::access::{Actor, visible_people};
use crate::db::Db;
use crate::error::Result;

/// Which people to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct PeopleFilter<'a> {
    /// Words of their names, in any order; accents and capitals do not count.
    pub search: &'a str,
    /// Of this school only, by places that the actor may know of.
    pub within: Option<EstablishmentId>,
    /// In this group only.
    pub group: Option<GroupId>,
    /// Guardians of this pupil only.
    pub guardians_of: Option<PersonId>,
}

/// A page of the people whom the actor may know of, in the order of their names, from after `(sort_name, id)`.
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
    store::list_people(db, visible(actor, filter), filter.search, after, limit).await
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
    store::list_people(db, visible(actor, filter).add(same), filter.search, None, 10).await
}

/// How many people [`list_people`] has on all its pages.
///
/// # Errors
/// The database failed.
pub async fn count_people(db: &Db, actor: &Actor, filter: PeopleFilter<'_>) -> Result<u64> {
    let named = store::named(filter.search);
    Ok(person::Entity::find().filter(visible(actor, filter)).filter(named).count(db).await?)
}

/// How many people of each group of a school the actor may know of; groups without any are left out.
///
/// # Errors
/// The database failed.
pub async fn count_members(db: &Db, actor: &Actor, school: EstablishmentId) -> Result<HashMap<GroupId, i64>> {
    store::count_members(db, visible(actor, PeopleFilter::default()), school).await
}

fn visible(actor: &Actor, filter: PeopleFilter<'_>) -> Condition {
    visible_people(actor, filter.within)
        .add(person::Column::Status.ne(person::Status::Erased))
        .add_option(filter.group.map(|group| person::Column::Id.in_subquery(store::in_group(group))))
        .add_option(filter.guardians_of.map(|child| person::Column::Id.in_subquery(store::answering_for(child))))
}
