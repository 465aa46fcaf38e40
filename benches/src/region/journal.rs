//! The journal's lines.

use atrium_core::Result;
use rand::RngExt;

use super::Making;
use super::people::People;
use super::rows::{Rows, Sql};

const ACTIONS: [&str; 6] = [
    "forum.post.created",
    "forum.topic.created",
    "core.login.signed_in",
    "forum.post.edited",
    "core.person.edited",
    "forum.review.decided",
];

pub(super) async fn write(making: &mut Making<'_>, people: &People) -> Result<()> {
    let columns = "at, actor_id, actor_name, via, action, subject, scope, reason, details";
    let mut rows = Rows::of(making.db, "audit", columns);
    let span = 3 * 365 * 86_400_000;
    for line in 0..making.region.journal {
        let random = &mut making.random;
        let (actor, school) = people.writers[random.random_range(0..people.writers.len())];
        let name = &people.names[usize::try_from(actor - 1).unwrap_or_default()];
        let action = ACTIONS[random.random_range(0..ACTIONS.len())];
        let subject = if action.starts_with("core.") {
            format!("person:{actor}")
        } else {
            format!("forum:{}", random.random_range(1..=making.region.topics))
        };
        let scope = format!("e{school}");
        let [name, via, action, subject, scope, reason, details] =
            [name.as_str(), "web", action, &subject, &scope, "", "{}"].map(Sql::Text);
        let at = making.now - span + span / making.region.journal.max(1) * line;
        rows.add(&[Sql::Number(at), Sql::Number(actor), name, via, action, subject, scope, reason, details]).await?;
    }
    rows.end().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_has_words() {
        let core = include_str!("../../../atrium-core/web/locales/fr/acts.ftl");
        let words = format!("{core}{}", include_str!("../../../atrium-forum/locales/fr/acts.ftl"));
        for action in ACTIONS {
            let key = format!("\nact-{} =", action.replace(['.', '_'], "-"));
            assert!(words.contains(&key), "{action}");
        }
    }
}
