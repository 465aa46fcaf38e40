//! Reads the directory as an actor: invisible people appear neither in lists nor in counts.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, Condition};

use super::Directory;
use super::PersonEdit;
use crate::access::{Actor, Reading, knows_few_schools, visible_people};
use crate::directory::words::{FEW, FEW_OF_SEVERAL, Params};
use crate::directory::{EstablishmentId, GroupId, Person, PersonId, PersonStatus, person, store};
use crate::error::Result;

/// Restricts a list of people.
#[derive(Clone, Copy, Debug, Default)]
pub struct PeopleFilter<'a> {
    /// Prefixes of words of their names, in any order; accents and capitals do not count.
    pub search: &'a str,
    /// Only people of this school, by memberships visible to the actor.
    pub within: Option<EstablishmentId>,
    /// Only people in this group.
    pub group: Option<GroupId>,
    /// Only guardians of this pupil.
    pub guardians_of: Option<PersonId>,
}

/// The size of a list of people, counted to a limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// The number counted.
    pub people: u64,
    /// `true` if there are more.
    pub more: bool,
}

/// The most people that are counted.
const COUNTED: u64 = 1_000;

impl Directory {
    /// Returns a page of the people of `filter` visible to the actor, by name, starting after `(sort_name, id)`.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn list_people(
        &self,
        actor: &Actor,
        filter: PeopleFilter<'_>,
        after: Option<(&str, PersonId)>,
        limit: u64,
    ) -> Result<Vec<Person>> {
        let asked = Params::parse(filter.search);
        let rarest = if filter.is_narrow(actor) { None } else { asked.rarest(self.db(), FEW).await? };
        let rule = visible(actor, filter, Reading::InOrder).add(asked.condition(rarest.as_ref()));
        store::list_people(self.db(), rule, after, limit).await
    }

    /// Returns the people of `filter` visible to the actor whose names are those of `like`. At most ten.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn namesakes(&self, actor: &Actor, like: &PersonEdit, filter: PeopleFilter<'_>) -> Result<Vec<Person>> {
        let same = person::Column::SortName.eq(like.sort_name());
        let named = Params::parse(filter.search).condition(None);
        store::list_people(self.db(), visible(actor, filter, Reading::InOrder).add(same).add(named), None, 10).await
    }

    /// Returns the number of people on all pages of [`Self::list_people`], counted to a thousand.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn count_people(&self, actor: &Actor, filter: PeopleFilter<'_>) -> Result<Counted> {
        let asked = Params::parse(filter.search);
        // If more people match, a scan in any order soon meets enough of them.
        let start = if filter.is_narrow(actor) { None } else { asked.rarest(self.db(), FEW_OF_SEVERAL).await? };
        let rule = visible(actor, filter, Reading::Anyhow).add(asked.condition(start.as_ref()));
        let people = store::count_people(self.db(), rule, COUNTED + 1).await?;
        Ok(Counted { people: people.min(COUNTED), more: people > COUNTED })
    }

    /// Returns the number of visible people in each group of a school; groups without any are left out.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn count_members(&self, actor: &Actor, school: EstablishmentId) -> Result<HashMap<GroupId, i64>> {
        store::count_members(self.db(), visible(actor, PeopleFilter::default(), Reading::InOrder), school).await
    }
}

impl PeopleFilter<'_> {
    /// Returns `true` if the filter and the actor's rights leave the people of a few schools at most.
    fn is_narrow(&self, actor: &Actor) -> bool {
        let is_narrow = self.within.is_some() || self.group.is_some() || self.guardians_of.is_some();
        is_narrow || knows_few_schools(actor)
    }
}

fn visible(actor: &Actor, filter: PeopleFilter<'_>, reading: Reading) -> Condition {
    visible_people(actor, filter.within, reading)
        .add(person::Column::Status.ne(PersonStatus::Erased))
        .add_option(filter.group.map(|group| person::Column::Id.in_subquery(store::in_group(group))))
        .add_option(filter.guardians_of.map(|child| person::Column::Id.in_subquery(store::answering_for(child))))
}
