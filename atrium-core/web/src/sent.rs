//! Remembers forms that a browser sent recently, for forms whose second sending cannot be detected otherwise: going
//! back and sending again has no second effect.
//!
//! The browser keeps a few hashes for a quarter of an hour. The server keeps no state, and a browser without
//! cookies may send twice.

use axum::response::Response;
use http::header::SET_COOKIE;
use sha2::{Digest, Sha256};

use super::form::Form;
use super::request_context::RequestContext;

/// The number of forms that a browser remembers.
const REMEMBERED: usize = 6;

impl RequestContext {
    /// Returns `true` if this browser recently sent the same form, at this address and for this person.
    #[must_use]
    pub fn was_sent(&self, form: &Form) -> bool {
        self.0.sent.iter().any(|hash| *hash == self.hash(form))
    }

    /// Adds a note about an accepted form to the response, for the browser.
    #[must_use]
    pub fn note_sent(&self, form: &Form, mut response: Response) -> Response {
        let newest = std::iter::once(self.hash(form));
        let kept: Vec<_> = newest.chain(self.0.sent.iter().cloned()).take(REMEMBERED).collect();
        let cookie = self.atrium().shell().cookies.set_sent(self, &kept.join("."));
        response.headers_mut().append(SET_COOKIE, cookie);
        response
    }

    fn hash(&self, form: &Form) -> String {
        let person = self.actor().person().map(|person| person.to_string()).unwrap_or_default();
        let mut hasher = Sha256::new();
        for part in [person.as_str(), self.path()].into_iter().chain(form.said()) {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        hex::encode(&hasher.finalize()[..8])
    }
}
