//! What is left of a limit, as programs read it: the fields `RateLimit-Policy` and `RateLimit`
//! (draft-ietf-httpapi-ratelimit-headers).

use std::fmt::Write as _;

use http::{HeaderMap, HeaderName, HeaderValue};

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// What one request left of one limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Allowance {
    /// The name of the limit: `token`, `forum.reply`.
    pub(super) name: &'static str,
    /// How often within the window.
    pub(super) quota: u32,
    /// The window, in seconds.
    pub(super) window: u64,
    /// How often still, at once.
    pub(super) remaining: u32,
    /// Seconds until the whole quota is there again.
    pub(super) reset: u64,
}

/// Writes what is left of these limits. Writes no field without a limit.
pub(super) fn write(headers: &mut HeaderMap, allowances: &[Allowance]) {
    let (mut policies, mut limits) = (String::new(), String::new());
    for left in allowances {
        let comma = if policies.is_empty() { "" } else { ", " };
        // Writing to a string does not fail.
        let _ = write!(policies, "{comma}\"{}\";q={};w={}", left.name, left.quota, left.window);
        let _ = write!(limits, "{comma}\"{}\";r={};t={}", left.name, left.remaining, left.reset);
    }
    for (name, value) in [(POLICY, policies), (LIMIT, limits)] {
        if let (false, Ok(value)) = (value.is_empty(), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_is_an_item_of_both_fields() {
        let token = Allowance { name: "token", quota: 100, window: 10, remaining: 42, reset: 6 };
        let replies = Allowance { name: "forum.reply", quota: 120, window: 3600, remaining: 0, reset: 3600 };
        let mut headers = HeaderMap::new();
        write(&mut headers, &[]);
        assert!(headers.is_empty());
        write(&mut headers, &[token, replies]);
        assert_eq!(headers[POLICY], "\"token\";q=100;w=10, \"forum.reply\";q=120;w=3600");
        assert_eq!(headers[LIMIT], "\"token\";r=42;t=6, \"forum.reply\";r=0;t=3600");
    }
}
