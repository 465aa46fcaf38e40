//! Core's own chores: they remove old rows of its growing tables.

use std::sync::Arc;

use crate::config::Settings;
use crate::events::OldEvents;
use crate::login;
use crate::upkeep::{Chore, Pruning};

/// Returns core's chores on a node with these settings and consumers.
pub(super) fn chores(settings: &Settings, consumers: Vec<&'static str>) -> Vec<Arc<dyn Chore>> {
    let journal = Pruning::new("core.journal", "atrium_audit", "id", "at", settings.keep_journal_days);
    let mut all: Vec<Arc<dyn Chore>> = vec![
        Arc::new(OldEvents::new(settings.keep_events_days, consumers)),
        Arc::new(journal.zero_keeps_all()),
        // Only the last hour matters; rows of more than a day are never read.
        Arc::new(Pruning::new("core.paces", "atrium_pace", "what, who", "due", 1)),
        Arc::new(Pruning::new("core.once", "atrium_once", "key_hash", "expires_at", 0)),
        // A school that a source still names is noted again.
        Arc::new(Pruning::new("core.unknown_schools", "atrium_unknown_school", "source, uai", "named_at", 30)),
    ];
    all.extend(login::CHORES.map(|chore| Arc::new(chore) as Arc<dyn Chore>));
    all
}
