//! Actions on people: add them with a first membership or ward, so that a school or the Region manages them, and
//! edit them.

use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue, ColumnTrait, EntityTrait, ExprTrait, QueryFilter};
use serde_json::json;

use super::Directory;
use super::external::parse_identity;
use super::kinds::{PERSON_CREATED, PERSON_EDITED};
use super::{MANUAL, Problems, identities, managed_person, memberships, require_met, tell};
use crate::access::permissions::PERSON_EDIT;
use crate::access::{Access, Actor, RightsChange, Scope, Validity, require_not_above, require_rate};
use crate::audit::Changes;
use crate::db::Tx;
use crate::directory::{
    EstablishmentId, InvalidName, Person, PersonId, PersonName, PersonStatus, Profile, fold, person, store, words,
};
use crate::error::{Error, Message, Result};

/// A person about to be added.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NewPerson {
    /// The first place.
    pub place: Place,
    /// The names, the address and the language.
    pub description: PersonEdit,
    /// Issuer and subject of the person's identity at a host, a sign-on service or a directory.
    pub identity: Option<(String, String)>,
    /// The source of the row; `manual` by default.
    pub source: String,
    /// The key of the row in its source.
    pub source_key: Option<String>,
}

/// The first place of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// As a member of a school.
    Member(EstablishmentId, Profile),
    /// As a guardian of a pupil.
    GuardianOf(PersonId),
    /// In no school, as one of the Region's own people.
    Region,
}

/// The description of a person.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct PersonEdit {
    /// The name shown beside what they write; given and family name when empty.
    pub display_name: String,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// The mail address.
    pub email: Option<String>,
    /// Preferred language of the pages: `fr` or `en`.
    pub locale: String,
}

impl NewPerson {
    /// Creates a person with these names who reads French.
    #[must_use]
    pub fn new(place: Place, given_name: impl Into<String>, family_name: impl Into<String>) -> Self {
        let description = PersonEdit::new(given_name, family_name);
        Self { place, description, identity: None, source: MANUAL.to_owned(), source_key: None }
    }

    /// Sets the identity: who vouches for the person ([`EXTERNAL`](super::EXTERNAL) for a host without a name), and the
    /// person's key there.
    #[must_use]
    pub fn known_as(mut self, issuer: impl Into<String>, subject: impl Into<String>) -> Self {
        self.identity = Some((issuer.into(), subject.into()));
        self
    }

    /// Sets the source of the row: `demo`, or an import's name.
    #[must_use]
    pub fn from_source(mut self, source: impl Into<String>) -> Self {
        self.source = source.into();
        self
    }

    /// Sets the key under which the source knows the row.
    #[must_use]
    pub fn keyed(mut self, key: impl Into<String>) -> Self {
        self.source_key = Some(key.into());
        self
    }
}

impl PersonEdit {
    /// Creates a description with these names, in French, without an address.
    #[must_use]
    pub fn new(given_name: impl Into<String>, family_name: impl Into<String>) -> Self {
        let (given_name, family_name) = (given_name.into(), family_name.into());
        Self { display_name: String::new(), given_name, family_name, email: None, locale: "fr".to_owned() }
    }

    /// Returns `true` if every name is empty.
    #[must_use]
    pub fn is_nameless(&self) -> bool {
        self.sort_name().is_empty()
    }

    /// Returns the name that orders lists.
    pub(in crate::directory) fn sort_name(&self) -> String {
        sort_name(self.given_name.trim(), self.family_name.trim(), self.display_name.trim())
    }

