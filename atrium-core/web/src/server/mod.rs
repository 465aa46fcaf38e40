//! The HTTP/1.1 server: bounded connections, a time limit on everything that keeps one open, and a bounded
//! shutdown.
//!
//! It serves any axum router, the platform's alone or a host's around it. A proxy in front does TLS and HTTP/2.

mod connections;
mod limits;
mod phase;
mod watched;

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use crate::live::GoesOn;
use connections::{Connections, Place};
pub use limits::ServerLimits;
use watched::{AnswerBody, RequestBody, Stream};

/// Largest head of a request, in bytes: the most that hyper reads ahead.
const HEAD_LIMIT: usize = 32 * 1024;
/// Shortest and longest pause after a failure to accept that the peer did not cause.
const PAUSES: (Duration, Duration) = (Duration::from_millis(10), Duration::from_secs(1));
/// Shortest time between two log lines about such failures.
const BETWEEN_COMPLAINTS: Duration = Duration::from_secs(10);
/// The response to a connection for which there is no place.
const NO_PLACE: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\n\
    content-length: 0\r\nretry-after: 5\r\nconnection: close\r\n\r\n";

/// Serves a router over TCP.
///
/// `axum::serve` keeps idle connections and unfinished requests for ever; this server limits their time and number,
/// and makes room for new ones by closing those that wait for their peer.
///
/// # Example
/// ```no_run
/// # async fn serve(atrium: atrium_web::Atrium) -> std::io::Result<()> {
/// use atrium_web::{Server, ServerLimits};
///
/// let listener = tokio::net::TcpListener::bind(atrium.settings().listen).await?;
/// let server = Server::new(atrium.router()).limits(ServerLimits::of(atrium.settings()));
/// server.serve(listener, async { drop(tokio::signal::ctrl_c().await) }).await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Server {
    router: Router,
    limits: ServerLimits,
}

impl Server {
    /// Creates a server of `router` with default limits. Handlers find the peer in `ConnectInfo<SocketAddr>`.
    #[must_use]
    pub fn new(router: Router) -> Self {
        Self { router, limits: ServerLimits::default() }
    }

    /// Sets the limits.
    #[must_use]
    pub fn limits(mut self, limits: ServerLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Raises the process's soft limit of open files as far as allowed, then serves until `stop` is ready. Requests
    /// under way then have [`ServerLimits::stop`] to end; other connections are closed at once.
    pub async fn serve(self, listener: TcpListener, stop: impl Future<Output = ()>) {
        let limits = match raise_file_limit() {
            Ok(files) => self.limits.within(files),
            Err(error) => {
                tracing::warn!(%error, "the limit of open files cannot be read");
                self.limits
            }
        };
        tracing::debug!(connections = limits.connections, each = ?limits.connections_per_address, "accepting");
        let server = Arc::new(Running {
            connections: Arc::new(Connections::new(&limits)),
            router: self.router,
            limits,
            tasks: TaskTracker::new(),
            stopping: CancellationToken::new(),
            giving_up: CancellationToken::new(),
        });
        server.accept_until(&listener, stop).await;
        drop(listener);
        server.end().await;
    }
}

/// Raises the process's soft limit of open files to its hard limit, and returns it; the largest number if there is
/// no such limit.
///
/// # Errors
/// Returns an error if the system refuses.
fn raise_file_limit() -> io::Result<u64> {
    rlimit::increase_nofile_limit(u64::MAX)
}

/// A running server.
struct Running {
    router: Router,
    limits: ServerLimits,
    connections: Arc<Connections>,
    tasks: TaskTracker,
    /// Cancelled to close idle connections, and others after their request.
    stopping: CancellationToken,
    /// Cancelled to close all connections.
    giving_up: CancellationToken,
}

impl Running {
    async fn accept_until(self: &Arc<Self>, listener: &TcpListener, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        let mut pause = PAUSES.0;
        let mut told: Option<Instant> = None;
        loop {
            let accepted = tokio::select! {
                biased;
                () = &mut stop => return,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) => {
                    pause = PAUSES.0;
                    self.begin(stream, peer);
                }
                Err(error) if is_of_the_peer(&error) => {}
                Err(error) => {
                    // Most likely out of file descriptors: closing an idle connection frees one.
                    metrics::counter!("atrium_accept_failures_total").increment(1);
                    if told.is_none_or(|told| told.elapsed() > BETWEEN_COMPLAINTS) {
                        told = Some(Instant::now());
                        tracing::error!(%error, "no connection can be accepted");
                    }
                    self.connections.make_room();
                    tokio::select! {
                        () = &mut stop => return,
                        () = tokio::time::sleep(pause) => {}
                    }
                    pause = (pause * 2).min(PAUSES.1);
                }
            }
        }
    }

