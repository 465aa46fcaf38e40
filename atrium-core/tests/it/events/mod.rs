//! The outbox and its consumers.

mod leases;
mod order;
mod watch;
