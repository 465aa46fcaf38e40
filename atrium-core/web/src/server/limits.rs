//! Limits the number of connections, and the time of each of their phases.

use std::time::Duration;

use atrium_platform::config::Settings;

/// Limits of a [`Server`](super::Server).
///
/// Each duration counts while the peer or a handler keeps the connection in that phase; when it is over, the
/// connection is closed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ServerLimits {
    /// Connections in all, within the limit of open files.
    pub connections: usize,
    /// Connections of one address (of one /64 network in IPv6). `None` behind a proxy, whose address they all have.
    pub connections_per_address: Option<usize>,
    /// The time between two requests. Longer than a proxy in front keeps its own idle connections (60 s in nginx),
    /// so that the proxy closes them first.
    pub idle: Duration,
    /// The time from the first byte of a request to the end of its head; on a new connection, from its beginning.
    pub head: Duration,
    /// The time from the end of a request's head, through its body and its handler, to the beginning of the
    /// response. Longer than the time in which a handler answers: files of a telephone come slowly.
    pub request: Duration,
    /// The time without progress while a response is sent.
    pub stall: Duration,
    /// The time for a whole response. Raise it for endless responses (server-sent events).
    pub answer: Duration,
    /// The time for requests under way once the server is asked to stop.
    pub stop: Duration,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            connections: 4096,
            connections_per_address: Some(512),
            idle: Duration::from_secs(75),
            head: Duration::from_secs(10),
            request: Duration::from_secs(330),
            stall: Duration::from_secs(20),
            answer: Duration::from_secs(300),
            stop: Duration::from_secs(10),
        }
    }
}

impl ServerLimits {
    /// Returns the limits of `settings`, and defaults for the others.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        let each = usize::try_from(settings.connections_per_address).unwrap_or(usize::MAX);
        Self {
            connections: usize::try_from(settings.connections).unwrap_or(usize::MAX),
            connections_per_address: (!settings.behind_proxy).then_some(each),
            stop: Duration::from_secs(u64::from(settings.stop_seconds)),
            ..Self::default()
        }
    }

    /// Limits the connections to the room that `files` open files leave beside those of the database, the index and
    /// the program.
    pub(super) fn within(mut self, files: u64) -> Self {
        let own = (files / 4).clamp(32, 512);
        let room = usize::try_from(files.saturating_sub(own)).unwrap_or(usize::MAX);
        self.connections = self.connections.min(room).max(1);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_files_for_the_rest() {
        let within = |files| ServerLimits::default().within(files).connections;
        assert_eq!(within(1024), 768);
        assert_eq!(within(64), 32);
        assert_eq!(within(1_048_576), 4096);
    }

    #[test]
    fn a_proxys_connections_are_not_counted_as_one_persons() {
        let mut settings = Settings::default();
        assert_eq!(ServerLimits::of(&settings).connections_per_address, Some(512));
        settings.behind_proxy = true;
        assert_eq!(ServerLimits::of(&settings).connections_per_address, None);
    }
}
