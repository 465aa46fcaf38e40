//! What a message says: its type, when it happened, and ids.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::WebhookId;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::events::Event;
use crate::secrets::{Purpose, Secrets};

/// The type of a trial.
pub(super) const TRIAL: &str = "webhook.trial";
/// The numbers of messages: the same event has the same one each time that it is sent to a webhook.
const NUMBERS: Purpose = Purpose("core.webhook_message");

/// The text of a message, as Standard Webhooks has it.
#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    timestamp: String,
    data: Map<String, Value>,
}

/// A message about to be signed.
pub(super) struct Message {
    /// The same each time that it is sent, by which receivers know what they have already.
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) body: String,
}

impl Message {
    /// Writes the message about an event of the kind `key`.
    pub(super) fn of(secrets: &Secrets, webhook: WebhookId, key: &str, event: &Event) -> Result<Self> {
        // Numbers are ids. A text that a payload carries for other consumers is sent to no program.
        let ids = event.payload.as_object().into_iter().flatten().filter(|(_, value)| value.is_number());
        let mut data: Map<String, Value> = ids.map(|(name, id)| (name.clone(), id.clone())).collect();
        data.insert("subject".to_owned(), json!(event.subject));
        data.insert("scope".to_owned(), json!(event.scope.as_deref().unwrap_or("p")));
        // The event's number alone may be given again after a restore.
        Self::new(secrets, webhook, &format!("{}:{}", event.position.event, event.at.0), (key, event.at, data))
    }

    /// Writes a trial.
    pub(super) fn trial(secrets: &Secrets, webhook: WebhookId, at: Timestamp) -> Result<Self> {
        let data = Map::from_iter([("webhook".to_owned(), json!(webhook))]);
        Self::new(secrets, webhook, &format!("trial:{}", at.0), (TRIAL, at, data))
    }

    fn new(
        secrets: &Secrets,
        webhook: WebhookId,
        number: &str,
        (kind, at, data): (&str, Timestamp, Map<String, Value>),
    ) -> Result<Self> {
        let id = format!("msg_{}", secrets.digest(NUMBERS, &format!("{webhook}:{number}")));
        let body = Body { kind, timestamp: at.to_rfc3339(), data };
        let body = serde_json::to_string(&body).map_err(|source| Error::internal("a message of a webhook", source))?;
        Ok(Self { id, kind: kind.to_owned(), body })
    }
}
