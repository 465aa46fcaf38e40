//! Which addresses webhooks may call: those of the public network, and the networks that the settings name.
//!
//! Sources: the IANA registries of special-purpose addresses for IPv4 and IPv6 (RFC 6890), of 2025.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use url::{Host, Url};

use crate::error::Message;

/// The longest URL, in bytes.
const LONGEST: usize = 500;
/// The first port that is not reserved for a service of the system.
const FIRST_FREE_PORT: u16 = 1024;

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

/// What is not public of IPv4.
const NOT_PUBLIC: [Ipv4Net; 17] = [
    v4(0, 0, 0, 0, 8),
    v4(10, 0, 0, 0, 8),
    v4(100, 64, 0, 0, 10),
    v4(127, 0, 0, 0, 8),
    // Link-local, with the metadata of most clouds.
    v4(169, 254, 0, 0, 16),
    v4(172, 16, 0, 0, 12),
    v4(192, 0, 0, 0, 24),
    v4(192, 0, 2, 0, 24),
    v4(192, 88, 99, 0, 24),
    v4(192, 168, 0, 0, 16),
    v4(198, 18, 0, 0, 15),
    v4(198, 51, 100, 0, 24),
    v4(203, 0, 113, 0, 24),
    v4(224, 0, 0, 0, 4),
    v4(240, 0, 0, 0, 4),
    v4(255, 255, 255, 255, 32),
    // The agent of virtual machines on Azure, at a public address.
    v4(168, 63, 129, 16, 32),
];

const fn v6(a: u16, b: u16, c: u16, length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), length)
}

/// The one part of IPv6 that is routed.
const UNICAST: Ipv6Net = v6(0x2000, 0, 0, 3);
/// What is not public of that.
const NOT_PUBLIC_UNICAST: [Ipv6Net; 4] = [
    // Protocols of the IETF: Teredo, benchmarks, ORCHID.
    v6(0x2001, 0, 0, 23),
    v6(0x2001, 0xdb8, 0, 32),
    v6(0x3fff, 0, 0, 20),
    v6(0x5f00, 0, 0, 16),
];
/// IPv4 behind a translator (RFC 6052).
const NAT64: Ipv6Net = v6(0x64, 0xff9b, 0, 96);
/// IPv4 in IPv6 (RFC 3056).
const SIX_TO_FOUR: Ipv6Net = v6(0x2002, 0, 0, 16);

/// Returns `true` if anybody on the public network has this address.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => NOT_PUBLIC.iter().all(|net| !net.contains(&address)),
        IpAddr::V6(address) => match carried(address) {
            Some(inner) => is_public(inner.into()),
            None => UNICAST.contains(&address) && NOT_PUBLIC_UNICAST.iter().all(|net| !net.contains(&address)),
        },
    }
}

/// Returns the IPv4 address to which an IPv6 address leads, if it carries one.
fn carried(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [_, a, b, _, _, _, c, d] = address.segments();
    let of = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    if SIX_TO_FOUR.contains(&address) {
        return Some(of(a, b));
    }
    if NAT64.contains(&address) {
        return Some(of(c, d));
    }
    address.to_ipv4_mapped()
}

/// The networks that webhooks may call beside the public one.
#[derive(Clone, Debug, Default)]
pub(super) struct Networks(Vec<IpNet>);

impl Networks {
    /// Reads networks, which were checked with the settings: `10.20.0.0/16`.
    pub(super) fn of(texts: &[String]) -> Self {
        Self(texts.iter().filter_map(|text| text.parse().ok()).collect())
    }

