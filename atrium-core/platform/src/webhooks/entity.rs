//! The tables of webhooks and of what was sent.

use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};

/// Webhooks.
pub(crate) mod webhook {
    use super::State;
    use crate::clock::Timestamp;
    use crate::directory::{EstablishmentId, PersonId, SectorId};
    use crate::webhooks::WebhookId;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_webhook")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: WebhookId,
        pub(crate) owner_id: PersonId,
        pub(crate) name: String,
        pub(crate) url: String,
        pub(crate) kinds: String,
        pub(crate) sector_id: Option<SectorId>,
        pub(crate) establishment_id: Option<EstablishmentId>,
        pub(crate) secret: String,
        pub(crate) old_secret: Option<String>,
        pub(crate) old_until: Option<Timestamp>,
        pub(crate) state: State,
        pub(crate) failures: i64,
        pub(crate) failing_since: Option<Timestamp>,
        pub(crate) version: i64,
        pub(crate) created_at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Attempts at sending, one row each.
pub(crate) mod delivery {
    use super::Outcome;
    use crate::clock::Timestamp;
    use crate::webhooks::{WebhookDeliveryId, WebhookId};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_webhook_delivery")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: WebhookDeliveryId,
        pub(crate) webhook_id: WebhookId,
        pub(crate) xid: Option<i64>,
        pub(crate) event_id: Option<i64>,
        pub(crate) message: String,
        pub(crate) kind: String,
        pub(crate) attempt: i64,
        pub(crate) outcome: Outcome,
        pub(crate) status: Option<i64>,
        pub(crate) millis: i64,
        pub(crate) at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Whether a webhook is called, and what stopped it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is called.
    Active,
    /// Somebody paused it.
    Paused,
    /// Its receiver answered 410: it is no longer there.
    Gone,
    /// Every attempt failed for days.
    Failing,
}

/// How an attempt at sending ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The receiver took it: it answered 2xx.
    Delivered,
    /// The receiver answered something else.
    Refused,
    /// There is no such name, or no connection.
    Unreachable,
    /// The receiver did not answer in time.
    TimedOut,
    /// The receiver's certificate is not valid for its name.
    Untrusted,
    /// The name leads to an address that webhooks may not call.
    ForbiddenAddress,
    /// Not sent: the owner is suspended, or no longer manages webhooks there.
    OwnerWithoutRight,
    /// Not sent: the owner may not read what the event is about.
    Hidden,
    /// Not sent: the webhook was paused meanwhile.
    Paused,
    /// Not sent: the secret was sealed with another key of the platform.
    Unsealed,
}

impl State {
    /// Returns the spelling used in the API.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Gone => "gone",
            Self::Failing => "failing",
        }
    }
}

impl Outcome {
    /// Returns the spelling used in the API.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Refused => "refused",
            Self::Unreachable => "unreachable",
            Self::TimedOut => "timed_out",
            Self::Untrusted => "untrusted",
            Self::ForbiddenAddress => "forbidden_address",
            Self::OwnerWithoutRight => "owner_without_right",
            Self::Hidden => "hidden",
            Self::Paused => "paused",
            Self::Unsealed => "unsealed",
        }
    }

    /// Returns `true` if another attempt may end otherwise.
    pub(super) fn is_failure(self) -> bool {
        match self {
            Self::Refused
            | Self::Unreachable
            | Self::TimedOut
            | Self::Untrusted
            | Self::ForbiddenAddress
            | Self::Unsealed => true,
            Self::Delivered | Self::OwnerWithoutRight | Self::Hidden | Self::Paused => false,
        }
    }
}
