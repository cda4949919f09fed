//! Tests of the network: series of calls, and random ones.

use alloc::vec::Vec;

use super::*;
use crate::linux::{POLLERR, POLLHUP, POLLOUT};
use crate::network::connection::Progress;
use crate::network::socket::BUFFER_MAX;
use crate::network::transfer::{READABLE, WRITABLE};

fn name(text: &[u8]) -> Address {
    Address::Local(text.to_vec())
}

fn at(port: u16) -> Address {
    let host = LOOPBACK;
    Address::Internet { host, port }
}

impl Network {
    fn stream(&mut self, family: Family) -> usize {
        self.open(family, Type::Stream).expect("room")
    }

    fn bound(&mut self, kind: Type, address: Address) -> usize {
        let family = match address {
            Address::Internet { .. } => Family::Internet,
            Address::Local(_) | Address::Path { .. } => Family::Local,
        };
        let socket = self.open(family, kind).expect("room");
        self.bind(socket, address).expect("a free address");
        socket
    }

    fn listening(&mut self, address: Address, backlog: i32) -> usize {
        let socket = self.bound(Type::Stream, address);
        self.listen(socket, backlog).expect("a listening socket");
        socket
    }

    /// A connected client and the connection that its listener has accepted.
    fn connected(&mut self, listener: usize) -> (usize, usize) {
        let to = self.get(listener).expect("open").local.clone();
        let client = self.stream(self.get(listener).expect("open").family);
        self.connect(client, to.expect("bound")).expect("somebody");
        self.deliver();
        let server = self.waiting(listener).expect("listens").expect("waits");
        self.accept(listener).expect("listens");
        (client, server)
    }

    fn push_bytes(&mut self, at: usize, bytes: &[u8]) {
        self.push(at, bytes, Vec::new());
    }

    fn peek_bytes(&mut self, at: usize, most: usize) -> Result<Option<Vec<u8>>, Errno> {
        let found = self.peek(at, most)?;
        Ok(found.map(|found| found.bytes))
    }

    /// Sends a message; false where the receiver has no room.
    fn send_bytes(&mut self, at: usize, to: &Address, bytes: &[u8]) -> Result<bool, Errno> {
        let sent = self.send(at, Some(to), bytes, Vec::new())?;
        Ok(sent.is_ok())
    }

    fn error(&self, at: usize) -> Option<Errno> {
        self.get(at).expect("open").error
    }
}

#[test]
fn a_request_is_answered_when_it_arrives() {
    let mut network = Network::default();
    let client = network.stream(Family::Internet);
    assert_eq!(network.connect(client, at(80)), Ok(Progress::Requested));
    assert_eq!(network.connect(client, at(80)), Err(EALREADY));
    assert_eq!(network.readiness(client).0, 0);
    let listener = network.listening(at(80), 0);
    network.deliver();
    assert_eq!(network.connect(client, at(80)), Err(EISCONN));
    assert_eq!(network.readiness(client).0, WRITABLE);
    assert_eq!(network.readiness(listener).0, READABLE);
    let late = network.stream(Family::Internet);
    network.connect(late, at(81)).expect("a request");
    network.deliver();
    let told = POLLOUT | POLLERR | POLLHUP;
    assert_eq!(network.readiness(late).0 & told, told);
    assert_eq!(network.error(late), Some(ECONNREFUSED));
    assert_eq!(network.get(late).expect("open").local, None);
    assert_eq!(network.connect(late, at(80)), Err(ECONNREFUSED));
    assert_eq!(network.connect(late, at(80)), Ok(Progress::Requested));
}

#[test]
fn a_full_backlog_lets_the_internet_wait_and_tells_local_sockets() {
    let mut network = Network::default();
    let listener = network.listening(at(80), -1);
    let clients = [0; 3].map(|_| network.stream(Family::Internet));
    for client in clients {
        network.connect(client, at(80)).expect("a request");
    }
    for served in 0..3 {
        network.deliver();
        let connecting = clients.map(|one| network.get(one).expect("open").is_connecting());
        assert_eq!(connecting, [0, 1, 2].map(|one| one > served));
        network.accept(listener).expect("listens");
    }
    network.listening(name(b"full"), 0);
    let [first, second] = [0; 2].map(|_| network.stream(Family::Local));
    let to = || name(b"full");
    assert_eq!(network.connect(first, to()), Ok(Progress::Connected));
    assert_eq!(network.connect(second, to()), Ok(Progress::Full));
    let stranger = network.connect(second, name(b"nobody"));
    assert_eq!(stranger, Err(ECONNREFUSED));
}

