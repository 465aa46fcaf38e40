//! Actions on local accounts: create and rename them, make one-time links, set and change passwords.

use super::attempts::Attempt;
use super::forgetting::{A_FEW, LINKS};
use super::kinds::{
    ACCOUNT_NAMED, ACCOUNT_RENAMED, LINK_MADE, LinkMade, Named, PASSWORD_SET, PasswordSet, Renamed, SetBy,
};
use super::management::require_managed;
use super::sessions::record;
use super::sign_in::{self, Device, SignIn};
use super::token::LinkToken;
use super::{LoginName, Password, SessionId, devices, passwords, store};
use crate::access::{Access, Actor, Via, require_rate};
use crate::credentials;
use crate::credentials::entity::link;
use crate::db::Tx;
use crate::directory::actions::{NewPerson, add_person};
use crate::directory::store::lock_person;
use crate::directory::{PersonId, PersonStatus};
use crate::error::{Error, Message, Result};
use crate::login::Login;

/// The lifetime of a one-time link, in hours.
pub const LINK_HOURS: i64 = 72;
/// The most links that one person may make in an hour.
const LINKS_PER_HOUR: u64 = 120;
/// The most accounts that one person may name in an hour.
const ACCOUNTS_PER_HOUR: u64 = 120;

impl Login {
    /// Creates the local account `login` of `person`, to be opened by a [`Login::one_time_link`] or [`Login::give_password`]. Has no
    /// effect if they have this account already.
    ///
    /// # Errors
    /// Returns `is_forbidden` if the actor may not handle the account, `is_not_found` if there is no such person,
    /// `is_invalid` if the name is taken, [`is_stale`](Error::is_stale) if the person has an account of another name,
    /// an error with `retry_after` after too many in an hour, or an error if the database fails.
    pub async fn create_login(&self, actor: &Actor, person: PersonId, login: &LoginName) -> Result<()> {
        let tx = self.db().begin().await?;
        require_managed(&tx, &self.access, actor, person).await?;
        name_account(&tx, actor, person, login).await?;
        tx.commit().await
    }

    /// Adds a person with the local account `login`, in one transaction: a taken name leaves no trace.
    ///
    /// # Errors
    /// Returns the errors of [`Directory::create_person`](crate::directory::actions::Directory::create_person) and [`Login::create_login`].
    pub async fn create_person_with_login(&self, actor: &Actor, new: NewPerson, login: &LoginName) -> Result<PersonId> {
        let tx = self.db().begin().await?;
        let person = add_with_login(&tx, &self.access, actor, new, login).await?;
        tx.commit().await?;
        Ok(person)
    }

    /// Adds a person as [`Login::create_person_with_login`] does, and returns the link by which they set a password.
    ///
    /// # Errors
    /// Returns the errors of [`Login::create_person_with_login`] and [`Login::one_time_link`].
    pub async fn create_person_with_link(
        &self,
        actor: &Actor,
        new: NewPerson,
        login: &LoginName,
    ) -> Result<(PersonId, LinkToken)> {
        let tx = self.db().begin().await?;
        let person = add_with_login(&tx, &self.access, actor, new, login).await?;
        let token = make_link(&tx, actor, person, link::Purpose::SetPassword).await?;
        tx.commit().await?;
        Ok((person, token))
    }
}

async fn add_with_login(
    tx: &Tx,
    access: &Access,
    actor: &Actor,
    new: NewPerson,
    login: &LoginName,
) -> Result<PersonId> {
    let person = add_person(tx, access, actor, new).await?;
    require_managed(tx, access, actor, person).await?;
    name_account(tx, actor, person, login).await?;
    Ok(person)
}

/// Creates the account `login` of `person`, unless they have it. The caller has checked the actor.
pub(super) async fn name_account(tx: &Tx, actor: &Actor, person: PersonId, login: &LoginName) -> Result<()> {
    require_free(tx, person, login).await?;
    match store::account_of(tx, person).await? {
        Some(account) if account.login == login.as_str() => return Ok(()),
        Some(_) => return Err(Error::stale(format!("the account of person {person}"))),
        None => {}
    }
    super::programs::require_person(tx, person).await?;
    require_rate(tx, actor, ACCOUNT_NAMED.key(), ACCOUNTS_PER_HOUR).await?;
    store::insert_account(tx, person, login.as_str()).await?;
    record(tx, actor, ACCOUNT_NAMED, person, Named { login: login.as_str().to_owned() }).await
}

