//! Categories as places of "Why this right?": what a category and the permissions of the forum let somebody do in it.

use atrium_core::access::{Actor, HeldRole, Permission, Roles, Scope};
use atrium_core::directory::store as directory;
use atrium_core::web::{Choice, Cx, ExplainedPlace};
use atrium_core::{Error, Message, Result};

use super::{Category, labels};
use crate::audience::Audiences;
use crate::permissions::{ANSWER, ASK, FLAG, MODERATE, OFFICIAL, READ_CONFIDENTIAL};
use crate::reader::Reader;

/// What the value of a category begins with among the places.
const PLACE: &str = "forum-";

/// The categories that this reader reads.
pub(crate) async fn places(cx: &Cx) -> Result<Vec<Choice>> {
    let reader = Reader::of(cx.db(), cx.actor()).await?;
    let choice = |category: &Category| Choice::new(format!("{PLACE}{}", category.id()), label(cx, category));
    Ok(reader.categories().map(choice).collect())
}

/// What `person` may do with `permission` in a category that this reader reads.
pub(crate) async fn explain(
    cx: &Cx,
    person: &Actor,
    permission: Permission,
    place: &str,
) -> Result<Option<ExplainedPlace>> {
    let Some(id) = place.strip_prefix(PLACE) else { return Ok(None) };
    let reader = Reader::of(cx.db(), cx.actor()).await?;
    let category = reader.categories().find(|category| category.id().to_string() == id);
    let category = category.ok_or_else(|| Error::not_found(format!("category {id}")))?;
    let explained = ExplainedPlace::new(label(cx, category), category.scope());
    let of_schools = |permission| [ASK, ANSWER, FLAG].contains(&permission);
    if !of_schools(permission) && ![MODERATE, OFFICIAL, READ_CONFIDENTIAL].contains(&permission) {
        return Ok(Some(explained));
    }
    let roles = cx.atrium().access().roles().await?;
    let asked = Asked { cx, roles: &roles, person, category, school: school(cx, category).await? };
    let mut conditions = vec![asked.audience("forum-explain-sees", &category.see)];
    conditions.extend(if of_schools(permission) {
        asked.used_anywhere(permission)
    } else {
        asked.used_here(permission)
    });
    if permission == ASK {
        conditions.push(asked.audience("forum-explain-asks", &category.ask));
    }
    if permission == ANSWER {
        conditions.push(asked.audience("forum-explain-answers", &category.answer));
    }
    let allowed = conditions.iter().all(|condition| condition.met);
    let told = conditions.into_iter().filter(|condition| condition.met == allowed).map(|condition| condition.text);
    Ok(Some(explained.decided(allowed, told.collect())))
}

fn label(cx: &Cx, category: &Category) -> String {
    cx.message(&Message::new("forum-explain-place").with("category", &category.row.name))
}

async fn school(cx: &Cx, category: &Category) -> Result<String> {
    match category.scope() {
        Scope::Establishment(school) | Scope::Group(school, _) => {
            Ok(directory::establishment(cx.db(), school).await?.name)
        }
        Scope::Platform => Ok(cx.t("admin-scope-platform")),
    }
}

/// One thing that is needed, and whether it is so.
struct Condition {
    met: bool,
    text: String,
}

struct Asked<'a> {
    cx: &'a Cx,
    roles: &'a Roles,
    person: &'a Actor,
    category: &'a Category,
    /// Where the category lives.
    school: String,
}

impl Asked<'_> {
    /// They are among those to whom the category opens this.
    fn audience(&self, key: &'static str, audiences: &Audiences) -> Condition {
        let (rights, now) = (self.person.rights(), self.person.now());
        let met = rights.is_everything() || audiences.admits(self.person, self.category.scope());
        // Held, and given by somebody who could not give it for the whole platform.
        let is_local = |role: &HeldRole| {
            audiences.roles().any(|key| *role.key == *key) && !role.given_for.covers(self.category.scope())
        };
        let who = if audiences.is_empty() {
            self.cx.t("forum-readers-nobody")
        } else {
            labels(self.cx, self.roles, audiences)
        };
        let mut text = self.cx.message(&Message::new(key).with("who", who).with("place", &self.school));
        if !met && rights.roles(now).any(is_local) {
            text = format!("{text} {}", self.cx.t("forum-explain-given-by-region"));
        }
        Condition { met, text }
    }

    /// They hold it somewhere, and nothing takes it away here.
    fn used_anywhere(&self, permission: Permission) -> Vec<Condition> {
        let (rights, now) = (self.person.rights(), self.person.now());
        let text = Message::new("forum-explain-right-anywhere").with("roles", self.holders(permission));
        let mut conditions =
            vec![Condition { met: rights.holds_somewhere(permission, now), text: self.cx.message(&text) }];
        if rights.is_forbidden(permission, self.category.scope(), now) {
            let text = Message::new("forum-explain-forbidden").with("place", &self.school);
            conditions.push(Condition { met: false, text: self.cx.message(&text) });
        }
        conditions
    }

    /// They hold it where the category lives.
    fn used_here(&self, permission: Permission) -> Vec<Condition> {
        let text = Message::new("forum-explain-right-here").with("roles", self.holders(permission));
        let met = self.person.may(permission, self.category.scope());
        vec![Condition { met, text: self.cx.message(&text.with("place", &self.school)) }]
    }

    /// What the roles are called that hold this.
    fn holders(&self, permission: Permission) -> String {
        let holders = self.roles.list().into_iter().filter(|role| role.permissions.contains(&permission));
        holders.map(|role| self.cx.role_name(role)).collect::<Vec<_>>().join(", ")
    }
}
