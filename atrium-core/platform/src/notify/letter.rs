//! Notices by mail: a letter is left with the notice, and authorised again when it is delivered.

use serde::{Deserialize, Serialize};

use super::{Addressed, ByMail, NoticeKind, Notices, Subject, Told, digest_rows, mailing};
use crate::access::Actor;
use crate::db::Tx;
use crate::error::Result;
use crate::events::{Event, Position};
use crate::mail::LetterKind;

/// The letter of a notice, which the account pages compose.
pub const LETTER: LetterKind<NoticeLetter> = LetterKind::new("account.notice");

/// The oldest event of which a letter tells. For a week the queue knows which letters it had: an older event that is
/// delivered again would be told twice.
const OLDEST_DAYS: i64 = 6;

/// What a letter tells of: ids, no text.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NoticeLetter {
    kind: String,
    subject: String,
    place: i64,
    xid: i64,
    event: i64,
}

impl NoticeLetter {
    /// Returns what it is about, as events name it.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }
}

/// Leaves a letter of `event` to somebody whom it addresses, or a line of their next digest, if they want to be told of it by
/// mail. An event that was delivered before leaves none.
pub(super) async fn leave(tx: &Tx, to: &Addressed, event: &Event) -> Result<()> {
    if event.at < tx.now().plus_days(-OLDEST_DAYS) {
        return Ok(());
    }
    match mailing::of(tx, to.person, to.kind).await? {
        ByMail::Never => Ok(()),
        ByMail::AtOnce => leave_at_once(tx, to, event).await,
        pace @ (ByMail::Daily | ByMail::Weekly) => digest_rows::add(tx, to, event, pace).await,
    }
}

async fn leave_at_once(tx: &Tx, to: &Addressed, event: &Event) -> Result<()> {
    let Position { xid, event } = event.position;
    let Addressed { person, kind, subject } = to;
    let letter =
        NoticeLetter { kind: kind.key().to_owned(), subject: subject.name.clone(), place: subject.place, xid, event };
    tx.send_letter(LETTER, *person, &format!("{}:{xid}-{event}", kind.key()), &letter).await?;
    Ok(())
}

impl Notices {
    /// Returns what a letter says to the person to whom it is delivered; `None` if they may no longer see it, no longer want
    /// to be told of it by mail, or read it on the site meanwhile.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn in_letter(&self, reader: &Actor, letter: &NoticeLetter) -> Result<Option<(NoticeKind, Told)>> {
        let Some(person) = reader.person() else { return Ok(None) };
        let position = Position { xid: letter.xid, event: letter.event };
        for notifier in self.notifiers() {
            let Some(kind) = notifier.kinds().into_iter().find(|kind| kind.key() == letter.kind) else { continue };
            if mailing::of(&self.db, person, kind).await? != ByMail::AtOnce
                || mailing::is_read(&self.db, person, (kind, &letter.subject), position).await?
            {
                return Ok(None);
            }
            let subject = Subject::new(&letter.subject, letter.place);
            let told = notifier.tell_by_mail(&self.db, reader, kind, &subject).await?;
            return Ok(told.map(|told| (kind, told)));
        }
        Ok(None)
    }
}
