//! The page "why can, or can't, X do Y here?".

use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::breadcrumb;
use atrium_platform::access::actions::require_explaining;
use atrium_platform::access::permissions::ACCESS_EXPLAIN;
use atrium_platform::access::{
    Actor, Explanation, HeldRole, Miss, Origin, Permission, Role, Scope, is_profile, visible_person,
};
use atrium_platform::clock::Timestamp;
use atrium_platform::directory::{self, EstablishmentId, GroupId, Person, PersonId, SectorId};
use atrium_platform::{Error, Message, Result};
use atrium_web::{
    Choice, Crumb, ExplainedPlace, Form, Places, Query, RequestContext, Routes, SchoolChoice, SchoolField, View, Who,
};

/// The path of the page.
pub(super) const PATH: &str = "/administration/droits";

pub(super) fn declare(routes: &mut Routes) {
    routes.get(PATH, Who::SignedIn, show);
}

/// Returns the path of the page about `person`.
pub(super) fn path(person: PersonId) -> String {
    format!("{PATH}?personne={person}")
}

#[derive(Default, Deserialize)]
struct Params {
    personne: Option<PersonId>,
    #[serde(default)]
    permission: String,
    #[serde(default)]
    lieu: String,
    #[serde(default)]
    lieu_search: String,
    #[serde(default)]
    lieu_meant: String,
    #[serde(default)]
    lieu_choice: String,
}

impl Params {
    /// Returns the chosen place, among `places`.
    fn place(&self, places: &SchoolChoice) -> SchoolField {
        let fields = [
            ("lieu", &self.lieu),
            ("lieu_search", &self.lieu_search),
            ("lieu_meant", &self.lieu_meant),
            ("lieu_choice", &self.lieu_choice),
        ];
        places.read("lieu", &Form::of(fields.map(|(name, text)| (name, text.as_str()))))
    }
}

#[derive(Serialize)]
struct ExplainView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    action: &'static str,
    person: Option<PersonView>,
    people_url: &'static str,
    permission: String,
    permissions: Vec<Choice>,
    scope: SchoolField,
    /// The problem of the place.
    error: Option<String>,
    answer: Option<AnswerView>,
}

#[derive(Serialize)]
struct PersonView {
    id: PersonId,
    name: String,
    url: String,
}

#[derive(Serialize)]
struct AnswerView {
    allowed: bool,
    sentence: String,
    grant: Option<GrantView>,
    also: Vec<GrantView>,
    forbids: Vec<GrantView>,
    nearest: Option<GrantView>,
    nearest_reason: Option<String>,
    /// The reasons for an allowance, in a place of a plugin.
    reasons: Vec<String>,
    /// In a refusal, the conditions that would allow it.
    suffices: Vec<String>,
    /// In a refusal, `true` if all of them are needed, `false` if any one suffices.
    needs_all: bool,
    /// The place where the permission is checked, if that is not the chosen one.
    note: Option<String>,
}

/// A role given to or taken from the person.
#[derive(Serialize)]
struct GrantView {
    role: String,
    role_lang: &'static str,
    scope: String,
    scope_lang: &'static str,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    origin: String,
    reason: String,
    granted_by: String,
    granted_at: Option<Timestamp>,
}

impl View for ExplainView {
    const TEMPLATE: &'static str = "admin/explain";
}

/// `GET /administration/droits?personne=&permission=&lieu=`
async fn show(cx: RequestContext, Query(asked): Query<Params>) -> Result<Response> {
    let me = cx.actor().require_person()?;
    let explains = cx.actor().rights().holds_somewhere(ACCESS_EXPLAIN, cx.actor().now());
    let person = match asked.personne {
        Some(id) => Some(visible_person(cx.db(), cx.actor(), id).await?),
        None => None,
    };
    if !explains && person.as_ref().is_none_or(|person| person.id != me) {
        return Err(Error::forbidden(ACCESS_EXPLAIN));
    }
    let scopes = scopes(&cx, person.as_ref()).await?;
    let mut of_plugins = Vec::new();
    for plugin in cx.atrium().plugins() {
        of_plugins.extend(plugin.places(&cx).await?);
    }
    let scope = asked.place(&places_among(&cx, &scopes, of_plugins).await?);
    let is_asked = !asked.permission.is_empty();
    let (answer, error) = match &person {
        Some(_) if is_asked && scope.searches() && scope.chosen().is_empty() => {
            let missing = || Message::new("field-choice");
            (None, Some(cx.message(&scope.problem().cloned().unwrap_or_else(missing))))
        }
        Some(person) if is_asked => (Some(answer(&cx, person, &asked.permission, scope.chosen()).await?), None),
        _ => (None, None),
    };
    let title = cx.t("admin-explain-title");
    cx.page(&ExplainView {
        breadcrumb: breadcrumb(&cx, &[], &title),
        title,
        noindex: true,
        action: PATH,
        people_url: super::people::PATH,
        permissions: permissions(&cx),
        person: person.map(|person| PersonView {
            id: person.id,
            url: super::person::path(person.id),
            name: cx.person_name(&person.display_name),
        }),
        permission: asked.permission,
        scope,
        error,
        answer,
    })
}

