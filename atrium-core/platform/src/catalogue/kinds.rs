//! The kinds of events of the catalogue. Consumers read everything again after any of them.

use serde::{Deserialize, Serialize};

use super::{ANNOUNCEMENT_CHANGED, SERVICE_CHANGED};
use crate::events::{DeclaredEvent, EventKind, Payload};

type Kind = EventKind<Changed>;

pub(super) const CATALOGUE_STATE_SET: Kind =
    Kind::new("core.catalogue.state_set").published_as(SERVICE_CHANGED).public();
pub(super) const CATALOGUE_AVAILABILITY_SET: Kind =
    Kind::new("core.catalogue.availability_set").published_as(SERVICE_CHANGED).public();
pub(super) const ANNOUNCEMENT_CREATED: Kind =
    Kind::new("core.announcement.created").published_as(ANNOUNCEMENT_CHANGED).public();
pub(super) const ANNOUNCEMENT_EDITED: Kind =
    Kind::new("core.announcement.edited").published_as(ANNOUNCEMENT_CHANGED).public();
pub(super) const ANNOUNCEMENT_ENDED: Kind =
    Kind::new("core.announcement.ended").published_as(ANNOUNCEMENT_CHANGED).public();

/// The services of the site's file were brought, which the journal does not keep.
pub(super) const SERVICES_BROUGHT: EventKind = EventKind::new("core.catalogue.changed").outbox_only();

/// Carried by an event about a service or an announcement, its subject.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Changed {
    /// The act's own kind.
    action: String,
}

impl Changed {
    /// Returns what an act of `kind` carries.
    pub(super) fn by(kind: Kind) -> Self {
        Self { action: kind.key().to_owned() }
    }
}

impl Payload for Changed {
    fn sample() -> Self {
        Self::by(CATALOGUE_STATE_SET)
    }
}

/// Returns the kinds of this room.
pub(crate) fn declared() -> Vec<DeclaredEvent> {
    let kinds = [
        CATALOGUE_STATE_SET,
        CATALOGUE_AVAILABILITY_SET,
        ANNOUNCEMENT_CREATED,
        ANNOUNCEMENT_EDITED,
        ANNOUNCEMENT_ENDED,
    ];
    kinds.map(EventKind::declared).into_iter().chain([SERVICES_BROUGHT.declared()]).collect()
}
