//! Queries for people, their identities and their guardians.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, JoinType, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::db::{Connection, Tx, into_rows};
use crate::directory::entity::{guardian, identity, person};
use crate::directory::{Identity, IdentityId, Person, PersonId, PersonStatus, fold};
use crate::error::{Error, Result};

/// The most people with one name that are looked at.
const CALLED_ALIKE: u64 = 20;

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

/// Returns the people in use who are called by the longest name with which `words` begin: given names, then family names, or the
/// name that is shown. Accents and capitals do not matter; of people called alike, twenty at most.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn people_called(conn: &impl Connection, words: &[String]) -> Result<Vec<PersonId>> {
    let mut names = BTreeMap::new();
    for length in 1..=words.len() {
        for given in 0..length {
            let (given, family) = words[..length].split_at(given);
            names.insert(fold(&[family, given].concat().join(" ")), length);
        }
    }
    let query = person::Entity::find()
        .select_only()
        .columns([person::Column::Id, person::Column::SortName])
        .filter(person::Column::SortName.is_in(names.keys()))
        .filter(person::Column::Status.eq(PersonStatus::Active))
        .order_by_asc(person::Column::Id)
        .limit(CALLED_ALIKE);
    let found: Vec<(PersonId, String)> = query.into_tuple().all(conn).await?;
    let length = |name: &String| names.get(name).copied();
    let longest = found.iter().filter_map(|(_, name)| length(name)).max();
    Ok(found.into_iter().filter(|(_, name)| length(name) == longest).map(|(id, _)| id).collect())
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

/// Returns the person that `source` knows by `key`.
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
pub(in crate::directory) async fn list_people(
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
pub(in crate::directory) async fn count_people(conn: &impl Connection, rule: Condition, limit: u64) -> Result<u64> {
    let query = person::Entity::find().select_only().column(person::Column::Id).filter(rule);
    Ok(query.limit(limit).count(conn).await?)
}

/// Returns the guardians of a child, as a subquery.
pub(in crate::directory) fn answering_for(child: PersonId) -> SelectStatement {
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
