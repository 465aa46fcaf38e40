//! Provisions people from an embedding application: created at their first identification, kept up to date after.

use std::collections::BTreeSet;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue, EntityTrait};
use serde_json::json;

use super::people::{NAME, PersonEdit, changes, is_address, subject, update};
use super::{memberships, tell};
use crate::access::{Actor, Scope, Validity, Via};
use crate::credentials;
use crate::db::{Db, Tx};
use crate::directory::names::visible;
use crate::directory::{
    EstablishmentId, Membership, Person, PersonId, PersonName, PersonStatus, Profile, Uai, person, store, words,
};
use crate::error::{Error, Message, Result};

/// The source of rows that the host vouches for.
const HOST: &str = "host";
/// The name of a person whose host has no name to show.
const NAMELESS: &str = "Utilisateur";

/// A person as the embedding application describes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExternalIdentity {
    /// The host's stable key for the person.
    pub external_id: String,
    /// The name shown beside what they write; given and family name when empty.
    pub display_name: String,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// The mail address.
    pub email: Option<String>,
    /// Preferred language: `fr` or `en`; `None` keeps the person's own choice.
    pub locale: Option<String>,
    /// All their schools and profiles. Unknown schools are skipped.
    pub memberships: Vec<(Uai, Profile)>,
}

impl ExternalIdentity {
    /// Creates the identity `external_id`, shown as `display_name`, in no school.
    #[must_use]
    pub fn new(external_id: impl Into<String>, display_name: impl Into<String>) -> Self {
        Self { external_id: external_id.into(), display_name: display_name.into(), ..Self::default() }
    }

    /// Sets given and family name.
    #[must_use]
    pub fn named(mut self, given_name: impl Into<String>, family_name: impl Into<String>) -> Self {
        self.given_name = given_name.into();
        self.family_name = family_name.into();
        self
    }

    /// Sets the mail address.
    #[must_use]
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }

    /// Adds a school.
    #[must_use]
    pub fn member(mut self, school: Uai, profile: Profile) -> Self {
        self.memberships.push((school, profile));
        self
    }
}

/// Returns the person behind `identity`, created or updated if names, address or the memberships the host vouched
/// for changed. Memberships given here by other means stay, and so does a suspension.
///
/// Unusable values of the host do not lock a person out: a malformed address is dropped, a long name is cut, and a
/// name that imitates others is replaced by the next best: given and family name, the name known so far, the host's
/// key.
///
/// Makes three queries and no write if the identity is unchanged.
///
/// # Errors
/// Returns `is_invalid` without a key, or an error if the database fails.
pub async fn provision(db: &Db, identity: &ExternalIdentity) -> Result<Person> {
    let key = identity.external_id.trim();
    if key.is_empty() || key.len() > 200 {
        return Err(Error::invalid_field("external_id", Message::new("directory-external-id-malformed")));
    }
    let schools = store::establishments_by_uai(db, identity.memberships.iter().map(|(uai, _)| uai.as_str())).await?;
    let place = |(uai, profile): &(Uai, Profile)| {
        let school = schools.iter().find(|school| school.uai == uai.as_str());
        if school.is_none() {
            tracing::warn!(%uai, "the host names a school that is not known here");
        }
        Some((school?.id, *profile))
    };
    let wanted: BTreeSet<_> = identity.memberships.iter().filter_map(place).collect();
    if let Some(row) = store::person_by_external_id(db, key).await? {
        let held = store::memberships(db, row.id).await?;
        if is_up_to_date(&describe(identity, Some(&row)).check()?, &row) && difference(&held, &wanted, db).is_none() {
            return Ok(row);
        }
    }
    let tx = db.begin().await?;
    let actor = Actor::system(Via::System, tx.now());
    let id = write_person(&tx, &actor, key, identity).await?;
    let held = store::memberships(&tx, id).await?;
    if let Some((new, gone)) = difference(&held, &wanted, db) {
        for row in gone {
            memberships::leave(&tx, &actor, row).await?;
        }
        let widens = !new.is_empty();
        for (school, profile) in new {
            memberships::enter(&tx, &actor, id, school, profile, Validity::ALWAYS, HOST).await?;
        }
        if widens {
            credentials::end_links(&tx, &super::family(&tx, id).await?).await?;
        }
    }
    let row = store::person(&tx, id).await?;
    tx.commit().await?;
    Ok(row)
}

