//! Core's own chores: which of its tables grow with use, and how long their rows are kept.

use std::sync::Arc;

use crate::config::Settings;
use crate::events::OldEvents;
use crate::login;
use crate::upkeep::{Chore, Pruning};

/// Core's chores on a node with these settings, whose plugins and rooms have the consumers `consumers`.
pub(super) fn chores(settings: &Settings, consumers: Vec<&'static str>) -> Vec<Arc<dyn Chore>> {
    let journal = Pruning::new("core.journal", "atrium_audit", "id", "at", settings.keep_journal_days);
    let mut all: Vec<Arc<dyn Chore>> = vec![
        Arc::new(OldEvents::new(settings.keep_events_days, consumers)),
        Arc::new(journal.zero_keeps_all()),
        // An hour matters, and nothing reads them after a day.
        Arc::new(Pruning::new("core.paces", "atrium_pace", "what, who", "due", 1)),
    ];
    all.extend(login::CHORES.map(|chore| Arc::new(chore) as Arc<dyn Chore>));
    all
}
