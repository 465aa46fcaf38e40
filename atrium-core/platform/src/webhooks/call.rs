//! One call to a receiver: its name is looked up once, every address is checked, and the connection goes to an address that
//! was checked, so that a name that leads elsewhere a moment later (DNS rebinding) leads nowhere.
//!
//! There is a connection for each call, no redirect is followed, and of the answer only its status is used.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http::header::{CONNECTION, CONTENT_TYPE, HOST, USER_AGENT};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};
use url::{Host, Url};

use super::WebhookOutcome;
use super::address::Networks;
use crate::error::{Error, Result};

/// The longest that a call may take, its connection included.
const LONGEST: Duration = Duration::from_secs(10);
/// The longest that a connection may take.
const CONNECTING: Duration = Duration::from_secs(5);
/// The most bytes of an answer that are read: its head, and its body once more.
const MOST: usize = 64 * 1024;

/// A message ready to be sent.
pub(super) struct Signed {
    pub(super) id: String,
    /// In seconds.
    pub(super) timestamp: i64,
    /// One signature or several, separated by spaces.
    pub(super) signatures: String,
    pub(super) body: String,
}

/// How a call ended, and what the receiver answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) outcome: WebhookOutcome,
    pub(super) status: Option<u16>,
}

impl From<WebhookOutcome> for Answer {
    fn from(outcome: WebhookOutcome) -> Self {
        Self { outcome, status: None }
    }
}

impl From<StatusCode> for Answer {
    fn from(status: StatusCode) -> Self {
        let outcome = if status.is_success() { WebhookOutcome::Delivered } else { WebhookOutcome::Refused };
        Self { outcome, status: Some(status.as_u16()) }
    }
}

/// Looks names up.
#[async_trait]
trait Resolve: Send + Sync {
    async fn resolve(&self, name: &str, port: u16) -> io::Result<Vec<SocketAddr>>;
}

/// The names of the machine.
struct OfSystem;

#[async_trait]
impl Resolve for OfSystem {
    async fn resolve(&self, name: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        Ok(tokio::net::lookup_host((name, port)).await?.collect())
    }
}

/// Calls receivers. Cheap to clone.
#[derive(Clone)]
pub(super) struct Caller {
    networks: Networks,
    names: Arc<dyn Resolve>,
    tls: TlsConnector,
}

impl Caller {
    /// Creates a caller that may call these networks beside the public one.
    ///
    /// # Errors
    /// Returns an error if TLS cannot be set up.
    pub(super) fn new(networks: Networks) -> Result<Self> {
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        Ok(Self { networks, names: Arc::new(OfSystem), tls: connector(roots)? })
    }

    /// Sends a message, in ten seconds at most.
    pub(super) async fn post(&self, url: &Url, message: Signed) -> Answer {
        match tokio::time::timeout(LONGEST, self.try_post(url, message)).await {
            Ok(Ok(status)) => status.into(),
            Ok(Err(outcome)) => outcome.into(),
            Err(_) => WebhookOutcome::TimedOut.into(),
        }
    }

    async fn try_post(&self, url: &Url, message: Signed) -> Result<StatusCode, WebhookOutcome> {
        let is_encrypted = url.scheme() == "https";
        let request = request(url, message).ok_or(WebhookOutcome::Unreachable)?;
        let stream = self.connect(url, is_encrypted).await?;
        if !is_encrypted {
            return talk(stream, request).await;
        }
        let name = server_name(url).ok_or(WebhookOutcome::Unreachable)?;
        let stream = self.tls.connect(name, stream).await.map_err(|error| match error.kind() {
            // rustls tells what it refuses as data that is not valid.
            io::ErrorKind::InvalidData => WebhookOutcome::Untrusted,
            _ => WebhookOutcome::Unreachable,
        })?;
        talk(stream, request).await
    }

    /// Connects to the first address of a URL that answers, if webhooks may call all of them.
    async fn connect(&self, url: &Url, is_encrypted: bool) -> Result<TcpStream, WebhookOutcome> {
        let port = url.port_or_known_default().ok_or(WebhookOutcome::Unreachable)?;
        let addresses = match url.host() {
            None => Vec::new(),
            Some(Host::Ipv4(address)) => vec![SocketAddr::new(address.into(), port)],
            Some(Host::Ipv6(address)) => vec![SocketAddr::new(address.into(), port)],
            Some(Host::Domain(name)) => {
                self.names.resolve(name, port).await.map_err(|_| WebhookOutcome::Unreachable)?
            }
        };
        if addresses.iter().any(|address| !self.networks.admit(address.ip(), is_encrypted)) {
            return Err(WebhookOutcome::ForbiddenAddress);
        }
        // Never by name: it might lead elsewhere by now.
        for address in addresses {
            if let Ok(Ok(stream)) = tokio::time::timeout(CONNECTING, TcpStream::connect(address)).await {
                return Ok(stream);
            }
        }
        Err(WebhookOutcome::Unreachable)
    }
}

