//! Days as the Region counts them: an article is due for review, or was changed, on a day of Paris and not of Greenwich.

use std::sync::LazyLock;

use atrium_core::clock::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

static PARIS: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::get("Europe/Paris").expect("the time zone database is part of the binary"));

/// The day that `text` names as `2026-09-01`.
pub(crate) fn parse(text: &str) -> Option<Date> {
    text.parse().ok().filter(|_| text.len() == 10)
}

/// The day it is at `at`.
pub(crate) fn day(at: Timestamp) -> Date {
    let instant = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
    instant.to_zoned_datetime(PARIS.clone()).date()
}

/// The first instant of `day`.
pub(crate) fn start(day: Date) -> Timestamp {
    Timestamp(day.at(0, 0, 0, 0).to_zoned_datetime(PARIS.clone()).map_or(0, |start| start.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

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
