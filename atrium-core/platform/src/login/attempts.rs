//! Limits attempts to sign in, counted in SQL by the database's clock, so that the limits hold over all nodes.
//!
//! A browser in which the account's owner has signed in before has a count of its own, which others cannot raise.
//! Any other browser has three counts, over the last quarter of an hour: this name from this address, this name
//! from anywhere, this address with any name. The first two impose waits that grow. The third spaces out attempts
//! from the address once many names have failed there: it refuses before a password is checked, and only briefly,
//! since a whole school shares one address. The name as typed is stored hashed: people type passwords there.

use std::net::IpAddr;

use super::forgetting::{self, A_FEW};
use super::store::{self, Count};
use super::token::hash_of;
use super::{Device, SessionId, devices};
use crate::clock::Timestamp;
use crate::db::{Db, Lock, Tx};
use crate::error::{Error, Result};

/// The window over which attempts count, in seconds.
pub(super) const WINDOW: i64 = 15 * 60;
/// Failures of one name from one address, or in one known browser, before it has to wait.
const FREE_TRIES: i64 = 5;
/// Longest wait of one name from one address, or in one known browser, in seconds.
const LONGEST_WAIT: i64 = 5 * 60;
/// Failures of one name from anywhere before it has to wait.
const NAME_TRIES: i64 = 30;
/// Longest wait of one name from anywhere, in seconds: short, or strangers could keep its owner out.
const LONGEST_NAME_WAIT: i64 = 30;
/// Failures of one address before its attempts are spaced out.
const ADDRESS_TRIES: i64 = 100;
/// Further failures that lengthen the spacing by one second.
const ADDRESS_STEP: i64 = 20;
/// Longest spacing of two attempts from one address, in seconds.
const LONGEST_SPACE: i64 = 10;

/// Serialises attempts under one key.
const ATTEMPTS: Lock = Lock::named("core.login.attempts");

/// An attempt under way. It counts as failed unless [`succeeded`](Self::succeeded) takes it back.
#[derive(Debug)]
pub(super) struct Attempt {
    /// The keys it counts under, cleared once the owner signs in.
    own: Vec<String>,
    /// The row under the address, which keeps the failures of others.
    at_address: Option<i64>,
    /// Attempts on this name within the window, this one included.
    pub(super) of_name: i64,
}

impl Attempt {
    /// Counts an attempt on `login` from `device`.
    ///
    /// # Errors
    /// Returns an error with `retry_after` if the next attempt has to wait.
    pub(super) async fn begin(db: &Db, login: &str, device: &Device) -> Result<Self> {
        let tx = db.begin().await?;
        let now = tx.database_now().await?;
        if let Some(token) = &device.token
            && devices::is_known(&tx, token, login, now).await?
        {
            return Self::begin_alone(tx, format!("d:{}", hash_of(&format!("{login}\0{token}"))), now).await;
        }
        let place = place(&device.address);
        let name = format!("n:{}", hash_of(login));
        let pair = format!("p:{}", hash_of(&format!("{login}\0{place}")));
        let place = format!("a:{place}");
        // Names before addresses, so that two attempts do not wait for each other.
        tx.lock(&ATTEMPTS.of(name.as_str())).await?;
        tx.lock(&ATTEMPTS.of(place.as_str())).await?;
        forgetting::ATTEMPTS.remove(&tx, now, A_FEW).await?;
        let counts = store::count_attempts(&tx, &[&pair, &name, &place], now.plus_seconds(-WINDOW)).await?;
        let pressure = Pressure {
            pair: Count::of(&counts, &pair),
            name: Count::of(&counts, &name),
            address: Count::of(&counts, &place),
        };
        pressure.verdict(now).map_err(Error::too_many)?;
        store::add_attempt(&tx, &pair, now).await?;
        store::add_attempt(&tx, &name, now).await?;
        let at_address = store::add_attempt(&tx, &place, now).await?;
        tx.commit().await?;
        Ok(Self { own: vec![pair, name], at_address: Some(at_address), of_name: pressure.name.attempts + 1 })
    }

