//! Notices by mail: what happened, the beginning of what was written, and the way there.

use async_trait::async_trait;

use crate::notice_choices::{CHOICES, kind_name};
use crate::unsubscribe::{self, Ended};
use atrium_platform::access::Via;
use atrium_platform::db::Db;
use atrium_platform::mail::{Composer, Letter, Letters, Recipient, Thread};
use atrium_platform::notify::{LETTER, NoticeLetter};
use atrium_platform::plugin::PluginContext;
use atrium_platform::{Message, Result};
use atrium_web::{LetterText, Printing};

/// Composes the letters of notices.
struct NoticeLetters(PluginContext);

/// Returns the letters of notices.
pub(super) fn letters(cx: &PluginContext) -> Letters {
    Letters::new(LETTER, NoticeLetters(cx.clone()))
}

#[async_trait]
impl Composer<NoticeLetter> for NoticeLetters {
    async fn compose(&self, _db: &Db, to: &Recipient, letter: NoticeLetter) -> Result<Option<Letter>> {
        let cx = &self.0;
        let reader = cx.access.actor_for(to.person, Via::System).await?;
        let Some((kind, told)) = cx.notices.in_letter(&reader, &letter).await? else { return Ok(None) };
        let locale = cx.locale_of(to);
        let say = |message: Message| cx.say(locale, &message);
        let happened = say(Message::new(kind.message_key()).with("count", 1));
        let about = |key: &'static str| {
            Message::new(key).with("happened", happened.as_str()).with("title", told.title.as_str())
        };
        let replies = cx.mail.reply_address(to.person, letter.subject(), cx.db.now()).filter(|_| told.takes_replies);
        let mut text = LetterText::new(locale, say(about("letter-notice-subject")))
            .greeting(say(Message::new("letter-greeting").with("name", to.name.as_str())))
            .paragraph(say(about("letter-notice-about")));
        if replies.is_some() {
            text = text.replied_above(&say(Message::new("mail-reply-above")));
        }
        if let Some(excerpt) = &told.excerpt {
            if !excerpt.author.is_empty() {
                text = text.paragraph(say(Message::new("letter-notice-wrote").with("name", excerpt.author.as_str())));
            }
            text = text.quote(excerpt.text.as_str());
        }
        if let Some(url) = cx.whole_url(&told.path) {
            text = text.action(say(Message::new("letter-notice-read")), url);
        }
        text = text.closing(say(Message::new("letter-notice-why").with("kind", say(kind_name(kind)))));
        if let Some(url) = cx.whole_url(CHOICES) {
            text = text.closing(say(Message::new("letter-notice-choose").with("url", url)));
        }
        let end = cx.whole_url(&unsubscribe::path(&cx.secrets, to.person, Ended::Kind(kind)));
        if let Some(url) = &end {
            text = text.closing(say(Message::new("letter-notice-end").with("url", url.as_str())));
        }
        let thread = Thread { root: letter.subject().to_owned() };
        let mut letter = cx.letter(locale, &text)?.in_thread(thread).on_list(kind.key());
        letter.reply_to = replies;
        Ok(Some(match end.and_then(|url| url.parse().ok()) {
            Some(url) => letter.unsubscribed_at(url),
            None => letter,
        }))
    }
}