/// Returns what makes TLS connections to servers that `roots` vouch for.
fn connector(roots: RootCertStore) -> Result<TlsConnector> {
    let config = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|source| Error::internal("TLS of webhooks", source))?;
    Ok(Arc::new(config.with_root_certificates(roots).with_no_client_auth()).into())
}

fn server_name(url: &Url) -> Option<ServerName<'static>> {
    match url.host()? {
        Host::Domain(name) => ServerName::try_from(name.to_owned()).ok(),
        Host::Ipv4(address) => Some(ServerName::IpAddress(std::net::IpAddr::from(address).into())),
        Host::Ipv6(address) => Some(ServerName::IpAddress(std::net::IpAddr::from(address).into())),
    }
}

/// Returns the request of a message, by the headers of Standard Webhooks.
fn request(url: &Url, message: Signed) -> Option<Request<Full<Bytes>>> {
    let authority = match url.port() {
        Some(port) => format!("{}:{port}", url.host_str()?),
        None => url.host_str()?.to_owned(),
    };
    let target = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    let request = Request::builder()
        .method(Method::POST)
        .uri(target)
        .header(HOST, authority)
        .header(CONNECTION, "close")
        .header(CONTENT_TYPE, "application/json")
        .header(USER_AGENT, concat!("atrium-webhooks/", env!("CARGO_PKG_VERSION")))
        .header("webhook-id", message.id)
        .header("webhook-timestamp", message.timestamp)
        .header("webhook-signature", message.signatures);
    request.body(Full::from(message.body)).ok()
}

/// Sends a request on a connection of its own, and returns the status of its answer.
async fn talk<S>(stream: S, request: Request<Full<Bytes>>) -> Result<StatusCode, WebhookOutcome>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let lost = |_| WebhookOutcome::Unreachable;
    let (mut sender, connection) =
        http1::Builder::new().max_buf_size(MOST).handshake(TokioIo::new(stream)).await.map_err(lost)?;
    let mut exchange = pin!(async {
        let answer = sender.send_request(request).await.map_err(lost)?;
        let status = answer.status();
        read_away(answer.into_body()).await;
        Ok(status)
    });
    tokio::select! {
        done = &mut exchange => done,
        // A receiver may close before its answer is taken from the connection.
        _ = connection => exchange.await,
    }
}

