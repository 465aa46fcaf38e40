//! Provisions people from an embedding application: created at their first identification, kept up to date after.

use std::collections::BTreeSet;

use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue, ColumnTrait, EntityTrait, QueryFilter};

use super::Directory;
use super::external::{ExternalIdentity, Provisioned, Unresolved};
use super::kinds::PERSON_EDITED;
use super::people::{NAME, PersonEdit, changes, is_address, update};
use super::vouched::{self, Vouching};
use super::{identities, tell};
use crate::access::{Access, Actor, Scope, Via};
use crate::clock::Timestamp;
use crate::credentials;
use crate::db::Tx;
use crate::directory::names::visible;
use crate::directory::{Person, PersonId, PersonName, PersonStatus, Uai, person, store, words};
use crate::error::{Error, Result};

/// The source of rows that the host vouches for.
const HOST: &str = "host";
/// The name of a person whose host has no name to show.
const NAMELESS: &str = "Utilisateur";

impl Directory {
    /// Returns the person behind `identity`, created or updated if names, address or what the host vouches for changed:
    /// memberships, groups, children, roles. What was given here by other means stays, and so does a suspension.
    ///
    /// Unusable values of the host do not lock a person out: a malformed address is dropped, a long name is cut, and a
    /// name that imitates others is replaced by the next best: given and family name, the name known so far, the host's
    /// key. What refers to something unknown is left out and returned; unknown schools are logged and told by `doctor`.
    ///
    /// Makes three queries and no write if the identity is unchanged.
    ///
    /// # Errors
    /// Returns `is_invalid` if issuer or subject is empty or malformed, or an error if the database fails.
    pub async fn provision(&self, identity: &ExternalIdentity) -> Result<Provisioned> {
        provision_from(&self.access, HOST, identity).await
    }
}

/// Does the work of [`Directory::provision`] for rows of `source`.
pub(super) async fn provision_from(access: &Access, source: &str, identity: &ExternalIdentity) -> Result<Provisioned> {
    let db = access.db();
    let (issuer, subject) = identity.identity()?;
    let named: BTreeSet<&Uai> = identity.schools().collect();
    let schools = store::establishments_by_uai(db, named.iter().map(|uai| uai.as_str())).await?;
    let is_known = |uai: &&&Uai| schools.iter().any(|school| school.uai == uai.as_str());
    let unknown: BTreeSet<&Uai> = named.iter().filter(|uai| !is_known(uai)).copied().collect();
    let unresolved: Vec<_> = unknown.iter().map(|uai| Unresolved::School((*uai).clone())).collect();
    let to_note = vouched::not_noted(db, source, &unknown, db.now()).await?;
    let system = Actor::system(Via::System, db.now());
    let vouching = Vouching { access, actor: &system, source, schools: &schools };
    let wanted = vouching.places(identity);
    let digest = identity.digest();
    if let Some(row) = store::person_by_identity(db, issuer, subject).await? {
        let is_erased = row.status == PersonStatus::Erased;
        let held = store::memberships(db, row.id).await?;
        let is_same = is_up_to_date(&describe(identity, Some(&row)).check()?, &row)
            && vouched::difference(&held, &wanted, source, db).is_none()
            && is_vouched(&row, source, &digest, db.now());
        if is_erased || (is_same && to_note.is_empty()) {
            return Ok(Provisioned { person: row, unresolved });
        }
    }
    let tx = db.begin().await?;
    let mut unresolved = unresolved;
    let id = write_person(&tx, &system, source, identity).await?;
    vouched::note(&tx, source, &to_note).await?;
    let mut widens = vouching.memberships(&tx, id, &wanted).await?;
    let row = store::person(&tx, id).await?;
    if !is_vouched(&row, source, &digest, tx.now()) {
        widens |= vouching.groups(&tx, id, &identity.groups, &mut unresolved).await?;
        widens |= vouching.children(&tx, id, identity, &mut unresolved).await?;
        vouching.roles(&tx, id, &identity.roles, &mut unresolved).await?;
        let told = if unresolved.is_empty() { digest } else { format!("{digest}@{}", hour_of(tx.now())) };
        keep_vouched(&tx, id, source, &told).await?;
    }
    if widens {
        credentials::end_links(&tx, &super::family(&tx, id).await?).await?;
    }
    let person = store::person(&tx, id).await?;
    tx.commit().await?;
    unresolved.sort();
    unresolved.dedup();
    Ok(Provisioned { person, unresolved })
}

