//! The list of people visible to the reader, by name.

use std::collections::HashMap;

use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::school_filter::SchoolFilter;
use super::{breadcrumb, memberships, person, person_form};
use atrium_platform::access::permissions::{FAMILY_READ, PERSON_READ, ROLE_ASSIGN};
use atrium_platform::access::{Actor, Scope, visible_person};
use atrium_platform::directory::actions::{Counted, PeopleFilter};
use atrium_platform::directory::{self, EstablishmentId, Membership, Person, PersonId, PersonStatus};
use atrium_platform::login;
use atrium_platform::{Error, Result};
use atrium_web::{Choice, Crumb, Pages, Places, Query, RequestContext, Routes, SchoolChoice, View, Who, searched};

/// The path of the list.
pub(super) const PATH: &str = "/administration/personnes";
/// The people per page.
pub(super) const PAGE: usize = 40;

pub(super) fn declare(routes: &mut Routes) {
    routes.get(PATH, Who::SignedIn, list);
}

/// Returns the path of the people of one school.
pub(super) fn path_within(school: EstablishmentId) -> String {
    format!("{PATH}?etablissement={school}")
}

#[derive(Default, Deserialize)]
struct Params {
    #[serde(default, deserialize_with = "searched")]
    q: String,
    #[serde(default)]
    etablissement: String,
    apres: Option<PersonId>,
}

#[derive(Serialize)]
struct ListView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    action: &'static str,
    new_url: Option<&'static str>,
    query: String,
    school: SchoolFilter,
    /// Links to the lists of the schools that the filter may mean.
    meant: Vec<Meant>,
    total: u64,
    more: bool,
    people: Vec<Row>,
    pagination: Pages,
}

/// A school that a filter may mean, and its list.
#[derive(Serialize)]
struct Meant {
    label: String,
    url: String,
}

/// A person in a list, with their visible memberships.
#[derive(Serialize)]
pub(super) struct Row {
    id: PersonId,
    name: String,
    initials: String,
    suspended: bool,
    places: Vec<String>,
    url: String,
}

impl View for ListView {
    const TEMPLATE: &'static str = "admin/people";
}

/// `GET /administration/personnes?q=&etablissement=&apres=`
async fn list(cx: RequestContext, Query(asked): Query<Params>) -> Result<Response> {
    let roles = cx.atrium().access().roles().await?;
    let school = SchoolFilter::load(&cx, &asked.etablissement, &require_reader(&cx)?).await?;
    let filter = PeopleFilter { search: &asked.q, within: school.chosen, ..PeopleFilter::default() };
    let (mut rows, mut next, mut counted) = (Vec::new(), None, Counted::default());
    if !school.is_open() {
        (rows, next) = page(&cx, filter, asked.apres, PAGE).await?;
        counted = match (asked.apres, next) {
            // All people are on this page.
            (None, None) => Counted { people: rows.len() as u64, more: false },
            _ => cx.atrium().directory().count_people(cx.actor(), filter).await?,
        };
    }
    let title = cx.t("admin-people-title");
    cx.page(&ListView {
        breadcrumb: breadcrumb(&cx, &[], &title),
        title,
        noindex: true,
        action: PATH,
        new_url: memberships::may_add(cx.actor(), &roles).then_some(person_form::NEW_PATH),
        total: counted.people,
        more: counted.more,
        people: views(&cx, rows).await?,
        meant: school.offered.iter().map(|offered| meant(&asked.q, offered)).collect(),
        pagination: Pages::next(next.map(|last| path_to(&asked.q, &school.parameter(), Some(last)))),
        school,
        query: asked.q,
    })
}

/// Returns a page of `size` people, starting after `after`, and the last of them if there are more.
pub(super) async fn page(
    cx: &RequestContext,
    filter: PeopleFilter<'_>,
    after: Option<PersonId>,
    size: usize,
) -> Result<(Vec<Person>, Option<PersonId>)> {
    let after = match after {
        Some(id) => Some(visible_person(cx.db(), cx.actor(), id).await?),
        None => None,
    };
    let after = after.as_ref().map(|row| (row.sort_name.as_str(), row.id));
    let mut rows = cx.atrium().directory().list_people(cx.actor(), filter, after, size as u64 + 1).await?;
    let more = rows.len() > size;
    rows.truncate(size);
    let last = rows.last().filter(|_| more).map(|last| last.id);
    Ok((rows, last))
}

fn meant(query: &str, offered: &Choice) -> Meant {
    Meant { label: offered.label.clone(), url: path_to(query, &offered.value, None) }
}

fn path_to(query: &str, school: &str, after: Option<PersonId>) -> String {
    let encode =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let after = after.map(|last| format!("&apres={last}")).unwrap_or_default();
    format!("{PATH}?q={}&etablissement={}{after}", encode(query), encode(school))
}

/// Returns the scopes where the reader looks people up. Readers without any find themselves on the account page
/// instead.
pub(super) fn require_reader(cx: &RequestContext) -> Result<Vec<Scope>> {
    let (rights, now) = (cx.actor().rights(), cx.actor().now());
    let reads = [PERSON_READ, FAMILY_READ, ROLE_ASSIGN].into_iter();
    let scopes: Vec<Scope> = reads.flat_map(|permission| rights.scopes_for(permission, now)).collect();
    if scopes.is_empty() { Err(Error::forbidden(PERSON_READ)) } else { Ok(scopes) }
}

/// Returns a choice of the schools that pass.
pub(super) async fn schools_where(cx: &RequestContext, passes: impl Fn(Scope) -> bool) -> Result<SchoolChoice> {
    let mut schools = directory::establishments(cx.db()).await?;
    schools.retain(|school| passes(Scope::Establishment(school.id)));
    Ok(SchoolChoice::new(schools))
}

/// Returns people as lists show them, in two queries.
pub(super) async fn views(cx: &RequestContext, rows: Vec<Person>) -> Result<Vec<Row>> {
    let ids: Vec<PersonId> = rows.iter().map(|row| row.id).collect();
    let memberships = directory::memberships_of(cx.db(), &ids).await?;
    let known = memberships.into_iter().filter(|row| may_know(cx.actor(), row));
    let mut by_person: HashMap<PersonId, Vec<Membership>> = HashMap::new();
    known.for_each(|row| by_person.entry(row.person_id).or_default().push(row));
    let scopes = by_person.values().flatten().map(|row| Scope::Establishment(row.establishment_id));
    let places = Places::load(cx, scopes).await?;
    let row = |person: Person| Row {
        id: person.id,
        initials: login::initials(&person.given_name, &person.family_name),
        suspended: person.status == PersonStatus::Suspended,
        places: by_person
            .get(&person.id)
            .into_iter()
            .flatten()
            .map(|row| format!("{}, {}", places.role(row.profile.key()), places.school(row.establishment_id)))
            .collect(),
        url: person::path(person.id),
        name: person.display_name,
    };
    Ok(rows.into_iter().map(row).collect())
}

/// Returns `true` if this membership is visible to the reader. A person seen through one school may have
/// memberships that are invisible.
pub(super) fn may_know(actor: &Actor, row: &Membership) -> bool {
    use atrium_platform::directory::Profile::{Guardian, Student};
    let permission = if matches!(row.profile, Student | Guardian) { FAMILY_READ } else { PERSON_READ };
    actor.person() == Some(row.person_id) || actor.may(permission, Scope::Establishment(row.establishment_id))
}
