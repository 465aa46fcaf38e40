//! Making, listing and revoking tokens.

use std::collections::BTreeSet;

use sea_orm::ActiveValue;

use super::{ApiGrant, ApiToken, TokenName, TokenReach, store};
use crate::access::{Access, Actor, Via, require_rate};
use crate::clock::Timestamp;
use crate::credentials::ApiTokenId;
use crate::credentials::entity::api_token;
use crate::db::Tx;
use crate::directory::store::lock_person;
use crate::directory::{self, EstablishmentId, PersonId, PersonStatus};
use crate::error::{Error, Message, Result};
use crate::login::Login;
use crate::login::forgetting::{A_FEW, API_TOKENS};
use crate::login::kinds::{NewToken, OfToken, TOKEN_CREATED, TOKEN_REVOKED};
use crate::login::sessions::record;

/// The longest that a token holds, in days.
pub const API_TOKEN_DAYS: u32 = 365;
/// Tokens that one person holds at once.
const PER_PERSON: u64 = 50;
/// Tokens that one person makes in an hour.
const PER_HOUR: u64 = 20;
/// The longest that all areas of a token are together, in bytes.
const AREAS_LENGTH: usize = 400;

/// A token about to be made.
#[derive(Clone, Debug)]
pub struct NewApiToken {
    /// What its owner calls it.
    pub name: TokenName,
    /// Reading alone, or writing as well.
    pub reach: TokenReach,
    /// The groups of operations that it is good for: words of small letters, digits and `-`.
    pub areas: BTreeSet<String>,
    /// The one school in which it holds; all of them otherwise.
    pub school: Option<EstablishmentId>,
    /// For how many days: 1 to [`API_TOKEN_DAYS`].
    pub days: u32,
}

/// A token, as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiTokenInfo {
    /// What its owner calls it.
    pub name: String,
    /// Its number, and what it is good for.
    pub grant: ApiGrant,
    /// Since when.
    pub created_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
    /// When it was last used, to the day.
    pub last_used: Option<Timestamp>,
}

impl From<api_token::Model> for ApiTokenInfo {
    fn from(row: api_token::Model) -> Self {
        Self {
            grant: ApiGrant::of(&row),
            name: row.name,
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used: row.last_used,
        }
    }
}

impl Login {
    /// Creates a token for the actor and returns its secret, which is stored nowhere.
    ///
    /// # Errors
    /// Returns `is_sign_in_required` for a visitor, `is_forbidden` for a program, which would outlive its own token,
    /// `is_invalid` if a field is wrong, `is_not_found` for an unknown school, `is_conflict` with too many tokens, a
    /// [`retry_after`](Error::retry_after) after too many in an hour, or an error if the database fails.
    pub async fn create_api_token(&self, actor: &Actor, new: NewApiToken) -> Result<(ApiToken, ApiTokenId)> {
        let me = actor.require_person()?;
        if actor.via() == Via::Api {
            let words = Message::new("account-token-by-program");
            return Err(Error::forbidden_with("making a token through the API", words));
        }
        make_token(self.db().begin().await?, actor, me, new).await
    }
}

