//! Categories as places of "Why this right?": what a category and the permissions of the forum let somebody do in it.

use atrium_core::access::permissions::ACCESS_EXPLAIN;
use atrium_core::access::{Actor, HeldRole, Permission, Roles, Scope};
use atrium_core::directory;
use atrium_core::web::{Choice, ExplainedPlace, RequestContext};
use atrium_core::{Error, Message, Result};

use super::labels;
use crate::audience::Audiences;
use crate::categories::Category;
use crate::permissions::{ANSWER, ASK, FLAG, MODERATE, OFFICIAL, READ_CONFIDENTIAL};
use crate::reader::Reader;

/// What is asked in a category, of a topic or of its posts.
const IN_CATEGORIES: [Permission; 6] = [ASK, ANSWER, FLAG, MODERATE, OFFICIAL, READ_CONFIDENTIAL];

/// The prefix of a category's value among the places.
const PLACE: &str = "forum-";

/// Returns the categories that this reader reads.
pub(crate) async fn places(cx: &RequestContext) -> Result<Vec<Choice>> {
    let reader = Reader::asking(cx).await?;
    let choice =
        |category: &Category| Choice::new(format!("{PLACE}{}", category.id()), label(cx, category)).in_language("fr");
    Ok(reader.categories().map(choice).collect())
}

/// Explains what `person` may do with `permission` in a category that this reader reads.
pub(crate) async fn explain(
    cx: &RequestContext,
    person: &Actor,
    permission: Permission,
    place: &str,
) -> Result<Option<ExplainedPlace>> {
    let Some(id) = place.strip_prefix(PLACE) else { return Ok(None) };
    let reader = Reader::asking(cx).await?;
    let category = reader.categories().find(|category| category.id().to_string() == id);
    let category = category.ok_or_else(|| Error::not_found(format!("category {id}")))?;
    let explained = ExplainedPlace::new(label(cx, category), category.scope());
    if !IN_CATEGORIES.contains(&permission) {
        return Ok(Some(explained));
    }
    let roles = cx.atrium().access().roles().await?;
    let asked = Params::new(cx, &roles, person, category, category.scope()).await?;
    let conditions = asked.conditions(permission).await?;
    let allowed = conditions.iter().all(|condition| condition.met);
    let told = conditions.into_iter().filter(|condition| condition.met == allowed).map(|condition| condition.text);
    Ok(Some(explained.decided(allowed, told.collect())))
}

/// Explains what `person` may do with `permission` about topics of the place `scope`, over the categories that this
/// reader reads: one of them suffices. `None` for permissions that are not checked in categories.
pub(crate) async fn explain_at(
    cx: &RequestContext,
    person: &Actor,
    permission: Permission,
    scope: Scope,
) -> Result<Option<ExplainedPlace>> {
    if !IN_CATEGORIES.contains(&permission) {
        return Ok(None);
    }
    // Topics live in schools, never in groups, and categories at the platform or in schools, never at sectors.
    let scope = match scope {
        Scope::Group(school, _) => Scope::Establishment(school),
        Scope::Sector(_) => Scope::Platform,
        other => other,
    };
    let reader = Reader::of(cx.db(), cx.actor()).await?;
    let roles = cx.atrium().access().roles().await?;
    let (mut allowed, mut refused) = (Vec::new(), Vec::new());
    let mut lives = scope;
    let reached = |category: &&Category| category.scope().covers(scope) || scope.covers(category.scope());
    for category in reader.categories().filter(reached) {
        if category.scope().covers(lives) {
            lives = category.scope();
        }
        let at = if category.scope().covers(scope) { scope } else { category.scope() };
        let conditions = Params::new(cx, &roles, person, category, at).await?.conditions(permission).await?;
        let label = label(cx, category);
        let missing: Vec<_> = conditions.iter().filter(|condition| !condition.met).map(|c| c.text.as_str()).collect();
        if missing.is_empty() {
            allowed.push(label);
        } else {
            refused.push(format!("{label}. {}", missing.join(" ")));
        }
    }
    if refused.is_empty() {
        refused.push(cx.t("forum-explain-no-category"));
    }
    let told = if allowed.is_empty() { refused } else { allowed.clone() };
    Ok(Some(ExplainedPlace::new("", lives).decided(!allowed.is_empty(), told).any_suffices()))
}

fn label(cx: &RequestContext, category: &Category) -> String {
    cx.message(&Message::new("forum-explain-place").with("category", &category.row.name))
}

async fn place_name(cx: &RequestContext, scope: Scope) -> Result<String> {
    match scope {
        Scope::Establishment(school) | Scope::Group(school, _) => {
            Ok(directory::establishment(cx.db(), school).await?.name)
        }
        Scope::Sector(sector) => Ok(directory::sector(cx.db(), sector).await?.name),
        Scope::Platform => Ok(cx.t("admin-scope-platform")),
    }
}

/// A condition, and whether it is met.
struct Condition {
    met: bool,
    text: String,
}

struct Params<'a> {
    cx: &'a RequestContext,
    roles: &'a Roles,
    person: &'a Actor,
    category: &'a Category,
    /// Where the category lives, by name.
    home: String,
    /// Where the topics live that are asked about.
    at: Scope,
    /// The same, by name.
    place: String,
}