#[test]
fn a_stream_ends_when_its_other_end_goes() {
    let mut network = Network::default();
    let listener = network.listening(name(b"x"), 0);
    let (client, server) = network.connected(listener);
    network.push_bytes(client, b"hello");
    assert_eq!(network.peek_bytes(server, 9), Ok(Some(b"hello".to_vec())));
    network.close(client);
    assert_eq!(network.peek_bytes(server, 2), Ok(Some(b"he".to_vec())));
    network.take(server, 5).expect("open");
    assert_eq!(network.peek_bytes(server, 9), Ok(Some(Vec::new())));
    assert_eq!(network.room(server), Err(EPIPE));
}

#[test]
fn bytes_that_nobody_read_are_told_of_once() {
    let mut network = Network::default();
    let listener = network.listening(at(80), 1);
    let (client, server) = network.connected(listener);
    network.push_bytes(client, b"hello");
    network.close(server);
    assert_eq!(network.peek_bytes(client, 9), Err(ECONNRESET));
    assert_eq!(network.peek_bytes(client, 9), Ok(Some(Vec::new())));
    // A connection that nobody accepted is reset too.
    let client = network.stream(Family::Internet);
    network.connect(client, at(80)).expect("a request");
    network.deliver();
    network.close(listener);
    assert_eq!(network.error(client), Some(ECONNRESET));
}

#[test]
fn what_is_closed_is_free_however_often() {
    let mut network = Network::default();
    for round in 0..30_000 {
        let listener = match round % 2 {
            0 => network.listening(name(b"x"), 1),
            _ => network.listening(at(0), 1),
        };
        let (client, server) = network.connected(listener);
        let to = network.get(listener).expect("open").local.clone();
        // One connection stays queued, one closes first, one request is never answered.
        let late = [0; 3].map(|_| network.stream(network.sockets.get(client).unwrap().family));
        for one in late {
            let _ = network.connect(one, to.clone().expect("bound"));
            network.deliver();
        }
        network.close(late[0]);
        for one in [client, listener, server, late[1], late[2]] {
            network.close(one);
        }
        network.deliver();
        assert_eq!(network.sockets.iter().count(), 0, "round {round}");
        assert!(network.requests.is_empty());
    }
}

#[test]
fn a_port_belongs_to_one_unless_both_share_it() {
    let mut network = Network::default();
    let any = |port| Address::Internet { host: ANY, port };
    let first = network.bound(Type::Stream, any(80));
    assert_eq!(network.bind(first, any(81)), Err(EINVAL));
    let second = network.stream(Family::Internet);
    assert_eq!(network.bind(second, at(80)), Err(EADDRINUSE));
    for one in [first, second] {
        let socket = network.get_mut(one).expect("open");
        socket.settings.reuse_address = true;
    }
    assert_eq!(network.bind(second, at(80)), Ok(()));
    assert_eq!(network.listen(first, 1), Ok(()));
    assert_eq!(network.listen(second, 1), Err(EADDRINUSE));
    network.bound(Type::Datagram, at(80));
    let far = Address::Internet {
        host: [192, 0, 2, 1],
        port: 80,
    };
    let third = network.stream(Family::Internet);
    assert_eq!(network.bind(third, far.clone()), Err(EADDRNOTAVAIL));
    assert_eq!(network.connect(third, far), Err(ENETUNREACH));
}

#[test]
fn a_name_is_free_when_its_listener_goes_though_connections_stay() {
    let mut network = Network::default();
    let listener = network.listening(name(b"x"), 0);
    let (_, server) = network.connected(listener);
    let rival = network.stream(Family::Local);
    assert_eq!(network.listen(rival, 0), Err(EDESTADDRREQ));
    assert_eq!(network.bind(rival, name(b"x")), Err(EADDRINUSE));
    network.close(listener);
    assert_eq!(network.bind(rival, name(b"x")), Ok(()));
    assert_eq!(network.get(server).expect("open").local, Some(name(b"x")));
}

#[test]
fn internet_messages_are_lost_and_local_ones_wait() {
    let mut network = Network::default();
    for (address, lost) in [(at(53), true), (name(b"x"), false)] {
        let receiver = network.bound(Type::Datagram, address.clone());
        let family = network.get(receiver).expect("open").family;
        let sender = network.open(family, Type::Datagram).expect("room");
        assert_eq!(network.destination(sender, None, 1), Err(EDESTADDRREQ));
        network.connect(sender, address.clone()).expect("somebody");
        let message = [7; 4_096];
        let size = network.get(sender).expect("open").settings.send_buffer;
        assert_eq!(network.destination(sender, None, size + 1), Err(EMSGSIZE));
        let to = network.destination(sender, None, message.len());
        let to = to.expect("a peer").expect("an address");
        assert_eq!(network.send_bytes(sender, &to, &message), Ok(true));
        assert_eq!(network.send_bytes(sender, &to, &message), Ok(lost));
        network.take(receiver, 1).expect("open");
        assert_eq!(network.peek_bytes(receiver, 9), Ok(None));
        network.close(receiver);
        let gone = network.send_bytes(sender, &to, &message);
        assert_eq!(gone, if lost { Ok(true) } else { Err(ECONNREFUSED) });
        let told = network.take_error(sender);
        assert_eq!(told, if lost { Err(ECONNREFUSED) } else { Ok(()) });
    }
}