fn permissions(cx: &RequestContext) -> Vec<Choice> {
    let known = cx.atrium().access().permissions();
    let mut all: Vec<_> = known.iter().map(|def| Choice::new(def.permission, cx.permission_name(def))).collect();
    all.sort_by(|a, b| a.label.cmp(&b.label));
    all
}

/// Returns the places to ask about: those where the reader may ask, and those of the person.
async fn scopes(cx: &RequestContext, person: Option<&Person>) -> Result<Vec<Scope>> {
    let mut scopes = cx.actor().rights().scopes_for(ACCESS_EXPLAIN, cx.actor().now());
    if scopes.contains(&Scope::Platform) {
        let sectors = directory::sectors(cx.db()).await?;
        scopes.extend(sectors.iter().map(|sector| Scope::Sector(sector.id)));
        let schools = directory::establishments(cx.db()).await?;
        scopes.extend(schools.iter().map(|school| Scope::Establishment(school.id)));
    }
    if let Some(person) = person {
        let own = cx.actor().person() == Some(person.id);
        let groups = directory::groups_of(cx.db(), &[person.id]).await?;
        let groups = groups.iter().map(|(_, group)| Scope::Group(group.establishment_id, group.id));
        scopes.extend(groups.filter(|scope| own || cx.actor().may(ACCESS_EXPLAIN, *scope)));
        if own {
            scopes.push(Scope::Platform);
            let memberships = directory::memberships(cx.db(), person.id).await?;
            scopes.extend(memberships.iter().map(|row| Scope::Establishment(row.establishment_id)));
        }
    }
    scopes.sort_unstable();
    scopes.dedup();
    Ok(scopes)
}

async fn answer(cx: &RequestContext, person: &Person, permission: &str, place: &str) -> Result<AnswerView> {
    let access = cx.atrium().access();
    let unknown = |field: &'static str| Error::invalid_field(field, Message::new("field-unknown-choice"));
    let permission = access.permissions().get(permission).ok_or_else(|| unknown("permission"))?.permission;
    let them = access.explained_person(cx.actor(), person.id).await?;
    let scope = parse_scope(cx, place).await?;
    match (of_plugin(cx, &them, permission, scope, place).await?, scope) {
        (Some(mut told), Some(scope)) => {
            told.label = Places::load(cx, [scope]).await?.scope(scope);
            of_place(cx, person, permission, told).await
        }
        (Some(told), None) => of_place(cx, person, permission, told).await,
        (None, Some(scope)) => at_scope(cx, person, permission, scope).await,
        (None, None) => Err(unknown("lieu")),
    }
}

/// Returns what a plugin answers about a place: one of its own, or `scope` if its actions require more there than the
/// permission.
pub(super) async fn of_plugin(
    cx: &RequestContext,
    them: &Actor,
    permission: Permission,
    scope: Option<Scope>,
    place: &str,
) -> Result<Option<ExplainedPlace>> {
    for plugin in cx.atrium().plugins() {
        let told = match scope {
            Some(scope) => plugin.explain_at(cx, them, permission, scope).await?,
            None => plugin.explain(cx, them, permission, place).await?,
        };
        if let Some(told) = told {
            require_explaining(cx.actor(), them, told.scope)?;
            return Ok(Some(told));
        }
    }
    Ok(None)
}

/// Returns the answer about a school, a group or the platform, from the person's roles.
async fn at_scope(cx: &RequestContext, person: &Person, permission: Permission, scope: Scope) -> Result<AnswerView> {
    let explanation = cx.atrium().access().explain(cx.actor(), person.id, permission, scope).await?;
    let told = Explained::new(cx, &explanation).await?;
    let asked_above = (explanation.scope != scope).then(|| told.places.scope(explanation.scope));
    let mut view = told.into_view(cx, person, permission)?;
    view.note = asked_above.map(|scope| cx.message(&Message::new("admin-explain-asked-above").with("scope", scope)));
    Ok(view)
}

