//! Days in the time zone of the site: an article is due for review, or was changed, on a day of Paris and not of Greenwich.

use atrium_core::clock::{Timestamp, zone};
use jiff::civil::Date;

/// Returns the day that `text` names as `2026-09-01`.
pub(crate) fn parse(text: &str) -> Option<Date> {
    text.parse().ok().filter(|_| text.len() == 10)
}

/// Returns the instant that `text` names: a day, which begins at midnight of the site, or a day and a time with or
/// without offset.
pub(crate) fn instant(text: &str) -> Option<jiff::Timestamp> {
    let text = text.trim();
    if let Ok(instant) = text.parse() {
        return Some(instant);
    }
    let of_zone = |text: &str| text.parse::<jiff::civil::DateTime>().ok()?.to_zoned_datetime(zone().clone()).ok();
    let shorter = [Some(text), text.get(..19), text.get(..10)];
    shorter.into_iter().flatten().find_map(of_zone).map(|zoned| zoned.timestamp())
}

/// Returns the day it is at `at`.
pub(crate) fn day(at: Timestamp) -> Date {
    let instant = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
    instant.to_zoned_datetime(zone().clone()).date()
}

/// Returns the first instant of `day`.
pub(crate) fn start(day: Date) -> Timestamp {
    Timestamp(
        day.at(0, 0, 0, 0).to_zoned_datetime(zone().clone()).map_or(0, |start| start.timestamp().as_millisecond()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_read_with_and_without_offset() {
        let read = |text| instant(text).map(|instant| instant.to_string());
        assert_eq!(read("2026-09-01").as_deref(), Some("2026-08-31T22:00:00Z"));
        assert_eq!(read("2026-09-01T10:00:00+01:00").as_deref(), Some("2026-09-01T09:00:00Z"));
        assert_eq!(read("2026-09-01 10:00:00").as_deref(), Some("2026-09-01T08:00:00Z"));
        assert!(read("2026-09-01 10:00:00 +0100").is_some());
        assert!(read("1/2/2026").is_none() && read("été").is_none());
    }

    #[test]
    fn a_day_begins_at_midnight_in_paris() {
        let first = parse("2026-09-01").unwrap();
        assert_eq!(start(first).to_rfc3339(), "2026-08-31T22:00:00Z");
        assert_eq!(day(start(first)), first);
        assert_eq!(day(start(first).plus_millis(-1)).to_string(), "2026-08-31");
        for bad in ["2026-02-30", "2026-9-1", "01/09/2026", "20260901", "demain", ""] {
            assert!(parse(bad).is_none(), "{bad}");
        }
    }
}
