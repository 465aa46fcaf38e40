//! Digests: what is unread of a day or a week, in one letter.

use async_trait::async_trait;

use crate::notice_choices::CHOICES;
use crate::notices;
use crate::unsubscribe::{self, Ended};
use atrium_platform::access::Via;
use atrium_platform::db::Db;
use atrium_platform::mail::{Composer, Letter, Letters, Recipient};
use atrium_platform::notify::{DIGEST, DigestLetter};
use atrium_platform::plugin::PluginContext;
use atrium_platform::{Message, Result};
use atrium_web::{LetterText, Printing};

/// The list that digests come from.
const LIST: &str = "digests";

/// Composes digests.
struct DigestLetters(PluginContext);

/// Returns the letters of digests.
pub(super) fn letters(cx: &PluginContext) -> Letters {
    Letters::new(DIGEST, DigestLetters(cx.clone()))
}

#[async_trait]
impl Composer<DigestLetter> for DigestLetters {
    async fn compose(&self, _db: &Db, to: &Recipient, digest: DigestLetter) -> Result<Option<Letter>> {
        let cx = &self.0;
        let reader = cx.access.actor_for(to.person, Via::System).await?;
        let (lines, has_more) = cx.notices.in_digest(&reader, &digest).await?;
        if lines.is_empty() {
            return Ok(None);
        }
        let locale = cx.locale_of(to);
        let say = |message: Message| cx.say(locale, &message);
        let count = i64::try_from(lines.len()).unwrap_or(i64::MAX);
        let subject = Message::new("letter-digest-subject").with("count", count);
        let mut text = LetterText::new(locale, say(subject.with("site", cx.settings.site_name.as_str())))
            .greeting(say(Message::new("letter-greeting").with("name", to.name.as_str())))
            .paragraph(say(Message::new("letter-digest-text")));
        for line in lines {
            let happened = say(Message::new(line.kind.message_key()).with("count", line.times));
            text = text.line(line.about.title, happened, cx.whole_url(&line.about.path));
        }
        if has_more {
            text = text.closing(say(Message::new("letter-digest-more")));
        }
        if let Some(url) = cx.whole_url(notices::PATH) {
            text = text.action(say(Message::new("letter-digest-read")), url);
        }
        text = text.closing(say(Message::new("letter-digest-why")));
        if let Some(url) = cx.whole_url(CHOICES) {
            text = text.closing(say(Message::new("letter-notice-choose").with("url", url)));
        }
        let end = cx.whole_url(&unsubscribe::path(&cx.secrets, to.person, Ended::Digests));
        if let Some(url) = &end {
            text = text.closing(say(Message::new("letter-notice-end").with("url", url.as_str())));
        }
        let letter = cx.letter(locale, &text)?.on_list(LIST);
        Ok(Some(match end.and_then(|url| url.parse().ok()) {
            Some(url) => letter.unsubscribed_at(url),
            None => letter,
        }))
    }
}
