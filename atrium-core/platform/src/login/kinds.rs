//! The kinds of events of accounts, sessions and tokens, and what they carry. No page of a visitor changes with them.

use serde::{Deserialize, Serialize};

use super::{ApiTokenId, SessionId};
use crate::clock::Timestamp;
use crate::events::{DeclaredEvent, EventKind, Payload};

pub(super) const SIGNED_IN: EventKind<OfSession> = EventKind::new("core.login.signed_in").quiet();
pub(super) const SIGNED_OUT: EventKind<OfSession> = EventKind::new("core.login.signed_out").quiet();
/// A sign-in was refused. The person is told by the journal; consumers are not.
pub(super) const REFUSED: EventKind = EventKind::new("core.login.refused").quiet().journal_only();
pub(super) const PASSWORD_SET: EventKind<PasswordSet> = EventKind::new("core.login.password_set").quiet();
pub(super) const LINK_MADE: EventKind<LinkMade> = EventKind::new("core.login.link_made").quiet();
pub(super) const ACCOUNT_NAMED: EventKind<Named> = EventKind::new("core.login.account_named").quiet();
pub(super) const ACCOUNT_RENAMED: EventKind<Renamed> = EventKind::new("core.login.account_renamed").quiet();
pub(super) const SESSIONS_REVOKED: EventKind<Revoked> = EventKind::new("core.login.sessions_revoked").quiet();
pub(super) const PROGRAM_CREATED: EventKind<NewProgram> = EventKind::new("core.login.program_created").quiet();
pub(super) const TOKEN_CREATED: EventKind<NewToken> = EventKind::new("core.login.token_created").quiet();
pub(super) const TOKEN_REVOKED: EventKind<OfToken> = EventKind::new("core.login.token_revoked").quiet();

/// Carried by an event about a session.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct OfSession {
    pub(super) session: SessionId,
}

impl Payload for OfSession {
    fn sample() -> Self {
        Self { session: SessionId(12) }
    }
}

/// Carried by an event about a password.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct PasswordSet {
    pub(super) by: SetBy,
}

/// Who set a password, or with what.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SetBy {
    /// Somebody who manages the account.
    Manager,
    /// The holder of a one-time link.
    Link,
    /// The account's person.
    Owner,
}

impl Payload for PasswordSet {
    fn sample() -> Self {
        Self { by: SetBy::Manager }
    }
}

/// Carried by an event about a one-time link.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct LinkMade {
    /// How long the link can be used.
    pub(super) hours: i64,
}

impl Payload for LinkMade {
    fn sample() -> Self {
        Self { hours: 72 }
    }
}

/// Carried by an event about a new account.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Named {
    /// The name to sign in with.
    pub(super) login: String,
}

impl Payload for Named {
    fn sample() -> Self {
        Self { login: "lou.ruiz".to_owned() }
    }
}

/// Carried by an event about a renamed account.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Renamed {
    changes: RenamedFields,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct RenamedFields {
    login: [String; 2],
}

impl Renamed {
    /// Returns what the event of an account renamed `from` `to` carries.
    pub(super) fn new(from: &str, to: &str) -> Self {
        Self { changes: RenamedFields { login: [from.to_owned(), to.to_owned()] } }
    }
}

impl Payload for Renamed {
    fn sample() -> Self {
        Self::new("lou.ruiz", "lou.martin")
    }
}

/// Carried by an event about sessions that were ended.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Revoked {
    /// One session.
    One {
        /// The session.
        session: SessionId,
    },
    /// All but one.
    Others {
        /// The session that stays.
        kept: Option<SessionId>,
        /// How many ended.
        ended: u64,
    },
}

impl Payload for Revoked {
    fn sample() -> Self {
        Self::Others { kept: Some(SessionId(12)), ended: 2 }
    }
}

/// Carried by an event about a new account of a program.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct NewProgram {
    pub(super) name: String,
}

impl Payload for NewProgram {
    fn sample() -> Self {
        Self { name: "Emplois du temps".to_owned() }
    }
}

/// Carried by an event about a new API token.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct NewToken {
    pub(super) token: ApiTokenId,
    pub(super) name: String,
    /// The key of what the token may do.
    pub(super) reach: String,
    pub(super) ends_at: Timestamp,
}

impl Payload for NewToken {
    fn sample() -> Self {
        let (name, reach) = ("Sauvegarde".to_owned(), "read".to_owned());
        Self { token: ApiTokenId(12), name, reach, ends_at: Timestamp(1_790_000_000_000) }
    }
}

/// Carried by an event about an API token that was ended.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct OfToken {
    pub(super) token: ApiTokenId,
    pub(super) name: String,
}

impl Payload for OfToken {
    fn sample() -> Self {
        Self { token: ApiTokenId(12), name: "Sauvegarde".to_owned() }
    }
}

/// Returns the kinds of this room.
pub(crate) fn declared() -> Vec<DeclaredEvent> {
    vec![
        SIGNED_IN.declared(),
        SIGNED_OUT.declared(),
        REFUSED.declared(),
        PASSWORD_SET.declared(),
        LINK_MADE.declared(),
        ACCOUNT_NAMED.declared(),
        ACCOUNT_RENAMED.declared(),
        SESSIONS_REVOKED.declared(),
        PROGRAM_CREATED.declared(),
        TOKEN_CREATED.declared(),
        TOKEN_REVOKED.declared(),
    ]
}
