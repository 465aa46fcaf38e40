//! Actions on the identities of people: who they are at a host, a sign-on service or a directory.
//!
//! A sign-in under an identity is its person's, with all that the account holds; so linking one takes what handling
//! the account takes, for people who manage people everywhere.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue, EntityTrait};
use serde_json::json;

use super::external::parse_identity;
use super::kinds::{IDENTITY_LINKED, IDENTITY_UNLINKED};
use super::{Directory, MANUAL, managed_person, tell, vouched};
use crate::access::permissions::PERSON_EDIT;
use crate::access::{Access, Actor, Scope, require_account};
use crate::audit::parse_reason;
use crate::db::Tx;
use crate::directory::{Identity, IdentityId, Person, PersonId, PersonStatus, identity, store};
use crate::error::{Error, Message, Result};
use crate::events::{Act, EventKind};

impl Directory {
    /// Returns the identities of a person, the oldest first.
    ///
    /// # Errors
    /// Returns `is_not_found` if the person does not exist or is invisible to the actor, `is_forbidden` if the actor does not
    /// manage their record.
    pub async fn identities_of(&self, actor: &Actor, person: PersonId) -> Result<Vec<Identity>> {
        self.managed_person(actor, person).await?;
        store::identities(self.db(), person).await
    }

    /// Returns an identity with its person, for pages that offer to unlink it. The action checks again.
    ///
    /// # Errors
    /// Returns `is_not_found` if there is no such identity or its person is invisible to the actor, `is_forbidden` unless the
    /// actor manages people everywhere.
    pub async fn identity_person(&self, actor: &Actor, id: IdentityId) -> Result<(Identity, Person)> {
        actor.require(PERSON_EDIT, Scope::Platform)?;
        let row = store::identity(self.db(), id).await?;
        let person = self.managed_person(actor, row.person_id).await.map_err(|error| hidden(error, id))?;
        Ok((row, person))
    }

    /// Links an identity to a person: a sign-in under it is that person's from then on. Has no effect if it is theirs.
    ///
    /// # Errors
    /// Returns `is_not_found` if the person does not exist or is invisible to the actor; `is_forbidden` unless the actor
    /// manages people everywhere and holds what the account holds; `is_invalid` if issuer or subject is malformed;
    /// `is_conflict` if the identity is another person's, or the person is erased.
    pub async fn link_identity(
        &self,
        actor: &Actor,
        person: PersonId,
        (issuer, subject): (&str, &str),
    ) -> Result<IdentityId> {
        actor.require(PERSON_EDIT, Scope::Platform)?;
        let (issuer, subject) = parse_identity(issuer, subject)?;
        let tx = self.db().begin().await?;
        require_linkable(&tx, &self.access, actor, person).await?;
        if write(&tx, person, issuer, subject, MANUAL).await? {
            tell_linked(&tx, actor, person, issuer).await?;
        }
        let Some(row) = store::identity_of_subject(&tx, issuer, subject).await?.filter(|row| row.person_id == person)
        else {
            return Err(taken(issuer, subject));
        };
        tx.commit().await?;
        Ok(row.id)
    }

    /// Moves an identity from the person who has it to another, for somebody who was made twice. What the identity's source
    /// gave the first person ends with their last identity of that source, and begins for the second when the source names
    /// them again.
    ///
    /// # Errors
    /// Returns `is_not_found` if the identity or one of the two people does not exist or is invisible to the actor;
    /// `is_forbidden` unless the actor manages people everywhere and holds what both accounts hold; `is_invalid` if issuer or
    /// subject is malformed or without a reason; `is_conflict` if the second person is erased.
    pub async fn move_identity(
        &self,
        actor: &Actor,
        person: PersonId,
        (issuer, subject): (&str, &str),
        reason: &str,
    ) -> Result<()> {
        actor.require(PERSON_EDIT, Scope::Platform)?;
        let (issuer, subject) = parse_identity(issuer, subject)?;
        let reason = parse_reason(reason)?;
        let tx = self.db().begin().await?;
        let row = store::identity_of_subject(&tx, issuer, subject).await?;
        let row = row.ok_or_else(|| Error::not_found("an identity of this issuer and subject"))?;
        require_leaving(&tx, &self.access, actor, &row).await?;
        require_linkable(&tx, &self.access, actor, person).await?;
        if row.person_id == person {
            return Ok(());
        }
        let moved = identity::ActiveModel {
            id: ActiveValue::Unchanged(row.id),
            person_id: ActiveValue::Set(person),
            ..Default::default()
        };
        identity::Entity::update(moved).exec(&tx).await?;
        super::provision::forget_vouched(&tx, person).await?;
        end_source(&tx, &self.access, &row).await?;
        told(&tx, actor, IDENTITY_UNLINKED, row.person_id, &row.issuer, &reason).await?;
        told(&tx, actor, IDENTITY_LINKED, person, &row.issuer, &reason).await?;
        tx.commit().await
    }

