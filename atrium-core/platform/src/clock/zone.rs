//! The time zone of the site: that of the days and hours which people read, type and schedule.

use std::sync::{LazyLock, OnceLock};

use jiff::tz::TimeZone;

/// The default zone of a process.
pub(crate) const DEFAULT: &str = "Europe/Paris";

static CHOSEN: OnceLock<(String, TimeZone)> = OnceLock::new();
static FALLBACK: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::get(DEFAULT).expect("the time zone database is part of the binary"));

/// Returns the time zone of the site, which is that of the whole process.
#[must_use]
pub fn zone() -> &'static TimeZone {
    CHOSEN.get().map_or(&FALLBACK, |(_, zone)| zone)
}

/// Returns the zone with this name of the IANA database.
pub(crate) fn named(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok().filter(|_| !name.is_empty())
}

/// Sets the zone of the process, and returns its name: another one if another platform of this process was first, since
/// dates are formatted without a platform at hand.
pub(crate) fn choose(name: &str) -> Option<&'static str> {
    let zone = named(name)?;
    Some(&CHOSEN.get_or_init(|| (name.to_owned(), zone)).0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_has_one_zone() {
        assert_eq!(zone().iana_name(), Some(DEFAULT));
        for wrong in ["", "Paris", "Europe/Arles", "../etc/passwd"] {
            assert!(named(wrong).is_none(), "{wrong}");
        }
        assert_eq!(choose(DEFAULT), Some(DEFAULT));
        assert_eq!(choose("Indian/Reunion"), Some(DEFAULT));
        assert_eq!(zone().iana_name(), Some(DEFAULT));
        assert_eq!(choose("Europe/Arles"), None);
    }
}