    /// Validates the description and returns its columns.
    pub(super) fn check(&self) -> Result<person::ActiveModel> {
        let mut problems = Problems::default();
        let given = problems.optional_line("given_name", &self.given_name, NAME);
        let family = problems.optional_line("family_name", &self.family_name, NAME);
        let mut has_signs = false;
        for (field, name) in [("given_name", &given), ("family_name", &family)] {
            if PersonName::parse(name) == Err(InvalidName::Signs) {
                has_signs = true;
                problems.refuse(field, name_problem(InvalidName::Signs));
            }
        }
        let shown = match self.display_name.trim() {
            "" => format!("{given} {family}"),
            shown => shown.to_owned(),
        };
        let shown = match PersonName::parse(&shown) {
            Ok(name) => name.as_str().to_owned(),
            // The problem is shown beside the names that the display name is made of.
            Err(InvalidName::Signs) if has_signs && self.display_name.trim().is_empty() => shown,
            Err(problem) => {
                problems.refuse("display_name", name_problem(problem));
                shown
            }
        };
        let email = self.email.as_deref().map(str::trim).filter(|email| !email.is_empty());
        if email.is_some_and(|email| !is_address(email)) {
            problems.refuse("email", Message::new("field-email"));
        }
        if !["fr", "en"].contains(&self.locale.as_str()) {
            problems.refuse("locale", Message::new("field-unknown-choice"));
        }
        problems.end()?;
        let sort_name = sort_name(&given, &family, &shown);
        Ok(person::ActiveModel {
            display_name: ActiveValue::Set(shown),
            given_name: ActiveValue::Set(given),
            family_name: ActiveValue::Set(family),
            sort_name: ActiveValue::Set(sort_name),
            email: ActiveValue::Set(email.map(str::to_owned)),
            locale: ActiveValue::Set(self.locale.clone()),
            ..Default::default()
        })
    }
}

fn sort_name(given: &str, family: &str, shown: &str) -> String {
    match (family, given) {
        ("", "") => fold(shown),
        (family, given) => fold(&format!("{family} {given}")),
    }
}

impl Directory {
    /// Adds a person at their first place.
    ///
    /// # Errors
    /// Returns `is_forbidden` also where the place gives more than the actor holds, and for an identity unless the
    /// actor manages people everywhere; `is_not_found` if the school or the pupil does not exist or is invisible to the
    /// actor; `is_invalid` if a field is wrong; `is_conflict` if the identity is known already; an error with
    /// [`retry_after`](Error::retry_after) after too many in an hour.
    pub async fn create_person(&self, actor: &Actor, new: NewPerson) -> Result<PersonId> {
        let tx = self.db().begin().await?;
        let id = add_person(&tx, &self.access, actor, new).await?;
        tx.commit().await?;
        Ok(id)
    }
}

/// Does the work of [`Directory::create_person`] within `tx`.
pub(crate) async fn add_person(tx: &Tx, access: &Access, actor: &Actor, new: NewPerson) -> Result<PersonId> {
    let scope = match new.place {
        Place::Member(establishment, _) => Scope::Establishment(establishment),
        Place::GuardianOf(_) | Place::Region => Scope::Platform,
    };
    if !matches!(new.place, Place::GuardianOf(_)) {
        actor.require(PERSON_EDIT, scope)?;
    }
    if new.identity.is_some() {
        // The identity that is vouched for under this key becomes this person, with all its memberships.
        actor.require(PERSON_EDIT, Scope::Platform)?;
    }
    let row = new.description.check()?;
    if let Place::GuardianOf(child) = new.place {
        managed_person(tx, actor, child).await?;
    }
    require_rate(tx, actor, PERSON_CREATED.key(), PEOPLE_PER_HOUR).await?;
    let id = insert(tx, row, new.source.clone(), new.source_key).await?;
    if let Some((issuer, subject)) = &new.identity {
        let (issuer, subject) = parse_identity(issuer, subject)?;
        if !identities::write(tx, id, issuer, subject, &new.source).await? {
            return Err(identities::taken(issuer, subject));
        }
    }
    tell(tx, actor, PERSON_CREATED, subject(id), scope, json!({ "source": new.source })).await?;
    let change = RightsChange::begin(tx, access, actor, vec![id]).await?;
    match new.place {
        Place::Member(establishment, profile) => {
            memberships::enter(tx, actor, id, establishment, profile, Validity::ALWAYS, &new.source).await?;
        }
        Place::GuardianOf(child) => super::guardians::link(tx, actor, id, child, &new.source).await?,
        Place::Region => {}
    }
    change.settle(tx, access, actor).await?;
    Ok(id)
}

