//! Instants, and the injected [`Clock`] that every time-dependent rule asks.

mod validity;
mod zone;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use sea_orm::DeriveValueType;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

pub use validity::Validity;
pub use zone::zone;
pub(crate) use zone::{DEFAULT as DEFAULT_ZONE, choose as choose_zone, named as named_zone};

/// An instant: milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
///
/// Stored as a 64-bit integer, so that SQLite and PostgreSQL compare, index and page by it in the same way.
///
/// ```
/// use atrium_platform::clock::Timestamp;
///
/// let noon = Timestamp(1_790_000_000_000);
/// assert_eq!(noon.plus_seconds(90), noon.plus_millis(90_000));
/// assert_eq!(Timestamp(0).to_rfc3339(), "1970-01-01T00:00:00Z");
/// ```
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, DeriveValueType,
)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Returns the instant `millis` milliseconds after this one (before it when negative).
    #[must_use]
    pub fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Returns the instant `seconds` seconds after this one.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        self.plus_millis(seconds.saturating_mul(1000))
    }

    /// Returns the instant `days` times 24 hours after this one.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        self.plus_seconds(days.saturating_mul(86_400))
    }

    /// Returns the instant as a calendar value in UTC. Values out of range become the epoch.
    #[must_use]
    pub fn to_utc(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    /// Returns the instant in RFC 3339, in UTC.
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        self.to_utc().format(&Rfc3339).unwrap_or_default()
    }
}

impl From<OffsetDateTime> for Timestamp {
    fn from(value: OffsetDateTime) -> Self {
        let millis = value.unix_timestamp_nanos() / 1_000_000;
        Self(i64::try_from(millis).unwrap_or(i64::MAX))
    }
}

/// The value of a fixed clock that follows the machine's clock.
const FOLLOWS: i64 = i64::MIN;

/// The source of "now". Cheap to clone; clones share one setting.
///
/// ```
/// use atrium_platform::clock::{Clock, Timestamp};
///
/// let clock = Clock::fixed(Timestamp(1_000));
/// let of_a_clone = clock.clone();
/// clock.set(Timestamp(2_000));
/// assert_eq!(of_a_clone.now(), Timestamp(2_000));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Clock {
    fixed: Option<Arc<AtomicI64>>,
    /// The milliseconds by which it is ahead of the machine's.
    ahead: i64,
}

impl Clock {
    /// Creates a clock that follows the machine's.
    #[must_use]
    pub fn system() -> Self {
        Self::default()
    }

    /// Creates a clock that follows the machine's until it is first set.
    #[must_use]
    pub fn adjustable() -> Self {
        Self::fixed(Timestamp(FOLLOWS))
    }

    /// Creates a clock that stays at `at` until it is set: for tests and seeded demonstrations.
    #[must_use]
    pub fn fixed(at: Timestamp) -> Self {
        Self { fixed: Some(Arc::new(AtomicI64::new(at.0))), ahead: 0 }
    }

    /// Creates a clock `millis` milliseconds ahead of the machine's, for tests of nodes whose clocks differ.
    #[must_use]
    pub fn ahead(millis: i64) -> Self {
        Self { fixed: None, ahead: millis }
    }

    /// Returns `true` if the clock follows the machine's, rather than staying where a test or a demonstration set
    /// it.
    #[must_use]
    pub(crate) fn follows_machine(&self) -> bool {
        self.fixed.as_ref().is_none_or(|hand| hand.load(Ordering::SeqCst) == FOLLOWS)
    }

    /// Returns the present instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match &self.fixed {
            Some(hand) => match hand.load(Ordering::SeqCst) {
                FOLLOWS => machine(),
                at => Timestamp(at),
            },
            None => machine().plus_millis(self.ahead),
        }
    }

    /// Makes a fixed clock follow the machine's from now on, as after seeding a demonstration's past.
    pub fn follow_machine(&self) {
        self.set(Timestamp(FOLLOWS));
    }

    /// Sets a fixed clock to `at`. Has no effect on the machine's clock.
    pub fn set(&self, at: Timestamp) {
        if let Some(hand) = &self.fixed {
            hand.store(at.0, Ordering::SeqCst);
        }
    }
}

/// Returns the machine's time.
#[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
fn machine() -> Timestamp {
    OffsetDateTime::now_utc().into()
}
