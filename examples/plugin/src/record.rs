//! What every act leaves behind it: a line in the journal and an event for those who follow, of one declared kind.

use atrium_core::Result;
use atrium_core::access::{Actor, Scope};
use atrium_core::audit::Changes;
use atrium_core::db::Tx;
use atrium_core::directory::{EstablishmentId, PersonId};
use atrium_core::events::{Act, DeclaredEvent, EventKind, Payload};
use serde::{Deserialize, Serialize};

pub(crate) const TABLET_REGISTERED: EventKind = EventKind::new("loans.tablet.registered");
pub(crate) const TABLET_LENT: EventKind<Lent> = EventKind::new("loans.tablet.lent");
pub(crate) const TABLET_RETURNED: EventKind = EventKind::new("loans.tablet.returned");
pub(crate) const REQUEST_ASKED: EventKind = EventKind::new("loans.request.asked");
pub(crate) const REQUEST_DECIDED: EventKind = EventKind::new("loans.request.decided");

/// Carried by the event of a loan: ids, never names.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Lent {
    pub(crate) pupil: PersonId,
}

impl Payload for Lent {
    fn sample() -> Self {
        Self { pupil: PersonId(12) }
    }
}

/// Returns every kind, for the platform's catalogue.
pub(crate) fn declared() -> Vec<DeclaredEvent> {
    let mut kinds = vec![TABLET_LENT.declared()];
    kinds.extend([TABLET_REGISTERED, TABLET_RETURNED, REQUEST_ASKED, REQUEST_DECIDED].map(EventKind::declared));
    kinds
}

/// Records an act in a school, in the transaction of the act itself.
pub(crate) async fn act(
    tx: &Tx,
    actor: &Actor,
    kind: EventKind,
    subject: String,
    school: EstablishmentId,
) -> Result<()> {
    tx.record(Act::new(actor, kind).on(subject).within(Scope::Establishment(school))).await
}

/// Does the same as [`act`] for a loan. The event says to whom; the journal does not.
pub(crate) async fn lent(
    tx: &Tx,
    actor: &Actor,
    subject: String,
    school: EstablishmentId,
    pupil: PersonId,
) -> Result<()> {
    let act = Act::new(actor, TABLET_LENT).on(subject).within(Scope::Establishment(school));
    tx.record(act.carrying(Lent { pupil })).await
}

/// Does the same as [`act`] for an action that changes fields, which the journal lists.
pub(crate) async fn changed(
    tx: &Tx,
    actor: &Actor,
    kind: EventKind,
    subject: String,
    school: EstablishmentId,
    changes: Changes,
) -> Result<()> {
    tx.record(Act::new(actor, kind).on(subject).within(Scope::Establishment(school)).noting(changes)).await
}
