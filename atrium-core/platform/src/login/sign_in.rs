//! Signs in with a local password.

use serde_json::json;

use super::attempts::Attempt;
use super::kinds::{OfSession, REFUSED, SIGNED_IN};
use super::token::{DeviceToken, SessionToken};
use super::{SessionId, devices, passwords, sessions, store};
use crate::access::Via;
use crate::db::{Db, Tx};
use crate::directory::store::lock_person;
use crate::directory::{PersonId, PersonStatus};
use crate::error::{Error, Message, Result};
use crate::events::{Act, Signature};
use crate::login::Login;

/// The browser of a sign-in, and the lifetime of its session.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Device {
    /// The user agent of the browser.
    pub user_agent: String,
    /// The client's address; empty if unknown.
    pub address: String,
    /// The lifetime of the session without use, in hours.
    pub hours: u32,
    /// The [`DeviceToken`] that the browser kept from an earlier sign-in.
    pub token: Option<String>,
}

impl Device {
    /// Creates a browser without a token of an earlier sign-in.
    #[must_use]
    pub fn new(user_agent: impl Into<String>, address: impl Into<String>, hours: u32) -> Self {
        Self { user_agent: user_agent.into(), address: address.into(), hours, token: None }
    }

    /// Sets the token that the browser shows, if any.
    #[must_use]
    pub fn with_token(mut self, token: Option<String>) -> Self {
        self.token = token;
        self
    }
}

/// A session just opened.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// The token for the browser to send from now on.
    pub token: SessionToken,
    /// The session's id.
    pub session: SessionId,
    /// The person.
    pub person: PersonId,
    /// The token for the browser to keep after the session; `None` if the person did not prove here who they are.
    pub device: Option<DeviceToken>,
}

impl Login {
    /// Opens a session for the account named `login` if `password` is right.
    ///
    /// # Errors
    /// Returns [`is_invalid`](Error::is_invalid) if name and password do not match, with the same words and the same
    /// work whether the name is known or not; also if they match and the person is suspended, with words that say so.
    /// Returns an error with [`retry_after`](Error::retry_after) after too many attempts, or an error if the database
    /// fails.
    pub async fn sign_in(&self, login: &str, password: &str, device: &Device) -> Result<SignIn> {
        let login = login.trim().to_lowercase();
        let attempt = Attempt::begin(self.db(), &login, device).await?;
        let account = store::account_named(self.db(), &login).await?;
        let hash = account.as_ref().and_then(|account| account.hash.clone());
        let fits = passwords::matches(password, hash.clone()).await?;
        let account = match account {
            Some(account) if fits && account.status == PersonStatus::Active => account,
            known => {
                metrics::counter!("atrium_sign_ins_total", "outcome" => "refused").increment(1);
                let suspended = known.as_ref().is_some_and(|account| account.status == PersonStatus::Suspended);
                if let Some(account) = known
                    && attempt.of_name <= NOTED
                {
                    // In a task of its own, so that the answer takes as long for an unknown name.
                    tokio::spawn(note_refusal(self.db().clone(), account.person, device.address.clone()));
                }
                return Err(if fits && suspended { closed() } else { refused() });
            }
        };
        let tx = self.db().begin().await?;
        // The password may have been changed, or the person suspended, while it was being verified.
        let row = lock_person(&tx, account.person).await?;
        let now = store::account_of(&tx, account.person).await?;
        if row.status != PersonStatus::Active || now.is_none_or(|now| now.hash != hash) {
            return Err(refused());
        }
        attempt.succeeded(&tx).await?;
        let opened = open_known(&tx, account.person, device).await?;
        tx.commit().await?;
        metrics::counter!("atrium_sign_ins_total", "outcome" => "accepted").increment(1);
        Ok(opened)
    }
}

/// Does the work of [`Login::open_session`] within `tx`.
pub(super) async fn open_session(tx: &Tx, person: PersonId, device: &Device) -> Result<SignIn> {
    let row = lock_person(tx, person).await?;
    if row.status != PersonStatus::Active {
        return Err(Error::forbidden(format!("a session of person {person}, whose account is not in use")));
    }
    let (token, session) = sessions::insert(tx, person, device).await?;
    let by = Signature { person: Some(person), name: row.display_name, via: Via::Web.as_str() };
    tx.record(Act::new(by, SIGNED_IN).on(format!("person:{person}")).with(OfSession { session })).await?;
    Ok(SignIn { token, session, person, device: None })
}

/// Opens a session as [`open_session`] does, for a person who has just proved who they are, and makes the browser
/// known.
pub(super) async fn open_known(tx: &Tx, person: PersonId, device: &Device) -> Result<SignIn> {
    let opened = open_session(tx, person, device).await?;
    let token = devices::remember(tx, person, device.token.as_deref(), tx.database_now().await?).await?;
    Ok(SignIn { device: Some(token), ..opened })
}

/// The most refusals recorded for one name within the window of attempts.
const NOTED: i64 = 10;

/// Records a refused sign-in under a known name.
async fn note_refusal(db: Db, person: PersonId, address: String) {
    let by = Signature { person: None, name: String::new(), via: Via::Web.as_str() };
    let act = Act::new(by, REFUSED).on(format!("person:{person}")).noting(json!({"address": address}));
    let written = async {
        let tx = db.begin().await?;
        tx.record(act).await?;
        tx.commit().await
    };
    if let Err(error) = written.await {
        tracing::error!(%person, error = error.told(), "a refused sign-in could not be written down");
    }
}

/// Returns the error for the right password of a suspended account.
fn closed() -> Error {
    Error::invalid_field("password", Message::new("login-suspended"))
}

/// Returns the error for an unknown name or a wrong password, which read the same.
fn refused() -> Error {
    Error::invalid_field("password", Message::new("login-refused"))
}
