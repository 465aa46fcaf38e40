//! Limits on attempts to sign in, counted in SQL so that they hold over every node.
//!
//! Three counts over the last quarter of an hour: this name from this address, this name from anywhere, this address
//! with any name. The first two make one wait, ever longer. The third never refuses a name that has not failed from
//! there, since a whole school shares one address: it slows answers down and leaves each name one try instead of five.
//! What was typed as a name is stored hashed: people type passwords there.

use std::net::IpAddr;
use std::time::Duration;

use super::store::{self, Count};
use super::token::hash_of;
use crate::clock::Timestamp;
use crate::db::{Db, Lock, Tx};
use crate::error::{Error, Result};

/// How far back attempts count, in seconds.
const WINDOW: i64 = 15 * 60;
/// Failures of one name from one address before it has to wait.
const FREE_TRIES: i64 = 5;
/// Longest wait of one name from one address, in seconds.
const LONGEST_WAIT: i64 = 5 * 60;
/// Failures of one name from anywhere before it has to wait.
const NAME_TRIES: i64 = 30;
/// Longest wait of one name from anywhere, in seconds: short, or strangers could keep its owner out.
const LONGEST_NAME_WAIT: i64 = 30;
/// Failures of one address before it is slowed down.
const ADDRESS_TRIES: i64 = 100;
/// Longest pause of a slowed address.
const LONGEST_PAUSE: i64 = 2_000;

/// Makes attempts on one name count one after the other.
const ATTEMPTS: Lock = Lock::named("core.login.attempts");

/// An attempt under way. It counts as failed unless [`succeeded`](Self::succeeded) takes it back.
#[derive(Debug)]
pub(super) struct Attempt {
    pair: String,
    name: String,
    at_address: i64,
    /// Attempts on this name within the window, this one included.
    pub(super) of_name: i64,
    /// How long the answer is to wait.
    pub(super) pause: Duration,
}

impl Attempt {
    /// Counts an attempt on `login` from `address`.
    ///
    /// # Errors
    /// One has to wait.
    pub(super) async fn begin(db: &Db, login: &str, address: &str) -> Result<Self> {
        let place = place(address);
        let name = format!("n:{}", hash_of(login));
        let pair = format!("p:{}", hash_of(&format!("{login}\0{place}")));
        let place = format!("a:{place}");
        let tx = db.begin().await?;
        let now = tx.now();
        tx.lock(&ATTEMPTS.of(name.as_str())).await?;
        store::forget_attempts_before(&tx, now.plus_seconds(-WINDOW)).await?;
        let counts = store::count_attempts(&tx, [&pair, &name, &place]).await?;
        let pressure = Pressure {
            pair: Count::of(&counts, &pair),
            name: Count::of(&counts, &name),
            address: Count::of(&counts, &place).attempts,
        };
        let pause = pressure.verdict(now).map_err(Error::too_many)?;
        store::add_attempt(&tx, &pair).await?;
        store::add_attempt(&tx, &name).await?;
        let at_address = store::add_attempt(&tx, &place).await?;
        tx.commit().await?;
        Ok(Self { pair, name, at_address, of_name: pressure.name.attempts + 1, pause })
    }

    /// Takes the attempt back: its owner came in, and this name's failures are forgotten.
    pub(super) async fn succeeded(&self, tx: &Tx) -> Result<()> {
        store::forget_attempts(tx, [&self.pair, &self.name], self.at_address).await
    }
}

/// What counts as one address: an IPv4 address, or the /64 that one IPv6 site is given.
fn place(address: &str) -> String {
    match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Ok(address) => address.to_string(),
        Err(_) => String::new(),
    }
}

/// The counts that decide about an attempt.
#[derive(Clone, Copy, Debug, Default)]
struct Pressure {
    pair: Count,
    name: Count,
    address: i64,
}

impl Pressure {
    /// How long the answer pauses, or in how many seconds to come back.
    fn verdict(self, now: Timestamp) -> Result<Duration, u64> {
        let crowded = self.address - ADDRESS_TRIES;
        let free = if crowded > 0 { 1 } else { FREE_TRIES };
        let pair = doubling(self.pair.attempts - free, LONGEST_WAIT);
        let name = doubling(self.name.attempts - NAME_TRIES, LONGEST_NAME_WAIT);
        let due = self.pair.last.plus_seconds(pair).max(self.name.last.plus_seconds(name));
        let left = due.0 - now.0;
        if left > 0 {
            return Err(u64::try_from(left).unwrap_or_default().div_ceil(1000));
        }
        let pause = (crowded * 20).clamp(0, LONGEST_PAUSE);
        Ok(Duration::from_millis(u64::try_from(pause).unwrap_or_default()))
    }
}

/// 0 below the allowance, then 2, 4, 8 … seconds up to `longest`.
fn doubling(over: i64, longest: i64) -> i64 {
    match over {
        ..0 => 0,
        over => 2_i64.saturating_pow(u32::try_from(over).unwrap_or(u32::MAX).saturating_add(1)).min(longest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000);

    fn failed(attempts: i64) -> Count {
        Count { attempts, last: NOW }
    }

    #[test]
    fn a_name_waits_ever_longer_from_one_address() {
        let wait = |attempts| Pressure { pair: failed(attempts), ..Pressure::default() }.verdict(NOW).err();
        assert_eq!([4, 5, 6, 7, 50].map(wait), [None, Some(2), Some(4), Some(8), Some(300)]);
        let later = Pressure { pair: failed(5), ..Pressure::default() }.verdict(NOW.plus_seconds(2));
        assert_eq!(later, Ok(Duration::ZERO));
    }

    #[test]
    fn strangers_cannot_keep_a_name_out_for_long() {
        let attacked = Pressure { name: failed(10_000), ..Pressure::default() };
        assert_eq!(attacked.verdict(NOW), Err(30));
    }

    #[test]
    fn a_crowded_address_is_slowed_and_never_locked_out() {
        let newcomer = Pressure { address: 100_000, ..Pressure::default() };
        assert_eq!(newcomer.verdict(NOW), Ok(Duration::from_secs(2)));
        let again = Pressure { address: 100_000, pair: failed(1), ..Pressure::default() };
        assert_eq!(again.verdict(NOW), Err(2));
    }

    #[test]
    fn an_ipv6_site_is_one_address() {
        assert_eq!(place("2001:db8:1:2:3:4:5:6"), place("2001:db8:1:2:ffff::1"));
        assert_eq!(place("::ffff:192.0.2.7"), "192.0.2.7");
    }
}