/// Reads an answer to its end, so that its sender can finish, unless it is long.
async fn read_away(mut body: Incoming) {
    let mut read = 0;
    while let Some(Ok(frame)) = body.frame().await {
        read += frame.data_ref().map_or(0, Bytes::len);
        if read > MOST {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;
    use tokio_rustls::rustls::ServerConfig;
    use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

    use super::*;

    /// A certificate of `receiver.example`, signed by itself, with its key. Neither is used elsewhere.
    const CERTIFICATE: &str = "\
        MIIBpzCCAU2gAwIBAgIUEm/Ksy3GXY4CQaGDQU/QVcfPz4IwCgYIKoZIzj0EAwIwGzEZMBcGA1UEAwwQcmVjZWl2ZXIuZXhhbXBs\
        ZTAgFw0yNjExMzAxNjI2MTBaGA8yMTI2MTEwNjE2MjYxMFowGzEZMBcGA1UEAwwQcmVjZWl2ZXIuZXhhbXBsZTBZMBMGByqGSM49\
        AgEGCCqGSM49AwEHA0IABILg9/zvn1ZyCHzvyI6C3Pyb9UenRQ5jRn58eT00BxUB0wCdQFwTnpBPCCtF1aT16ykhTpd8/Rycoci7\
        NM/vMLWjbTBrMB0GA1UdDgQWBBRvZ5ov3OeqJsISTrR20tFto1mU6jAfBgNVHSMEGDAWgBRvZ5ov3OeqJsISTrR20tFto1mU6jAb\
        BgNVHREEFDASghByZWNlaXZlci5leGFtcGxlMAwGA1UdEwEB/wQCMAAwCgYIKoZIzj0EAwIDSAAwRQIgK7IaFU0NVWt1OP6kh2P/\
        +xPu8T5EWnsZkGbAE/6taCICIQDBV/YSGq1G18sRhJNtpVUI+tkERYX6AiN9HgAsbBwVCw==";
    const KEY: &str = "\
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg7wMKda8byh66sY1e8gQlaYPE1/lFDHIKtha1lTq/LHmhRANCAASC\
        4Pf8759Wcgh878iOgtz8m/VHp0UOY0Z+fHk9NAcVAdMAnUBcE56QTwgrRdWk9espIU6XfP0cnKHIuzTP7zC1";

    const HERE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 1);
    /// An address of this machine that webhooks may not call in these tests.
    const ELSEWHERE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

    /// Answers with the next of some addresses each time that it is asked, and with the last for ever.
    struct Changing {
        answers: Mutex<Vec<Vec<Ipv4Addr>>>,
        asked: Arc<AtomicUsize>,
    }

    #[async_trait]
    impl Resolve for Changing {
        async fn resolve(&self, _name: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
            self.asked.fetch_add(1, Ordering::SeqCst);
            let mut answers = self.answers.lock().unwrap();
            let next = if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() };
            Ok(next.into_iter().map(|address| SocketAddr::from((address, port))).collect())
        }
    }

    fn decoded(text: &str) -> Vec<u8> {
        STANDARD.decode(text).unwrap()
    }

    /// A caller that may call one address of this machine, for whom a name leads to `answers`, one after the other.
    fn caller(answers: &[&[Ipv4Addr]], roots: RootCertStore) -> (Caller, Arc<AtomicUsize>) {
        let asked = Arc::new(AtomicUsize::new(0));
        let answers = Mutex::new(answers.iter().map(|answer| answer.to_vec()).collect());
        let networks = Networks::of(&[format!("{HERE}/32")]);
        let names = Arc::new(Changing { answers, asked: asked.clone() });
        (Caller { networks, names, tls: connector(roots).unwrap() }, asked)
    }

    fn message() -> Signed {
        let (id, signatures, body) = ("msg_1".to_owned(), "v1,a v1,b".to_owned(), "{}".to_owned());
        Signed { id, timestamp: 12, signatures, body }
    }

    /// Answers each connection with `answer`, and counts them.
    async fn serve(address: SocketAddr, answer: &'static str) -> (SocketAddr, Arc<AtomicUsize>) {
        let listener = TcpListener::bind(address).await.unwrap();
        let (address, connections) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
        let counted = connections.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                let mut head = [0; 4096];
                let read = stream.read(&mut head).await.unwrap_or(0);
                let head = String::from_utf8_lossy(&head[..read]).to_lowercase();
                assert!(head.starts_with("post /a?b=c http/1.1"), "{head}");
                assert!(head.contains("host: receiver.example:") && head.contains("webhook-signature: v1,a v1,b"));
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        (address, connections)
    }

    fn url(scheme: &str, port: u16) -> Url {
        format!("{scheme}://receiver.example:{port}/a?b=c").parse().unwrap()
    }

    const FINE: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

    #[tokio::test]
    async fn a_name_that_leads_elsewhere_a_moment_later_leads_nowhere() {
        let (here, connected) = serve((HERE, 0).into(), FINE).await;
        let (_, elsewhere) = serve((ELSEWHERE, here.port()).into(), FINE).await;
        let (caller, asked) = caller(&[&[HERE], &[ELSEWHERE], &[HERE, ELSEWHERE]], RootCertStore::empty());
        let url = url("http", here.port());
        assert_eq!(caller.post(&url, message()).await, StatusCode::OK.into());
        assert_eq!(
            asked.load(Ordering::SeqCst),
            1,
            "it is looked up once, and the connection goes to what was checked"
        );
        for _ in 0..2 {
            assert_eq!(caller.post(&url, message()).await, WebhookOutcome::ForbiddenAddress.into());
        }
        assert_eq!((connected.load(Ordering::SeqCst), elsewhere.load(Ordering::SeqCst)), (1, 0));
    }

    #[tokio::test]
    async fn a_receiver_with_tls_is_believed_by_its_certificate_and_name() {
        let certificate = CertificateDer::from(decoded(CERTIFICATE));
        let key = PrivateKeyDer::Pkcs8(decoded(KEY).into());
        let config = ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()));
        let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
        let config = config.with_single_cert(vec![certificate.clone()], key).unwrap();
        let (acceptor, listener) = (TlsAcceptor::from(Arc::new(config)), TcpListener::bind((HERE, 0)).await.unwrap());
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(FINE.as_bytes()).await;
                let _ = stream.shutdown().await;
            }
        });
        let mut roots = RootCertStore::empty();
        roots.add(certificate).unwrap();
        let (trusting, _) = caller(&[&[HERE]], roots);
        assert_eq!(trusting.post(&url("https", port), message()).await, StatusCode::OK.into());
        let other = format!("https://other.example:{port}/").parse().unwrap();
        assert_eq!(trusting.post(&other, message()).await, WebhookOutcome::Untrusted.into());
        let (public, _) = caller(&[&[HERE]], RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() });
        assert_eq!(public.post(&url("https", port), message()).await, WebhookOutcome::Untrusted.into());
    }

    #[tokio::test]
    async fn what_does_not_answer_as_http_is_unreachable() {
        let (caller, _) = caller(&[&[HERE]], RootCertStore::empty());
        let (nonsense, _) = serve((HERE, 0).into(), "+OK\r\n").await;
        assert_eq!(caller.post(&url("http", nonsense.port()), message()).await, WebhookOutcome::Unreachable.into());
        let closed = TcpListener::bind((HERE, 0)).await.unwrap();
        let port = closed.local_addr().unwrap().port();
        drop(closed);
        assert_eq!(caller.post(&url("http", port), message()).await, WebhookOutcome::Unreachable.into());
    }
}
