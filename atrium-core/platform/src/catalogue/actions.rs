//! Actions on services: set their state, and their availability in a school.

use sea_orm::ActiveValue;

use super::kinds::{CATALOGUE_AVAILABILITY_SET, CATALOGUE_STATE_SET, Changed};
use super::snapshot::Catalogue;
use super::{ServiceState, availability, service, store};
use crate::access::permissions::CATALOGUE_EDIT;
use crate::access::{Actor, Scope};
use crate::audit::Changes;
use crate::db::Tx;
use crate::directory::{self, EstablishmentId};
use crate::error::{Error, FieldProblem, Message, Result};
use crate::events::{Act, EventKind};

/// Longest note on a state, in characters.
const NOTE_LENGTH: usize = 300;
/// Longest address of a service, in characters.
const URL_LENGTH: usize = 500;

/// The new state of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateChange {
    /// The state.
    pub state: ServiceState,
    /// A note in French; may be empty.
    pub note_fr: String,
    /// A note in English; may be empty.
    pub note_en: String,
}

/// The availability of a service in one school.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AvailabilityChange {
    /// `true` if the service is available; `None` follows the general rule.
    pub available: Option<bool>,
    /// The school's own launch address, if it differs.
    pub launch_url: Option<String>,
}

impl Catalogue {
    /// Sets the state of the service `key`, if its version is still `version`.
    ///
    /// # Errors
    /// Returns `is_forbidden` if the actor may not edit the catalogue, `is_not_found` if there is no such service,
    /// `is_invalid` if a note is too long, [`is_conflict`](Error::is_conflict) if the service was edited since
    /// `version`, or an error if the database fails.
    pub async fn set_state(&self, actor: &Actor, key: &str, version: i64, change: StateChange) -> Result<()> {
        actor.require(CATALOGUE_EDIT, Scope::Platform)?;
        let notes = [("note_fr", &change.note_fr), ("note_en", &change.note_en)];
        check_lengths(&notes.map(|(field, text)| (field, text.as_str(), NOTE_LENGTH)))?;
        let tx = self.db().begin().await?;
        let before = store::service(&tx, key).await?;
        if before.version != version {
            return Err(Error::stale(subject(key)));
        }
        let changes = Changes::new()
            .field("state", &before.state, &change.state)
            .field("note_fr", &before.state_note_fr, &change.note_fr)
            .field("note_en", &before.state_note_en, &change.note_en);
        if changes.is_empty() {
            return Ok(());
        }
        let since = if before.state == change.state { before.state_since } else { tx.now() };
        let row = service::ActiveModel {
            state: ActiveValue::Set(change.state),
            state_note_fr: ActiveValue::Set(change.note_fr),
            state_note_en: ActiveValue::Set(change.note_en),
            state_since: ActiveValue::Set(since),
            ..Default::default()
        };
        if !store::update_service(&tx, key, version, row).await? {
            return Err(Error::stale(subject(key)));
        }
        record(&tx, actor, CATALOGUE_STATE_SET, key, Scope::Platform, changes).await?;
        tx.commit().await?;
        self.reload().await
    }

    /// Sets whether `establishment` has the service `key`, if the school's row is still at `version` (0 for no
    /// row).
    ///
    /// # Errors
    /// Returns `is_forbidden` if the actor may not edit the catalogue, `is_not_found` if there is no such service
    /// or school, `is_invalid` if the address is not an HTTPS URL without user and password,
    /// [`is_conflict`](Error::is_conflict) if another edit came first, or an error if the database fails.
    pub async fn set_availability(
        &self,
        actor: &Actor,
        establishment: EstablishmentId,
        key: &str,
        version: i64,
        change: AvailabilityChange,
    ) -> Result<()> {
        let scope = Scope::Establishment(establishment);
        actor.require(CATALOGUE_EDIT, scope)?;
        // An address counts only if the school states the availability itself.
        let launch_url = change.launch_url.filter(|url| !url.is_empty() && change.available.is_some());
        if let Some(url) = &launch_url {
            check_url(url)?;
        }
        let tx = self.db().begin().await?;
        directory::store::establishment(&tx, establishment).await?;
        store::service(&tx, key).await?;
        let before = store::said(&tx, establishment, key).await?;
        if before.as_ref().map_or(0, |row| row.version) != version {
            return Err(Error::stale(subject(key)));
        }
        let own = before.filter(|row| row.is_own);
        let changes = Changes::new()
            .field("available", &own.as_ref().map(|row| row.available), &change.available)
            .field("launch_url", &own.and_then(|row| row.launch_url), &launch_url);
        if changes.is_empty() {
            return Ok(());
        }
        let row = availability::Model {
            establishment_id: establishment,
            service_key: key.to_owned(),
            is_own: change.available.is_some(),
            available: change.available.unwrap_or_default(),
            launch_url,
            version,
        };
        if !store::put_availability(&tx, row).await? {
            return Err(Error::stale(subject(key)));
        }
        record(&tx, actor, CATALOGUE_AVAILABILITY_SET, key, scope, changes).await?;
        tx.commit().await?;
        self.reload().await
    }
}

fn subject(key: &str) -> String {
    format!("service:{key}")
}

/// Passes if no text of `(field, text, longest)` is too long.
pub(super) fn check_lengths(texts: &[(&'static str, &str, usize)]) -> Result<()> {
    let long = texts.iter().filter(|(_, text, max)| text.chars().count() > *max);
    let problems: Vec<_> = long
        .map(|(field, _, max)| FieldProblem {
            field: (*field).into(),
            message: Message::new("field-too-long").with("max", *max),
        })
        .collect();
    if problems.is_empty() { Ok(()) } else { Err(Error::invalid(problems)) }
}

fn check_url(text: &str) -> Result<()> {
    // A password in an address would be shown to every pupil.
    let anonymous = |url: &url::Url| url.username().is_empty() && url.password().is_none();
    let fits = url::Url::parse(text).is_ok_and(|url| url.scheme() == "https" && url.has_host() && anonymous(&url));
    if fits && text.len() <= URL_LENGTH {
        Ok(())
    } else {
        Err(Error::invalid_field("launch_url", Message::new("field-url")))
    }
}

async fn record(
    tx: &Tx,
    actor: &Actor,
    kind: EventKind<Changed>,
    key: &str,
    scope: Scope,
    changes: Changes,
) -> Result<()> {
    let act = Act::new(actor, kind).on(subject(key)).within(scope);
    tx.record(act.carrying(Changed::by(kind)).noting(changes)).await
}
