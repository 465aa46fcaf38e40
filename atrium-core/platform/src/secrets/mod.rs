//! The secret key of the platform: kept in the data directory or given by a setting, the same on every node; what is
//! sealed at rest with it, and the tokens that are signed with it.
//!
//! Each purpose has keys of its own, derived from the secret key (HKDF, RFC 5869): what was sealed or signed for one says
//! nothing to another. The key itself is used for nothing else and leaves this room for no one.

mod kept;
mod key;

use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::{hkdf, hmac};

use crate::error::{Error, Result};

pub(crate) use kept::{KeyState, accept, find, require};
use key::SecretKey;

/// The bytes of a signature that a token carries: 128 bits.
const SIGNED: usize = 16;
/// The salt of the derivation. It separates our keys from those that others derive from the same secret.
const SALT: &[u8] = b"atrium-assistance";
/// The first byte of what is sealed: how it is.
const VERSION: u8 = 1;

/// What a derived key is for, unique in the site and stable: `mail.unsubscribe`. It begins with its owner's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Purpose(pub &'static str);

/// Seals and signs with the platform's secret key. Cheap to clone.
///
/// ```
/// use atrium_platform::secrets::{Purpose, Secrets};
///
/// const WEBHOOK: Purpose = Purpose("loans.webhook");
/// const LEAVE: Purpose = Purpose("loans.leave");
///
/// let secrets = Secrets::random();
/// let kept = secrets.seal(WEBHOOK, b"the secret of a webhook");
/// assert_eq!(secrets.open(WEBHOOK, &kept).unwrap(), b"the secret of a webhook");
/// assert!(secrets.open(LEAVE, &kept).is_err());
///
/// let token = secrets.token(LEAVE, "12");
/// assert_eq!(secrets.payload(LEAVE, &token), Some("12"));
/// assert_eq!(secrets.payload(LEAVE, &token.replace("12", "13")), None);
/// ```
#[derive(Clone)]
pub struct Secrets(Arc<SecretKey>);

impl fmt::Debug for Secrets {
    /// Writes a placeholder, never the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(…)")
    }
}

impl Secrets {
    fn of(key: SecretKey) -> Self {
        Self(Arc::new(key))
    }

    /// Returns secrets of a key that is kept nowhere, for tests.
    #[must_use]
    pub fn random() -> Self {
        Self::of(SecretKey::random())
    }

