//! The networks that a credential may be used from.

use std::fmt;
use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};

/// Networks, or any network. Stored and shown in CIDR notation with spaces between them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Networks(Vec<IpNet>);

impl Networks {
    /// Reads a network as an operator writes it: in CIDR notation, or one address.
    ///
    /// Errors: a sentence.
    pub fn parse_one(text: &str) -> Result<IpNet, String> {
        let network = text.parse::<IpNet>().ok();
        let network = network.or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
        let network = network.ok_or_else(|| {
            format!(
                "\"{text}\" is no network; write it as in 192.0.2.0/24, 2001:db8::/32 or 192.0.2.7"
            )
        })?;
        let network = unmapped(network);
        match network.trunc() == network {
            true => Ok(network),
            false => Err(format!(
                "{network} is an address with the length of a network; did you mean {} or {}?",
                network.trunc(),
                network.addr()
            )),
        }
    }

    /// Reads stored networks. A text that this version cannot read is no network at all: nobody is let in.
    pub fn read(stored: Option<&str>) -> Option<Self> {
        let networks = stored.unwrap_or_default().split_whitespace();
        networks
            .map(|text| text.parse().ok())
            .collect::<Option<_>>()
            .map(Self)
    }

    /// Whether an address may use the credential. One that is not known may if every address may.
    pub fn have(&self, address: Option<IpAddr>) -> bool {
        let address = address.map(|address| address.to_canonical());
        let has = |address| self.0.iter().any(|network| network.contains(&address));
        self.0.is_empty() || address.is_some_and(has)
    }

    /// How they are stored. `None` for any network.
    pub fn stored(&self) -> Option<String> {
        (!self.0.is_empty()).then(|| self.to_string())
    }
}

/// An IPv4 network that is written as one of IPv6, as itself: addresses are compared as IPv4.
fn unmapped(network: IpNet) -> IpNet {
    let IpNet::V6(wide) = network else {
        return network;
    };
    let length = wide.prefix_len().checked_sub(96);
    let mapped = wide.addr().to_ipv4_mapped().zip(length);
    let narrow = mapped.and_then(|(address, length)| Ipv4Net::new(address, length).ok());
    narrow.map_or(network, IpNet::V4)
}

impl FromIterator<IpNet> for Networks {
    fn from_iter<I: IntoIterator<Item = IpNet>>(networks: I) -> Self {
        Self(networks.into_iter().collect())
    }
}

impl fmt::Display for Networks {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<String> = self.0.iter().map(IpNet::to_string).collect();
        formatter.write_str(&texts.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_written_in_their_own_notation() {
        let one = |text| Networks::parse_one(text).map(|network| network.to_string());
        assert_eq!(one("192.0.2.0/24").as_deref(), Ok("192.0.2.0/24"));
        assert_eq!(one("192.0.2.7").as_deref(), Ok("192.0.2.7/32"));
        assert_eq!(one("::ffff:192.0.2.0/120").as_deref(), Ok("192.0.2.0/24"));
        assert_eq!(one("2001:db8::/32").as_deref(), Ok("2001:db8::/32"));
        for text in [
            "192.0.2.7/24",
            "192.0.2",
            "example.com",
            "",
            "0/0",
            "192.0.2.0/33",
        ] {
            assert!(one(text).is_err(), "{text}");
        }
        assert!(one("192.0.2.7/24").is_err_and(|text| text.contains("192.0.2.0/24 or 192.0.2.7")));
    }

    #[test]
    fn an_address_is_in_one_of_them() {
        let have = |stored, address: &str| {
            let networks = Networks::read(stored);
            networks.is_some_and(|networks| networks.have(address.parse().ok()))
        };
        assert!(have(None, "192.0.2.7") && have(None, "unknown"));
        let some = Some("192.0.2.0/24 2001:db8::/32");
        assert!(
            have(some, "192.0.2.7") && have(some, "::ffff:192.0.2.7") && have(some, "2001:db8::1")
        );
        assert!(!have(some, "192.0.3.7") && !have(some, "2001:db9::1") && !have(some, "unknown"));
        assert!(!have(Some("later"), "192.0.2.7"));
    }
}