impl Login {
    /// Renames the local account of `person`, if its version is still `expected`.
    ///
    /// # Errors
    /// Returns `is_forbidden` if the actor may not handle the account, `is_not_found` if there is no such person,
    /// `is_conflict` without an account, `is_invalid` if the name is taken, [`is_stale`](Error::is_stale) if the
    /// account was renamed meanwhile, an error with `retry_after` after too many in an hour, or an error if the
    /// database fails.
    pub async fn rename_login(&self, actor: &Actor, person: PersonId, expected: i64, login: &LoginName) -> Result<()> {
        let tx = self.db().begin().await?;
        require_managed(&tx, &self.access, actor, person).await?;
        let before = store::account_of(&tx, person).await?;
        let before =
            before.ok_or_else(|| Error::conflict_with("no local account", Message::new("login-no-account")))?;
        let stale = || Error::stale(format!("the account of person {person}"));
        if before.version != expected {
            return Err(stale());
        }
        if before.login == login.as_str() {
            return Ok(());
        }
        require_free(&tx, person, login).await?;
        require_rate(&tx, actor, ACCOUNT_RENAMED.key(), ACCOUNTS_PER_HOUR).await?;
        if !store::rename_account(&tx, person, expected, login.as_str()).await? {
            return Err(stale());
        }
        record(&tx, actor, ACCOUNT_RENAMED, person, Renamed::new(&before.login, login.as_str())).await?;
        tx.commit().await
    }
}

async fn require_free(tx: &Tx, person: PersonId, login: &LoginName) -> Result<()> {
    match store::account_named(tx, login.as_str()).await? {
        Some(account) if account.person != person => {
            Err(Error::invalid_field("login", Message::new("login-name-taken")))
        }
        _ => Ok(()),
    }
}

impl Login {
    /// Returns a link by which `person` sets a password once, within three days. It replaces earlier links, and ends
    /// when their rights widen.
    ///
    /// # Errors
    /// Returns `is_forbidden` if the actor may not handle the account, `is_not_found` if there is no such person,
    /// `is_conflict` without an account, an error with `retry_after` if too many links were made in an hour, or an
    /// error if the database fails.
    pub async fn one_time_link(&self, actor: &Actor, person: PersonId) -> Result<LinkToken> {
        let tx = self.db().begin().await?;
        require_managed(&tx, &self.access, actor, person).await?;
        if store::account_of(&tx, person).await?.is_none() {
            return Err(Error::conflict_with("no local account", Message::new("login-no-account")));
        }
        let token = make_link(&tx, actor, person, link::Purpose::SetPassword).await?;
        tx.commit().await?;
        Ok(token)
    }
}

pub(super) async fn make_link(tx: &Tx, actor: &Actor, person: PersonId, purpose: link::Purpose) -> Result<LinkToken> {
    require_rate(tx, actor, LINK_MADE.key(), LINKS_PER_HOUR).await?;
    let token = LinkToken::random();
    let now = tx.database_now().await?;
    store::delete_links(tx, person).await?;
    LINKS.remove(tx, now, A_FEW).await?;
    let row = link::Model {
        token_hash: token.hash(),
        person_id: person,
        purpose,
        expires_at: now.plus_seconds(LINK_HOURS * 3600),
    };
    store::insert_link(tx, row).await?;
    record(tx, actor, LINK_MADE, person, LinkMade { hours: LINK_HOURS }).await?;
    Ok(token)
}

impl Login {
    /// Sets the password of `person` and ends their sessions and API tokens, for the operator and the demonstration.
    ///
    /// # Errors
    /// Returns `is_forbidden` if the actor may not handle the account, `is_conflict` without an account, `is_invalid`
    /// if the password breaks a rule, or an error if the database fails.
    pub async fn give_password(&self, actor: &Actor, person: PersonId, password: &str) -> Result<()> {
        self.require_management(actor, person).await?;
        let account = store::account_of(self.db(), person).await?;
        let account = account.ok_or_else(|| Error::conflict_with("no account", Message::new("login-no-account")))?;
        self.give_prepared(actor, person, &PreparedPassword::new(password, &account.login).await?).await
    }
}

/// A valid password, hashed: the slow half of setting it, which needs no database.
#[derive(Clone, Debug)]
pub struct PreparedPassword(String);

impl PreparedPassword {
    /// Hashes a password for the account named `login`.
    ///
    /// # Errors
    /// Returns `is_invalid` if the password breaks a rule, `is_unavailable` if too many are being hashed.
    pub async fn new(password: &str, login: &str) -> Result<Self> {
        Ok(Self(parse(password, login)?.hash().await?))
    }
}

