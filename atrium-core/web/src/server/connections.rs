//! The table of open connections. When full, it closes the most dispensable one instead of refusing the next.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::limits::ServerLimits;
use super::phase::Connection;

/// The open connections and their limits.
#[derive(Debug)]
pub(super) struct Connections {
    most: usize,
    most_per_peer: Option<usize>,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    last: u64,
    all: HashMap<u64, (Peer, Arc<Connection>)>,
    by_peer: HashMap<Peer, Vec<u64>>,
}

/// The unit that counts as one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Peer(IpAddr);

impl Peer {
    /// Returns an IPv4 address, also one mapped to IPv6, or the /64 network of an IPv6 address, which is one
    /// customer's.
    fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(v6) => {
                let [a, b, c, d, ..] = v6.segments();
                Self(IpAddr::from([a, b, c, d, 0, 0, 0, 0]))
            }
            v4 => Self(v4),
        }
    }
}

/// The place of one connection in the table, freed when dropped.
#[derive(Debug)]
pub(super) struct Place {
    id: u64,
    connections: Arc<Connections>,
    pub(super) connection: Arc<Connection>,
}

impl Connections {
    pub(super) fn new(limits: &ServerLimits) -> Self {
        Self { most: limits.connections, most_per_peer: limits.connections_per_address, open: Mutex::default() }
    }

    /// Returns a place for a connection from `address`, closing another that waits for its peer if needed: of the
    /// same address if that has too many, of any if there are too many in all. `None` if all of them are at work.
    pub(super) fn admit(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let peer = Peer::of(address);
        let mut open = self.lock();
        let own = open.by_peer.get(&peer).map_or(0, Vec::len);
        if self.most_per_peer.is_some_and(|most| own >= most) && !open.make_room(Some(peer)) {
            return None;
        }
        if open.all.len() >= self.most && !open.make_room(None) {
            return None;
        }
        open.last += 1;
        let (id, connection) = (open.last, Arc::new(Connection::new()));
        open.all.insert(id, (peer, connection.clone()));
        open.by_peer.entry(peer).or_default().push(id);
        open.tell();
        Some(Place { id, connections: self.clone(), connection })
    }

    /// Closes the most dispensable connection.
    pub(super) fn make_room(&self) {
        self.lock().make_room(None);
    }

    /// Returns the number of open connections.
    pub(super) fn len(&self) -> usize {
        self.lock().all.len()
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn make_room(&mut self, of: Option<Peer>) -> bool {
        let rank = |id: &u64| Some((self.all.get(id)?.1.phase().dispensable()?, *id));
        let first = match of {
            Some(peer) => self.by_peer.get(&peer).into_iter().flatten().filter_map(rank).min(),
            None => self.all.keys().filter_map(rank).min(),
        };
        let Some((_, id)) = first else { return false };
        metrics::counter!("atrium_connections_closed_for_others_total").increment(1);
        if let Some(connection) = self.remove(id) {
            connection.close();
        }
        true
    }

    fn remove(&mut self, id: u64) -> Option<Arc<Connection>> {
        let (peer, connection) = self.all.remove(&id)?;
        if let Some(own) = self.by_peer.get_mut(&peer) {
            own.retain(|other| *other != id);
            if own.is_empty() {
                self.by_peer.remove(&peer);
            }
        }
        self.tell();
        Some(connection)
    }

    fn tell(&self) {
        metrics::gauge!("atrium_connections").set(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.connections.lock().remove(self.id);
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    fn table(most: usize, each: usize) -> Arc<Connections> {
        let limits = ServerLimits { connections: most, connections_per_address: Some(each), ..ServerLimits::default() };
        Arc::new(Connections::new(&limits))
    }

    fn is_told_to_close(place: &Place) -> bool {
        place.connection.closed().now_or_never().is_some()
    }

    const ONE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const OTHER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    #[test]
    fn an_address_with_too_many_loses_its_own_oldest_idle_one() {
        let table = table(10, 2);
        let other = table.admit(OTHER).unwrap();
        let first = table.admit(ONE).unwrap();
        let second = table.admit(ONE).unwrap();
        let third = table.admit(ONE).unwrap();
        assert_eq!([&other, &first, &second, &third].map(is_told_to_close), [false, true, false, false]);
        assert_eq!(table.len(), 3);
        drop(first);
        assert_eq!(table.len(), 3, "a place given to another is not freed twice");
    }

    #[test]
    fn a_full_table_closes_what_waits_and_refuses_when_all_work() {
        let table = table(2, 2);
        let works = table.admit(ONE).unwrap();
        works.connection.begin_request();
        let waits = table.admit(OTHER).unwrap();
        waits.connection.begin_request();
        waits.connection.wait_for_body();
        let next = table.admit(OTHER).unwrap();
        assert!(is_told_to_close(&waits) && !is_told_to_close(&works));
        next.connection.begin_request();
        assert!(table.admit(ONE).is_none());
        drop(works);
        assert!(table.admit(ONE).is_some());
    }

    #[test]
    fn idle_connections_go_before_slow_bodies() {
        let table = table(2, 2);
        let slow = table.admit(ONE).unwrap();
        slow.connection.begin_request();
        slow.connection.wait_for_body();
        let idle = table.admit(ONE).unwrap();
        let _next = table.admit(ONE).unwrap();
        assert!(is_told_to_close(&idle) && !is_told_to_close(&slow));
    }

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        let peer = |text: &str| Peer::of(text.parse().unwrap());
        assert_eq!(peer("2001:db8:1:2:3::4"), peer("2001:db8:1:2:ffff::1"));
        assert_ne!(peer("2001:db8:1:2::4"), peer("2001:db8:1:3::4"));
        assert_eq!(peer("::ffff:192.0.2.1"), peer("192.0.2.1"));
    }
}
