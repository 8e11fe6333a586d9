//! A server on this machine that does what a case says, and remembers what it was asked.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A request as it came in.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// The first line and the headers, as they came.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Seen {
    pub(crate) fn path(&self) -> &str {
        self.head.split(' ').nth(1).unwrap()
    }

    /// A header as `name: value`, the name in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| format!("{name}: {}", value.trim()))
        })
    }
}

/// What a server does with a connection whose request it has read; it is closed after that.
type Act = dyn Fn(&mut TcpStream, &Seen) + Send + Sync;

pub(crate) struct Server {
    pub(crate) port: u16,
    seen: Arc<Mutex<Vec<Seen>>>,
    /// Connections, whether or not a request came over them.
    connections: Arc<Mutex<usize>>,
}

impl Server {
    /// Listens until the test's process ends.
    pub(crate) fn new(act: impl Fn(&mut TcpStream, &Seen) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (seen, connections) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(0)));
        let act: Arc<Act> = Arc::new(act);
        let (log, count) = (Arc::clone(&seen), Arc::clone(&connections));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                *count.lock().unwrap() += 1;
                let (act, log) = (Arc::clone(&act), Arc::clone(&log));
                std::thread::spawn(move || {
                    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
                    if let Some(request) = read(&mut stream) {
                        log.lock().unwrap().push(request.clone());
                        act(&mut stream, &request);
                    }
                });
            }
        });
        Self { port, seen, connections }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn connections(&self) -> usize {
        *self.connections.lock().unwrap()
    }
}

/// One request; nothing where the other side goes away before.
pub(crate) fn read(stream: &mut impl Read) -> Option<Seen> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let mut seen = Seen { head, body: bytes[end + 4..].to_vec() };
            let length =
                seen.header("content-length").map_or(0, |line| line.split(' ').nth(1).unwrap().parse().unwrap());
            while seen.body.len() < length {
                let count = stream.read(&mut buffer).ok().filter(|count| *count > 0)?;
                seen.body.extend(&buffer[..count]);
            }
            return Some(seen);
        }
        let count = stream.read(&mut buffer).ok().filter(|count| *count > 0)?;
        bytes.extend(&buffer[..count]);
    }
}

/// A whole response with its length.
pub(crate) fn response(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut out = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n{headers}\r\n", body.len()).into_bytes();
    out.extend(body);
    out
}

/// Sends; that nobody listens any more is no matter of the server.
pub(crate) fn send(stream: &mut impl Write, bytes: &[u8]) {
    drop(stream.write_all(bytes).and_then(|()| stream.flush()));
}
