//! The outbox: events appended in the transaction that causes them, and read by consumers at least once.
//!
//! Payloads carry ids, not content: consumers load, render and authorise when they deliver.

mod act;
mod anchor;
mod append;
mod consumer;
mod entity;
mod instance;
mod kind;
mod lag;
mod lease;
mod news;
mod old;
mod position;
mod read;
mod snapshot;
mod watch;
mod worker;

pub use act::{Act, Signature};
pub use consumer::{Consumer, Delivery};
pub use instance::{instance, known_instance};
pub use kind::{DeclaredEvent, EventKind, Payload};
pub use old::OldEvents;
pub use position::Position;
pub use read::{Event, at, count_after, head, newest, oldest, read_after, waiting_since};
pub use watch::watch;
pub use worker::Worker;

pub use news::{kinds_between, newest_settled};
pub(crate) use news::{newest_columns, settled};
pub(crate) use snapshot::{Load, Snapshot};
