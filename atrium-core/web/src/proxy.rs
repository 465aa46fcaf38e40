//! Reads the forwarding headers of our own proxy: the client's address, and whether it came over HTTPS.
//!
//! The last element of every header counts: the one that the proxy itself appended. Unreadable values are refused,
//! or the proxy's own address would stand for everyone's.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use http::{Extensions, HeaderMap, HeaderName};

use atrium_platform::{Error, Message, Result};

const FORWARDED: HeaderName = http::header::FORWARDED;
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Returns the client's address: behind a proxy from `X-Forwarded-For`, else from `Forwarded`, or the peer's
/// without either, as for a load balancer's own checks. `None` if the server does not know its peer.
///
/// # Errors
/// Returns `is_invalid` if the proxy names no address.
pub(super) fn client(headers: &HeaderMap, extensions: &Extensions, behind_proxy: bool) -> Result<Option<IpAddr>> {
    let said = if behind_proxy { said_for(headers) } else { None };
    match said {
        Some(said) => match said.and_then(parse) {
            Some(address) => Ok(Some(address.to_canonical())),
            None => Err(Error::invalid_field("", Message::new("error-forwarded"))),
        },
        None => {
            let peer = extensions.get::<ConnectInfo<SocketAddr>>();
            Ok(peer.map(|ConnectInfo(peer)| peer.ip().to_canonical()))
        }
    }
}

/// Returns `true` if the proxy reports that the client came over HTTPS.
pub(super) fn is_https(headers: &HeaderMap) -> bool {
    let said = match last(headers, &FORWARDED_PROTO) {
        Some(said) => said,
        None => parameter(headers, "proto").flatten(),
    };
    said.is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"))
}

/// Returns the reported address of the client. The outer `None` means absent, the inner one unreadable.
fn said_for(headers: &HeaderMap) -> Option<Option<&str>> {
    last(headers, &FORWARDED_FOR).or_else(|| parameter(headers, "for"))
}

fn last<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<Option<&'h str>> {
    let value = headers.get_all(name).iter().next_back()?;
    Some(value.to_str().ok().and_then(|text| text.rsplit(',').next()).map(str::trim))
}

/// Returns a parameter of the last element of `Forwarded` (RFC 7239), without its quotes.
fn parameter<'h>(headers: &'h HeaderMap, name: &str) -> Option<Option<&'h str>> {
    let element = last(headers, &FORWARDED)?;
    let pairs = element.into_iter().flat_map(|element| element.split(';')).filter_map(|pair| pair.split_once('='));
    let value = pairs.into_iter().find(|(key, _)| key.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim());
    Some(value.map(|value| value.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')).unwrap_or(value)))
}

/// Parses an address with or without a port. An IPv6 address may be in brackets, and must be with a port.
fn parse(text: &str) -> Option<IpAddr> {
    let bracketed = text.strip_prefix('[').and_then(|inner| inner.strip_suffix(']'));
    if let Some(inner) = bracketed {
        return inner.parse().ok().map(IpAddr::V6);
    }
    text.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(headers: &[(&'static str, &'static str)]) -> Result<Option<String>> {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), http::HeaderValue::from_static(value)))
            .collect();
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 4711))));
        Ok(client(&headers, &extensions, true)?.map(|address| address.to_string()))
    }

    #[test]
    fn addresses_are_read_as_proxies_write_them() {
        for (said, address) in [
            ("192.0.2.7", "192.0.2.7"),
            ("192.0.2.7:51234", "192.0.2.7"),
            ("2001:db8::7", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("[2001:db8::7]:51234", "2001:db8::7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("198.51.100.1, 192.0.2.7", "192.0.2.7"),
            ("garbage, 192.0.2.7 ", "192.0.2.7"),
        ] {
            assert_eq!(of(&[("x-forwarded-for", said)]).unwrap().as_deref(), Some(address), "{said}");
        }
        for said in ["for=192.0.2.7", "For=\"192.0.2.7:80\";proto=https", "for=_a, for=192.0.2.7;by=10.0.0.1"] {
            assert_eq!(of(&[("forwarded", said)]).unwrap().as_deref(), Some("192.0.2.7"), "{said}");
        }
        let bracketed = of(&[("forwarded", "for=\"[2001:db8::7]:4711\"")]);
        assert_eq!(bracketed.unwrap().as_deref(), Some("2001:db8::7"));
        let both = of(&[("forwarded", "for=198.51.100.1"), ("x-forwarded-for", "192.0.2.7")]);
        assert_eq!(both.unwrap().as_deref(), Some("192.0.2.7"));
    }

    #[test]
    fn what_is_no_address_is_refused_rather_than_the_proxy_taken_for_the_client() {
        for said in ["", "unknown", "192.0.2.7,", "192.0.2", "192.0.2.7:port", "[192.0.2.7]", "[2001:db8::7", "a b"] {
            assert!(of(&[("x-forwarded-for", said)]).unwrap_err().is_invalid(), "{said:?}");
        }
        for said in ["for=unknown", "for=_hidden", "proto=https", "by=192.0.2.7"] {
            assert!(of(&[("forwarded", said)]).unwrap_err().is_invalid(), "{said:?}");
        }
        assert_eq!(of(&[]).unwrap().as_deref(), Some("10.0.0.1"), "the load balancer's own checks");
    }

    #[test]
    fn the_last_proxy_says_whether_it_was_https() {
        let is = |name: &'static str, value: &'static str| {
            is_https(&HeaderMap::from_iter([(HeaderName::from_static(name), http::HeaderValue::from_static(value))]))
        };
        assert!(is("x-forwarded-proto", "https") && is("x-forwarded-proto", "http, HTTPS"));
        assert!(is("forwarded", "for=192.0.2.7;proto=https"));
        assert!(!is("x-forwarded-proto", "https, http") && !is("forwarded", "for=192.0.2.7"));
    }
}
