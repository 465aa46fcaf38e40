//! Actions on the directory: schools, groups, people and their memberships; and its lists, as an actor may read
//! them.
//!
//! Each checks the permission, writes the audit record and the event, and raises the epochs of the people whose
//! rights follow from what changed (a child's membership concerns the guardians too), in one transaction.

mod accounts;
mod establishments;
mod external;
mod groups;
mod guardians;
mod memberships;
mod people;
mod provision;
mod read;
mod synchronise;
mod vouched;

use sea_orm::UpdateResult;
use serde_json::Value;

use crate::access::permissions::PERSON_EDIT;
use crate::access::{Actor, Scope, visible_person};
use crate::audit;
use crate::clock::Timestamp;
use crate::db::{Connection, Db, Tx};
use crate::directory::{Person, PersonId, store};
use crate::error::{Error, FieldProblem, Message, Result};
use crate::events;
use crate::letters;

pub use accounts::{restore, suspend};
pub use establishments::{EstablishmentEdit, NewEstablishment, create_establishment, edit_establishment, set_traits};
pub use external::{ExternalGroup, ExternalIdentity, ExternalRole, Provisioned, Unresolved};
pub use groups::{NewGroup, add_to_group, create_group, remove_from_group, rename_group};
pub use guardians::{link_guardian, unlink_guardian};
pub use memberships::{add_membership, end_membership};
pub(crate) use people::add_person;
pub use people::{NewPerson, PersonEdit, Place, create_person, edit_person};
pub use provision::provision;
pub use read::{Counted, PeopleFilter, count_members, count_people, list_people, namesakes};
pub use synchronise::{Synchronisation, Synchronised, synchronise};

/// Writes the audit record and the event of `action` on `subject`.
async fn tell(
    tx: &Tx,
    actor: &Actor,
    action: &'static str,
    subject: String,
    scope: Scope,
    details: Value,
) -> Result<()> {
    audit::write(tx, actor.record(action, &subject).within(scope).with(details)).await?;
    events::append(tx, actor.event(action, subject).within(scope)).await
}

/// Passes if an update that asks for a version changed its row.
fn require_met(done: &UpdateResult, subject: String) -> Result<()> {
    match done.rows_affected {
        0 => Err(Error::stale(subject)),
        _ => Ok(()),
    }
}

/// Raises the epoch of `person` and of their guardians, whose rights follow from the child's places.
async fn bump_family(tx: &Tx, person: PersonId) -> Result<()> {
    // The child's row comes first: a transaction that links a guardian meanwhile waits there, or is seen below.
    store::bump_epochs(tx, &[person]).await?;
    let guardians = store::guardians(tx, person).await?;
    store::bump_epochs(tx, &guardians).await
}

/// Returns the people whose rights follow from the memberships of `person`: themselves and their guardians.
async fn family(tx: &Tx, person: PersonId) -> Result<Vec<PersonId>> {
    let mut family = store::guardians(tx, person).await?;
    family.insert(0, person);
    Ok(family)
}

/// Returns the person, if the actor manages their record, for pages that offer to change it. The actions check
/// again.
///
/// # Errors
/// Returns `is_not_found` if the person does not exist or is invisible to the actor, `is_forbidden` if the actor
/// lacks the permission, or an error if the database fails.
pub async fn kept_person(db: &Db, actor: &Actor, id: PersonId) -> Result<Person> {
    kept(db, actor, id, db.now()).await
}

/// Does the work of [`kept_person`] within the action's transaction.
pub(crate) async fn managed_person(tx: &Tx, actor: &Actor, id: PersonId) -> Result<Person> {
    kept(tx, actor, id, tx.now()).await
}

/// Returns the person, if the actor manages the records of every school they are in: one school alone does not
/// decide about a person who belongs to two. The Region's own people are managed at the platform.
async fn kept(conn: &impl Connection, actor: &Actor, id: PersonId, now: Timestamp) -> Result<Person> {
    let row = visible_person(conn, actor, id).await?;
    if actor.may(PERSON_EDIT, Scope::Platform)
        && actor.rights().check_throughout(PERSON_EDIT, Scope::Platform, actor.now())
    {
        return Ok(row);
    }
    let schools = store::schools_of(conn, id, now).await?;
    if schools.is_empty() {
        return Err(refused(actor, Scope::Platform));
    }
    match schools.into_iter().map(Scope::Establishment).find(|scope| !actor.may(PERSON_EDIT, *scope)) {
        None => Ok(row),
        Some(scope) => Err(refused(actor, scope)),
    }
}

fn refused(actor: &Actor, scope: Scope) -> Error {
    match actor.require(PERSON_EDIT, scope) {
        Err(error) => error,
        Ok(()) => Error::forbidden(format!("{PERSON_EDIT} throughout {scope}")),
    }
}

/// The problems with the fields of one form.
#[derive(Default)]
struct Problems(Vec<FieldProblem>);

impl Problems {
    fn refuse(&mut self, field: &'static str, message: Message) {
        self.0.push(FieldProblem { field: field.into(), message });
    }

    /// Returns the text of a required field, with single spaces, and notes a problem if it is blank or longer than
    /// `max` characters.
    fn line(&mut self, field: &'static str, text: &str, max: usize) -> String {
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if letters::is_blank(&line) {
            self.refuse(field, Message::new("field-required"));
            return line;
        }
        self.optional_line(field, &line, max)
    }

    /// Returns the text as [`line`](Self::line) does, and allows it to be empty.
    fn optional_line(&mut self, field: &'static str, text: &str, max: usize) -> String {
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if line.chars().count() > max {
            self.refuse(field, Message::new("field-too-long").with("max", max));
        }
        if !line.is_empty()
            && let Err(problem) = letters::check(&line)
        {
            self.refuse(field, problem.message());
        }
        line
    }

    fn end(self) -> Result<()> {
        match self.0.is_empty() {
            true => Ok(()),
            false => Err(Error::invalid(self.0)),
        }
    }
}
