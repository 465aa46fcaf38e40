//! Digests: what waits for a person goes into one letter a day or a week, at seven in the morning.

use async_trait::async_trait;
use jiff::ToSpan;
use jiff::civil::{Date, time};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::digest_rows::{self, Due, Waiting};
use super::{ByMail, NoticeKind, Notices, Told, mailing};
use crate::access::Actor;
use crate::clock::{Timestamp, zone};
use crate::db::Db;
use crate::error::Result;
use crate::jobs::{Job, Pruning, ScheduledJob, Step};
use crate::mail::LetterKind;

/// The letter of a digest, which the account pages compose.
pub const DIGEST: LetterKind<DigestLetter> = LetterKind::new("account.digest");

/// The hour of digests.
const HOUR: i8 = 7;
/// The people whose digests are queued in one step.
const AT_ONCE: u64 = 100;
/// The most lines of a digest.
const MOST: u64 = 50;
/// Days after which what a digest told is forgotten: its letter has been sent or given up.
const KEPT_DAYS: u32 = 30;

/// Which digest a letter is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DigestLetter {
    /// The instant at which it was made up, which its rows carry.
    digest: i64,
}

/// A line of a digest.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DigestLine {
    /// The kind.
    pub kind: NoticeKind,
    /// The number of events that it stands for.
    pub times: i64,
    /// What it is about.
    pub about: Told,
}

/// Queues the digests that are due.
struct Digests;

/// Returns the jobs of digests.
pub(crate) fn jobs() -> Vec<ScheduledJob> {
    vec![
        ScheduledJob::daily("core.digests", (HOUR.unsigned_abs(), 0), Digests),
        Pruning::new("atrium_notice_digest", "person_id, kind, subject", "at", KEPT_DAYS).nightly("core.digested"),
    ]
}

/// Returns up to which instants the digests tell that are due at `now`: the last seven in the morning, and the last one of a
/// Monday.
fn due(now: Timestamp, zone: &TimeZone) -> Option<Due> {
    let local = jiff::Timestamp::from_millisecond(now.0).ok()?.to_zoned_datetime(zone.clone());
    let today = local.date();
    let day = if local.time() < time(HOUR, 0, 0, 0) { today.checked_sub(1.day()).ok()? } else { today };
    let monday = day.checked_sub(i64::from(day.weekday().to_monday_zero_offset()).days()).ok()?;
    let at = |day: Date| {
        let at = day.at(HOUR, 0, 0, 0).to_zoned_datetime(zone.clone()).ok()?;
        Some(Timestamp(at.timestamp().as_millisecond()))
    };
    Some(Due { daily: at(day)?, weekly: at(monday)? })
}

#[async_trait]
impl Job for Digests {
    async fn step(&self, db: &Db, now: Timestamp) -> Result<Step> {
        let Some(due) = due(now, zone()) else { return Ok(Step::Done(0)) };
        let people = digest_rows::people(db, due, AT_ONCE).await?;
        let tx = db.begin().await?;
        for person in &people {
            // Invariant: what is put into a digest has its letter in the same transaction, so that another node finds neither.
            if digest_rows::put_into(&tx, *person, due, now.0).await? {
                tx.send_letter(DIGEST, *person, &now.0.to_string(), &DigestLetter { digest: now.0 }).await?;
            }
        }
        tx.commit().await?;
        let queued = people.len() as u64;
        Ok(if queued < AT_ONCE { Step::Done(queued) } else { Step::More(queued) })
    }
}

impl Notices {
    /// Returns what a digest tells the person to whom it is delivered, the newest first: what they may still see, still want to
    /// be told of in digests, and did not read on the site meanwhile. `true` with more than it lists.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn in_digest(&self, reader: &Actor, letter: &DigestLetter) -> Result<(Vec<DigestLine>, bool)> {
        let Some(person) = reader.person() else { return Ok((Vec::new(), false)) };
        let mut rows = digest_rows::of(&self.db, person, letter.digest, MOST + 1).await?;
        let has_more = rows.len() as u64 > MOST;
        rows.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
        let mut lines = Vec::new();
        for row in rows {
            lines.extend(self.line(reader, row).await?);
        }
        Ok((lines, has_more))
    }

    async fn line(&self, reader: &Actor, row: Waiting) -> Result<Option<DigestLine>> {
        let Some(person) = reader.person() else { return Ok(None) };
        for notifier in self.notifiers() {
            let Some(kind) = notifier.kinds().into_iter().find(|kind| kind.key() == row.kind) else { continue };
            let by_mail = mailing::of(&self.db, person, kind).await?;
            let is_wanted = matches!(by_mail, ByMail::Daily | ByMail::Weekly);
            if !is_wanted || mailing::is_read(&self.db, person, (kind, &row.subject.name), row.position).await? {
                return Ok(None);
            }
            let told = notifier.tell(&self.db, reader, &[(kind, row.subject.clone())]).await?;
            let line = |about| DigestLine { kind, times: row.times, about };
            return Ok(told.into_iter().flatten().next().map(line));
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_due_at_seven_in_paris_also_when_the_clocks_change() {
        let paris = TimeZone::get("Europe/Paris").unwrap();
        let of = |text: &str| {
            let now = Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond());
            let due = due(now, &paris).unwrap();
            (due.daily.to_rfc3339(), due.weekly.to_rfc3339())
        };
        let both = |daily: &str, weekly: &str| (daily.to_owned(), weekly.to_owned());
        assert_eq!(of("2026-03-28T06:00:00Z"), both("2026-03-28T06:00:00Z", "2026-03-23T06:00:00Z"));
        assert_eq!(of("2026-03-29T04:59:59Z"), both("2026-03-28T06:00:00Z", "2026-03-23T06:00:00Z"));
        assert_eq!(of("2026-03-29T05:00:00Z"), both("2026-03-29T05:00:00Z", "2026-03-23T06:00:00Z"));
        assert_eq!(of("2026-03-30T05:00:00Z"), both("2026-03-30T05:00:00Z", "2026-03-30T05:00:00Z"));
        assert_eq!(of("2026-10-25T05:59:59Z"), both("2026-10-24T05:00:00Z", "2026-10-19T05:00:00Z"));
        assert_eq!(of("2026-10-25T06:00:00Z"), both("2026-10-25T06:00:00Z", "2026-10-19T05:00:00Z"));
        assert_eq!(of("2026-10-26T07:30:00Z"), both("2026-10-26T06:00:00Z", "2026-10-26T06:00:00Z"));
    }
}