/// Returns the answer about a place of a plugin.
async fn of_place(
    cx: &RequestContext,
    person: &Person,
    permission: Permission,
    place: ExplainedPlace,
) -> Result<AnswerView> {
    let Some(verdict) = place.verdict else {
        let explanation = cx.atrium().access().explain(cx.actor(), person.id, permission, place.scope).await?;
        let mut view = Explained::new(cx, &explanation).await?.into_view(cx, person, permission)?;
        view.sentence = sentence(cx, person, permission, view.allowed, &place.label);
        return Ok(view);
    };
    let (reasons, suffices) =
        if verdict.allowed { (verdict.reasons, Vec::new()) } else { (Vec::new(), verdict.reasons) };
    Ok(AnswerView {
        allowed: verdict.allowed,
        sentence: sentence(cx, person, permission, verdict.allowed, &place.label),
        grant: None,
        also: Vec::new(),
        forbids: Vec::new(),
        nearest: None,
        nearest_reason: None,
        reasons,
        suffices,
        needs_all: !verdict.any_suffices,
        note: None,
    })
}

/// Returns one sentence on whether `person` may do this at the place.
fn sentence(cx: &RequestContext, person: &Person, permission: Permission, allowed: bool, place: &str) -> String {
    let known = cx.atrium().access().permissions();
    let label = known.get(permission.0).map(|def| cx.permission_name(def));
    let key = if allowed { "admin-explain-allowed" } else { "admin-explain-refused" };
    let sentence = Message::new(key).with("name", cx.person_name(&person.display_name));
    cx.message(&sentence.with("permission", label.unwrap_or(permission.0)).with("scope", place))
}

/// Returns a choice among `scopes` and the places of plugins, with a search if there are many schools.
pub(super) async fn places_among(
    cx: &RequestContext,
    scopes: &[Scope],
    of_plugins: Vec<Choice>,
) -> Result<SchoolChoice> {
    let school = |scope: &Scope| if let Scope::Establishment(id) = scope { Some(*id) } else { None };
    let mut schools = directory::establishments_by_id(cx.db(), scopes.iter().filter_map(school)).await?;
    schools.sort_by(|a, b| (&a.name_folded, a.id).cmp(&(&b.name_folded, b.id)));
    let others = || scopes.iter().filter(|scope| school(scope).is_none());
    let places = Places::load(cx, others().copied()).await?;
    let choice = |scope: &Scope| Choice::new(scope, places.scope(*scope)).in_language(Places::language_of(*scope));
    let is_wide = |scope: &&Scope| matches!(scope, Scope::Platform | Scope::Sector(_));
    let region = others().filter(is_wide).map(choice).collect();
    let groups = others().filter(|scope| !is_wide(scope)).map(choice).chain(of_plugins).collect();
    Ok(SchoolChoice::new(schools).written("e").with_first(region).with_last(groups))
}

/// Parses a place in a URL: `p`, `s3`, `e12`, `g45`.
pub(super) async fn parse_scope(cx: &RequestContext, text: &str) -> Result<Option<Scope>> {
    let Some((kind, id)) = text.split_at_checked(1) else { return Ok(None) };
    match kind {
        "p" if id.is_empty() => Ok(Some(Scope::Platform)),
        "s" => {
            let Ok(id) = id.parse::<SectorId>() else { return Ok(None) };
            let sector = directory::sectors_by_id(cx.db(), [id]).await?;
            Ok(sector.first().map(|sector| Scope::Sector(sector.id)))
        }
        "e" => Ok(id.parse().ok().map(|id: EstablishmentId| Scope::Establishment(id))),
        "g" => {
            let Ok(id) = id.parse::<GroupId>() else { return Ok(None) };
            let group = directory::groups_by_id(cx.db(), [id]).await?;
            Ok(group.first().map(|group| Scope::Group(group.establishment_id, id)))
        }
        _ => Ok(None),
    }
}

/// An explanation with the names it needs.
struct Explained<'a> {
    explanation: &'a Explanation,
    places: Places,
    people: Vec<Person>,
}