#[test]
fn a_datagram_socket_with_a_peer_hears_it_alone() {
    let mut network = Network::default();
    for [own, peer, other] in [[1, 2, 3].map(at), [b"1", b"2", b"3"].map(|one| name(one))] {
        let [receiver, friend, stranger] =
            [&own, &peer, &other].map(|one| network.bound(Type::Datagram, one.clone()));
        network.connect(receiver, peer).expect("somebody");
        assert_eq!(network.send_bytes(friend, &own, b"yes"), Ok(true));
        let heard = network.send_bytes(stranger, &own, b"no");
        let local = matches!(own, Address::Local(_));
        assert_eq!(heard, if local { Err(EPERM) } else { Ok(true) });
        network.take(receiver, 3).expect("open");
        assert_eq!(network.peek_bytes(receiver, 9), Ok(None));
    }
}

/// The invariants between sockets, after any series of calls.
fn assert_sound(network: &Network) {
    for (at, socket) in network.sockets.iter() {
        match &socket.state {
            State::Connected { peer: Some(peer) } => {
                let back = &network.get(*peer).expect("the peer is there").state;
                assert!(matches!(back, State::Connected { peer: Some(one) } if *one == at));
            }
            State::Connecting => assert!(network.requests.contains(&at)),
            State::Listening { waiting, .. } => {
                assert!(
                    waiting
                        .iter()
                        .all(|&one| network.get(one).expect("open").accepted)
                );
            }
            _ => {}
        }
        assert!(socket.inbox.is_empty() || socket.room() < BUFFER_MAX);
    }
    let requests = network.requests.iter();
    let mut requests = requests.map(|&one| network.get(one).expect("open"));
    assert!(requests.all(Socket::is_connecting));
}

#[test]
fn no_order_of_calls_confuses_the_ends() {
    let mut network = Network::default();
    let mut owned = Vec::new();
    let mut seed = 1_u64;
    let mut any = |most: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) as usize % most
    };
    for _ in 0..50_000 {
        let kind = [Type::Stream, Type::Stream, Type::Datagram, Type::Sequence][any(4)];
        let (family, address) = match any(2) {
            0 => (Family::Internet, at(80 + any(3) as u16)),
            _ => (Family::Local, name(&[any(3) as u8])),
        };
        if owned.len() < 20 {
            owned.push(network.open(family, kind).expect("room"));
        }
        let place = any(owned.len());
        let one = owned[place];
        // The result of a call does not matter here, only the state after it.
        let _ = match any(10) {
            0 => network.bind(one, address),
            1 => network.listen(one, any(3) as i32),
            2 | 3 if network.get(one).expect("open").family == family => {
                network.connect(one, address).map(drop)
            }
            4 => {
                if let Ok(Some(connection)) = network.waiting(one) {
                    owned.push(connection);
                }
                network.accept(one)
            }
            5 => {
                let room = network.room(one).unwrap_or(0);
                network.push_bytes(one, &[7; 100][..room.min(100)]);
                network.take(one, usize::from(room % 2 == 0)).map(drop)
            }
            6 => network.send_bytes(one, &address, b"message").map(drop),
            7 => network.disconnect(one),
            8 => {
                network.deliver();
                Ok(())
            }
            _ => {
                network.close(owned.swap_remove(place));
                Ok(())
            }
        };
        assert_sound(&network);
    }
    for one in owned {
        network.close(one);
    }
    assert_eq!(network.sockets.iter().count(), 0);
}

#[test]
fn there_are_only_so_many_sockets() {
    let mut network = Network::default();
    let listener = network.listening(at(80), SOMAXCONN);
    while let Ok(client) = network.open(Family::Internet, Type::Stream) {
        network.connect(client, at(80)).expect("a port");
    }
    // Requests without a free socket stay queued, as do those without room in the backlog.
    network.deliver();
    assert_eq!(network.waiting(listener), Ok(None));
    assert_eq!(network.requests.len(), SOCKETS_MAX - 1);
    assert_eq!(network.open(Family::Local, Type::Stream), Err(ENOBUFS));
}
