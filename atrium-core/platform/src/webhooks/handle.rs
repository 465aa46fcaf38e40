//! The handle on webhooks: what acts on them and what delivers share it.

use std::sync::Arc;

use super::address::Networks;
#[cfg(feature = "webhooks")]
use super::call::Caller;
use super::guard::{Guards, PublicKinds};
use crate::access::Access;
use crate::config::Settings;
use crate::db::Db;
use crate::error::Result;
use crate::secrets::Secrets;

/// The webhooks of the platform. Cheap to clone.
#[derive(Clone)]
pub struct Webhooks(Arc<Inner>);

struct Inner {
    access: Access,
    secrets: Secrets,
    networks: Networks,
    kinds: PublicKinds,
    guards: Guards,
    #[cfg(feature = "webhooks")]
    caller: Caller,
}

impl Webhooks {
    /// Creates the handle.
    ///
    /// # Errors
    /// Returns an error if TLS cannot be set up.
    pub(crate) fn new(
        access: Access,
        secrets: Secrets,
        settings: &Settings,
        (kinds, guards): (PublicKinds, Guards),
    ) -> Result<Self> {
        let networks = Networks::of(&settings.webhook_networks);
        #[cfg(feature = "webhooks")]
        let caller = Caller::new(networks.clone())?;
        Ok(Self(Arc::new(Inner {
            access,
            secrets,
            networks,
            kinds,
            guards,
            #[cfg(feature = "webhooks")]
            caller,
        })))
    }

    /// Returns the keys of the kinds of events that webhooks may want.
    #[must_use]
    pub fn kinds(&self) -> Vec<&'static str> {
        self.0.kinds.keys().collect()
    }

    /// Returns `true` if this program calls webhooks: it was built with the feature `webhooks`.
    #[must_use]
    pub fn is_on(&self) -> bool {
        cfg!(feature = "webhooks")
    }

    pub(super) fn db(&self) -> &Db {
        self.0.access.db()
    }

    pub(super) fn access(&self) -> &Access {
        &self.0.access
    }

    pub(super) fn secrets(&self) -> &Secrets {
        &self.0.secrets
    }

    pub(super) fn networks(&self) -> &Networks {
        &self.0.networks
    }

    pub(super) fn public_kinds(&self) -> &PublicKinds {
        &self.0.kinds
    }

    pub(super) fn guards(&self) -> &Guards {
        &self.0.guards
    }

    #[cfg(feature = "webhooks")]
    pub(super) fn caller(&self) -> &Caller {
        &self.0.caller
    }
}
