//! The actor of a request, a command or a job, with their rights at that instant.

use std::sync::Arc;

use super::{Permission, Rights, Scope};
use crate::clock::Timestamp;
use crate::directory::PersonId;
use crate::error::{Error, Result};
use crate::events::Signature;

/// The channel an actor uses; the audit record keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// A page.
    Web,
    /// The REST API.
    Api,
    /// The command line of the machine.
    Cli,
    /// A reply by mail.
    Mail,
    /// The platform itself.
    System,
}

impl Via {
    /// Returns the spelling used in the audit record.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Api => "api",
            Self::Cli => "cli",
            Self::Mail => "mail",
            Self::System => "system",
        }
    }
}

/// An actor at one instant. Cheap to clone.
///
/// ```
/// use atrium_platform::access::permissions::PERSON_READ;
/// use atrium_platform::access::{Actor, Scope, Via};
/// use atrium_platform::clock::Timestamp;
///
/// let now = Timestamp(1_790_000_000_000);
/// let visitor = Actor::anonymous(now);
/// assert!(!visitor.may(PERSON_READ, Scope::Platform));
/// assert!(visitor.require(PERSON_READ, Scope::Platform).is_err_and(|error| error.is_sign_in_required()));
/// assert!(Actor::system(Via::Cli, now).may(PERSON_READ, Scope::Platform));
/// ```
#[derive(Clone, Debug)]
pub struct Actor {
    rights: Arc<Rights>,
    name: Arc<str>,
    via: Via,
    now: Timestamp,
}

impl Actor {
    /// Creates an actor from a person's `rights`, shown as `name`.
    #[must_use]
    pub fn new(rights: Arc<Rights>, name: impl Into<Arc<str>>, via: Via, now: Timestamp) -> Self {
        Self { rights, name: name.into(), via, now }
    }

    /// Creates the actor of a visitor who has not signed in.
    #[must_use]
    pub fn anonymous(now: Timestamp) -> Self {
        Self::new(Arc::new(Rights::anonymous()), "", Via::Web, now)
    }

    /// Creates the actor of the platform itself, which may do everything: start-up, synchronisation, the operator's
    /// command line.
    #[must_use]
    pub fn system(via: Via, now: Timestamp) -> Self {
        Self::new(Arc::new(Rights::everything()), "système", via, now)
    }

    /// Returns the person, or `None` for a visitor and for the platform itself.
    #[must_use]
    pub fn person(&self) -> Option<PersonId> {
        self.rights.person()
    }

    /// Returns the person, or an error that asks to sign in.
    ///
    /// # Errors
    /// Returns `is_sign_in_required` for a visitor.
    ///
    /// ```
    /// use atrium_platform::access::Actor;
    /// use atrium_platform::clock::Timestamp;
    ///
    /// assert!(Actor::anonymous(Timestamp(0)).require_person().is_err_and(|error| error.is_sign_in_required()));
    /// ```
    pub fn require_person(&self) -> Result<PersonId> {
        self.person().ok_or_else(Error::sign_in_required)
    }

    /// Returns the display name; empty for a visitor.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the channel the actor uses.
    #[must_use]
    pub fn via(&self) -> Via {
        self.via
    }

    /// Returns the instant at which the rights are evaluated.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Returns the actor's rights.
    #[must_use]
    pub fn rights(&self) -> &Rights {
        &self.rights
    }

    /// Returns `true` if the actor has `permission` at `scope`.
    #[must_use]
    pub fn may(&self, permission: Permission, scope: Scope) -> bool {
        self.rights.check(permission, scope, self.now)
    }

    /// Passes if the actor has `permission` at `scope`.
    ///
    /// # Errors
    /// Returns `is_sign_in_required` for a visitor, `is_forbidden` for anyone else without the permission.
    pub fn require(&self, permission: Permission, scope: Scope) -> Result<()> {
        match self.may(permission, scope) {
            true => Ok(()),
            false if self.person().is_none() => Err(Error::sign_in_required()),
            false => Err(Error::forbidden(format!("{permission} at {scope}"))),
        }
    }
}

impl From<&Actor> for Signature {
    fn from(actor: &Actor) -> Self {
        Self { person: actor.person(), name: actor.name().to_owned(), via: actor.via.as_str() }
    }
}