    /// Returns the fingerprint of the key, which may be shown: it leads back to no part of it.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        hex::encode(&self.derive("fingerprint", Purpose("core"))[..8])
    }

    /// Seals `plain` for a purpose (ChaCha20-Poly1305), as text for a column or a file.
    #[must_use]
    pub fn seal(&self, purpose: Purpose, plain: &[u8]) -> String {
        let mut nonce = [0_u8; NONCE_LEN];
        // Random nonces repeat after some 2^32 texts of a purpose: settings and webhooks are thousands.
        rand::fill(&mut nonce);
        let mut text = plain.to_vec();
        let sealed = self.cipher(purpose).seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from([VERSION]),
            &mut text,
        );
        sealed.expect("a text of less than 256 GB");
        URL_SAFE_NO_PAD.encode([&[VERSION][..], &nonce, &text].concat())
    }

    /// Opens what was sealed for a purpose.
    ///
    /// # Errors
    /// Returns an error if it was sealed with another key or for another purpose, or was changed.
    pub fn open(&self, purpose: Purpose, sealed: &str) -> Result<Vec<u8>> {
        let refused = || Error::bug(format!("a secret of `{}` cannot be opened with this key", purpose.0));
        let bytes = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| refused())?;
        let (version, rest) = bytes.split_first().ok_or_else(refused)?;
        let (nonce, text) = rest.split_at_checked(NONCE_LEN).ok_or_else(refused)?;
        if *version != VERSION {
            return Err(refused());
        }
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| refused())?;
        let mut text = text.to_vec();
        let plain =
            self.cipher(purpose).open_in_place(nonce, Aad::from([VERSION]), &mut text).map_err(|_| refused())?;
        Ok(plain.to_vec())
    }

    /// Returns `payload` with its signature: lower-case hexadecimal digits after a dot, which survive the parts of mail
    /// addresses.
    #[must_use]
    pub fn token(&self, purpose: Purpose, payload: &str) -> String {
        let signature = hmac::sign(&self.signing(purpose), payload.as_bytes());
        format!("{payload}.{}", hex::encode(&signature.as_ref()[..SIGNED]))
    }

    /// Returns the payload of a token that was signed for this purpose; `None` for any other text.
    #[must_use]
    pub fn payload<'t>(&self, purpose: Purpose, token: &'t str) -> Option<&'t str> {
        let (payload, signature) = token.rsplit_once('.')?;
        let given: [u8; SIGNED] = hex::decode(signature).ok()?.try_into().ok()?;
        let expected = hmac::sign(&self.signing(purpose), payload.as_bytes());
        let is_ours = bool::from(subtle::ConstantTimeEq::ct_eq(&expected.as_ref()[..SIGNED], &given[..]));
        is_ours.then_some(payload)
    }

    /// Returns a digest of `text` for a purpose, 32 hexadecimal digits: without the key, it neither leads back to a text that
    /// can be guessed nor is found for one.
    #[must_use]
    pub fn digest(&self, purpose: Purpose, text: &str) -> String {
        self.digest_of_bytes(purpose, text.as_bytes())
    }

    pub(crate) fn digest_of_bytes(&self, purpose: Purpose, bytes: &[u8]) -> String {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &self.derive("digest", purpose)), bytes);
        hex::encode(&tag.as_ref()[..SIGNED])
    }

    fn cipher(&self, purpose: Purpose) -> LessSafeKey {
        let key = UnboundKey::new(&CHACHA20_POLY1305, &self.derive("seal", purpose));
        LessSafeKey::new(key.expect("a key of 32 bytes"))
    }

    fn signing(&self, purpose: Purpose) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, &self.derive("sign", purpose))
    }

    /// Returns the key of one use and one purpose.
    fn derive(&self, used_to: &str, purpose: Purpose) -> [u8; 32] {
        let mut derived = [0_u8; 32];
        let root = hkdf::Salt::new(hkdf::HKDF_SHA256, SALT).extract(self.0.bytes());
        // A zero byte stands in no use and no purpose.
        let info = [used_to.as_bytes(), b"\0", purpose.0.as_bytes()];
        let filled = root.expand(&info, hkdf::HKDF_SHA256).and_then(|key| key.fill(&mut derived));
        filled.expect("32 bytes, as SHA-256 gives");
        derived
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ONE: Purpose = Purpose("core.one");
    const OTHER: Purpose = Purpose("core.other");

    proptest! {
        #[test]
        fn what_is_sealed_opens_with_its_key_and_purpose_alone(plain: Vec<u8>, flipped: prop::sample::Index) {
            let (ours, theirs) = (Secrets::random(), Secrets::random());
            let sealed = ours.seal(ONE, &plain);
            prop_assert_eq!(ours.open(ONE, &sealed).unwrap(), plain.clone());
            prop_assert!(ours.open(OTHER, &sealed).is_err() && theirs.open(ONE, &sealed).is_err());
            prop_assert_ne!(ours.seal(ONE, &plain), sealed.clone(), "the same text is sealed differently each time");
            let mut changed = URL_SAFE_NO_PAD.decode(&sealed).unwrap();
            let at = flipped.index(changed.len());
            changed[at] ^= 1;
            prop_assert!(ours.open(ONE, &URL_SAFE_NO_PAD.encode(changed)).is_err());
        }

        #[test]
        fn no_text_opens_without_having_been_sealed(text: String) {
            prop_assert!(Secrets::random().open(ONE, &text).is_err());
        }

        #[test]
        fn a_token_is_read_with_its_key_and_purpose_alone(payload in "[a-z0-9.+:-]{0,40}") {
            let (ours, theirs) = (Secrets::random(), Secrets::random());
            let token = ours.token(ONE, &payload);
            prop_assert_eq!(ours.payload(ONE, &token), Some(payload.as_str()));
            prop_assert_eq!(ours.payload(OTHER, &token), None);
            prop_assert_eq!(theirs.payload(ONE, &token), None);
            for wrong in [format!("x{token}"), format!("{token}0"), token[..token.len() - 1].to_owned()] {
                prop_assert_eq!(ours.payload(ONE, &wrong), None);
            }
        }
    }

    #[test]
    fn the_key_is_never_printed_and_its_fingerprint_stays() {
        let secrets = Secrets::of(SecretKey::parse(&"5a".repeat(32)).unwrap());
        assert_eq!(format!("{secrets:?}"), "Secrets(…)");
        let again = Secrets::of(SecretKey::parse(&"5a".repeat(32)).unwrap());
        assert_eq!(secrets.fingerprint(), again.fingerprint());
        assert_ne!(secrets.fingerprint(), Secrets::random().fingerprint());
        assert_eq!(secrets.fingerprint().len(), 16);
    }
}
