//! Who is asking: the person behind a request, a command or a job, with their rights as of now.

use std::sync::Arc;

use super::{Permission, Rights, Scope};
use crate::audit;
use crate::clock::Timestamp;
use crate::directory::PersonId;
use crate::error::{Error, Result};
use crate::events::NewEvent;

/// Through what somebody acts; the audit record keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// A page.
    Web,
    /// The REST API.
    Api,
    /// The command line of the machine.
    Cli,
    /// The platform itself.
    System,
}

impl Via {
    /// As the audit record spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Api => "api",
            Self::Cli => "cli",
            Self::System => "system",
        }
    }
}

/// Who is asking, as of one instant. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Actor {
    rights: Arc<Rights>,
    name: Arc<str>,
    via: Via,
    now: Timestamp,
}

impl Actor {
    /// The person whose `rights` these are, shown as `name`.
    #[must_use]
    pub fn new(rights: Arc<Rights>, name: impl Into<Arc<str>>, via: Via, now: Timestamp) -> Self {
        Self { rights, name: name.into(), via, now }
    }

    /// A visitor who has not signed in.
    #[must_use]
    pub fn anonymous(now: Timestamp) -> Self {
        Self::new(Arc::new(Rights::anonymous()), "", Via::Web, now)
    }

    /// The platform itself, which may do everything: start-up, synchronisation, the operator's command line.
    #[must_use]
    pub fn system(via: Via, now: Timestamp) -> Self {
        Self::new(Arc::new(Rights::everything()), "système", via, now)
    }

    /// The person, unless nobody is signed in or the platform itself acts.
    #[must_use]
    pub fn person(&self) -> Option<PersonId> {
        self.rights.person()
    }

    /// The person, or the error that asks to sign in.
    ///
    /// # Errors
    /// Nobody is signed in.
    pub fn require_person(&self) -> Result<PersonId> {
        self.person().ok_or_else(Error::sign_in_required)
    }

    /// Their display name; empty for a visitor.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Through what they act.
    #[must_use]
    pub fn via(&self) -> Via {
        self.via
    }

    /// The instant as of which their rights are read.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Their rights.
    #[must_use]
    pub fn rights(&self) -> &Rights {
        &self.rights
    }

    /// May they do this there?
    #[must_use]
    pub fn may(&self, permission: Permission, scope: Scope) -> bool {
        self.rights.check(permission, scope, self.now)
    }

    /// Passes if they may do this there.
    ///
    /// # Errors
    /// Nobody is signed in, or they may not.
    pub fn require(&self, permission: Permission, scope: Scope) -> Result<()> {
        match self.may(permission, scope) {
            true => Ok(()),
            false if self.person().is_none() => Err(Error::sign_in_required()),
            false => Err(Error::forbidden(format!("{permission} at {scope}"))),
        }
    }

    /// The opening of an audit record: they did `action` to `subject`.
    #[must_use]
    pub fn record(&self, action: &'static str, subject: impl Into<String>) -> audit::Record {
        audit::Record::new(action, subject).by(self.person(), self.name(), self.via.as_str())
    }

    /// The opening of an event: they made `kind` happen to `subject`.
    #[must_use]
    pub fn event(&self, kind: &'static str, subject: impl Into<String>) -> NewEvent {
        NewEvent::new(kind, subject).by(self.person())
    }
}