    /// Counts an attempt on the password of the person signed in by `session`, apart from other attempts.
    ///
    /// # Errors
    /// Returns an error with `retry_after` if the next attempt has to wait.
    pub(super) async fn begin_in(db: &Db, session: SessionId) -> Result<Self> {
        let tx = db.begin().await?;
        let now = tx.database_now().await?;
        Self::begin_alone(tx, format!("s:{session}"), now).await
    }

    async fn begin_alone(tx: Tx, key: String, now: Timestamp) -> Result<Self> {
        tx.lock(&ATTEMPTS.of(key.as_str())).await?;
        forgetting::ATTEMPTS.remove(&tx, now, A_FEW).await?;
        let pair = Count::of(&store::count_attempts(&tx, &[&key], now.plus_seconds(-WINDOW)).await?, &key);
        Pressure { pair, ..Pressure::default() }.verdict(now).map_err(Error::too_many)?;
        store::add_attempt(&tx, &key, now).await?;
        tx.commit().await?;
        Ok(Self { own: vec![key], at_address: None, of_name: pair.attempts + 1 })
    }

    /// Removes the attempt after its owner signed in, with their earlier failures.
    pub(super) async fn succeeded(&self, tx: &Tx) -> Result<()> {
        store::forget_attempts(tx, &self.own, self.at_address).await
    }
}

/// Returns the unit that counts as one address: an IPv4 address, or the /64 of an IPv6 site.
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
    address: Count,
}

impl Pressure {
    /// Returns the seconds to wait as an error if the attempt comes too early.
    fn verdict(self, now: Timestamp) -> Result<(), u64> {
        let crowded = self.address.attempts - ADDRESS_TRIES;
        let free = if crowded > 0 { 1 } else { FREE_TRIES };
        let pair = doubling(self.pair.attempts - free, LONGEST_WAIT);
        let name = doubling(self.name.attempts - NAME_TRIES, LONGEST_NAME_WAIT);
        let space = if crowded < 0 { 0 } else { (1 + crowded / ADDRESS_STEP).min(LONGEST_SPACE) };
        let due = self.pair.last.plus_seconds(pair).max(self.name.last.plus_seconds(name));
        let left = due.max(self.address.last.plus_seconds(space)).0 - now.0;
        match u64::try_from(left) {
            Ok(left) if left > 0 => Err(left.div_ceil(1000)),
            _ => Ok(()),
        }
    }
}

/// Returns 0 below the allowance, then 2, 4, 8 … seconds up to `longest`.
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
        assert_eq!(later, Ok(()));
    }

    #[test]
    fn strangers_cannot_keep_a_name_out_for_long() {
        let attacked = Pressure { name: failed(10_000), ..Pressure::default() };
        assert_eq!(attacked.verdict(NOW), Err(30));
    }

    #[test]
    fn what_comes_from_a_crowded_address_is_spaced_out_and_never_locked_out() {
        let space = |attempts| Pressure { address: failed(attempts), ..Pressure::default() }.verdict(NOW).err();
        assert_eq!([99, 100, 119, 120, 100_000].map(space), [None, Some(1), Some(1), Some(2), Some(10)]);
        let later = Pressure { address: failed(100_000), ..Pressure::default() }.verdict(NOW.plus_seconds(10));
        assert_eq!(later, Ok(()));
        let again = Pressure { address: failed(101), pair: failed(1), ..Pressure::default() };
        assert_eq!(again.verdict(NOW), Err(2));
    }

    #[test]
    fn an_ipv6_site_is_one_address() {
        assert_eq!(place("2001:db8:1:2:3:4:5:6"), place("2001:db8:1:2:ffff::1"));
        assert_eq!(place("::ffff:192.0.2.7"), "192.0.2.7");
    }
}
