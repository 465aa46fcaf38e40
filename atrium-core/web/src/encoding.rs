//! Negotiates and applies the compression of responses, once for cached and fresh pages.

use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING};
use http::{HeaderMap, HeaderValue};
use hyper::body::Body as _;

use atrium_platform::Error;

/// A content coding that we produce.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Encoding {
    Brotli,
    Gzip,
    Identity,
}

impl Encoding {
    /// Returns the coding that the client prefers, the smallest among equals; a coding with weight zero is refused.
    fn negotiate(headers: &HeaderMap) -> Self {
        let mut weights = Weights::default();
        for value in headers.get_all(ACCEPT_ENCODING) {
            value.to_str().unwrap_or_default().split(',').for_each(|item| weights.note(item));
        }
        let (brotli, gzip) = (weights.of(weights.brotli), weights.of(weights.gzip));
        let best = brotli.max(gzip);
        match best {
            0 => Self::Identity,
            _ if weights.identity.is_some_and(|identity| identity > best) => Self::Identity,
            _ if brotli == best => Self::Brotli,
            _ => Self::Gzip,
        }
    }

    fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
            Self::Identity => "identity",
        })
    }
}

/// The given weights, in thousandths.
#[derive(Default)]
struct Weights {
    brotli: Option<u16>,
    gzip: Option<u16>,
    identity: Option<u16>,
    any: Option<u16>,
}

impl Weights {
    fn note(&mut self, item: &str) {
        let mut parts = item.split(';').map(str::trim);
        let coding = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        let weight = match weight.map(str::parse::<f32>) {
            None => 1000,
            Some(Ok(weight)) if (0.0..=1.0).contains(&weight) => (weight * 1000.0).round() as u16,
            // Not a weight: the coding is ignored.
            Some(_) => return,
        };
        match coding.as_str() {
            "br" => self.brotli = Some(weight),
            "gzip" | "x-gzip" => self.gzip = Some(weight),
            "identity" => self.identity = Some(weight),
            "*" => self.any = Some(weight),
            _ => {}
        }
    }

    fn of(&self, named: Option<u16>) -> u16 {
        named.or(self.any).unwrap_or(0)
    }
}

/// Negotiates the coding, and leaves only that one in the request for the compression inside.
pub(super) fn negotiate(mut req: Request) -> Request {
    let encoding = Encoding::negotiate(req.headers());
    req.headers_mut().insert(ACCEPT_ENCODING, encoding.header());
    req.extensions_mut().insert(encoding);
    req
}

/// Marks a response whose body is complete in memory before compression.
#[derive(Clone, Copy)]
struct Whole;

/// Marks complete responses. This layer is inside the compression.
pub(super) fn mark_whole(mut response: Response) -> Response {
    if response.body().size_hint().exact().is_some() {
        response.extensions_mut().insert(Whole);
    }
    response
}

/// Compresses complete responses at once. This layer is outside the compression: a compressor takes megabytes, and
/// would otherwise live as long as a slow client reads.
pub(super) async fn compress_whole(req: Request, next: Next) -> Response {
    let response = next.run(req).await;
    if response.extensions().get::<Whole>().is_none() || !response.headers().contains_key(CONTENT_ENCODING) {
        return response;
    }
    let (parts, body) = response.into_parts();
    match axum::body::to_bytes(body, usize::MAX).await {
        Ok(bytes) => Response::from_parts(parts, Body::from(bytes)),
        Err(source) => Error::internal("compressing an answer", source).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coding_of_no_weight_is_refused_and_the_best_liked_one_taken() {
        use Encoding::{Brotli, Gzip, Identity};
        for (accepted, expected) in [
            ("gzip, deflate, br", Brotli),
            ("br;q=0, gzip", Gzip),
            ("br; q=0.0, gzip;q=0", Identity),
            ("BR;Q=0.5, GZIP;q=0.8", Gzip),
            ("gzip;q=0.5, identity", Identity),
            ("gzip;q=0.5, identity;q=0.2", Gzip),
            ("*", Brotli),
            ("*;q=0", Identity),
            ("*, br;q=0", Gzip),
            ("br;q=high, gzip", Gzip),
            ("deflate, zstd", Identity),
            ("", Identity),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(accepted));
            assert_eq!(Encoding::negotiate(&headers), expected, "{accepted}");
        }
        let mut headers = HeaderMap::new();
        headers.append(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        headers.append(ACCEPT_ENCODING, HeaderValue::from_static("br"));
        assert_eq!(Encoding::negotiate(&headers), Brotli);
    }
}
