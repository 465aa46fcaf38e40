//! Secrets carried by a browser or a letter. Only their hashes are stored.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// The token of a session, sent by the browser: 256 random bits as text.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(String);

/// The token of a one-time link that sets a password: 256 random bits as text, fit for a URL.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkToken(String);

/// The token that a browser keeps of an earlier sign-in, which marks it as known: 256 random bits as text. It gives
/// no access.
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceToken(pub(super) String);

macro_rules! token {
    ($name:ident) => {
        impl $name {
            pub(super) fn random() -> Self {
                Self(random())
            }

            /// Returns the secret itself, to be handed to its bearer only.
            #[must_use]
            pub fn secret(&self) -> &str {
                &self.0
            }

            pub(super) fn hash(&self) -> String {
                hash_of(&self.0)
            }
        }

        impl fmt::Debug for $name {
            /// Writes a placeholder, never the secret.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

token!(SessionToken);
token!(LinkToken);
token!(DeviceToken);

pub(super) fn random() -> String {
    let mut bytes = [0_u8; 32];
    rand::fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Returns the hash that a presented secret is looked up by. A plain hash suffices: 256 random bits cannot be
/// guessed.
pub(super) fn hash_of(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_are_never_printed() {
        let (a, b) = (SessionToken::random(), SessionToken::random());
        assert_ne!(a, b);
        assert_eq!(a.secret().len(), 43);
        assert_eq!(a.hash(), hash_of(a.secret()));
        assert_eq!(format!("{a:?}"), "SessionToken(…)");
    }
}