fn describe(identity: &ExternalIdentity, known: Option<&Person>) -> PersonEdit {
    let cut = |text: &str, most: usize| visible(text).chars().take(most).collect::<String>();
    let mut edit = PersonEdit::new(cut(&identity.given_name, NAME), cut(&identity.family_name, NAME));
    let full = format!("{} {}", edit.given_name, edit.family_name);
    let known_as = known.map(|row| row.display_name.as_str()).unwrap_or_default();
    let names = [&identity.display_name, full.as_str(), known_as].map(|name| cut(name, PersonName::MAX));
    let shown = names.iter().find_map(|name| PersonName::parse(name).ok());
    edit.display_name = shown.map_or_else(|| NAMELESS.to_owned(), |name| name.as_str().to_owned());
    edit.email = identity.email.as_deref().map(str::trim).filter(|email| is_address(email)).map(str::to_owned);
    let chosen = || known.map(|row| row.locale.clone());
    edit.locale = identity.locale.clone().filter(|l| l == "fr" || l == "en").or_else(chosen).unwrap_or("fr".to_owned());
    edit
}

fn is_up_to_date(wanted: &person::ActiveModel, row: &Person) -> bool {
    row.status == PersonStatus::Erased || changes(row, wanted).is_empty()
}

type Places<'a> = (Vec<(EstablishmentId, Profile)>, Vec<&'a Membership>);

/// Returns the memberships to begin, and those of the host to end; `None` if the rows match the identity.
fn difference<'a>(
    held: &'a [Membership],
    wanted: &BTreeSet<(EstablishmentId, Profile)>,
    db: &Db,
) -> Option<Places<'a>> {
    let now = db.now();
    let live = |row: &&Membership| row.valid_until.is_none_or(|until| now < until);
    let has = |place: &(EstablishmentId, Profile)| {
        held.iter().filter(live).any(|row| (row.establishment_id, row.profile) == *place)
    };
    let new: Vec<_> = wanted.iter().filter(|place| !has(place)).copied().collect();
    let told = |row: &&Membership| row.source == HOST && !wanted.contains(&(row.establishment_id, row.profile));
    let gone: Vec<_> = held.iter().filter(live).filter(told).collect();
    (!new.is_empty() || !gone.is_empty()).then_some((new, gone))
}

/// Creates or updates the person's row. Two concurrent first requests conflict on the unique key.
async fn write_person(tx: &Tx, actor: &Actor, key: &str, identity: &ExternalIdentity) -> Result<PersonId> {
    let known = store::person_by_external_id(tx, key).await?;
    let wanted = describe(identity, known.as_ref()).check()?;
    let Some(row) = known else {
        let row = person::ActiveModel {
            external_id: ActiveValue::Set(Some(key.to_owned())),
            status: ActiveValue::Set(PersonStatus::Active),
            source: ActiveValue::Set(HOST.to_owned()),
            epoch: ActiveValue::Set(1),
            created_at: ActiveValue::Set(tx.now()),
            ..wanted
        };
        let sort_name = row.sort_name.clone();
        let once = OnConflict::column(person::Column::ExternalId).do_nothing().to_owned();
        let made = person::Entity::insert(row).on_conflict(once).exec_without_returning(tx).await?;
        let row = store::person_by_external_id(tx, key).await?;
        let id = row.map(|row| row.id).ok_or_else(|| Error::bug("the person just written is missing"))?;
        if made > 0 {
            words::write(tx, id, &sort_name).await?;
            tell(tx, actor, "core.person.created", subject(id), Scope::Platform, json!({ "source": HOST })).await?;
        }
        return Ok(id);
    };
    if !is_up_to_date(&wanted, &row) {
        let row = store::lock_person(tx, row.id).await?;
        let changes = changes(&row, &wanted);
        update(tx, wanted, row.id, row.version).await?;
        tell(tx, actor, "core.person.edited", subject(row.id), Scope::Platform, changes.into()).await?;
    }
    Ok(row.id)
}
