//! Keyed digests, under which caches look up what is made of a value.

use std::hash::{BuildHasher, Hash, RandomState};

use siphasher::sip128::{Hasher128, SipHasher13};

/// A digest of 128 bits.
pub(super) type Key = (u64, u64);

/// Makes digests with a secret key of this process: collisions happen neither by accident nor by intent.
#[derive(Clone, Debug)]
pub(super) struct Digests(SipHasher13);

impl Default for Digests {
    fn default() -> Self {
        let random = || RandomState::new().hash_one("digest");
        Self(SipHasher13::new_with_keys(random(), random()))
    }
}

impl Digests {
    /// Returns the digest of `value`.
    pub(super) fn of(&self, value: impl Hash) -> Key {
        let mut hasher = self.0;
        value.hash(&mut hasher);
        hasher.finish128().as_u64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_depends_on_the_value_and_on_the_key() {
        let (digests, others) = (Digests::default(), Digests::default());
        assert_eq!(digests.of(("a", 1)), digests.of(("a", 1)));
        assert_ne!(digests.of(("a", 1)), digests.of(("a", 2)));
        assert_ne!(digests.of(("a", 1)), others.of(("a", 1)));
    }
}