impl Login {
    /// Sets the password as [`Login::give_password`] does, with one hashed before, for callers that set many.
    ///
    /// # Errors
    /// Returns `is_forbidden` if the actor may not handle the account, `is_conflict` without an account, or an error if
    /// the database fails.
    pub async fn give_prepared(&self, actor: &Actor, person: PersonId, password: &PreparedPassword) -> Result<()> {
        let tx = self.db().begin().await?;
        require_managed(&tx, &self.access, actor, person).await?;
        if store::account_of(&tx, person).await?.is_none() {
            return Err(Error::conflict_with("no account", Message::new("login-no-account")));
        }
        store::overwrite_hash(&tx, person, &password.0).await?;
        devices::forget_all(&tx, person).await?;
        credentials::end_links(&tx, &[person]).await?;
        credentials::end_tokens(&tx, person).await?;
        store::delete_sessions(&tx, person, None).await?;
        record(&tx, actor, PASSWORD_SET, person, PasswordSet { by: SetBy::Manager }).await?;
        tx.commit().await
    }

    /// Sets a password by a one-time link, uses the link up, and signs its owner in. Their other sessions and their API
    /// tokens end.
    ///
    /// # Errors
    /// Returns [`is_not_found`](Error::is_not_found) if the link is unknown, used or expired, `is_invalid` if the
    /// password breaks a rule, or an error if the database fails.
    pub async fn set_password(&self, secret: &str, password: &str, device: &Device) -> Result<SignIn> {
        let gone = super::link_is_dead;
        let link = store::link(self.db(), secret, self.db().now()).await?.ok_or_else(gone)?;
        let account = store::account_of(self.db(), link.person_id).await?.ok_or_else(gone)?;
        if account.status != PersonStatus::Active {
            return Err(gone());
        }
        let hash = parse(password, &account.login)?.hash().await?;
        let tx = self.db().begin().await?;
        // Locked before the link, as in every action that ends links.
        if lock_person(&tx, account.person).await?.status != PersonStatus::Active {
            return Err(gone());
        }
        let now = tx.database_now().await?;
        if store::link(&tx, secret, now).await?.is_none() || !store::use_link(&tx, secret).await? {
            return Err(gone());
        }
        store::overwrite_hash(&tx, account.person, &hash).await?;
        devices::forget_all(&tx, account.person).await?;
        credentials::end_links(&tx, &[account.person]).await?;
        credentials::end_tokens(&tx, account.person).await?;
        store::delete_sessions(&tx, account.person, None).await?;
        let opened = sign_in::open_known(&tx, account.person, device).await?;
        let by = bearer(&tx, &account.display_name);
        record(&tx, &by, PASSWORD_SET, account.person, PasswordSet { by: SetBy::Link }).await?;
        tx.commit().await?;
        Ok(opened)
    }
}

/// Returns the actor of a link's bearer, who is known by it alone: the record names the account and no acting
/// person.
fn bearer(tx: &Tx, name: &str) -> Actor {
    Actor::new(std::sync::Arc::default(), name, Via::Web, tx.now())
}

impl Login {
    /// Changes the actor's own password, ends all their sessions and API tokens, and opens a new session in place of
    /// `session`.
    ///
    /// # Errors
    /// Returns `is_sign_in_required` for a visitor; `is_conflict` without an account, or if the password or the session
    /// changed meanwhile; `is_invalid` if the old password is wrong (counted as a sign-in attempt) or the new one
    /// breaks a rule; or an error if the database fails.
    pub async fn change_password(
        &self,
        actor: &Actor,
        session: SessionId,
        old: &str,
        new: &str,
        device: &Device,
    ) -> Result<SignIn> {
        let me = actor.require_person()?;
        let account = store::account_of(self.db(), me).await?;
        let account = account.ok_or_else(|| Error::conflict_with("no account", Message::new("login-no-account")))?;
        let fresh = parse(new, &account.login)?;
        if old == new {
            return Err(Error::invalid_field("password", Message::new("login-password-same")));
        }
        let attempt = Attempt::begin_in(self.db(), session).await?;
        if !passwords::matches(old, account.hash.clone()).await? {
            return Err(Error::invalid_field("current", Message::new("login-current-wrong")));
        }
        let hash = fresh.hash().await?;
        let tx = self.db().begin().await?;
        lock_person(&tx, me).await?;
        // A session that ended meanwhile is not replaced.
        let mine = store::session(&tx, session).await?.is_some_and(|row| row.person_id == me);
        if !mine || !store::replace_hash(&tx, me, account.hash.as_deref(), &hash).await? {
            return Err(Error::conflict("the password or the session has changed"));
        }
        attempt.succeeded(&tx).await?;
        credentials::end_links(&tx, &[me]).await?;
        credentials::end_tokens(&tx, me).await?;
        store::delete_sessions(&tx, me, None).await?;
        let opened = sign_in::open_known(&tx, me, device).await?;
        record(&tx, actor, PASSWORD_SET, me, PasswordSet { by: SetBy::Owner }).await?;
        tx.commit().await?;
        Ok(opened)
    }
}

fn parse(password: &str, login: &str) -> Result<Password> {
    Password::parse(password, login).map_err(|message| Error::invalid_field("password", message))
}
