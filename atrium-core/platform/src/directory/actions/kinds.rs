//! The kinds of events of the directory. Their subjects and scopes say all that consumers need.

use crate::events::{DeclaredEvent, EventKind};

pub(super) const PERSON_CREATED: EventKind = EventKind::new("core.person.created").public();
pub(super) const PERSON_EDITED: EventKind = EventKind::new("core.person.edited").public();
pub(super) const PERSON_RESTORED: EventKind = EventKind::new("core.person.restored").public();
pub(super) const PERSON_SUSPENDED: EventKind = EventKind::new("core.person.suspended").public();
pub(super) const IDENTITY_LINKED: EventKind = EventKind::new("core.identity.linked");
pub(super) const IDENTITY_UNLINKED: EventKind = EventKind::new("core.identity.unlinked");
pub(super) const MEMBERSHIP_BEGUN: EventKind = EventKind::new("core.membership.begun").public();
pub(super) const MEMBERSHIP_ENDED: EventKind = EventKind::new("core.membership.ended").public();
pub(super) const GUARDIAN_LINKED: EventKind = EventKind::new("core.guardian.linked");
pub(super) const GUARDIAN_UNLINKED: EventKind = EventKind::new("core.guardian.unlinked");
pub(super) const GROUP_CREATED: EventKind = EventKind::new("core.group.created");
pub(super) const GROUP_EDITED: EventKind = EventKind::new("core.group.edited");
pub(super) const GROUP_JOINED: EventKind = EventKind::new("core.group.joined");
pub(super) const GROUP_LEFT: EventKind = EventKind::new("core.group.left");
pub(super) const ESTABLISHMENT_CREATED: EventKind = EventKind::new("core.establishment.created").public();
pub(super) const ESTABLISHMENT_EDITED: EventKind = EventKind::new("core.establishment.edited").public();
pub(super) const SECTOR_CREATED: EventKind = EventKind::new("core.sector.created");
pub(super) const SECTOR_DELETED: EventKind = EventKind::new("core.sector.deleted");
pub(super) const SECTOR_EDITED: EventKind = EventKind::new("core.sector.edited");
pub(super) const SECTOR_JOINED: EventKind = EventKind::new("core.sector.joined");
pub(super) const SECTOR_LEFT: EventKind = EventKind::new("core.sector.left");

/// Returns the kinds of this room.
pub(crate) fn declared() -> Vec<DeclaredEvent> {
    let kinds = [
        PERSON_CREATED,
        PERSON_EDITED,
        PERSON_RESTORED,
        PERSON_SUSPENDED,
        IDENTITY_LINKED,
        IDENTITY_UNLINKED,
        MEMBERSHIP_BEGUN,
        MEMBERSHIP_ENDED,
        GUARDIAN_LINKED,
        GUARDIAN_UNLINKED,
        GROUP_CREATED,
        GROUP_EDITED,
        GROUP_JOINED,
        GROUP_LEFT,
        ESTABLISHMENT_CREATED,
        ESTABLISHMENT_EDITED,
        SECTOR_CREATED,
        SECTOR_DELETED,
        SECTOR_EDITED,
        SECTOR_JOINED,
        SECTOR_LEFT,
    ];
    kinds.map(EventKind::declared).to_vec()
}