    /// Returns `true` if the settings name the network of this address.
    pub(super) fn contain(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|net| net.contains(&address))
    }

    /// Returns `true` if webhooks may call this address; without TLS, only in the networks of the settings.
    pub(super) fn admit(&self, address: IpAddr, is_encrypted: bool) -> bool {
        self.contain(address) || (is_encrypted && is_public(address))
    }

    /// Reads where a webhook calls.
    ///
    /// # Errors
    /// Returns the message for its field if it is no `https:` URL that webhooks may call, as far as that shows without
    /// looking its name up.
    pub(super) fn parse(&self, text: &str) -> Result<Url, Message> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Message::new("field-required"));
        }
        if text.len() > LONGEST {
            return Err(Message::new("field-too-long").with("max", LONGEST));
        }
        let mut url = Url::parse(text).map_err(|_| Message::new("webhook-url-malformed"))?;
        let is_encrypted = url.scheme() == "https";
        if !is_encrypted && (url.scheme() != "http" || self.0.is_empty()) {
            return Err(Message::new("webhook-url-https"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Message::new("webhook-url-user"));
        }
        if url.port().is_some_and(|port| !matches!(port, 80 | 443) && port < FIRST_FREE_PORT) {
            return Err(Message::new("webhook-url-port"));
        }
        let address = match url.host() {
            None => return Err(Message::new("webhook-url-malformed")),
            Some(Host::Domain(_)) => None,
            Some(Host::Ipv4(address)) => Some(address.into()),
            Some(Host::Ipv6(address)) => Some(address.into()),
        };
        if address.is_some_and(|address: IpAddr| !self.admit(address, is_encrypted)) {
            return Err(Message::new("webhook-url-private"));
        }
        url.set_fragment(None);
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn public(text: &str) -> bool {
        is_public(text.parse().unwrap())
    }

    #[test]
    fn addresses_of_the_public_network_are_public() {
        for address in ["1.1.1.1", "172.32.0.1", "100.128.0.1", "193.0.0.1", "2001:4860:4860::8888", "2a01:e0a::1"] {
            assert!(public(address), "{address}");
        }
        for address in ["::ffff:1.1.1.1", "64:ff9b::1.1.1.1", "2002:101:101::1"] {
            assert!(public(address), "{address} leads to a public one");
        }
    }

    #[test]
    fn no_other_address_is() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.1.1.1",
            "240.0.0.1",
            "255.255.255.255",
            "168.63.129.16",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1.1.1.1",
            "2002:7f00:1::1",
            "2002:a00:1::",
            "2002:c0a8:101::1",
            "2001::1",
            "2001:10::1",
            "2001:20::1",
            "2001:db8::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "100::1",
        ] {
            assert!(!public(address), "{address}");
        }
    }

    proptest! {
        #[test]
        fn an_address_carried_in_another_is_judged_as_itself(bits: u32) {
            let inner = Ipv4Addr::from_bits(bits);
            let [a, b, c, d] = inner.octets();
            let (high, low) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
            for outer in [
                inner.to_ipv6_mapped(),
                Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
                Ipv6Addr::new(0x2002, high, low, 7, 0, 0, 0, 1),
            ] {
                prop_assert_eq!(is_public(outer.into()), is_public(inner.into()), "{} in {}", inner, outer);
            }
        }
    }

    #[test]
    fn a_url_is_https_with_a_public_host_on_a_port_of_programs() {
        let none = Networks::default();
        for fine in
            ["https://example.fr/a?b=c", "https://example.fr:8443/", "https://1.1.1.1/", "https://[2606:4700::1111]/"]
        {
            assert_eq!(none.parse(fine).unwrap().as_str(), fine);
        }
        assert_eq!(none.parse(" https://example.fr/#a ").unwrap().as_str(), "https://example.fr/");
        for (wrong, message) in [
            ("", "field-required"),
            ("example.fr", "webhook-url-malformed"),
            ("https://", "webhook-url-malformed"),
            ("http://example.fr/", "webhook-url-https"),
            ("ftp://example.fr/", "webhook-url-https"),
            ("file:///etc/passwd", "webhook-url-https"),
            ("https://user@example.fr/", "webhook-url-user"),
            ("https://user:pass@example.fr/", "webhook-url-user"),
            ("https://example.fr:25/", "webhook-url-port"),
            ("https://example.fr:22/", "webhook-url-port"),
            ("https://127.0.0.1/", "webhook-url-private"),
            ("https://2130706433/", "webhook-url-private"),
            ("https://0x7f.1/", "webhook-url-private"),
            ("https://0177.0.0.1/", "webhook-url-private"),
            ("https://[::1]/", "webhook-url-private"),
            ("https://[::ffff:10.0.0.1]/", "webhook-url-private"),
        ] {
            assert_eq!(none.parse(wrong).unwrap_err().key, message, "{wrong}");
        }
        assert_eq!(none.parse(&format!("https://a.fr/{}", "x".repeat(500))).unwrap_err().key, "field-too-long");
    }

    #[test]
    fn networks_of_the_settings_are_called_also_without_tls() {
        let own = Networks::of(&["10.20.0.0/16".to_owned(), "fd00:1::/32".to_owned()]);
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        for text in ["10.20.3.4", "::ffff:10.20.3.4", "fd00:1::5"] {
            assert!(own.admit(address(text), false) && own.admit(address(text), true), "{text}");
        }
        assert!(!own.admit(address("10.21.0.1"), true));
        assert!(own.admit(address("1.1.1.1"), true) && !own.admit(address("1.1.1.1"), false));
        assert!(own.parse("http://10.20.0.1:3000/").is_ok());
        assert_eq!(own.parse("http://1.1.1.1/").unwrap_err().key, "webhook-url-private");
    }
}
