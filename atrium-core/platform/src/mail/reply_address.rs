//! Addresses for replies: `reponse+4k.loans.1c.g3n.0f3a…@example.fr`.

use crate::clock::Timestamp;
use crate::id::PersonId;
use crate::secrets::{Purpose, Secrets};

/// What signs them.
const REPLIES: Purpose = Purpose("mail.reply");
/// The days for which one may reply to a letter.
#[cfg(feature = "mail")]
const DAYS: i64 = 90;
pub(super) const DAY: i64 = 24 * 60 * 60 * 1000;
/// The longest first part of a mail address (RFC 5321).
const LONGEST: usize = 64;
pub(super) const DIGITS: u32 = 36;

/// What the address of a reply says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReplyAddress {
    pub(crate) person: PersonId,
    /// What it replies to: `loans:12`.
    pub(crate) subject: String,
    /// The day of the letter, since the epoch.
    day: i64,
}

impl ReplyAddress {
    /// Creates the address with which `person` replies to `subject`.
    pub(crate) fn new(person: PersonId, subject: &str, now: Timestamp) -> Self {
        Self { person, subject: subject.to_owned(), day: now.0 / DAY }
    }

    /// Returns `true` if the letter is too old to be replied to.
    #[cfg(feature = "mail")]
    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        !(0..=DAYS).contains(&(now.0 / DAY - self.day))
    }

    /// Writes it below `base`, an address whose server delivers what stands after a `+`; `None` if it does not fit, or the subject
    /// is not an id of a plugin's and a number.
    pub(crate) fn write(&self, secrets: &Secrets, base: &str) -> Option<String> {
        let (owner, number) = self.subject.split_once(':')?;
        let is_plain = !owner.is_empty() && owner.bytes().all(|byte| byte.is_ascii_lowercase());
        let number: i64 = number.parse().ok().filter(|number| *number >= 0 && is_plain)?;
        let payload = format!("{}.{owner}.{}.{}", short(self.person.0), short(number), short(self.day));
        below(base, &secrets.token(REPLIES, &payload))
    }

    /// Reads an address below `base`; `None` for any that was not written with this key.
    #[cfg(feature = "mail")]
    pub(crate) fn read(secrets: &Secrets, base: &str, address: &str) -> Option<Self> {
        let token = token_below(base, address)?;
        let mut parts = secrets.payload(REPLIES, &token)?.split('.');
        let (person, owner, number, day) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let read = |text| i64::from_str_radix(text, DIGITS).ok();
        Some(Self { person: PersonId(read(person)?), subject: format!("{owner}:{}", read(number)?), day: read(day)? })
    }
}

/// Returns the address of a token below `base`; `None` if it does not fit.
pub(super) fn below(base: &str, token: &str) -> Option<String> {
    let (name, domain) = base.rsplit_once('@')?;
    let local = format!("{name}+{token}");
    (local.len() <= LONGEST).then(|| format!("{local}@{domain}"))
}

/// Returns the token of an address below `base`, in small letters; `None` for any other address.
#[cfg(feature = "mail")]
pub(super) fn token_below(base: &str, address: &str) -> Option<String> {
    let (base, address) = (base.to_lowercase(), address.trim().to_lowercase());
    let ((name, domain), (local, at)) = (base.rsplit_once('@')?, address.rsplit_once('@')?);
    let token = local.strip_prefix(name)?.strip_prefix('+').filter(|_| at == domain)?;
    Some(token.to_owned())
}

/// Returns a number that is not negative in few letters and digits.
pub(super) fn short(number: i64) -> String {
    let mut rest = number.unsigned_abs();
    let mut digits = Vec::new();
    loop {
        let digit = u32::try_from(rest % u64::from(DIGITS)).unwrap_or_default();
        digits.push(char::from_digit(digit, DIGITS).unwrap_or('0'));
        rest /= u64::from(DIGITS);
        if rest == 0 {
            return digits.iter().rev().collect();
        }
    }
}

#[cfg(test)]
#[cfg(feature = "mail")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BASE: &str = "reponse@Assistance.example.fr";
    const NOON: Timestamp = Timestamp(1_773_662_400_000);

    proptest! {
        #[test]
        fn an_address_says_who_replies_to_what(person in 1..2_000_000_i64, number in 0..9_000_000_i64) {
            let secrets = Secrets::random();
            let of = ReplyAddress::new(PersonId(person), &format!("loans:{number}"), NOON);
            let written = of.write(&secrets, BASE).unwrap();
            prop_assert_eq!(ReplyAddress::read(&secrets, BASE, &written), Some(of.clone()));
            prop_assert_eq!(ReplyAddress::read(&secrets, BASE, &written.to_uppercase()), Some(of));
            prop_assert_eq!(ReplyAddress::read(&Secrets::random(), BASE, &written), None);
            prop_assert_eq!(ReplyAddress::read(&secrets, "reponse@other.example", &written), None);
        }

        #[test]
        fn no_other_text_is_an_address(text: String) {
            prop_assert_eq!(ReplyAddress::read(&Secrets::random(), BASE, &text), None);
            prop_assert_eq!(ReplyAddress::read(&Secrets::random(), BASE, &format!("reponse+{text}@assistance.example.fr")), None);
        }
    }

    #[test]
    fn a_letter_is_replied_to_for_ninety_days() {
        let of = ReplyAddress::new(PersonId(7), "loans:12", NOON);
        let days = |days: i64| Timestamp(NOON.0 + days * DAY);
        assert!(!of.is_over(days(0)) && !of.is_over(days(90)) && of.is_over(days(91)) && of.is_over(days(-1)));
    }

    #[test]
    fn what_does_not_fit_has_no_address() {
        let secrets = Secrets::random();
        for subject in ["loans", "loans:x", "lo ans:1", "a-plugin-with-a-long-name:1", ":1", "loans:-1"] {
            assert_eq!(ReplyAddress::new(PersonId(7), subject, NOON).write(&secrets, BASE), None, "{subject}");
        }
    }
}
