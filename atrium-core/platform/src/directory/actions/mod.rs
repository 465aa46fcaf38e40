//! Actions on the directory: schools, groups, people and their memberships; and its lists, as an actor may read
//! them.
//!
//! Each checks the permission, records the act, and raises the epochs of the people whose
//! rights follow from what changed (a child's membership concerns the guardians too), in one transaction.

mod accounts;
mod erase;
mod establishments;
mod external;
mod groups;
mod guardians;
mod identities;
mod kinds;
mod memberships;
mod people;
mod provision;
mod read;
mod sectors;
mod synchronise;
mod vouched;

use sea_orm::UpdateResult;
use serde_json::Value;

use crate::access::permissions::PERSON_EDIT;
use crate::access::{Access, Actor, Scope, visible_person};
use crate::clock::Timestamp;
use crate::db::{Connection, Db, Tx};
use crate::directory::{Person, PersonId, store};
use crate::error::{Error, FieldProblem, Message, Result};
use crate::events::{Act, EventKind};
use crate::letters;

pub(crate) use erase::forget_name;
pub use establishments::{EstablishmentEdit, NewEstablishment};
pub use external::{EXTERNAL, ExternalGroup, ExternalIdentity, ExternalRole, Provisioned, Unresolved};
pub use groups::NewGroup;
pub(crate) use kinds::declared as declared_events;
pub(crate) use people::add_person;
pub use people::{NewPerson, PersonEdit, Place};
pub use read::{Counted, PeopleFilter};
pub use synchronise::{Synchronisation, Synchronised};

/// Acts on the directory, and reads it as an actor may. Cheap to clone.
///
/// Comes from [`Access::directory`], `Platform::directory` and `PluginContext::directory`.
///
/// ```
/// use atrium_platform::access::{Access, Validity};
/// use atrium_platform::directory::actions::*;
/// use atrium_platform::directory::{EstablishmentKind, GroupKind, Profile};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let dir = tempfile::tempdir()?;
/// # let access = Access::open(&format!("sqlite://{}", dir.path().join("rights.sqlite").display())).await?;
/// let (directory, operator) = (access.directory(), access.operator());
/// let school = EstablishmentEdit::new("Lycée des Tilleuls", EstablishmentKind::Lycee, "Marseille");
/// let school = directory.create_establishment(&operator, NewEstablishment::new("0139101X".parse()?, school)).await?;
/// let class = directory.create_group(&operator, NewGroup::new(school, GroupKind::Class, "2nde 3")).await?;
/// let lou = NewPerson::new(Place::Member(school, Profile::Student), "Lou", "Ruiz");
/// let lou = directory.create_person(&operator, lou).await?;
/// directory.add_to_group(&operator, lou, class).await?;
/// let ana = directory.create_person(&operator, NewPerson::new(Place::GuardianOf(lou), "Ana", "Ruiz")).await?;
///
/// let family = PeopleFilter { search: "ruiz", ..PeopleFilter::default() };
/// assert_eq!(directory.list_people(&operator, family, None, 10).await?.len(), 2);
/// directory.suspend(&operator, ana, "parti").await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Directory {
    access: Access,
}

impl Access {
    /// Returns the directory, to act on it.
    #[must_use]
    pub fn directory(&self) -> Directory {
        Directory { access: self.clone() }
    }
}

impl Directory {
    fn db(&self) -> &Db {
        self.access.db()
    }
}

/// The source of rows written by hand.
pub(crate) const MANUAL: &str = "manual";

/// Records an act of `kind` on `subject`, with what the journal keeps of it.
async fn tell(tx: &Tx, actor: &Actor, kind: EventKind, subject: String, scope: Scope, details: Value) -> Result<()> {
    tx.record(Act::new(actor, kind).on(subject).within(scope).noting(details)).await
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

impl Directory {
    /// Returns the person, if the actor manages their record, for pages that offer to change it. The actions check
    /// again.
    ///
    /// # Errors
    /// Returns `is_not_found` if the person does not exist or is invisible to the actor, `is_forbidden` if the actor
    /// lacks the permission, or an error if the database fails.
    pub async fn managed_person(&self, actor: &Actor, id: PersonId) -> Result<Person> {
        kept(self.db(), actor, id, self.db().now()).await
    }
}

/// Does the work of [`Directory::managed_person`] within the action's transaction.
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
        if self.0.is_empty() { Ok(()) } else { Err(Error::invalid(self.0)) }
    }
}
