//! The address of the client of a request: that of the connection, or what trusted proxies say.
//!
//! Each proxy adds the address from which the request came to it at the end of a list. So the list is read from its end, as long as who
//! has written is trusted. The first address that is no trusted proxy is the client. What stands before it may be made up.

use std::net::{IpAddr, SocketAddr};

use actix_web::HttpRequest;
use actix_web::http::header::{FORWARDED, HeaderMap, HeaderName, X_FORWARDED_FOR};
use ipnet::IpNet;

/// The header in which proxies name their clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Named {
    /// `X-Forwarded-For`: addresses with commas between.
    #[default]
    XForwardedFor,
    /// `Forwarded`: elements with a pair `for=ADDRESS` (RFC 7239).
    Forwarded,
}

/// Reads the addresses in a value of a header.
type Read = fn(&str) -> Vec<Option<IpAddr>>;

/// The proxies that are believed.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies {
    /// Where they are.
    pub networks: Vec<IpNet>,
    /// The header they write.
    pub named: Named,
}

impl TrustedProxies {
    /// The client's address. `None` where a trusted proxy does not tell it, or nobody knows.
    pub(super) fn client(&self, request: &HttpRequest) -> Option<IpAddr> {
        self.client_of(request.peer_addr()?.ip(), request.headers())
    }

    fn client_of(&self, peer: IpAddr, headers: &HeaderMap) -> Option<IpAddr> {
        let mut address = peer.to_canonical();
        if !self.trusts(address) {
            return Some(address);
        }
        let mut before = self.addresses(headers);
        while self.trusts(address) {
            address = match before.pop() {
                // What is written is no address, as RFC 7239 allows it: nobody knows.
                Some(named) => named?,
                // It names nobody, as a proxy that only passes bytes on.
                None => return None,
            };
        }
        Some(address)
    }

    fn trusts(&self, address: IpAddr) -> bool {
        let mut networks = self.networks.iter();
        networks.any(|network| network.contains(&address))
    }

    /// The addresses in the header, in their order. `None` for what is no address.
    fn addresses(&self, headers: &HeaderMap) -> Vec<Option<IpAddr>> {
        let (header, read): (HeaderName, Read) = match self.named {
            Named::XForwardedFor => (X_FORWARDED_FOR, |text| {
                text.split(',').map(address).collect()
            }),
            Named::Forwarded => (FORWARDED, forwarded),
        };
        let values = headers.get_all(header);
        values
            .flat_map(|value| read(value.to_str().unwrap_or_default()))
            .collect()
    }
}

/// The addresses in `for=` of the elements of `Forwarded`. What is quoted may be a client's, and may hold anything.
fn forwarded(text: &str) -> Vec<Option<IpAddr>> {
    let Some(elements) = split(text, ',') else {
        return vec![None];
    };
    let of = |element: &&str| forwarded_for(element);
    elements.iter().map(of).collect()
}

/// Parts a text at a character that is not quoted. `None` where a quotation does not end.
fn split(text: &str, at: char) -> Option<Vec<&str>> {
    let (mut parts, mut begin, mut is_quoted, mut is_escaped) = (Vec::new(), 0, false, false);
    for (place, letter) in text.char_indices() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            letter if letter == at && !is_quoted => {
                parts.push(&text[begin..place]);
                begin = place + letter.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[begin..]);
    (!is_quoted).then_some(parts)
}

/// The address in `for=` of an element of `Forwarded`, which has it once.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let pairs = split(element, ';')?;
    let pairs = pairs.iter().filter_map(|pair| pair.split_once('='));
    let mut named = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("for"));
    let ((_, value), None) = (named.next()?, named.next()) else {
        return None;
    };
    let value = value.trim();
    let quoted = value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'));
    address(quoted.unwrap_or(value))
}

/// An address, with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let address = bare.unwrap_or(text).parse().ok();
    let address = address.or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[track_caller]
    fn check(named: Named, peer: &str, sent: &[&'static str], expected: Option<&str>) {
        let proxies = TrustedProxies {
            networks: vec!["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()],
            named,
        };
        let mut headers = HeaderMap::new();
        let name = match named {
            Named::XForwardedFor => X_FORWARDED_FOR,
            Named::Forwarded => FORWARDED,
        };
        for value in sent {
            headers.append(name.clone(), HeaderValue::from_static(value));
        }
        let client = proxies.client_of(peer.parse().unwrap(), &headers);
        assert_eq!(
            client,
            expected.map(|text| text.parse().unwrap()),
            "{sent:?}"
        );
    }

    #[test]
    fn only_proxies_are_believed_and_only_their_part() {
        let by = Named::XForwardedFor;
        check(by, "192.0.2.1", &["203.0.113.9"], Some("192.0.2.1"));
        check(by, "10.0.0.1", &["203.0.113.9"], Some("203.0.113.9"));
        check(
            by,
            "10.0.0.1",
            &["198.51.100.1, 203.0.113.9"],
            Some("203.0.113.9"),
        );
        check(
            by,
            "10.0.0.1",
            &["203.0.113.9, 10.0.0.2"],
            Some("203.0.113.9"),
        );
        check(
            by,
            "10.0.0.1",
            &["198.51.100.1", "203.0.113.9:4711"],
            Some("203.0.113.9"),
        );
        check(
            by,
            "::ffff:10.0.0.1",
            &["::ffff:203.0.113.9"],
            Some("203.0.113.9"),
        );
        check(by, "10.0.0.1", &["[2001:db8::1]:443"], Some("2001:db8::1"));
        check(by, "10.0.0.1", &[], None);
        check(by, "10.0.0.1", &["10.0.0.2"], None);
        check(by, "10.0.0.1", &["203.0.113.9, unknown"], None);
        check(by, "10.0.0.1", &["203.0.113.9,"], None);
    }

    #[test]
    fn the_standard_header_is_read_where_it_is_the_one() {
        let by = Named::Forwarded;
        check(
            by,
            "10.0.0.1",
            &["for=203.0.113.9;proto=https"],
            Some("203.0.113.9"),
        );
        check(
            by,
            "10.0.0.1",
            &["proto=https; For=\"[2001:db8::1]:443\""],
            Some("2001:db8::1"),
        );
        check(
            by,
            "10.0.0.1",
            &["for=198.51.100.1, for=\"[fd00::1]\""],
            Some("198.51.100.1"),
        );
        check(by, "10.0.0.1", &["for=_hidden"], None);
        check(by, "10.0.0.1", &["by=10.0.0.1"], None);
        // What a client has put into its Host.
        for host in [
            "a,for=192.0.2.7",
            "a;for=192.0.2.7",
            "a\\\";for=192.0.2.7,for=192.0.2.7",
        ] {
            let sent: &'static str = format!("proto=https;host=\"{host}\";for=203.0.113.9").leak();
            check(by, "10.0.0.1", &[sent], Some("203.0.113.9"));
        }
        check(by, "10.0.0.1", &["host=\"a;for=192.0.2.7"], None);
        check(by, "10.0.0.1", &["for=192.0.2.7;for=203.0.113.9"], None);
    }
}