impl Directory {
    /// Edits a person, if their version is still `expected`. People may change their own address and language, not
    /// their names.
    ///
    /// # Errors
    /// Returns `is_not_found` if the person does not exist or is invisible to the actor, `is_forbidden` also on people
    /// above the actor, `is_invalid` if a field is wrong, `is_stale` if the person was edited meanwhile.
    pub async fn edit_person(&self, actor: &Actor, id: PersonId, expected: i64, edit: PersonEdit) -> Result<()> {
        let mut row = edit.check()?;
        let tx = self.db().begin().await?;
        let before = if actor.person() == Some(id) && !actor.may(PERSON_EDIT, Scope::Platform) {
            row = person::ActiveModel { email: row.email, locale: row.locale, ..Default::default() };
            store::person(&tx, id).await?
        } else {
            let before = managed_person(&tx, actor, id).await?;
            require_not_above(actor, &self.access.rights_in(&tx, id).await?)?;
            before
        };
        if before.status == PersonStatus::Erased {
            return Err(Error::conflict(format!("person {id} is erased")));
        }
        if before.version != expected {
            return Err(Error::stale(subject(id)));
        }
        let changes = changes(&before, &row);
        if changes.is_empty() {
            return Ok(());
        }
        update(&tx, row, id, expected).await?;
        tell(&tx, actor, PERSON_EDITED, subject(id), Scope::Platform, changes.into()).await?;
        tx.commit().await
    }
}

/// Returns the changes from `before` to `row`. Names and addresses are personal data: the record keeps that they
/// changed, not their values.
pub(super) fn changes(before: &Person, row: &person::ActiveModel) -> Changes {
    fn after<'a, T: Into<sea_orm::Value>>(wanted: &'a ActiveValue<T>, before: &'a T) -> &'a T {
        wanted.try_as_ref().unwrap_or(before)
    }
    Changes::new()
        .withheld("display_name", &before.display_name, after(&row.display_name, &before.display_name))
        .withheld("given_name", &before.given_name, after(&row.given_name, &before.given_name))
        .withheld("family_name", &before.family_name, after(&row.family_name, &before.family_name))
        .withheld("email", &before.email, after(&row.email, &before.email))
        .field("locale", &before.locale, after(&row.locale, &before.locale))
}

/// Writes the columns of `row` and raises the person's version, if it still is `expected`.
pub(super) async fn update(tx: &Tx, row: person::ActiveModel, id: PersonId, expected: i64) -> Result<()> {
    words::write(tx, id, &row.sort_name).await?;
    let next = Expr::col(person::Column::Version).add(1);
    let done = person::Entity::update_many()
        .set(row)
        .col_expr(person::Column::Version, next)
        .filter(person::Column::Id.eq(id))
        .filter(person::Column::Version.eq(expected));
    require_met(&done.exec(tx).await?, subject(id))
}

async fn insert(tx: &Tx, row: person::ActiveModel, source: String, source_key: Option<String>) -> Result<PersonId> {
    let row = person::ActiveModel {
        status: ActiveValue::Set(PersonStatus::Active),
        source: ActiveValue::Set(source),
        source_key: ActiveValue::Set(source_key),
        epoch: ActiveValue::Set(1),
        created_at: ActiveValue::Set(tx.now()),
        ..row
    };
    let sort_name = row.sort_name.clone();
    let id = person::Entity::insert(row).exec(tx).await?.last_insert_id;
    words::write(tx, id, &sort_name).await?;
    Ok(id)
}

pub(super) fn subject(id: PersonId) -> String {
    format!("person:{id}")
}

fn name_problem(problem: InvalidName) -> Message {
    match problem {
        InvalidName::Empty => Message::new("field-required"),
        InvalidName::TooLong => Message::new("field-too-long").with("max", PersonName::MAX),
        InvalidName::Invisible => Message::new("field-invisible"),
        InvalidName::Signs => Message::new("directory-name-signs"),
        InvalidName::MixedScripts => Message::new("directory-name-mixed-scripts"),
        InvalidName::LookAlike => Message::new("directory-name-look-alike"),
    }
}

/// The most people that one person may add in an hour.
const PEOPLE_PER_HOUR: u64 = 120;
/// Longest given or family name, in characters.
pub(super) const NAME: usize = 60;

/// Returns `true` if the text is a name, an `@` and a domain with a dot. Only mail can tell whether mail arrives
/// there.
pub(super) fn is_address(text: &str) -> bool {
    let plain = text.len() <= 254 && !text.chars().any(|c| c.is_whitespace() || c.is_control());
    let parts = text.rsplit_once('@');
    plain
        && parts.is_some_and(|(name, domain)| {
            !name.is_empty() && domain.split('.').count() > 1 && !domain.split('.').any(str::is_empty)
        })
}
