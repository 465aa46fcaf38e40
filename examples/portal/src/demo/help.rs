//! What is said around the help: announcements, and opinions on articles.

use atrium_core::access::Via;
use atrium_core::catalogue::{AnnouncementText, ServiceState, StateChange};
use atrium_core::{Atrium, Result};
use atrium_help::Help;
use atrium_help::feedback::{NewFeedback, Verdict};

use super::directory::Cast;
use super::world::{Announcement, World};

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
        let is_on = announcement.starts_in_hours <= 0.0 && announcement.ends_in_hours > 0.0;
        if let (Some(service), Some(state), true) = (&announcement.service, announcement.kind.state(), is_on) {
            disturb(atrium, service, state, announcement).await?;
        }
    }
    for feedback in &world.feedback {
        let Some((collection, slug)) = feedback.source.rsplit_once('/') else { continue };
        let actor = atrium.access().actor_for(cast.person(&feedback.person)?, Via::System).await?;
        let verdict = if feedback.useful { Verdict::Useful } else { Verdict::NotUseful };
        let new = NewFeedback::new(verdict, feedback.comment.clone());
        Help::of(atrium.db()).feedback().give(&actor, (collection, slug), new).await?;
    }
    Ok(())
}

/// Sets the state of a service that an announcement is about.
async fn disturb(atrium: &Atrium, key: &str, state: ServiceState, announcement: &Announcement) -> Result<()> {
    let version = atrium.catalogue().service(key).map_or(0, |service| service.version);
    let (note_fr, note_en) = (announcement.fr.body.clone(), announcement.en.body.clone());
    atrium.catalogue().set_state(&atrium.operator(), key, version, StateChange { state, note_fr, note_en }).await
}
