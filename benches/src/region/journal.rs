//! The journal's lines.

use atrium_core::Result;
use rand::RngExt;

use super::Making;
use super::people::People;
use super::rows::{Rows, Sql};

const ACTIONS: [&str; 6] = [
    "forum.post.created",
    "forum.topic.created",
    "core.session.opened",
    "forum.post.edited",
    "core.person.changed",
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
        let subject = format!("forum:{}", random.random_range(1..=making.region.topics));
        let scope = format!("e{school}");
        let [name, via, action, subject, scope, reason, details] =
            [name.as_str(), "web", action, &subject, &scope, "", "{}"].map(Sql::Text);
        let at = making.now - span + span / making.region.journal.max(1) * line;
        rows.add(&[Sql::Number(at), Sql::Number(actor), name, via, action, subject, scope, reason, details]).await?;
    }
    rows.end().await
}
