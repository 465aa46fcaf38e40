//! The server seen by peers that are slow, many, or silent. Limits are short; tests only wait for events.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError};

use axum::routing::{get, post};
use futures::StreamExt as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;

use super::*;

const SHORT: Duration = Duration::from_millis(60);
const LONG: Duration = Duration::from_secs(600);

/// Returns limits that no test reaches.
fn patient() -> ServerLimits {
    ServerLimits { idle: LONG, head: LONG, request: LONG, stall: LONG, answer: LONG, stop: LONG, ..Default::default() }
}

struct Site {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    served: JoinHandle<()>,
}

impl Site {
    async fn serve(router: Router, limits: ServerLimits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let server = Server::new(router).limits(limits);
        let served = tokio::spawn(server.serve(listener, async { drop(stopped.await) }));
        Self { address, stop: Some(stop), served }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    fn ask_to_stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }
}

fn router() -> Router {
    Router::new().route("/", get(|| async { "ici" })).route("/texte", post(|text: String| async { text }))
}

/// Reads everything until the end of the connection.
async fn rest(mut stream: TcpStream) -> String {
    let mut all = Vec::new();
    // A reset counts as an end.
    let _ = stream.read_to_end(&mut all).await;
    String::from_utf8_lossy(&all).into_owned()
}

async fn send(stream: &mut TcpStream, text: &str) {
    stream.write_all(text.as_bytes()).await.unwrap();
}

