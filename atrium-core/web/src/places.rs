//! The names of roles and of their scopes, in the reader's language, loaded at once for a whole page.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::{Locale, RequestContext};
use atrium_platform::Result;
use atrium_platform::access::{Roles, Scope};
use atrium_platform::directory::{self, EstablishmentId, GroupId, SectorId};

/// The names of roles, and of the sectors, schools and groups on a page.
pub struct Places {
    locale: Locale,
    platform: String,
    roles: Arc<Roles>,
    sectors: HashMap<SectorId, String>,
    schools: HashMap<EstablishmentId, String>,
    groups: HashMap<GroupId, String>,
}

impl Places {
    /// Loads the names of `scopes`: four queries at most, however many there are.
    pub async fn load(cx: &RequestContext, scopes: impl IntoIterator<Item = Scope>) -> Result<Self> {
        let (mut sectors, mut schools, mut groups) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for scope in scopes {
            match scope {
                Scope::Platform => {}
                Scope::Sector(sector) => drop(sectors.insert(sector)),
                Scope::Establishment(school) => drop(schools.insert(school)),
                Scope::Group(school, group) => {
                    schools.insert(school);
                    groups.insert(group);
                }
            }
        }
        let sectors = directory::sectors_by_id(cx.db(), sectors).await?;
        let schools = directory::establishments_by_id(cx.db(), schools).await?;
        let groups = directory::groups_by_id(cx.db(), groups).await?;
        Ok(Self {
            locale: cx.locale(),
            platform: cx.t("admin-scope-platform"),
            roles: cx.atrium().access().roles().await?,
            sectors: sectors.into_iter().map(|sector| (sector.id, sector.name)).collect(),
            schools: schools.into_iter().map(|school| (school.id, school.name)).collect(),
            groups: groups.into_iter().map(|group| (group.id, group.name)).collect(),
        })
    }

    /// Returns the label of the role `key`, or the key itself if the role is gone.
    pub fn role(&self, key: &str) -> String {
        self.roles.by_key(key).map_or(key, |role| self.locale.role_name(role)).to_owned()
    }

    /// Returns the language of the label of the role `key`: that of the page, but for a role without English one.
    pub fn language_of_role(&self, key: &str) -> &'static str {
        self.roles.by_key(key).map_or("", |role| self.locale.language_of_role(role))
    }

    /// Returns the roles.
    pub fn roles(&self) -> &Roles {
        &self.roles
    }

    /// Returns the name of a school.
    pub fn school(&self, id: EstablishmentId) -> String {
        self.schools.get(&id).cloned().unwrap_or_else(|| format!("n° {id}"))
    }

    /// Returns the name of a sector.
    pub fn sector(&self, id: SectorId) -> String {
        self.sectors.get(&id).cloned().unwrap_or_else(|| format!("n° {id}"))
    }

    /// Returns the name of a group in its school.
    pub fn group(&self, id: GroupId) -> String {
        self.groups.get(&id).cloned().unwrap_or_else(|| format!("n° {id}"))
    }

    /// Returns the language of [`scope`](Self::scope)'s text; empty for the page's. Names of schools are French.
    pub fn language_of(scope: Scope) -> &'static str {
        match scope {
            Scope::Platform => "",
            Scope::Sector(_) | Scope::Establishment(_) | Scope::Group(..) => "fr",
        }
    }

    /// Returns the name of a scope: « Lycée des Calanques », « 2nde 3, Lycée des Calanques ».
    pub fn scope(&self, scope: Scope) -> String {
        match scope {
            Scope::Platform => self.platform.clone(),
            Scope::Sector(sector) => self.sector(sector),
            Scope::Establishment(school) => self.school(school),
            Scope::Group(school, group) => format!("{}, {}", self.group(group), self.school(school)),
        }
    }
}