/// Makes a token of `me` and commits `tx`, in which the actor was found to be allowed to.
pub(in crate::login) async fn make_token(
    tx: Tx,
    actor: &Actor,
    me: PersonId,
    new: NewApiToken,
) -> Result<(ApiToken, ApiTokenId)> {
    let areas = check(&new)?;
    // Before the token, as every act that ends tokens has it.
    if lock_person(&tx, me).await?.status != PersonStatus::Active {
        return Err(if actor.person() == Some(me) {
            Error::sign_in_required()
        } else {
            Error::conflict_with("a suspended program", Message::new("account-token-of-suspended"))
        });
    }
    if let Some(school) = new.school {
        directory::store::establishment(&tx, school).await?;
    }
    require_rate(&tx, actor, TOKEN_CREATED.key(), PER_HOUR).await?;
    let now = tx.now();
    API_TOKENS.remove(&tx, now, A_FEW).await?;
    if store::count(&tx, me, now).await? >= PER_PERSON {
        let words = Message::new("account-tokens-too-many").with("max", PER_PERSON);
        return Err(Error::conflict_with("too many tokens", words));
    }
    let (token, expires_at) = (ApiToken::random(), now.plus_days(i64::from(new.days)));
    let row = api_token::ActiveModel {
        token_hash: ActiveValue::Set(token.hash()),
        person_id: ActiveValue::Set(me),
        name: ActiveValue::Set(new.name.as_str().to_owned()),
        reach: ActiveValue::Set(new.reach),
        areas: ActiveValue::Set(areas),
        establishment_id: ActiveValue::Set(new.school),
        created_at: ActiveValue::Set(now),
        expires_at: ActiveValue::Set(expires_at),
        last_used: ActiveValue::Set(None),
        ..Default::default()
    };
    let id = store::insert(&tx, row).await?;
    let (name, reach) = (new.name.as_str().to_owned(), new.reach.key().to_owned());
    record(&tx, actor, TOKEN_CREATED, me, NewToken { token: id, name, reach, ends_at: expires_at }).await?;
    tx.commit().await?;
    Ok((token, id))
}

/// Returns the areas as their column holds them.
fn check(new: &NewApiToken) -> Result<String> {
    if !(1..=API_TOKEN_DAYS).contains(&new.days) {
        return Err(Error::invalid_field("days", Message::new("field-unknown-choice")));
    }
    let is_word = |area: &String| {
        !area.is_empty() && area.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let areas = new.areas.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    if areas.is_empty() {
        return Err(Error::invalid_field("areas", Message::new("account-token-no-area")));
    }
    if !new.areas.iter().all(is_word) || areas.len() > AREAS_LENGTH {
        return Err(Error::invalid_field("areas", Message::new("field-unknown-choice")));
    }
    Ok(areas)
}

impl Login {
    /// Returns the actor's own valid tokens, the newest first.
    ///
    /// # Errors
    /// Returns `is_sign_in_required` for a visitor, or an error if the database fails.
    pub async fn own_api_tokens(&self, actor: &Actor) -> Result<Vec<ApiTokenInfo>> {
        held(&self.access, actor.require_person()?).await
    }

    /// Returns the valid tokens of `person`, the newest first: the actor's own, or those of an account they manage.
    ///
    /// # Errors
    /// Returns `is_not_found` if the actor may not know of the person, `is_forbidden` if they may not manage the account,
    /// or an error if the database fails.
    pub async fn api_tokens_of(&self, actor: &Actor, person: PersonId) -> Result<Vec<ApiTokenInfo>> {
        if actor.require_person()? != person {
            self.require_management(actor, person).await?;
        }
        held(&self.access, person).await
    }
}

async fn held(access: &Access, person: PersonId) -> Result<Vec<ApiTokenInfo>> {
    let rows = store::tokens(access.db(), person, access.db().now(), PER_PERSON).await?;
    Ok(rows.into_iter().map(ApiTokenInfo::from).collect())
}

impl Login {
    /// Revokes a token from its next request on: the actor's own, or one of an account they manage. Returns its owner.
    ///
    /// # Errors
    /// Returns `is_not_found` without such a token that the actor may know of, or an error if the database fails.
    pub async fn revoke_api_token(&self, actor: &Actor, token: ApiTokenId) -> Result<PersonId> {
        let me = actor.require_person()?;
        let unknown = || Error::not_found(format!("API token {token}"));
        let row = store::token(self.db(), token).await?.ok_or_else(unknown)?;
        if row.person_id != me {
            self.require_management(actor, row.person_id).await.map_err(|_| unknown())?;
        }
        let tx = self.db().begin().await?;
        if !store::delete(&tx, token).await? {
            return Err(unknown());
        }
        record(&tx, actor, TOKEN_REVOKED, row.person_id, OfToken { token, name: row.name }).await?;
        tx.commit().await?;
        Ok(row.person_id)
    }
}