/// Returns `true` if what the person's row says that `source` vouched for last is what `digest` says, and the person's
/// rights have not changed since: what was taken from them by hand is given back. While something referred to the
/// unknown, it is looked at again each hour.
fn is_vouched(row: &Person, source: &str, digest: &str, now: Timestamp) -> bool {
    let kept = row.vouched.lines().filter_map(|line| line.split_once('='));
    let Some((_, kept)) = kept.into_iter().find(|(of, _)| *of == source) else { return false };
    let (kept, epoch) = kept.split_once('#').unwrap_or((kept, ""));
    let (known, hour) = kept.split_once('@').map_or((kept, None), |(known, hour)| (known, Some(hour)));
    known == digest && epoch == row.epoch.to_string() && hour.is_none_or(|hour| hour == hour_of(now).to_string())
}

fn hour_of(now: Timestamp) -> i64 {
    now.0 / 3_600_000
}

/// Forgets what was vouched for, so that a source that names the person again is heard.
pub(super) async fn forget_vouched(tx: &Tx, id: PersonId) -> Result<()> {
    write_vouched(tx, id, String::new()).await
}

/// Keeps what `source` told, with the epoch of the person's rights, in a line of its own.
async fn keep_vouched(tx: &Tx, id: PersonId, source: &str, told: &str) -> Result<()> {
    let row = store::person(tx, id).await?;
    let of_others = |line: &&str| line.split_once('=').is_some_and(|(of, _)| of != source);
    let own = format!("{source}={told}#{}", row.epoch);
    let lines: Vec<&str> = row.vouched.lines().filter(of_others).chain([own.as_str()]).collect();
    write_vouched(tx, id, lines.join("\n")).await
}

async fn write_vouched(tx: &Tx, id: PersonId, kept: String) -> Result<()> {
    let update = person::Entity::update_many().col_expr(person::Column::Vouched, Expr::value(kept));
    update.filter(person::Column::Id.eq(id)).exec(tx).await?;
    Ok(())
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

/// Creates or updates the person's row, and links it to the identity.
async fn write_person(tx: &Tx, actor: &Actor, source: &str, identity: &ExternalIdentity) -> Result<PersonId> {
    let (issuer, subject) = identity.identity()?;
    let known = match store::person_by_identity(tx, issuer, subject).await? {
        None => known_by_key(tx, actor, source, identity).await?,
        known => known,
    };
    let wanted = describe(identity, known.as_ref()).check()?;
    let Some(row) = known else { return make_person(tx, actor, source, identity, wanted).await };
    if !is_up_to_date(&wanted, &row) {
        let row = store::lock_person(tx, row.id).await?;
        let changes = changes(&row, &wanted);
        update(tx, wanted, row.id, row.version).await?;
        tell(tx, actor, PERSON_EDITED, super::people::subject(row.id), Scope::Platform, changes.into()).await?;
    }
    Ok(row.id)
}

/// Returns the person with the identity's key at the source, with the identity linked to them.
async fn known_by_key(tx: &Tx, actor: &Actor, source: &str, identity: &ExternalIdentity) -> Result<Option<Person>> {
    let Some(key) = identity.key() else { return Ok(None) };
    let Some(row) = store::person_by_source_key(tx, source, key).await? else { return Ok(None) };
    let (issuer, subject) = identity.identity()?;
    if row.status != PersonStatus::Erased && identities::write(tx, row.id, issuer, subject, source).await? {
        identities::tell_linked(tx, actor, row.id, issuer).await?;
    }
    store::person_by_identity(tx, issuer, subject).await
}

/// Creates the person. Two concurrent first requests conflict on the unique identity.
async fn make_person(
    tx: &Tx,
    actor: &Actor,
    source: &str,
    identity: &ExternalIdentity,
    wanted: person::ActiveModel,
) -> Result<PersonId> {
    let (issuer, subject) = identity.identity()?;
    let row = person::ActiveModel {
        status: ActiveValue::Set(PersonStatus::Active),
        source: ActiveValue::Set(source.to_owned()),
        source_key: ActiveValue::Set(identity.key().map(str::to_owned)),
        vouched: ActiveValue::Set(String::new()),
        epoch: ActiveValue::Set(1),
        created_at: ActiveValue::Set(tx.now()),
        ..wanted
    };
    let sort_name = row.sort_name.clone();
    let id = person::Entity::insert(row).exec(tx).await?.last_insert_id;
    if !identities::write(tx, id, issuer, subject, source).await? {
        person::Entity::delete_by_id(id).exec(tx).await?;
        let made = store::person_by_identity(tx, issuer, subject).await?;
        return made.map(|row| row.id).ok_or_else(|| Error::bug("the person just written is missing"));
    }
    words::write(tx, id, &sort_name).await?;
    vouched::tell_created(tx, actor, id, source).await?;
    Ok(id)
}