impl<'a> Explained<'a> {
    async fn new(cx: &RequestContext, explanation: &'a Explanation) -> Result<Self> {
        let nearest = explanation.nearest.iter().map(|near| &near.grant);
        let told = explanation.grant.iter().chain(&explanation.also).chain(&explanation.forbids).chain(nearest);
        let told: Vec<&HeldRole> = told.collect();
        let scopes = told.iter().map(|role| role.scope).chain([explanation.scope]);
        let places = Places::load(cx, scopes).await?;
        let mut people = Vec::new();
        for role in &told {
            match &role.origin {
                Origin::Assignment { granted_by: Some(person), .. } | Origin::Child(person) => people.push(*person),
                _ => {}
            }
        }
        let people = directory::people(cx.db(), &people).await?;
        Ok(Self { explanation, places, people })
    }

    fn into_view(self, cx: &RequestContext, person: &Person, permission: Permission) -> Result<AnswerView> {
        let told = self.explanation;
        let view = |role: &HeldRole| self.grant(cx, role);
        Ok(AnswerView {
            allowed: told.allowed,
            sentence: sentence(cx, person, permission, told.allowed, &self.places.scope(told.scope)),
            grant: told.grant.as_ref().map(view),
            also: told.also.iter().map(view).collect(),
            forbids: told.forbids.iter().map(view).collect(),
            nearest: told.nearest.as_ref().map(|near| view(&near.grant)),
            nearest_reason: told.nearest.as_ref().map(|near| cx.t(miss_key(near.miss))),
            reasons: Vec::new(),
            suffices: if told.allowed { Vec::new() } else { self.suffices(cx, permission) },
            needs_all: false,
            note: None,
        })
    }

    /// Returns the conditions that would allow it: lifting the forbids, or else each role that holds the
    /// permission, where it would count.
    fn suffices(&self, cx: &RequestContext, permission: Permission) -> Vec<String> {
        let told = self.explanation;
        if !told.forbids.is_empty() {
            let lifted = cx.t("admin-explain-suffices-lift");
            let also = told.grant.is_none().then(|| cx.t("admin-explain-suffices-lift-and"));
            return std::iter::once(lifted).chain(also).collect();
        }
        let known = cx.atrium().access().permissions().get(permission.0);
        let for_region = known.is_some_and(|def| def.for_region);
        let scope = told.scope;
        let holders = self.places.roles().list().into_iter().filter(|role| role.permissions.contains(&permission));
        let line = |role: &Role| {
            let key = match (is_profile(&role.key), scope, for_region) {
                (true, Scope::Platform | Scope::Sector(_), _) => return None,
                (true, ..) => "admin-explain-suffices-profile",
                (false, _, true) => "admin-explain-suffices-region",
                (false, _, false) => "admin-explain-suffices-role",
            };
            let role = self.places.role(&role.key);
            Some(cx.message(&Message::new(key).with("role", role).with("scope", self.places.scope(scope))))
        };
        holders.filter_map(line).collect()
    }

    fn grant(&self, cx: &RequestContext, role: &HeldRole) -> GrantView {
        let name =
            |id: PersonId| self.people.iter().find(|person| person.id == id).map(|p| cx.person_name(&p.display_name));
        let mut view = GrantView {
            role: self.places.role(&role.key),
            role_lang: self.places.language_of_role(&role.key),
            scope: self.places.scope(role.scope),
            scope_lang: Places::language_of(role.scope),
            from: role.validity.from,
            until: role.validity.last(),
            origin: String::new(),
            reason: String::new(),
            granted_by: String::new(),
            granted_at: None,
        };
        match &role.origin {
            Origin::Membership => view.origin = cx.t("admin-origin-membership"),
            Origin::Child(child) => {
                let child = name(*child).unwrap_or_default();
                view.origin = cx.message(&Message::new("admin-origin-child").with("name", child));
            }
            Origin::Assignment { granted_by, granted_at, reason, .. } => {
                view.origin = cx.t("admin-origin-assignment");
                view.reason = reason.clone();
                view.granted_at = Some(*granted_at);
                let by = granted_by.and_then(name);
                view.granted_by = by.unwrap_or_else(|| cx.t("admin-origin-platform"));
            }
        }
        view
    }
}

fn miss_key(miss: Miss) -> &'static str {
    match miss {
        Miss::Expired => "admin-miss-expired",
        Miss::NotYet => "admin-miss-not-yet",
        Miss::Beside => "admin-miss-beside",
        Miss::Elsewhere => "admin-miss-elsewhere",
        Miss::Neither => "admin-miss-neither",
    }
}
