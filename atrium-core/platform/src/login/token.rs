//! Secrets that a browser or a letter carries. Only their hashes are stored.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// What a browser shows to be known again: 256 random bits as text.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(String);

/// What lets its bearer set a password, once: 256 random bits as text, fit for an address.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkToken(String);

/// What a browser keeps of an earlier sign-in, to be told from a stranger's: 256 random bits as text. It opens nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceToken(pub(super) String);

macro_rules! token {
    ($name:ident) => {
        impl $name {
            pub(super) fn random() -> Self {
                Self(random())
            }

            /// The secret itself, to be handed to its bearer and to nobody else.
            #[must_use]
            pub fn secret(&self) -> &str {
                &self.0
            }

            pub(super) fn hash(&self) -> String {
                hash_of(&self.0)
            }
        }

        impl fmt::Debug for $name {
            /// Never the secret.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

token!(SessionToken);
token!(LinkToken);
token!(DeviceToken);

fn random() -> String {
    let mut bytes = [0_u8; 32];
    rand::fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Under which a presented secret is looked up. A plain hash suffices: 256 random bits cannot be guessed.
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
