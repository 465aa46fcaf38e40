//! The kinds of acts on webhooks. The journal alone keeps them: no page of a visitor changes, and no other part reacts.

use crate::events::{DeclaredEvent, EventKind};

pub(super) const CREATED: EventKind = EventKind::new("core.webhook.created").quiet().journal_only();
pub(super) const EDITED: EventKind = EventKind::new("core.webhook.edited").quiet().journal_only();
pub(super) const PAUSED: EventKind = EventKind::new("core.webhook.paused").quiet().journal_only();
pub(super) const RESUMED: EventKind = EventKind::new("core.webhook.resumed").quiet().journal_only();
/// The platform paused it: its receiver is gone, or failed for days.
pub(super) const STOPPED: EventKind = EventKind::new("core.webhook.stopped").quiet().journal_only();
pub(super) const SECRET_REPLACED: EventKind = EventKind::new("core.webhook.secret_replaced").quiet().journal_only();
pub(super) const DELETED: EventKind = EventKind::new("core.webhook.deleted").quiet().journal_only();
pub(super) const REDELIVERED: EventKind = EventKind::new("core.webhook.redelivered").quiet().journal_only();

/// Returns the kinds of this room.
pub(crate) fn declared() -> Vec<DeclaredEvent> {
    let kinds = [CREATED, EDITED, PAUSED, RESUMED, STOPPED, SECRET_REPLACED, DELETED, REDELIVERED];
    kinds.map(EventKind::declared).to_vec()
}