impl<'a> Params<'a> {
    async fn new(
        cx: &'a RequestContext,
        roles: &'a Roles,
        person: &'a Actor,
        category: &'a Category,
        at: Scope,
    ) -> Result<Self> {
        let home = place_name(cx, category.scope()).await?;
        let place = if at == category.scope() { home.clone() } else { place_name(cx, at).await? };
        Ok(Self { cx, roles, person, category, home, at, place })
    }

    /// Returns the conditions of the forum.
    async fn conditions(&self, permission: Permission) -> Result<Vec<Condition>> {
        let mut conditions = vec![self.audience("forum-explain-sees", &self.category.see)];
        match permission {
            ASK => {
                conditions.extend(self.used_anywhere(permission, self.category.scope(), &self.home));
                conditions.push(self.audience("forum-explain-asks", &self.category.ask));
                conditions.extend(self.belongs().await?);
            }
            ANSWER => {
                conditions.extend(self.used_anywhere(permission, self.at, &self.place));
                conditions.push(self.audience("forum-explain-answers", &self.category.answer));
            }
            FLAG => conditions.extend(self.used_anywhere(permission, self.at, &self.place)),
            _ => conditions.push(self.used_here(permission).await?),
        }
        Ok(conditions)
    }

    /// Returns the condition that they are among those who may do this in the category.
    fn audience(&self, key: &'static str, audiences: &Audiences) -> Condition {
        let (rights, now) = (self.person.rights(), self.person.now());
        let met = rights.is_everything() || audiences.admits(self.person, self.category.scope());
        // Held, and given by somebody who could not give it for the whole platform.
        let is_local = |role: &HeldRole| {
            audiences.roles().any(|key| *role.key == *key) && !role.is_given_for(self.category.scope())
        };
        let who = if audiences.is_empty() {
            self.cx.t("forum-readers-nobody")
        } else {
            labels(self.cx, self.roles, audiences)
        };
        let mut text = self.cx.message(&Message::new(key).with("who", who).with("place", &self.home));
        if !met && rights.roles(now).any(is_local) {
            text = format!("{text} {}", self.cx.t("forum-explain-given-by-region"));
        }
        Condition { met, text }
    }

    /// Returns the condition that they hold it somewhere and it is not forbidden at `scope`, which is called
    /// `place`.
    fn used_anywhere(&self, permission: Permission, scope: Scope, place: &str) -> Vec<Condition> {
        let (rights, now) = (self.person.rights(), self.person.now());
        let text = Message::new("forum-explain-right-anywhere").with("roles", self.holders(permission));
        let mut conditions =
            vec![Condition { met: rights.holds_somewhere(permission, now), text: self.cx.message(&text) }];
        if rights.is_forbidden(permission, scope, now) {
            let text = Message::new("forum-explain-forbidden").with("place", place);
            conditions.push(Condition { met: false, text: self.cx.message(&text) });
        }
        conditions
    }

    /// Returns the condition that they belong to the school, for a topic of a school in a category of the platform.
    async fn belongs(&self) -> Result<Option<Condition>> {
        let Scope::Establishment(school) = self.at else { return Ok(None) };
        if self.at == self.category.scope() {
            return Ok(None);
        }
        let met = Reader::of(self.cx.db(), self.person).await?.establishments().contains(&school);
        let text = self.cx.message(&Message::new("forum-explain-belongs").with("place", &self.place));
        Ok(Some(Condition { met, text }))
    }

    /// Returns the condition that they hold it where the topics live.
    async fn used_here(&self, permission: Permission) -> Result<Condition> {
        let text = Message::new("forum-explain-right-here").with("roles", self.holders(permission));
        let mut text = self.cx.message(&text.with("place", &self.place));
        let met = self.person.may(permission, self.at);
        if !met && self.at == Scope::Platform {
            let schools = self.schools(permission).await?;
            if !schools.is_empty() {
                let only = Message::new("forum-explain-right-of-schools").with("schools", schools.join(", "));
                text = format!("{text} {}", self.cx.message(&only));
            }
        }
        Ok(Condition { met, text })
    }

    /// Returns the schools for whose topics they hold it, of those for which this reader may know.
    async fn schools(&self, permission: Permission) -> Result<Vec<String>> {
        let (reader, person) = (self.cx.actor(), self.person);
        let known = |scope: &Scope| reader.person() == person.person() || reader.may(ACCESS_EXPLAIN, *scope);
        let mut names = Vec::new();
        for scope in person.rights().scopes_for(permission, person.now()).into_iter().filter(known) {
            if matches!(scope, Scope::Establishment(_)) {
                names.push(place_name(self.cx, scope).await?);
            }
        }
        Ok(names)
    }

    /// Returns the names of the roles that hold this.
    fn holders(&self, permission: Permission) -> String {
        let holders = self.roles.list().into_iter().filter(|role| role.permissions.contains(&permission));
        holders.map(|role| self.cx.role_name(role)).collect::<Vec<_>>().join(", ")
    }
}
