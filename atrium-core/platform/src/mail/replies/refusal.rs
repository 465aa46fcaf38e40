//! Why a message that came in is refused.

#[cfg(feature = "mail")]
use crate::error::Error;

/// Why a message was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refused {
    /// It is not a message.
    Malformed,
    /// It is larger than the site takes.
    TooLarge,
    /// It was taken already.
    Duplicate,
    /// A program wrote it: an absence notice, a list, a failed delivery.
    Automatic,
    /// It comes from the site's own address.
    OwnAddress,
    /// It reports about a delivery, and not to the address that a letter of this site came from.
    UnknownReport,
    /// It does not go to an address for replies.
    UnknownAddress,
    /// It does not come from the person to whom the letter went.
    WrongSender,
    /// The letter is too old.
    TooOld,
    /// The person has no account in use.
    NoAccount,
    /// No text stands above the letter.
    Empty,
    /// The subject is not there for the person, or they may not reply.
    NotAllowed,
    /// The subject takes no replies.
    Closed,
    /// The text does not do.
    Invalid,
    /// The person wrote too often within an hour.
    TooOften,
}

impl Refused {
    const ALL: [Self; 15] = [
        Self::Malformed,
        Self::TooLarge,
        Self::Duplicate,
        Self::Automatic,
        Self::OwnAddress,
        Self::UnknownReport,
        Self::UnknownAddress,
        Self::WrongSender,
        Self::TooOld,
        Self::NoAccount,
        Self::Empty,
        Self::NotAllowed,
        Self::Closed,
        Self::Invalid,
        Self::TooOften,
    ];

    /// Returns the spelling used in the database and in message keys (`mail-refused-too-old`).
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::TooLarge => "too-large",
            Self::Duplicate => "duplicate",
            Self::Automatic => "automatic",
            Self::OwnAddress => "own-address",
            Self::UnknownReport => "unknown-report",
            Self::UnknownAddress => "unknown-address",
            Self::WrongSender => "wrong-sender",
            Self::TooOld => "too-old",
            Self::NoAccount => "no-account",
            Self::Empty => "empty",
            Self::NotAllowed => "not-allowed",
            Self::Closed => "closed",
            Self::Invalid => "invalid",
            Self::TooOften => "too-often",
        }
    }

    /// Returns the reason with this key.
    pub(super) fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.key() == key)
    }

    /// Returns `true` if the person is told: it is known that they wrote, and that what they wrote is not shown.
    #[cfg(feature = "mail")]
    pub(super) fn is_told(self) -> bool {
        matches!(self, Self::TooOld | Self::Empty | Self::NotAllowed | Self::Closed | Self::Invalid | Self::TooOften)
    }

    /// Returns the reason that a receiver's error stands for.
    ///
    /// # Errors
    /// Returns the error itself if it is not about the reply.
    #[cfg(feature = "mail")]
    pub(super) fn of(error: Error) -> Result<Self, Error> {
        match error {
            error if error.is_not_found() || error.is_forbidden() || error.is_sign_in_required() => {
                Ok(Self::NotAllowed)
            }
            error if error.is_conflict() => Ok(Self::Closed),
            error if error.is_invalid() => Ok(Self::Invalid),
            error => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_has_a_key_of_its_own() {
        for reason in Refused::ALL {
            assert_eq!(Refused::from_key(reason.key()), Some(reason));
        }
        assert_eq!(Refused::from_key("received"), None);
    }
}
