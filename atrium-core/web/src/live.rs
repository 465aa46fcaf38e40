//! Answers that go on: server-sent events, for pages that stay open.

use std::convert::Infallible;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures::{Stream, StreamExt as _};
use http::header::ACCEPT;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;

/// The time after which an answer ends. Browsers ask again, which identifies the person anew; less than the server's limit
/// for a whole answer.
const LONGEST: Duration = Duration::from_secs(4 * 60);
/// The time between two signs of life: less than the server and proxies wait for progress.
const SILENCE: Duration = Duration::from_secs(15);
/// The time that browsers wait before they ask again.
const AGAIN: Duration = Duration::from_secs(5);
/// Told to nginx, which otherwise keeps events until its buffer is full.
const UNBUFFERED: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));

/// Marks an answer that goes on: a [`Server`](crate::Server) that stops ends it at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GoesOn;

/// Returns `true` if the request asks for [events](live_answer), as browsers' `EventSource` does.
#[must_use]
pub fn asks_for_events(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT).is_some_and(|accepted| accepted.as_bytes().starts_with(b"text/event-stream"))
}

/// Answers with server-sent events named `name`, each a value as JSON, until `values` ends, at most for four minutes.
///
/// The stream outlives the request's time limit: it must not hold what a request has, and what it tells of a person has to be
/// asked anew whenever rights matter.
pub fn live_answer<T: Serialize>(name: &'static str, values: impl Stream<Item = T> + Send + 'static) -> Response {
    let event = move |value: T| match Event::default().event(name).json_data(&value) {
        Ok(event) => event,
        Err(error) => {
            tracing::error!(%error, name, "an event cannot be written as JSON");
            Event::default().comment("")
        }
    };
    let begin = futures::stream::once(std::future::ready(Event::default().retry(AGAIN)));
    let events = begin.chain(values.map(event)).map(Ok::<_, Infallible>);
    let events = events.take_until(tokio::time::sleep(LONGEST));
    let mut response = Sse::new(events).keep_alive(KeepAlive::new().interval(SILENCE)).into_response();
    response.headers_mut().extend([UNBUFFERED]);
    response.extensions_mut().insert(GoesOn);
    response
}
