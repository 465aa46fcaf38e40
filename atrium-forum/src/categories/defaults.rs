//! One category for each service of the catalogue, made at once on a new forum. Making them again adds what is missing.

use atrium_core::access::{Actor, PLATFORM_ADMIN, Role, Roles, Scope};
use atrium_core::catalogue::{self, Service};
use atrium_core::db::{Connection, Lock};
use atrium_core::{Error, Result};

use super::actions::{check_input, insert};
use super::{Categories, Category, CategoryInput, Moderation, Name, Slug, store};
use crate::audience::Audiences;
use crate::permissions::{MANAGE_CATEGORIES, MODERATOR};

/// The lock under which nodes make them one at a time.
const MAKING: Lock = Lock::named("forum.categories.defaults");

/// Who reads, answers and asks in a new category.
pub(crate) struct Members {
    /// Keys of the roles that read and answer.
    members: Vec<String>,
    /// Keys of the roles that ask.
    asking: Vec<String>,
}

impl Members {
    /// Chooses among `roles`: referents and leadership, the Region's and the moderators, of whom those ask that keep the
    /// categories.
    pub(crate) fn among(roles: &Roles) -> Self {
        let brought: Vec<_> = roles.list().into_iter().filter(|role| role.built_in && !role.is_absent).collect();
        let keys = |belongs: &dyn Fn(&Role) -> bool| {
            brought.iter().filter(|role| belongs(role)).map(|role| role.key.to_string()).collect()
        };
        let of_schools = |role: &Role| matches!(&*role.key, "digital_referent" | "leadership");
        let keeps = |role: &Role| role.permissions.contains(&MANAGE_CATEGORIES) && *role.key != *PLATFORM_ADMIN;
        Self {
            members: keys(&|role| of_schools(role) || role.speaks_for_region || *role.key == *MODERATOR),
            asking: keys(&|role| of_schools(role) || keeps(role)),
        }
    }

    /// Returns the words of a form for those who ask.
    pub(crate) fn asking(&self) -> String {
        self.asking.iter().map(|key| format!("role:{key}")).collect::<Vec<_>>().join(" ")
    }
}

impl Categories {
    /// Makes a category for each service without one, read and answered by the forum's members: referents, leadership,
    /// the Region's roles. Also how many it made.
    ///
    /// # Errors
    /// Returns `is_forbidden` if the actor may not manage categories, or an error if the database fails.
    pub async fn create_for_services(&self, actor: &Actor, roles: &Roles) -> Result<usize> {
        actor.require(MANAGE_CATEGORIES, Scope::Platform)?;
        let tx = self.db.begin().await?;
        tx.lock(&MAKING).await?;
        let mut categories = store::all(&tx).await?;
        let chosen = Members::among(roles);
        let audiences = |keys: &[String]| {
            Audiences::parse(&keys.join(" ")).map_err(|_| Error::bug("a built-in role's key is no audience"))
        };
        let (members, ask) = (audiences(&chosen.members)?, audiences(&chosen.asking)?);
        let missing = missing(&tx, &categories).await?;
        for service in &missing {
            let Some(slug) = free_slug(&categories, &service.key) else { continue };
            let Ok(name) = Name::parse(&service.name_fr) else { continue };
            let mut input = CategoryInput::new(slug, name);
            input.description = service.summary_fr.chars().take(CategoryInput::DESCRIPTION_MAX).collect();
            input.service_key = Some(service.key.clone());
            (input.see, input.ask, input.answer) = (members.clone(), ask.clone(), members.clone());
            input.moderation = Moderation::Open;
            check_input(&tx, &input, None).await?;
            let id = insert(&tx, actor, input).await?;
            categories.push(store::find(&tx, id).await?);
        }
        tx.commit().await?;
        Ok(missing.len())
    }
}

/// Returns the services that have no category, in the catalogue's order.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn missing(conn: &impl Connection, categories: &[Category]) -> Result<Vec<Service>> {
    let has = |key: &str| categories.iter().any(|category| category.row.service_key.as_deref() == Some(key));
    Ok(catalogue::services(conn).await?.into_iter().filter(|service| !has(&service.key)).collect())
}

/// Returns the service's key as a word in addresses, or with a number when that word is reserved or taken.
fn free_slug(categories: &[Category], key: &str) -> Option<Slug> {
    let base = Slug::from_title(key);
    let spellings = (1..100).map(|n| if n == 1 { base.as_str().to_owned() } else { format!("{}-{n}", base.as_str()) });
    let is_free = |slug: &Slug| categories.iter().all(|category| category.row.slug != slug.as_str());
    spellings.filter_map(|text| Slug::parse(&text).ok()).find(is_free)
}
