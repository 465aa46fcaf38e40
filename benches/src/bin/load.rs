//! Asks a running site of this machine for one page, again and again, and prints what that gave.
//!
//! ```text
//! cargo run --release -p atrium-benches --bin load -- --url http://127.0.0.1:3000/aide --connections 8 --seconds 10
//! ```

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use atrium_benches::measure::Percentiles;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::http::header::{ACCEPT_ENCODING, COOKIE, HOST};
use clap::Parser;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use url::{Host, Url};

/// Asks a site of this machine for one page, again and again.
#[derive(Clone, Debug, Parser)]
struct Load {
    /// The page, on 127.0.0.1
    #[arg(long, default_value = "http://127.0.0.1:3000/")]
    url: Url,
    /// Connections, each with one request under way
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=1024))]
    connections: u16,
    /// For how long
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// A cookie to send: `atrium=…` for a page of somebody signed in
    #[arg(long)]
    cookie: Option<String>,
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What one connection saw.
#[derive(Default)]
struct Seen {
    took: Vec<Duration>,
    statuses: BTreeMap<u16, usize>,
    bytes: usize,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Load::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(load: Load) -> Result<(), Failure> {
    let address = address(&load.url)?;
    let start = Instant::now();
    let end = start + Duration::from_secs(load.seconds);
    let connections = (0..load.connections).map(|_| tokio::spawn(ask(load.clone(), address, end)));
    let mut all = Seen::default();
    for connection in connections.collect::<Vec<_>>() {
        let seen = connection.await??;
        all.took.extend(seen.took);
        all.bytes += seen.bytes;
        seen.statuses.into_iter().for_each(|(status, count)| *all.statuses.entry(status).or_default() += count);
    }
    let span = start.elapsed().as_secs_f64();
    let (count, size) = (all.took.len(), all.bytes / all.took.len().max(1));
    println!("{}  {} connections, {span:.1} s", load.url, load.connections);
    println!("  {:.0} requests/s, {size} bytes each, answers by status {:?}", count as f64 / span, all.statuses);
    if count > 0 {
        println!("  {}", Percentiles::of(all.took));
    }
    Ok(())
}

/// Returns the address to connect to. Only this machine: it is not a tool against other sites.
fn address(url: &Url) -> Result<SocketAddr, Failure> {
    let local = match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        _ => false,
    };
    match (url.scheme(), local) {
        ("http", true) => {
            Ok(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), url.port_or_known_default().unwrap_or(80)))
        }
        _ => Err(format!("`--url {url}`: expected `http://127.0.0.1:PORT/…`").into()),
    }
}

/// Sends requests over one connection that is kept open.
async fn ask(load: Load, address: SocketAddr, end: Instant) -> Result<Seen, Failure> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let path = load.url[url::Position::BeforePath..url::Position::AfterQuery].to_owned();
    let mut seen = Seen::default();
    while Instant::now() < end {
        let mut request =
            Request::get(&path).header(HOST, address.to_string()).header(ACCEPT_ENCODING, "gzip, deflate, br");
        if let Some(cookie) = &load.cookie {
            request = request.header(COOKIE, cookie);
        }
        let start = Instant::now();
        sender.ready().await?;
        let response = sender.send_request(request.body(Body::empty())?).await?;
        let (parts, body) = response.into_parts();
        seen.bytes += to_bytes(Body::new(body), usize::MAX).await?.len();
        seen.took.push(start.elapsed());
        *seen.statuses.entry(parts.status.as_u16()).or_default() += 1;
    }
    Ok(seen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_asked() {
        let parse = |url: &str| address(&url.parse().unwrap()).map(|address| address.port()).ok();
        assert_eq!(parse("http://127.0.0.1:3000/aide"), Some(3000));
        assert_eq!(parse("http://localhost/"), Some(80));
        assert_eq!(parse("http://example.org/"), None);
        assert_eq!(parse("https://127.0.0.1/"), None);
        assert_eq!(parse("http://127.0.0.1.example.org/"), None);
    }
}
