//! The outbox and its consumers.

mod acts;
mod leases;
mod order;
mod watch;
