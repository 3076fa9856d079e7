//! All connections, how many there may be, and who has to go for a new one.
//!
//! Who comes when there is no room takes the place of a connection that waits for a request. So connections that ask nothing
//! cannot keep anybody out, and `/livez` is answered whoever has come before. Only where every connection has a request
//! is a new one refused.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::limits::ConnectionLimits;
use super::seat::Seat;

/// All connections.
#[derive(Debug, Default)]
pub(super) struct Crowd(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// By the address that they come from.
    seats: HashMap<IpAddr, Vec<Arc<Seat>>>,
    /// How many they are.
    count: usize,
    /// Whether the server is about to stop.
    is_closed: bool,
}

/// A place in the crowd, for as long as it lives.
#[derive(Debug)]
pub(super) struct Place {
    crowd: Arc<Crowd>,
    address: IpAddr,
    pub(super) seat: Arc<Seat>,
}

impl Crowd {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in a connection from this address, and dismisses another one for it where there is no room. `None`: all
    /// others have requests.
    pub(super) fn admit(
        self: &Arc<Self>,
        address: IpAddr,
        limits: &ConnectionLimits,
    ) -> Option<Place> {
        let address = neighbourhood(address);
        let seat = Arc::new(Seat::new());
        let mut inner = self.inner();
        if inner.is_closed || !inner.has_room(address, limits) {
            return None;
        }
        inner
            .seats
            .entry(address)
            .or_default()
            .push(Arc::clone(&seat));
        inner.count += 1;
        Some(Place {
            crowd: Arc::clone(self),
            address,
            seat,
        })
    }

    /// How many connections there are.
    pub(super) fn count(&self) -> usize {
        self.inner().count
    }

    /// Takes in nobody any more. Each connection ends when it has no request.
    pub(super) fn close(&self) {
        let mut inner = self.inner();
        inner.is_closed = true;
        inner
            .seats
            .values()
            .flatten()
            .for_each(|seat| seat.dismiss());
    }
}

impl Inner {
    /// Whether there is room for one more from this address, which may have to be made.
    fn has_room(&mut self, address: IpAddr, limits: &ConnectionLimits) -> bool {
        let neighbours = self.seats.get(&address).map_or(0, Vec::len);
        if neighbours >= limits.per_address_max {
            return self.dismiss_one(Some(address));
        }
        self.count < limits.connections_max || self.dismiss_one(None)
    }

    /// Dismisses the connection that has waited longest, of one address or of the one with the most connections. Returns
    /// whether there was one.
    fn dismiss_one(&mut self, of: Option<IpAddr>) -> bool {
        let asked = self
            .seats
            .iter()
            .filter(|(address, _)| of.is_none_or(|of| **address == of));
        let longest = asked.filter_map(|(address, seats)| {
            let waiting = seats
                .iter()
                .filter_map(|seat| Some((seat.waits_since()?, seat)));
            let (since, seat) = waiting.min_by_key(|(since, _)| *since)?;
            Some((seats.len(), Reverse(since), *address, Arc::clone(seat)))
        });
        let found = longest.max_by_key(|(count, since, ..)| (*count, *since));
        let Some((_, _, address, seat)) = found else {
            return false;
        };
        seat.dismiss();
        self.remove(address, &seat);
        true
    }

    /// Forgets a connection, if it is known.
    fn remove(&mut self, address: IpAddr, seat: &Arc<Seat>) {
        let Some(seats) = self.seats.get_mut(&address) else {
            return;
        };
        if let Some(index) = seats.iter().position(|known| Arc::ptr_eq(known, seat)) {
            seats.swap_remove(index);
            self.count -= 1;
        }
        if seats.is_empty() {
            self.seats.remove(&address);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.crowd.inner().remove(self.address, &self.seat);
    }
}

/// What counts as one address: with IPv6 the network of 64 bits, of which one machine may use every address.
fn neighbourhood(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = address.to_bits() & !u128::from(u64::MAX);
            Ipv6Addr::from_bits(network).into()
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const LIMITS: ConnectionLimits = ConnectionLimits {
        connections_max: 3,
        per_address_max: 2,
        client_timeout: Duration::from_secs(1),
        write_timeout: Duration::from_secs(1),
        rest_bytes_max: 1,
        answers_bytes_max: 1,
    };

    fn admit(crowd: &Arc<Crowd>, address: &str) -> Option<Place> {
        crowd.admit(address.parse().unwrap(), &LIMITS)
    }

    fn is_dismissed(place: &Place) -> bool {
        use super::super::seat::Patience;
        let patience = place.seat.patience(std::task::Waker::noop());
        matches!(patience, Patience::Over)
    }

    #[test]
    fn the_one_that_waits_longest_goes_for_a_new_one() {
        let crowd = Arc::new(Crowd::default());
        let busy = admit(&crowd, "10.0.0.1").unwrap();
        busy.seat.asked(false);
        let first = admit(&crowd, "10.0.0.1").unwrap();
        let second = admit(&crowd, "10.0.0.1").unwrap();
        assert!(is_dismissed(&first) && !is_dismissed(&second));
        assert_eq!(crowd.count(), 2);
        drop(first);
        assert_eq!(crowd.count(), 2);
        second.seat.asked(false);
        assert!(admit(&crowd, "10.0.0.1").is_none());
        drop(busy);
        assert!(admit(&crowd, "10.0.0.1").is_some());
    }

    #[test]
    fn in_a_full_house_the_largest_party_gives_way() {
        let crowd = Arc::new(Crowd::default());
        let alone = admit(&crowd, "10.0.0.1").unwrap();
        let party = [(); 2].map(|()| admit(&crowd, "10.0.0.2").unwrap());
        let new = admit(&crowd, "10.0.0.3").unwrap();
        assert!(!is_dismissed(&alone) && !is_dismissed(&new));
        assert!(is_dismissed(&party[0]) && !is_dismissed(&party[1]));
    }

    #[test]
    fn a_network_of_version_6_is_one_address() {
        let crowd = Arc::new(Crowd::default());
        let places = ["2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"];
        let places = places.map(|address| admit(&crowd, address).unwrap());
        let fourth = admit(&crowd, "2001:db8::3").unwrap();
        assert!(is_dismissed(&places[0]) && !is_dismissed(&places[2]));
        drop(fourth);
        assert_eq!(
            neighbourhood("::ffff:10.0.0.1".parse().unwrap()),
            IpAddr::from([10, 0, 0, 1])
        );
    }

    #[test]
    fn a_closed_house_lets_nobody_in_and_waits_for_requests() {
        let crowd = Arc::new(Crowd::default());
        let waiting = admit(&crowd, "10.0.0.1").unwrap();
        let busy = admit(&crowd, "10.0.0.1").unwrap();
        busy.seat.asked(false);
        crowd.close();
        assert!(admit(&crowd, "10.0.0.3").is_none());
        assert!(is_dismissed(&waiting) && !is_dismissed(&busy));
        busy.seat.answered();
        assert!(is_dismissed(&busy));
    }
}
