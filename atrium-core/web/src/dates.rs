//! Formats and parses dates, times and numbers, in the time zone of the site.

use jiff::Timestamp as Instant;
use jiff::ZonedDateTime;

use super::locale::Locale;
use atrium_platform::clock::{Timestamp, zone};

const MONTHS_FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// An age, as `{{ago}}` shows it: two instants of equal age read the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Age {
    /// Less than a minute.
    Now,
    /// Minutes, less than an hour.
    Minutes(i64),
    /// Hours, less than a day.
    Hours(i64),
    /// Days, less than a week.
    Days(i64),
    /// Longer: the date is shown.
    Date,
}

impl Age {
    /// Returns the age of `at` at `now`.
    #[must_use]
    pub(crate) fn of(at: Timestamp, now: Timestamp) -> Self {
        match (now.0 - at.0) / 60_000 {
            ..1 => Self::Now,
            minutes @ 1..60 => Self::Minutes(minutes),
            minutes @ 60..1440 => Self::Hours(minutes / 60),
            minutes @ 1440..10_080 => Self::Days(minutes / 1440),
            _ => Self::Date,
        }
    }
}

fn local(at: Timestamp) -> ZonedDateTime {
    Instant::from_millisecond(at.0).unwrap_or_default().to_zoned_datetime(zone().clone())
}

/// Formats a date: « 12 mars 2026 », “12 March 2026”.
pub fn date(at: Timestamp, locale: Locale) -> String {
    let day = local(at);
    let month = usize::try_from(day.month() - 1).unwrap_or_default();
    match locale {
        Locale::Fr if day.day() == 1 => format!("1er\u{a0}{} {}", MONTHS_FR[month], day.year()),
        Locale::Fr => format!("{}\u{a0}{} {}", day.day(), MONTHS_FR[month], day.year()),
        Locale::En => format!("{}\u{a0}{} {}", day.day(), MONTHS_EN[month], day.year()),
    }
}

/// Formats a date and time: « 12 mars 2026 à 14 h 05 », “12 March 2026, 14:05”.
pub fn datetime(at: Timestamp, locale: Locale) -> String {
    let day = local(at);
    match locale {
        Locale::Fr => format!("{} à {}\u{a0}h\u{a0}{:02}", date(at, locale), day.hour(), day.minute()),
        Locale::En => format!("{}, {:02}:{:02}", date(at, locale), day.hour(), day.minute()),
    }
}

/// Formats an instant for a `datetime-local` field: `2026-03-12T14:05`.
pub fn input(at: Timestamp) -> String {
    let day = local(at);
    format!("{:04}-{:02}-{:02}T{:02}:{:02}", day.year(), day.month(), day.day(), day.hour(), day.minute())
}

/// Parses the value of a `datetime-local` field, with or without seconds.
pub fn parse_input(text: &str) -> Option<Timestamp> {
    let civil: jiff::civil::DateTime = text.parse().ok().filter(|_| text.contains('T'))?;
    instant(civil)
}

/// Parses the value of a `date` field: the first instant of that day, and of the next.
pub fn parse_day(text: &str) -> Option<(Timestamp, Timestamp)> {
    let day: jiff::civil::Date = text.parse().ok().filter(|_| text.len() == 10)?;
    Some((instant(day.at(0, 0, 0, 0))?, instant(day.tomorrow().ok()?.at(0, 0, 0, 0))?))
}

/// Parses an instant as the API writes it: `2026-09-01T08:00:00Z`, or with another offset.
#[must_use]
pub fn parse_instant(text: &str) -> Option<Timestamp> {
    text.parse::<jiff::Timestamp>().ok().map(|at| Timestamp(at.as_millisecond()))
}

fn instant(civil: jiff::civil::DateTime) -> Option<Timestamp> {
    // Ambiguous local times resolve to the first; skipped ones to the same distance after the jump.
    Some(Timestamp(civil.to_zoned_datetime(zone().clone()).ok()?.timestamp().as_millisecond()))
}

/// Formats a number with thousands separators: « 12 345 », “12,345”.
pub(super) fn number(value: i64, locale: Locale) -> String {
    let digits = value.unsigned_abs().to_string();
    let separator = match locale {
        Locale::Fr => '\u{202f}',
        Locale::En => ',',
    };
    let mut text = String::with_capacity(digits.len() + 8);
    if value < 0 {
        text.push('-');
    }
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_follow_paris_and_the_language() {
        // 2026-03-28T23:30:00Z is already the 29th in Paris, before the clocks change.
        let at = Timestamp(1_774_740_600_000);
        assert_eq!(datetime(at, Locale::Fr), "29\u{a0}mars 2026 à 0\u{a0}h\u{a0}30");
        assert_eq!(datetime(at, Locale::En), "29\u{a0}March 2026, 00:30");
        assert_eq!(date(Timestamp(1_772_359_200_000), Locale::Fr), "1er\u{a0}mars 2026");
    }

    #[test]
    fn fields_carry_the_time_of_paris() {
        let at = parse_input("2026-03-12T14:05").unwrap();
        assert_eq!(at.to_rfc3339(), "2026-03-12T13:05:00Z");
        assert_eq!(input(at), "2026-03-12T14:05");
        let (first, next) = parse_day("2026-03-29").unwrap();
        assert_eq!(next.0 - first.0, 23 * 3_600_000, "the day the clocks change");
        for bad in ["", "2026-02-30", "12/03/2026", "2026-3-1", "demain"] {
            assert!(parse_day(bad).is_none() && parse_input(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn thousands_are_apart() {
        assert_eq!(number(-1_234_567, Locale::Fr), "-1\u{202f}234\u{202f}567");
        assert_eq!(number(999, Locale::En), "999");
    }
}
