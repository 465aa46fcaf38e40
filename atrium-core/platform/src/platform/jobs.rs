//! Core's own jobs, which remove old rows of its growing tables, and the queues of every plugin.

use std::sync::Arc;

use crate::error::Result;
use crate::events::OldEvents;
use crate::jobs::{NIGHT, Pruning, ScheduledJob, TaskQueue};
use crate::login;
use crate::mail::{self, Postman};
use crate::notify;
use crate::plugin::{Mistakes, Plugin, PluginContext, examine_letters, examine_queues};
use crate::webhooks::{self, Webhooks};

/// Returns core's jobs on a node with these consumers.
pub(super) fn of_core(cx: &PluginContext, consumers: Vec<&'static str>) -> Vec<ScheduledJob> {
    let settings = &cx.settings;
    let journal = Pruning::new("atrium_audit", "id", "at", settings.keep_journal_days);
    let mut all = vec![
        ScheduledJob::daily("core.events", NIGHT, OldEvents::new(settings.keep_events_days, consumers)),
        journal.zero_keeps_all().nightly("core.journal"),
        // Only the last hour matters; rows of more than a day are never read.
        Pruning::new("atrium_pace", "what, who", "due", 1).nightly("core.paces"),
        Pruning::new("atrium_once", "key_hash", "expires_at", 0).nightly("core.once"),
        // For so long an event that is delivered again queues no task a second time.
        Pruning::new("atrium_task", "id", "done_at", 7).nightly("core.tasks"),
        // A school that a source still names is noted again.
        Pruning::new("atrium_unknown_school", "source, uai", "named_at", 30).nightly("core.unknown_schools"),
        // Half a year after the newest event that it stands for, read or not.
        Pruning::new("atrium_notice", "id", "at", 180).nightly("core.notices"),
    ];
    all.extend(login::jobs());
    all.extend(mail::jobs());
    all.extend(webhooks::jobs());
    all.extend(notify::jobs());
    #[cfg(feature = "files")]
    all.extend(crate::files::jobs(&cx.files));
    all
}

/// Returns the queues of mail and webhooks, and those of the plugins.
///
/// # Errors
/// Returns an error that names every mistake in them.
pub(super) fn queues(plugins: &[Arc<dyn Plugin>], cx: &PluginContext, webhooks: &Webhooks) -> Result<Vec<TaskQueue>> {
    let (mut all, mut mistakes) = (Vec::new(), Mistakes::default());
    for plugin in plugins {
        let queues = plugin.queues(cx);
        examine_queues(plugin.id(), &queues, &mut mistakes);
        all.extend(queues);
    }
    let mut letters = Vec::new();
    for plugin in plugins {
        let own = plugin.letters(cx);
        examine_letters(plugin.id(), &own, &mut mistakes);
        letters.extend(own);
    }
    mistakes.end()?;
    all.push(mail::queue(Postman::new(cx.mail.clone(), letters)));
    all.push(webhooks::queue(webhooks.clone()));
    Ok(all)
}
