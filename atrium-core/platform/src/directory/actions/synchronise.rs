//! Brings everyone that a source vouches for in line with its list: an import of a whole directory.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QuerySelect};

use super::external::{ExternalIdentity, Unresolved};
use super::provision::provision_from;
use super::vouched::end_all;
use super::{Directory, MANUAL};
use crate::access::permissions::{ESTABLISHMENT_EDIT, PERSON_EDIT};
use crate::access::{Actor, Scope, assignment};
use crate::db::Db;
use crate::directory::{PersonId, group_member, guardian, membership, store};
use crate::error::{Error, FieldProblem, Message, Result};

/// The sources that are no import.
const OTHERS: [&str; 2] = [MANUAL, "demo"];

/// A list of everyone that a source vouches for.
#[derive(Clone, Debug)]
pub struct Synchronisation {
    source: String,
    identities: Vec<ExternalIdentity>,
    removes_many: bool,
}

impl Synchronisation {
    /// Creates a synchronisation of `source`, a short name that its rows keep, with all its people. `host` is the source
    /// of people who sign in at the embedding application.
    #[must_use]
    pub fn new(source: impl Into<String>, identities: impl IntoIterator<Item = ExternalIdentity>) -> Self {
        Self { source: source.into(), identities: identities.into_iter().collect(), removes_many: false }
    }

    /// Allows the list to lack more than half of the people that the source vouched for so far.
    #[must_use]
    pub fn removing_many(mut self) -> Self {
        self.removes_many = true;
        self
    }
}

/// What a synchronisation did.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Synchronised {
    /// The people of the list, created, changed or as they were.
    pub people: u64,
    /// The people that the source no longer names: what it gave them has ended.
    pub ended: u64,
    /// What was left out because it refers to something unknown, with the keys of the people concerned.
    pub unresolved: BTreeMap<Unresolved, Vec<String>>,
    /// The people who could not be taken in, by their keys, and why.
    pub refused: Vec<(String, Vec<FieldProblem>)>,
}

impl Directory {
    /// Brings the rows of a source in line with its list: people are created or updated, and what the source no longer
    /// vouches for ends (memberships, groups, children, roles). People, and rows of other sources, stay.
    ///
    /// Each person is written in a transaction of their own, so that running it again after a failure goes on where it was.
    ///
    /// # Errors
    /// Returns `is_forbidden` if the actor does not keep people and schools throughout the platform; `is_invalid` if the
    /// source has no valid name or the list names a person twice; `is_conflict` if the list lacks more than half of the
    /// people that the source vouched for, unless that is allowed; or an error if the database fails.
    pub async fn synchronise(&self, actor: &Actor, list: Synchronisation) -> Result<Synchronised> {
        actor.require(PERSON_EDIT, Scope::Platform)?;
        actor.require(ESTABLISHMENT_EDIT, Scope::Platform)?;
        let source = list.source.as_str();
        if !is_source(source) {
            return Err(Error::invalid_field("source", Message::new("directory-source-malformed")));
        }
        let mut named = BTreeSet::new();
        let key = |identity: &ExternalIdentity| (identity.issuer.trim().to_owned(), identity.subject.trim().to_owned());
        if let Some(twice) = list.identities.iter().find(|identity| !named.insert(key(identity))) {
            let message = Message::new("directory-external-id-twice").with("key", twice.subject.trim());
            return Err(Error::invalid_field("subject", message));
        }
        let keys: BTreeSet<&str> = list.identities.iter().filter_map(ExternalIdentity::key).collect();
        let before = vouched_for(self.db(), source).await?;
        let is_named = |known: &Known| {
            known.identities.iter().any(|identity| named.contains(identity))
                || known.key.as_deref().is_some_and(|key| keys.contains(key))
        };
        let gone: Vec<&Known> = before.iter().filter(|known| !is_named(known)).collect();
        if !list.removes_many && gone.len() * 2 > before.len() {
            let message =
                Message::new("directory-source-removes-many").with("gone", gone.len()).with("known", before.len());
            return Err(Error::conflict_with(format!("the list of `{source}` lacks most of its people"), message));
        }
        let mut done = Synchronised::default();
        // Children first: guardians refer to them by their keys.
        let (guardians, others): (Vec<_>, Vec<_>) = list.identities.iter().partition(|one| !one.children.is_empty());
        for identity in others.into_iter().chain(guardians) {
            match provision_from(&self.access, source, identity).await {
                Ok(provisioned) => {
                    done.people += 1;
                    for one in provisioned.unresolved {
                        done.unresolved.entry(one).or_default().push(identity.subject.clone());
                    }
                }
                Err(error) if error.is_invalid() => {
                    done.refused.push((identity.subject.clone(), error.problems().to_vec()));
                }
                Err(error) => return Err(error),
            }
        }
        for known in gone {
            let tx = self.db().begin().await?;
            end_all(&tx, &self.access, source, known.person).await?;
            tx.commit().await?;
            done.ended += 1;
        }
        Ok(done)
    }
}

/// Returns `true` if `source` can name an import.
fn is_source(source: &str) -> bool {
    (1..=40).contains(&source.len())
        && source.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
        && !OTHERS.contains(&source)
}

/// A person that a source vouches for.
struct Known {
    person: PersonId,
    /// Issuers and subjects.
    identities: Vec<(String, String)>,
    /// The key of their record, if it is the source's.
    key: Option<String>,
}

/// Returns the people who have a row of `source` that holds, with their keys.
async fn vouched_for(db: &Db, source: &str) -> Result<Vec<Known>> {
    let now = db.now();
    let mut ids: BTreeSet<PersonId> = BTreeSet::new();
    let members = membership::Entity::find().select_only().column(membership::Column::PersonId);
    let members = members.filter(membership::Column::Source.eq(source));
    let holds = membership::Column::ValidUntil.is_null().or(membership::Column::ValidUntil.gt(now));
    ids.extend(members.filter(holds).into_tuple::<PersonId>().all(db).await?);
    let of_groups = group_member::Entity::find().select_only().column(group_member::Column::PersonId);
    ids.extend(of_groups.filter(group_member::Column::Source.eq(source)).into_tuple::<PersonId>().all(db).await?);
    let of_guardians = guardian::Entity::find().select_only().column(guardian::Column::GuardianId);
    ids.extend(of_guardians.filter(guardian::Column::Source.eq(source)).into_tuple::<PersonId>().all(db).await?);
    let of_roles = assignment::Entity::find().select_only().column(assignment::Column::PersonId);
    ids.extend(of_roles.filter(assignment::Column::Source.eq(source)).into_tuple::<PersonId>().all(db).await?);
    let mut known = Vec::new();
    for some in ids.into_iter().collect::<Vec<_>>().chunks(500) {
        let identities = store::identities_of(db, some).await?;
        for row in store::people(db, some).await? {
            let own = identities.iter().filter(|identity| identity.person_id == row.id);
            known.push(Known {
                person: row.id,
                identities: own.map(|identity| (identity.issuer.clone(), identity.subject.clone())).collect(),
                key: row.source_key.filter(|_| row.source == source),
            });
        }
    }
    Ok(known)
}
