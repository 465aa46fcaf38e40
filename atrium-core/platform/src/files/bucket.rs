//! A bucket of a store that speaks S3, such as those of cloud providers, MinIO, Garage or Ceph.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http::HeaderValue;
use http::header::USER_AGENT;
use http_body_util::BodyExt;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector as TcpConnector;
use hyper_util::rt::TokioExecutor;
use object_store::aws::AmazonS3Builder;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody, HttpResponse, HttpResponseBody,
    HttpService,
};
use object_store::prefix::PrefixStore;
use object_store::{ClientConfigKey, ClientOptions, ObjectStore, RetryConfig};
use percent_encoding::percent_decode_str;
use tokio::time::timeout;
use tokio_rustls::rustls::crypto::ring;
use url::Url;

use crate::error::{Error, Result};

const AGENT: HeaderValue = HeaderValue::from_static(concat!("atrium/", env!("CARGO_PKG_VERSION")));
/// The longest that one request to the store takes: a part of a file is 10 MB.
const LONGEST_REQUEST: Duration = Duration::from_secs(60);
/// How long and how often a request is sent again; a person waits for it.
const LONGEST_TRYING: Duration = Duration::from_secs(20);
const MOST_RETRIES: usize = 3;

/// Opens the bucket that `url` names. No request is sent. What `url` leaves out is that of the environment, as other programs
/// read it: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, `AWS_ENDPOINT`, or what a cloud's machine is given.
///
/// # Errors
/// Returns an error if no store can be made of it.
pub(super) fn open(url: &Url) -> Result<Arc<dyn ObjectStore>> {
    let retry = RetryConfig { max_retries: MOST_RETRIES, retry_timeout: LONGEST_TRYING, ..RetryConfig::default() };
    let mut builder = AmazonS3Builder::from_env()
        .with_bucket_name(url.host_str().unwrap_or_default())
        .with_retry(retry)
        .with_http_connector(Connector);
    for (key, value) in url.query_pairs() {
        builder = match &*key {
            "endpoint" => {
                // The secret never travels, but what files hold does: that is for networks of one's own.
                builder.with_allow_http(value.starts_with("http:")).with_endpoint(value)
            }
            "region" => builder.with_region(value),
            _ => builder,
        };
    }
    if let Some(secret) = url.password() {
        builder = builder.with_access_key_id(decoded(url.username())).with_secret_access_key(decoded(secret));
    }
    let store = builder.build().map_err(|source| Error::internal("setting `files_url` cannot be used", source))?;
    let folder = url.path().trim_matches('/');
    Ok(if folder.is_empty() { Arc::new(store) } else { Arc::new(PrefixStore::new(store, folder)) })
}

fn decoded(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

/// HTTP with the TLS that the process has anyway, for `object_store`, whose own client brings another.
#[derive(Debug)]
struct Connector;

impl HttpConnector for Connector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let provider = || ring::default_provider();
        let builder = HttpsConnectorBuilder::new().with_provider_and_native_roots(provider());
        // A machine without authorities, such as a small container, trusts those that everyone knows.
        let builder = match builder {
            Ok(builder) => builder,
            Err(_) => HttpsConnectorBuilder::new()
                .with_provider_and_webpki_roots(provider())
                .map_err(|source| object_store::Error::Generic { store: "S3", source: source.into() })?,
        };
        // Each client has its own: where a cloud's machine asks for its role is always plain, whatever the endpoint.
        let allows_plain =
            options.get_config_value(&ClientConfigKey::AllowHttp).is_some_and(|allowed| allowed == "true");
        let builder = if allows_plain { builder.https_or_http() } else { builder.https_only() };
        let client = Client::builder(TokioExecutor::new()).build(builder.enable_http1().build());
        Ok(HttpClient::new(Calls(client)))
    }
}

#[derive(Debug)]
struct Calls(Client<HttpsConnector<TcpConnector>, HttpRequestBody>);

#[async_trait]
impl HttpService for Calls {
    async fn call(&self, mut request: HttpRequest) -> std::result::Result<HttpResponse, HttpError> {
        request.headers_mut().entry(USER_AGENT).or_insert(AGENT);
        let answer = match timeout(LONGEST_REQUEST, self.0.request(request)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) if error.is_connect() => return Err(HttpError::new(HttpErrorKind::Connect, error)),
            Ok(Err(error)) => return Err(HttpError::new(HttpErrorKind::Interrupted, error)),
            Err(late) => return Err(HttpError::new(HttpErrorKind::Timeout, late)),
        };
        let broken_off = |error| HttpError::new(HttpErrorKind::Interrupted, error);
        Ok(answer.map(|body| HttpResponseBody::new(body.map_err(broken_off))))
    }
}
