//! [`Login`]: sign-in, accounts, sessions and tokens behind one handle; and what is read of accounts by their names.

use super::{Device, SessionInfo, SignIn, programs, sign_in, store};
use crate::access::Access;
use crate::db::Db;
use crate::directory::PersonId;
use crate::error::Result;

/// Acts on accounts, sessions, one-time links and API tokens. Cheap to clone.
///
/// Comes from [`Access::login`], `Platform::login` and `PluginContext::login`.
///
/// ```
/// use atrium_platform::access::{Access, Via};
/// use atrium_platform::directory::actions::{NewPerson, Place};
/// use atrium_platform::login::{Device, LoginName};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let dir = tempfile::tempdir()?;
/// # let access = Access::open(&format!("sqlite://{}", dir.path().join("rights.sqlite").display())).await?;
/// let (login, operator) = (access.login(), access.operator());
/// let new = NewPerson::new(Place::Region, "Ana", "Ruiz");
/// let (ana, link) = login.create_person_with_link(&operator, new, &LoginName::parse("ana.ruiz").unwrap()).await?;
///
/// let phone = Device::new("Firefox", "192.0.2.1", 12);
/// login.set_password(link.secret(), "le chat dort sur le radiateur", &phone).await?;
/// let opened = login.sign_in("ana.ruiz", "le chat dort sur le radiateur", &phone).await?;
/// let signed_in = login.identify(opened.token.secret(), Via::Web).await?.expect("a session that lasts");
/// assert_eq!(signed_in.actor.person(), Some(ana));
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Login {
    pub(super) access: Access,
}

impl Access {
    /// Returns the accounts, to act on them.
    #[must_use]
    pub fn login(&self) -> Login {
        Login { access: self.clone() }
    }
}

impl Login {
    pub(super) fn db(&self) -> &Db {
        self.access.db()
    }

    /// Returns the name of a person's local account, if they have one.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn login_of(&self, person: PersonId) -> Result<Option<String>> {
        Ok(store::account_of(self.db(), person).await?.map(|account| account.login))
    }

    /// Returns the name of a person's local account with its version, if they have one.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn versioned_login_of(&self, person: PersonId) -> Result<Option<(String, i64)>> {
        Ok(store::account_of(self.db(), person).await?.map(|account| (account.login, account.version)))
    }

    /// Returns the person who signs in as `login`.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn person_named(&self, login: &str) -> Result<Option<PersonId>> {
        let account = store::account_named(self.db(), &login.trim().to_lowercase()).await?;
        Ok(account.map(|account| account.person))
    }

    /// Returns `true` if this account is a program's.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn is_program(&self, person: PersonId) -> Result<bool> {
        programs::is_program(self.db(), person).await
    }

    /// Returns the person whose one-time link has this secret, if it holds.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn link_holder(&self, secret: &str) -> Result<Option<PersonId>> {
        Ok(store::link(self.db(), secret, self.db().now()).await?.map(|link| link.person_id))
    }

    /// Returns the live sessions of `person`, last used first; at most a hundred.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn sessions_of(&self, person: PersonId) -> Result<Vec<SessionInfo>> {
        let rows = store::sessions(self.db(), person, self.db().now()).await?;
        Ok(rows.into_iter().map(SessionInfo::from).collect())
    }

    /// Opens a session of `person` on `device`, and writes the audit record. The caller has verified the person. A
    /// concurrent suspension waits for it or is seen here, so that no session outlives it.
    ///
    /// # Errors
    /// Returns `is_not_found` if there is no such person, `is_forbidden` if the account is not in use, or an error if
    /// the database fails.
    pub async fn open_session(&self, person: PersonId, device: &Device) -> Result<SignIn> {
        let tx = self.db().begin().await?;
        let opened = sign_in::open_session(&tx, person, device).await?;
        tx.commit().await?;
        Ok(opened)
    }
}
