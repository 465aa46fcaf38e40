//! Accounts of programs: for what runs for the platform and not for a person, as a nightly export.
//!
//! A program is somebody of the Region who never signs in: it has a name, roles that it is given as people are, and
//! tokens. Those who manage its account make its tokens, and so hold whatever it holds. It refuses a program a local
//! account, and a program that makes tokens.

use sea_orm::{ActiveValue, ColumnTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter};
use sea_orm::{QueryOrder, QuerySelect, RelationDef};

use super::api_tokens::{ApiToken, ApiTokenInfo, NewApiToken, make_token};
use super::kinds::{NewProgram, PROGRAM_CREATED};
use super::management::require_managed;
use super::sessions::record;
use crate::access::permissions::PERSON_EDIT;
use crate::access::{Actor, Scope, Via};
use crate::credentials::ApiTokenId;
use crate::credentials::entity::{api_token, program};
use crate::db::{Connection, Tx};
use crate::directory::actions::{NewPerson, Place, add_person};
use crate::directory::{PersonId, PersonStatus, person};
use crate::error::{Error, Message, Result};
use crate::letters;
use crate::login::Login;

/// The longest purpose of a program, in characters.
pub const LONGEST_PURPOSE: usize = 200;
/// Programs that are listed.
const LISTED: u64 = 200;
/// Their tokens that are listed.
const TOKENS_LISTED: u64 = 2_000;

/// A program, as those who manage programs see it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Program {
    /// The account's number, under which it is given roles.
    pub id: PersonId,
    /// Its name, shown beside what it writes.
    pub name: String,
    /// What it is for.
    pub purpose: String,
    /// `true` unless it is suspended.
    pub is_active: bool,
    /// Its tokens that still hold, the newest first.
    pub tokens: Vec<ApiTokenInfo>,
}

#[derive(FromQueryResult)]
struct Row {
    id: PersonId,
    display_name: String,
    status: PersonStatus,
    purpose: String,
}

impl Login {
    /// Makes the account of a program, without roles and tokens.
    ///
    /// # Errors
    /// Returns `is_forbidden` if the actor may not add people of the Region, `is_invalid` with the fields `name` and
    /// `purpose` if they are wrong, a [`retry_after`](Error::retry_after) after too many in an hour, or an error if the
    /// database fails.
    pub async fn create_program(&self, actor: &Actor, name: &str, purpose: &str) -> Result<PersonId> {
        actor.require(PERSON_EDIT, Scope::Platform)?;
        let purpose = purpose.trim();
        if purpose.chars().count() > LONGEST_PURPOSE {
            return Err(Error::invalid_field("purpose", Message::new("field-too-long").with("max", LONGEST_PURPOSE)));
        }
        if !purpose.is_empty() {
            letters::check(purpose).map_err(|problem| Error::invalid_field("purpose", problem.message()))?;
        }
        if letters::is_blank(name.trim()) {
            return Err(Error::invalid_field("name", Message::new("field-required")));
        }
        let mut new = NewPerson::new(Place::Region, "", "");
        new.description.display_name = name.trim().to_owned();
        let tx = self.db().begin().await?;
        let id = add_person(&tx, &self.access, actor, new).await.map_err(about_name)?;
        let row = program::ActiveModel {
            person_id: ActiveValue::Set(id),
            purpose: ActiveValue::Set(purpose.to_owned()),
            created_at: ActiveValue::Set(tx.now()),
        };
        program::Entity::insert(row).exec_without_returning(&tx).await?;
        record(&tx, actor, PROGRAM_CREATED, id, NewProgram { name: name.trim().to_owned() }).await?;
        tx.commit().await?;
        Ok(id)
    }
}

/// A program has one name: whatever is wrong with it is beside that field.
fn about_name(error: Error) -> Error {
    match error.problems().first() {
        Some(problem) => Error::invalid_field("name", problem.message.clone()),
        None => error,
    }
}

impl Login {
    /// Returns the programs, by name, with their tokens.
    ///
    /// # Errors
    /// Returns `is_forbidden` if the actor may not manage people of the Region, or an error if the database fails.
    pub async fn programs(&self, actor: &Actor) -> Result<Vec<Program>> {
        actor.require(PERSON_EDIT, Scope::Platform)?;
        let db = self.db();
        let whose: RelationDef =
            program::Entity::belongs_to(person::Entity).from(program::Column::PersonId).to(person::Column::Id).into();
        // Every program has a person; an inner join lets SQLite begin with the people while programs are few.
        let query = program::Entity::find()
            .join(JoinType::LeftJoin, whose)
            .select_only()
            .column(program::Column::Purpose)
            .column(person::Column::Id)
            .column(person::Column::DisplayName)
            .column(person::Column::Status)
            .order_by_asc(person::Column::DisplayName)
            .order_by_asc(person::Column::Id);
        let rows: Vec<Row> = query.limit(LISTED).into_model().all(db).await?;
        let held = api_token::Entity::find()
            .filter(api_token::Column::PersonId.is_in(rows.iter().map(|row| row.id)))
            .filter(api_token::Column::ExpiresAt.gt(db.now()))
            .order_by_desc(api_token::Column::Id);
        let held = held.limit(TOKENS_LISTED).all(db).await?;
        let program = |row: Row| Program {
            tokens: held.iter().filter(|token| token.person_id == row.id).cloned().map(ApiTokenInfo::from).collect(),
            id: row.id,
            name: row.display_name,
            purpose: row.purpose,
            is_active: row.status == PersonStatus::Active,
        };
        Ok(rows.into_iter().map(program).collect())
    }
}

pub(super) async fn is_program(conn: &impl Connection, id: PersonId) -> Result<bool> {
    Ok(program::Entity::find_by_id(id).one(conn).await?.is_some())
}

impl Login {
    /// Makes a token for a program whose account the actor manages, and returns its secret, which is stored nowhere.
    ///
    /// # Errors
    /// Returns `is_forbidden` for an actor who may not manage the account, for a program, and for the account of a person,
    /// who makes their own; `is_not_found` if the actor may not know of it; and else as
    /// [`create_api_token`](Self::create_api_token).
    pub async fn create_program_token(
        &self,
        actor: &Actor,
        program: PersonId,
        new: NewApiToken,
    ) -> Result<(ApiToken, ApiTokenId)> {
        if actor.via() == Via::Api {
            let words = Message::new("account-token-by-program");
            return Err(Error::forbidden_with("making a token through the API", words));
        }
        let tx = self.db().begin().await?;
        require_managed(&tx, &self.access, actor, program).await?;
        if !is_program(&tx, program).await? {
            return Err(Error::forbidden_with("making a token of a person", Message::new("account-token-of-person")));
        }
        make_token(tx, actor, program, new).await
    }
}

/// Passes unless the account is a program's, which never signs in.
pub(super) async fn require_person(tx: &Tx, id: PersonId) -> Result<()> {
    if is_program(tx, id).await? {
        let words = Message::new("login-program-signs-in");
        return Err(Error::conflict_with(format!("a local account of program {id}"), words));
    }
    Ok(())
}