/// Asks for `/` on a connection that stays open.
async fn ask(stream: &mut TcpStream) -> String {
    send(stream, "GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
    let mut answer = String::new();
    while !answer.ends_with("ici") {
        let mut some = [0; 1024];
        let count = stream.read(&mut some).await.unwrap();
        assert_ne!(count, 0, "closed after {answer}");
        answer.push_str(std::str::from_utf8(&some[..count]).unwrap());
    }
    answer
}

#[tokio::test]
async fn a_connection_that_asks_for_nothing_is_closed() {
    let site = Site::serve(router(), ServerLimits { head: SHORT, ..patient() }).await;
    assert_eq!(rest(site.connect().await).await, "");
}

#[tokio::test]
async fn an_unfinished_head_is_closed_however_it_trickles() {
    let site = Site::serve(router(), ServerLimits { head: SHORT, ..patient() }).await;
    let (mut reading, mut writing) = site.connect().await.into_split();
    let trickle = tokio::spawn(async move {
        writing.write_all(b"GET / HTTP/1.1\r\n").await?;
        loop {
            writing.write_all(b"x: y\r\n").await?;
            tokio::time::sleep(SHORT / 20).await;
        }
        #[expect(unreachable_code, reason = "gives the block its type")]
        io::Result::Ok(())
    });
    let mut all = Vec::new();
    let _ = reading.read_to_end(&mut all).await;
    assert!(all.is_empty(), "{}", String::from_utf8_lossy(&all));
    assert!(trickle.await.unwrap().is_err());
}

#[tokio::test]
async fn an_idle_connection_is_closed_after_its_answers() {
    let site = Site::serve(router(), ServerLimits { idle: SHORT, ..patient() }).await;
    let mut stream = site.connect().await;
    ask(&mut stream).await;
    assert_eq!(rest(stream).await, "");
}

#[tokio::test]
async fn a_body_that_does_not_come_ends_the_connection() {
    let site = Site::serve(router(), ServerLimits { request: SHORT, ..patient() }).await;
    let mut stream = site.connect().await;
    send(&mut stream, "POST /texte HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nabc").await;
    assert_eq!(rest(stream).await, "");
}

#[tokio::test]
async fn an_answer_that_is_not_taken_ends_the_connection() {
    const SIZE: usize = 64 << 20;
    let dropped = Arc::new(Notify::new());
    struct Tells(Arc<Notify>);
    impl AsRef<[u8]> for Tells {
        fn as_ref(&self) -> &[u8] {
            static LARGE: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(|| vec![b'a'; SIZE]);
            &LARGE
        }
    }
    impl Drop for Tells {
        fn drop(&mut self) {
            self.0.notify_one();
        }
    }
    let tells = dropped.clone();
    let large = get(move || async move { axum::body::Bytes::from_owner(Tells(tells)) });
    let limits = ServerLimits { stall: SHORT, ..patient() };
    let site = Site::serve(Router::new().route("/", large), limits).await;
    let mut stream = site.connect().await;
    send(&mut stream, "GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
    dropped.notified().await;
    assert!(rest(stream).await.len() < SIZE);
}

#[tokio::test]
async fn a_new_connection_takes_the_place_of_one_that_waits() {
    let site = Site::serve(router(), ServerLimits { connections_per_address: Some(2), ..patient() }).await;
    let mut first = site.connect().await;
    ask(&mut first).await;
    let mut second = site.connect().await;
    ask(&mut second).await;
    let mut third = site.connect().await;
    ask(&mut third).await;
    assert_eq!(rest(first).await, "");
    ask(&mut second).await;
}

#[tokio::test]
async fn connections_at_work_are_not_interrupted_and_the_next_is_told_to_come_back() {
    let (begun, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begins, waits) = (begun.clone(), release.clone());
    let slow = get(move || async move {
        begins.notify_one();
        waits.notified().await;
        "fini"
    });
    let limits = ServerLimits { connections: 1, ..patient() };
    let mut site = Site::serve(Router::new().route("/", slow), limits).await;
    let mut works = site.connect().await;
    send(&mut works, "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
    begun.notified().await;
    let refused = rest(site.connect().await).await;
    assert!(refused.starts_with("HTTP/1.1 503") && refused.contains("retry-after: 5"), "{refused}");

    // A stop waits for it too.
    site.ask_to_stop();
    while TcpStream::connect(site.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    release.notify_one();
    assert!(rest(works).await.ends_with("fini"));
    site.served.await.unwrap();
}

#[tokio::test]
async fn a_stop_ends_whatever_the_peers_do() {
    let never = get(std::future::pending::<&'static str>);
    let limits = ServerLimits { stop: SHORT, ..patient() };
    let mut site = Site::serve(router().route("/jamais", never), limits).await;
    let new = site.connect().await;
    let mut idle = site.connect().await;
    ask(&mut idle).await;
    let mut head = site.connect().await;
    send(&mut head, "GET / HT").await;
    let mut body = site.connect().await;
    send(&mut body, "POST /texte HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nabc").await;
    let mut works = site.connect().await;
    send(&mut works, "GET /jamais HTTP/1.1\r\nhost: a\r\n\r\n").await;
    site.ask_to_stop();
    site.served.await.unwrap();
    for stream in [new, idle, head, body, works] {
        assert_eq!(rest(stream).await, "");
    }
}

#[tokio::test]
async fn requests_sent_at_once_are_answered_in_order() {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = get(move || async move { format!("n{}#", count.fetch_add(1, Ordering::SeqCst)) });
    let site = Site::serve(Router::new().route("/", counted), patient()).await;
    let mut stream = site.connect().await;
    let mut all = "GET / HTTP/1.1\r\nhost: a\r\n\r\n".repeat(200);
    all.push_str("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    send(&mut stream, &all).await;
    let answers = rest(stream).await;
    let told: Vec<_> = answers.split("\r\n\r\n").filter_map(|part| part.split_once('#')).map(|(n, _)| n).collect();
    assert_eq!(told, (0..201).map(|n| format!("n{n}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_head_without_end_is_refused() {
    let site = Site::serve(router(), patient()).await;
    let mut stream = site.connect().await;
    send(&mut stream, &format!("GET / HTTP/1.1\r\nhost: a\r\nx: {}", "a".repeat(2 * HEAD_LIMIT))).await;
    assert!(rest(stream).await.starts_with("HTTP/1.1 431"));
}

#[tokio::test]
async fn handlers_know_the_peer() {
    let peer = Arc::new(std::sync::Mutex::new(None));
    let known = peer.clone();
    let tell = get(move |ConnectInfo(address): ConnectInfo<SocketAddr>| async move {
        *known.lock().unwrap_or_else(PoisonError::into_inner) = Some(address);
        "ici"
    });
    let site = Site::serve(Router::new().route("/", tell), patient()).await;
    let mut stream = site.connect().await;
    ask(&mut stream).await;
    assert_eq!(*peer.lock().unwrap(), Some(stream.local_addr().unwrap()));
}

#[tokio::test]
async fn a_stop_ends_answers_that_go_on() {
    let live =
        || async { crate::live_answer("number", futures::stream::once(async { 3 }).chain(futures::stream::pending())) };
    let mut site = Site::serve(router().route("/suite", get(live)), patient()).await;
    let mut stream = site.connect().await;
    send(&mut stream, "GET /suite HTTP/1.1\r\nhost: a\r\n\r\n").await;
    let mut answer = String::new();
    while !answer.contains("data: 3\n\n") {
        let mut some = [0; 1024];
        let count = stream.read(&mut some).await.unwrap();
        assert_ne!(count, 0, "closed after {answer}");
        answer.push_str(std::str::from_utf8(&some[..count]).unwrap());
    }
    assert!(answer.contains("content-type: text/event-stream"), "{answer}");
    site.ask_to_stop();
    rest(stream).await;
    site.served.await.unwrap();
}
