//! The phases of a connection, and their time limits.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;

use super::limits::ServerLimits;

/// The phase of a connection, with the instants from which its time counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Between two requests.
    Idle(Instant),
    /// The head of a request is expected (on a new connection) or has begun to arrive.
    Head(Instant),
    /// The handler waits for more of the request's body. Counted from the end of the head.
    Body(Instant),
    /// The handler is at work. Counted from the end of the head.
    Work(Instant),
    /// The answer is being sent.
    Answer {
        /// The instant it was ready.
        begun: Instant,
        /// The instant the peer last accepted bytes.
        moved: Instant,
        /// `true` once all of it is handed over for writing.
        whole: bool,
    },
}

impl Phase {
    /// Returns the instant at which a connection in this phase is closed.
    pub(super) fn deadline(self, limits: &ServerLimits) -> Instant {
        match self {
            Self::Idle(since) => since + limits.idle,
            Self::Head(since) => since + limits.head,
            Self::Body(since) | Self::Work(since) => since + limits.request,
            Self::Answer { begun, moved, .. } => (begun + limits.answer).min(moved + limits.stall),
        }
    }

    /// Returns `true` if no request is under way.
    pub(super) fn is_between_requests(self) -> bool {
        matches!(self, Self::Idle(_) | Self::Head(_))
    }

    /// Returns the order in which connections are closed to make room: those between requests, then those that wait
    /// for their peer, oldest first. `None` while a handler is at work.
    pub(super) fn dispensable(self) -> Option<(u8, Instant)> {
        match self {
            Self::Idle(since) | Self::Head(since) => Some((0, since)),
            Self::Body(since) => Some((1, since)),
            Self::Answer { moved, .. } => Some((1, moved)),
            Self::Work(_) => None,
        }
    }
}

/// An open connection, shared by its task, its bodies and the table of connections.
#[derive(Debug)]
pub(super) struct Connection {
    phase: Mutex<Phase>,
    close: Notify,
}

impl Connection {
    /// Creates a connection that was just accepted.
    pub(super) fn new() -> Self {
        Self { phase: Mutex::new(Phase::Head(Instant::now())), close: Notify::new() }
    }

    pub(super) fn phase(&self) -> Phase {
        *self.lock()
    }

    fn lock(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells its task to close it.
    pub(super) fn close(&self) {
        self.close.notify_one();
    }

    /// Waits until it is to be closed.
    pub(super) async fn closed(&self) {
        self.close.notified().await;
    }

    /// Records that bytes arrived.
    pub(super) fn received(&self) {
        let mut phase = self.lock();
        if let Phase::Idle(_) = *phase {
            *phase = Phase::Head(Instant::now());
        }
    }

    /// Records that the head of a request is complete.
    pub(super) fn begin_request(&self) {
        *self.lock() = Phase::Work(Instant::now());
    }

    /// Records that the handler waits for the body.
    pub(super) fn wait_for_body(&self) {
        let mut phase = self.lock();
        if let Phase::Work(since) = *phase {
            *phase = Phase::Body(since);
        }
    }

    /// Records that the handler no longer waits for the body.
    pub(super) fn go_on(&self) {
        let mut phase = self.lock();
        if let Phase::Body(since) = *phase {
            *phase = Phase::Work(since);
        }
    }

    /// Records that the response is ready.
    pub(super) fn begin_answer(&self) {
        let now = Instant::now();
        *self.lock() = Phase::Answer { begun: now, moved: now, whole: false };
    }

    /// Records that the whole response is handed over for writing.
    pub(super) fn end_answer(&self) {
        if let Phase::Answer { whole, .. } = &mut *self.lock() {
            *whole = true;
        }
    }

    /// Records that bytes were sent.
    pub(super) fn sent(&self) {
        if let Phase::Answer { moved, .. } = &mut *self.lock() {
            *moved = Instant::now();
        }
    }

    /// Records that all bytes handed over were written.
    pub(super) fn flushed(&self) {
        let mut phase = self.lock();
        if let Phase::Answer { whole: true, .. } = *phase {
            *phase = Phase::Idle(Instant::now());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn each_phase_ends_in_its_own_time() {
        let limits = ServerLimits {
            idle: Duration::from_secs(1),
            head: Duration::from_secs(2),
            request: Duration::from_secs(3),
            stall: Duration::from_secs(4),
            answer: Duration::from_secs(5),
            ..ServerLimits::default()
        };
        let now = Instant::now();
        let after = |phase: Phase| (phase.deadline(&limits) - now).as_secs();
        assert_eq!(after(Phase::Idle(now)), 1);
        assert_eq!(after(Phase::Head(now)), 2);
        assert_eq!((after(Phase::Body(now)), after(Phase::Work(now))), (3, 3));
        assert_eq!(after(Phase::Answer { begun: now, moved: now, whole: false }), 4);
        let later = now + Duration::from_secs(3);
        assert_eq!(after(Phase::Answer { begun: now, moved: later, whole: true }), 5);
    }

    #[test]
    fn a_connection_is_idle_only_once_its_whole_answer_was_written() {
        let connection = Connection::new();
        connection.begin_request();
        connection.wait_for_body();
        assert!(matches!(connection.phase(), Phase::Body(_)));
        connection.go_on();
        assert_eq!(connection.phase().dispensable(), None, "a handler at work is never interrupted to make room");
        connection.begin_answer();
        connection.flushed();
        assert!(matches!(connection.phase(), Phase::Answer { whole: false, .. }));
        connection.end_answer();
        connection.flushed();
        assert!(connection.phase().is_between_requests());
        connection.received();
        assert!(matches!(connection.phase(), Phase::Head(_)));
    }
}
