//! What is said around the help: announcements, and opinions on articles.

use atrium_core::access::Via;
use atrium_core::catalogue::AnnouncementText;
use atrium_core::{Atrium, Result};
use atrium_help::feedback::{NewFeedback, Verdict, give};

use super::directory::Cast;
use super::world::World;

pub(super) async fn fill(atrium: &Atrium, world: &World, cast: &Cast) -> Result<()> {
    let operator = atrium.operator();
    let now = atrium.db().now();
    #[expect(clippy::cast_possible_truncation, reason = "hours of the demo are small")]
    let after = |hours: f64| now.plus_seconds((hours * 3600.0) as i64);
    for announcement in &world.announcements {
        let text = AnnouncementText {
            kind: announcement.kind.into(),
            service_key: announcement.service.clone(),
            title_fr: announcement.fr.title.clone(),
            title_en: announcement.en.title.clone(),
            body_fr: announcement.fr.body.clone(),
            body_en: announcement.en.body.clone(),
            starts_at: after(announcement.starts_in_hours),
            ends_at: after(announcement.ends_in_hours),
        };
        atrium.catalogue().announce(&operator, text).await?;
    }
    for feedback in &world.feedback {
        let Some((collection, slug)) = feedback.source.split_once('/') else { continue };
        let actor = atrium.access().actor_for(cast.person(&feedback.person)?, Via::System).await?;
        let verdict = if feedback.useful { Verdict::Useful } else { Verdict::NotUseful };
        let new = NewFeedback::new(verdict, feedback.comment.clone());
        give(atrium.db(), &actor, (collection, slug), new).await?;
    }
    Ok(())
}