    fn begin(self: &Arc<Self>, stream: TcpStream, peer: SocketAddr) {
        match self.connections.admit(peer.ip()) {
            Some(place) => {
                let server = self.clone();
                self.tasks.spawn(async move { server.converse(stream, peer, place).await });
            }
            None => {
                metrics::counter!("atrium_connections_refused_total").increment(1);
                refuse(stream);
            }
        }
    }

    /// Serves the requests of one connection until it ends, is too slow, or has to make room.
    async fn converse(&self, stream: TcpStream, peer: SocketAddr, place: Place) {
        // Small responses are sent without delay.
        let _ = stream.set_nodelay(true);
        let connection = &place.connection;
        let service = service_fn(|mut request: http::Request<Incoming>| {
            connection.begin_request();
            request.extensions_mut().insert(ConnectInfo(peer));
            let request = request.map(|body| Body::new(RequestBody::new(body, connection.clone())));
            let answered = self.router.clone().oneshot(request);
            async move {
                let answer = answered.await.unwrap_or_else(|never| match never {});
                // A stop ends answers that go on, and waits for the others.
                let ends = answer.extensions().get::<GoesOn>().map(|GoesOn| self.stopping.clone());
                Ok::<_, Infallible>(answer.map(|body| AnswerBody::new(body, connection.clone(), ends)))
            }
        });
        let stream = TokioIo::new(Stream::new(stream, connection.clone()));
        let mut serving = pin!(http1::Builder::new().max_buf_size(HEAD_LIMIT).serve_connection(stream, service));
        let mut stopping = pin!(self.stopping.cancelled());
        let mut closed = pin!(async {
            tokio::select! {
                () = connection.closed() => {}
                () = self.giving_up.cancelled() => {}
            }
        });
        let mut timer = pin!(tokio::time::sleep_until(connection.phase().deadline(&self.limits)));
        let mut told = false;
        poll_fn(|cx| {
            if !told && stopping.as_mut().poll(cx).is_ready() {
                told = true;
                if connection.phase().is_between_requests() {
                    return Poll::Ready(());
                }
                serving.as_mut().graceful_shutdown();
            }
            if let Poll::Ready(ended) = serving.as_mut().poll(cx) {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection ended early");
                }
                return Poll::Ready(());
            }
            if closed.as_mut().poll(cx).is_ready() {
                return Poll::Ready(());
            }
            // Invariant: phases change only while the connection is polled, above, so the timer is never late.
            let deadline = connection.phase().deadline(&self.limits);
            if timer.deadline() != deadline {
                timer.as_mut().reset(deadline);
            }
            timer.as_mut().poll(cx)
        })
        .await;
    }

    /// Ends the connections, with time for requests under way.
    async fn end(&self) {
        self.tasks.close();
        self.stopping.cancel();
        if tokio::time::timeout(self.limits.stop, self.tasks.wait()).await.is_err() {
            tracing::warn!(connections = self.connections.len(), "requests still under way were given up");
            self.giving_up.cancel();
            self.tasks.wait().await;
        }
    }
}

/// Returns `true` if the peer ended the connection before it could be accepted.
fn is_of_the_peer(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

fn refuse(stream: TcpStream) {
    // It is dropped if it cannot be sent at once.
    let _ = stream.into_std().and_then(|mut stream| stream.write_all(NO_PLACE));
}

#[cfg(test)]
mod tests;
