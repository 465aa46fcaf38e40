//! Envelope senders of letters, to which reports about their delivery come back: `reponse+4k.g3n.0f3a1b2c.91d4…@example.fr`.
//!
//! Each names the person and a hash of the address that the letter went to, and is signed: a report says something about a letter of
//! this site only if it reaches such an address.

use super::reply_address::{DAY, DIGITS, below, short, token_below};
use crate::clock::Timestamp;
use crate::id::PersonId;
use crate::secrets::{Purpose, Secrets};

/// What signs them: an address for replies is none.
const BOUNCES: Purpose = Purpose("mail.bounce");
/// The days within which a report is believed: servers give a letter up after some five.
const DAYS: i64 = 14;
/// The digits that are kept of an address's hash.
const HASHED: usize = 8;

/// What the envelope sender of a letter says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BounceAddress {
    pub(crate) person: PersonId,
    /// The beginning of the hash of the address that the letter went to.
    hash: String,
    /// The day of the letter, since the epoch.
    day: i64,
}

impl BounceAddress {
    /// Creates the envelope sender of a letter to the address of `hash`.
    pub(crate) fn new(person: PersonId, hash: &str, now: Timestamp) -> Self {
        Self { person, hash: hash.chars().take(HASHED).collect(), day: now.0 / DAY }
    }

    /// Returns `true` if the letter is too old for a report about it.
    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        !(0..=DAYS).contains(&(now.0 / DAY - self.day))
    }

    /// Returns `true` if the letter went to the address of this hash.
    pub(crate) fn is_of(&self, hash: &str) -> bool {
        !self.hash.is_empty() && hash.starts_with(&self.hash)
    }

    /// Writes it below `base`; `None` if it does not fit.
    pub(crate) fn write(&self, secrets: &Secrets, base: &str) -> Option<String> {
        let payload = format!("{}.{}.{}", short(self.person.0), short(self.day), self.hash);
        below(base, &secrets.token(BOUNCES, &payload))
    }

    /// Reads an address below `base`; `None` for any that was not written with this key.
    pub(crate) fn read(secrets: &Secrets, base: &str, address: &str) -> Option<Self> {
        let token = token_below(base, address)?;
        let mut parts = secrets.payload(BOUNCES, &token)?.split('.');
        let (person, day, hash) = (parts.next()?, parts.next()?, parts.next()?);
        let read = |text| i64::from_str_radix(text, DIGITS).ok();
        Some(Self { person: PersonId(read(person)?), hash: hash.to_owned(), day: read(day)? })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::ReplyAddress;
    use super::*;

    const BASE: &str = "reponse@Assistance.example.fr";
    const NOON: Timestamp = Timestamp(1_773_662_400_000);
    const HASH: &str = "0f3a1b2c91d4";

    proptest! {
        #[test]
        fn an_envelope_sender_says_to_whom_the_letter_went(person in 1..2_000_000_000_i64) {
            let secrets = Secrets::random();
            let of = BounceAddress::new(PersonId(person), HASH, NOON);
            let written = of.write(&secrets, BASE).unwrap();
            prop_assert_eq!(BounceAddress::read(&secrets, BASE, &written.to_uppercase()), Some(of));
            prop_assert_eq!(BounceAddress::read(&Secrets::random(), BASE, &written), None);
            prop_assert_eq!(ReplyAddress::read(&secrets, BASE, &written), None);
            let reply = ReplyAddress::new(PersonId(person), "forum:1", NOON).write(&secrets, BASE).unwrap();
            prop_assert_eq!(BounceAddress::read(&secrets, BASE, &reply), None);
        }
    }

    #[test]
    fn a_report_is_believed_for_two_weeks_about_one_address() {
        let of = BounceAddress::new(PersonId(7), HASH, NOON);
        let days = |days: i64| Timestamp(NOON.0 + days * DAY);
        assert!(!of.is_over(days(0)) && !of.is_over(days(14)) && of.is_over(days(15)) && of.is_over(days(-1)));
        assert!(of.is_of(HASH) && !of.is_of("1f3a1b2c91d4"));
    }
}
