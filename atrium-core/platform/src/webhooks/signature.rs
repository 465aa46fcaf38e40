//! The signature of a message, as the Standard Webhooks specification has it: HMAC-SHA256 of `id.timestamp.body` with the
//! webhook's secret, and the secret's form, `whsec_` and base64.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;

use crate::error::{Error, Result};
use crate::secrets::{Purpose, Secrets};

/// What every secret begins with.
const PREFIX: &str = "whsec_";
/// The bytes of a new secret; the specification wants 24 to 64.
const LENGTH: usize = 32;
/// What secrets are sealed for.
const SEALED: Purpose = Purpose("core.webhook");

/// The secret that a webhook and its receiver share. It is shown once, and kept sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSecret(Vec<u8>);

impl fmt::Debug for WebhookSecret {
    /// Never the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(…)")
    }
}

impl WebhookSecret {
    pub(super) fn random() -> Self {
        let mut bytes = vec![0_u8; LENGTH];
        rand::fill(&mut bytes[..]);
        Self(bytes)
    }

    /// Returns the secret as its receiver configures it: `whsec_…`.
    #[must_use]
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(&self.0))
    }

    pub(super) fn seal(&self, secrets: &Secrets) -> String {
        secrets.seal(SEALED, &self.0)
    }

    /// Opens a secret.
    ///
    /// # Errors
    /// Returns an error if it was sealed with another key of the platform.
    pub(super) fn open(secrets: &Secrets, sealed: &str) -> Result<Self> {
        let bytes = secrets.open(SEALED, sealed)?;
        if bytes.is_empty() { Err(Error::bug("the secret of a webhook is empty")) } else { Ok(Self(bytes)) }
    }

    /// Returns the signature of a message sent at `timestamp`, in seconds: `v1,…`.
    pub(super) fn sign(&self, id: &str, timestamp: i64, body: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        let signature = hmac::sign(&key, format!("{id}.{timestamp}.{body}").as_bytes());
        format!("v1,{}", STANDARD.encode(signature.as_ref()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_that_of_the_specification() {
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed =
            WebhookSecret(secret).sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, "{\"test\": 2432232314}");
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_is_recognised_sealed_and_never_printed() {
        let (secrets, secret) = (Secrets::random(), WebhookSecret::random());
        let text = secret.reveal();
        assert!(text.starts_with("whsec_"));
        assert_eq!(STANDARD.decode(&text["whsec_".len()..]).unwrap().len(), LENGTH);
        assert_eq!(format!("{secret:?}"), "WebhookSecret(…)");
        let sealed = secret.seal(&secrets);
        assert_eq!(WebhookSecret::open(&secrets, &sealed).unwrap(), secret);
        assert!(WebhookSecret::open(&Secrets::random(), &sealed).is_err());
    }
}
