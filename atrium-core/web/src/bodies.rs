//! Limits the memory that request bodies take together while they arrive and are read.
//!
//! Each route limits one body, but slow senders of many would add up. The first bytes of each body count
//! separately, so that large bodies do not prevent sign-ins.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use hyper::body::{Body as HttpBody, Frame, SizeHint};

use crate::Atrium;
use atrium_platform::Error;

/// The first bytes of each body, which count separately.
const FIRST: usize = 16 * 1024;
/// The limit of the first bytes of all bodies together.
const ALL_FIRST: usize = 16 << 20;
/// The limit of the further bytes of all bodies together.
const ALL_FURTHER: usize = 32 << 20;
/// The seconds after which a refused request may be sent again.
const RETRY_AFTER: u64 = 5;

/// The memory of the request bodies of one node.
#[derive(Debug)]
pub(super) struct Bodies {
    first: Counted,
    further: Counted,
}

#[derive(Debug)]
struct Counted {
    most: usize,
    taken: AtomicUsize,
}

impl Counted {
    fn take(&self, count: usize) -> bool {
        let fits = |taken: usize| taken.checked_add(count).filter(|taken| *taken <= self.most);
        self.taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits).is_ok()
    }

    fn give_back(&self, count: usize) {
        self.taken.fetch_sub(count, Ordering::Relaxed);
    }
}

impl Default for Bodies {
    fn default() -> Self {
        Self::of(ALL_FIRST, ALL_FURTHER)
    }
}

impl Bodies {
    fn of(first: usize, further: usize) -> Self {
        let counted = |most| Counted { most, taken: AtomicUsize::new(0) };
        Self { first: counted(first), further: counted(further) }
    }
}

/// The memory of one request body, released when the request is answered.
pub(super) struct Meter {
    bodies: Arc<Bodies>,
    first: AtomicUsize,
    further: AtomicUsize,
    refused: AtomicBool,
}

impl Meter {
    fn new(bodies: Arc<Bodies>) -> Self {
        Self { bodies, first: AtomicUsize::new(0), further: AtomicUsize::new(0), refused: AtomicBool::new(false) }
    }

    fn take(&self, count: usize) -> bool {
        let first = count.min(FIRST.saturating_sub(self.first.load(Ordering::Relaxed)));
        let further = count - first;
        if !self.bodies.first.take(first) {
            self.refused.store(true, Ordering::Relaxed);
            return false;
        }
        self.first.fetch_add(first, Ordering::Relaxed);
        if !self.bodies.further.take(further) {
            self.refused.store(true, Ordering::Relaxed);
            return false;
        }
        self.further.fetch_add(further, Ordering::Relaxed);
        true
    }
}

impl Meter {
    /// Notes that so many bytes were passed on and take no more memory.
    #[cfg(feature = "files")]
    pub(super) fn pass(&self, count: usize) {
        let mut passed = 0;
        let left = |taken: usize| {
            passed = count.min(taken);
            Some(taken - passed)
        };
        let _ = self.further.fetch_update(Ordering::Relaxed, Ordering::Relaxed, left);
        self.bodies.further.give_back(passed);
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        self.bodies.first.give_back(*self.first.get_mut());
        self.bodies.further.give_back(*self.further.get_mut());
    }
}

/// A body that counts the bytes it passes on.
struct Metered {
    inner: Body,
    meter: Arc<Meter>,
}

impl HttpBody for Metered {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.inner).poll_frame(cx);
        if let Poll::Ready(Some(Ok(frame))) = &frame
            && let Some(data) = frame.data_ref()
            && !self.meter.take(data.len())
        {
            return Poll::Ready(Some(Err(axum::Error::new(Error::busy("request bodies", RETRY_AFTER)))));
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// Refuses a request whose body does not fit in the remaining memory (503).
pub(super) async fn meter(State(atrium): State<Atrium>, req: Request, next: Next) -> Response {
    if req.body().is_end_stream() {
        return next.run(req).await;
    }
    let meter = Arc::new(Meter::new(atrium.shell().bodies.clone()));
    let counted = meter.clone();
    let mut req = req.map(|inner| Body::new(Metered { inner, meter: counted }));
    req.extensions_mut().insert(meter.clone());
    let response = next.run(req).await;
    if meter.refused.load(Ordering::Relaxed) {
        metrics::counter!("atrium_work_refused_total", "work" => "request bodies").increment(1);
        return Error::busy("request bodies", RETRY_AFTER).into_response();
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_together_stay_within_their_limit_and_small_ones_pass_beside_large_ones() {
        let bodies = Arc::new(Bodies::of(3 * FIRST, 100_000));
        let large = Meter::new(bodies.clone());
        assert!(large.take(FIRST) && large.take(90_000));
        let other = Meter::new(bodies.clone());
        assert!(!other.take(FIRST + 20_000));
        assert!(other.refused.load(Ordering::Relaxed));
        let small = Meter::new(bodies.clone());
        assert!(small.take(1_000));
        drop(large);
        let next = Meter::new(bodies.clone());
        assert!(next.take(FIRST + 20_000));
        next.pass(18_000);
        assert!(next.take(90_000), "what was passed on takes no memory");
        next.pass(usize::MAX);
        drop((other, small, next));
        assert_eq!((bodies.first.taken.load(Ordering::Relaxed), bodies.further.taken.load(Ordering::Relaxed)), (0, 0));
    }
}
