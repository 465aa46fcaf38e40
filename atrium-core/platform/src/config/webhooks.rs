//! The settings of webhooks, as far as their form goes.

use ipnet::IpNet;

/// Returns `true` for a network: an address of IPv4 or IPv6, a slash, and how many bits of it name the network.
pub(super) fn is_network(text: &str) -> bool {
    text.parse::<IpNet>().is_ok_and(|net| net.addr() == net.network())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_its_first_address_and_a_length() {
        for fine in ["10.20.0.0/16", "127.0.0.1/32", "fd00:1::/48", "0.0.0.0/0"] {
            assert!(is_network(fine), "{fine}");
        }
        for wrong in ["", "10.20.0.0", "10.20.3.4/16", "10.20.0.0/33", "example.fr/8", "fd00:1::1/48"] {
            assert!(!is_network(wrong), "{wrong}");
        }
    }
}