    /// Unlinks an identity: a sign-in under it makes a new person. What its source gave the person ends with their last
    /// identity of that source.
    ///
    /// # Errors
    /// Returns `is_not_found` if the identity does not exist or its person is invisible to the actor; `is_forbidden` unless
    /// the actor manages people everywhere and holds what the account holds; `is_invalid` without a reason.
    pub async fn unlink_identity(&self, actor: &Actor, id: IdentityId, reason: &str) -> Result<()> {
        actor.require(PERSON_EDIT, Scope::Platform)?;
        let reason = parse_reason(reason)?;
        let tx = self.db().begin().await?;
        let row = store::identity(&tx, id).await?;
        require_leaving(&tx, &self.access, actor, &row).await?;
        identity::Entity::delete_by_id(id).exec(&tx).await?;
        end_source(&tx, &self.access, &row).await?;
        told(&tx, actor, IDENTITY_UNLINKED, row.person_id, &row.issuer, &reason).await?;
        tx.commit().await
    }
}

/// Passes if the actor may take the identity from its person.
async fn require_leaving(tx: &Tx, access: &Access, actor: &Actor, row: &Identity) -> Result<()> {
    managed_person(tx, actor, row.person_id).await.map_err(|error| hidden(error, row.id))?;
    require_account(tx, access, actor, row.person_id).await
}

/// Returns the error for an identity whose person is not found.
fn hidden(error: Error, id: IdentityId) -> Error {
    if error.is_not_found() { Error::not_found(format!("identity {id}")) } else { error }
}

async fn require_linkable(tx: &Tx, access: &Access, actor: &Actor, person: PersonId) -> Result<()> {
    let row = managed_person(tx, actor, person).await?;
    if row.status == PersonStatus::Erased {
        return Err(Error::conflict(format!("person {person} is erased")));
    }
    require_account(tx, access, actor, person).await
}

/// Ends what the source of an identity gave the person who had it, unless they have another identity of that source.
async fn end_source(tx: &Tx, access: &Access, gone: &Identity) -> Result<()> {
    let rest = store::identities(tx, gone.person_id).await?;
    if gone.source == MANUAL || rest.iter().any(|row| row.source == gone.source) {
        return Ok(());
    }
    vouched::end_all(tx, access, &gone.source, gone.person_id).await
}

/// Writes the identity. Returns `false` if it is known already. The caller has checked the actor.
pub(super) async fn write(tx: &Tx, person: PersonId, issuer: &str, subject: &str, source: &str) -> Result<bool> {
    let row = identity::ActiveModel {
        issuer: ActiveValue::Set(issuer.to_owned()),
        subject: ActiveValue::Set(subject.to_owned()),
        person_id: ActiveValue::Set(person),
        source: ActiveValue::Set(source.to_owned()),
        created_at: ActiveValue::Set(tx.now()),
        ..Default::default()
    };
    let mut once = OnConflict::columns([identity::Column::Issuer, identity::Column::Subject]);
    let insert = identity::Entity::insert(row).on_conflict(once.do_nothing().to_owned());
    Ok(insert.exec_without_returning(tx).await? > 0)
}

/// Writes the record of a linked identity.
pub(super) async fn tell_linked(tx: &Tx, actor: &Actor, person: PersonId, issuer: &str) -> Result<()> {
    tell(tx, actor, IDENTITY_LINKED, super::people::subject(person), Scope::Platform, json!({ "issuer": issuer })).await
}

/// Records a linked or unlinked identity; the subject, which may be a national identifier, stays out of it.
async fn told(tx: &Tx, actor: &Actor, kind: EventKind, person: PersonId, issuer: &str, reason: &str) -> Result<()> {
    let act = Act::new(actor, kind).on(super::people::subject(person)).within(Scope::Platform).because(reason);
    tx.record(act.noting(json!({ "issuer": issuer }))).await
}

/// Returns the error for an identity that another person has.
pub(super) fn taken(issuer: &str, subject: &str) -> Error {
    let message = Message::new("directory-external-id-taken");
    Error::conflict_with(format!("the identity `{subject}` of `{issuer}` is taken"), message)
}
