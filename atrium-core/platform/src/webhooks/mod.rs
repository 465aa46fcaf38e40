//! Webhooks: calls that the platform makes to other programs when something happens, signed as the Standard Webhooks
//! specification has it.
//!
//! An event becomes a queued task for each webhook that wants it. What is sent is decided when it is sent, by the rights
//! that the webhook's owner has then; a message carries ids and no content. Only kinds of events that are declared public
//! are sent at all ([`EventKind::public`](crate::events::EventKind::public)), and only to addresses of the public network,
//! unless the settings name others.

mod actions;
mod address;
#[cfg(feature = "webhooks")]
mod call;
#[cfg(feature = "webhooks")]
mod consumer;
mod deliver;
mod entity;
mod guard;
mod handle;
mod input;
mod kinds;
mod message;
mod place;
mod signature;
mod store;

#[cfg(feature = "webhooks")]
pub(crate) use consumer::FanOut;
pub(crate) use deliver::queue;
pub use entity::{Outcome as WebhookOutcome, State as WebhookState};
pub use guard::EventGuard;
pub(crate) use guard::{Guards, PublicKinds};
pub use handle::Webhooks;
pub use input::WebhookInput;
pub(crate) use kinds::declared as declared_events;
pub use signature::WebhookSecret;
pub use store::{Webhook, WebhookDelivery};

use crate::jobs::{Pruning, ScheduledJob};

/// The most webhooks of a site.
const MOST: u64 = 200;
/// Days for which attempts are kept.
const KEPT_DAYS: u32 = 30;

crate::id_type! {
    /// Identifies a webhook.
    pub struct WebhookId;
    /// Identifies an attempt at sending.
    pub struct WebhookDeliveryId;
}

/// Returns the jobs of webhooks.
pub(crate) fn jobs() -> Vec<ScheduledJob> {
    vec![Pruning::new("atrium_webhook_delivery", "id", "at", KEPT_DAYS).nightly("core.webhook_deliveries")]
}
