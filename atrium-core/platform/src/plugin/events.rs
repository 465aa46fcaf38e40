//! The catalogue of events: the kinds of core and of every plugin.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Mistake, Mistakes, Plugin, owner};
use crate::events::DeclaredEvent;
#[cfg(feature = "search")]
use crate::finder::INDEX_ASKED;
use crate::jobs::actions::{JOB_ASKED, TASK_DROPPED, TASK_RETRIED};
use crate::privacy::{ERASURE_ASKED, ERASURE_WITHDRAWN, PERSON_ERASED, PERSON_EXPORTED};
use crate::settings::actions::SETTINGS_EDITED;
use crate::{access, catalogue, directory, login, mail, webhooks};

/// Returns every kind of event by its key: those of core, and those of `plugins`.
pub(crate) fn declared_events(plugins: impl Iterator<Item = Vec<DeclaredEvent>>) -> Vec<DeclaredEvent> {
    let all = core_events().into_iter().chain(plugins.flatten());
    all.map(|kind| (kind.key, kind)).collect::<BTreeMap<_, _>>().into_values().collect()
}

/// Returns core's own kinds of events.
#[must_use]
pub fn core_events() -> Vec<DeclaredEvent> {
    let mut kinds = access::actions::declared_events();
    kinds.extend(directory::actions::declared_events());
    kinds.extend(login::declared_events());
    kinds.extend(catalogue::declared_events());
    kinds.extend(mail::actions::declared_events());
    kinds.extend(webhooks::declared_events());
    kinds.extend([JOB_ASKED, TASK_RETRIED, TASK_DROPPED, SETTINGS_EDITED].map(|kind| kind.declared()));
    kinds.extend([PERSON_EXPORTED, PERSON_ERASED, ERASURE_ASKED, ERASURE_WITHDRAWN].map(|kind| kind.declared()));
    #[cfg(feature = "files")]
    kinds.extend(crate::files::declared_events());
    #[cfg(feature = "search")]
    kinds.push(INDEX_ASKED.declared());
    kinds
}

/// Notes kinds that are declared twice or are not their plugin's own.
pub(crate) fn examine_events(plugins: &[Arc<dyn Plugin>], mistakes: &mut Mistakes) {
    let mut known: BTreeMap<&'static str, &'static str> =
        core_events().into_iter().map(|kind| (kind.key, "core")).collect();
    for plugin in plugins {
        let id = plugin.id();
        for kind in plugin.events() {
            let keys = [Some(kind.key), kind.event];
            for key in keys.into_iter().flatten().filter(|key| !is_own(id, key)) {
                mistakes.add(Mistake::of_plugin(id, format!("the event kind `{key}` does not begin with `{id}.`")));
            }
            if let Some(other) = known.insert(kind.key, id) {
                let what = format!("the event kind `{}` is declared already by {}", kind.key, owner(other));
                mistakes.add(Mistake::of_plugin(id, what));
            }
        }
    }
}

fn is_own(id: &str, key: &str) -> bool {
    key.strip_prefix(id).is_some_and(|rest| rest.starts_with('.'))
}
