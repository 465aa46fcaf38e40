//! One category for each service of the catalogue, made at once on a new forum. Making them again adds what is missing.

use atrium_core::access::{self, Actor, Scope};
use atrium_core::catalogue::{self, Service};
use atrium_core::db::{Connection, Lock};
use atrium_core::{Error, Result};

use super::actions::{check_input, insert};
use super::{Categories, Category, CategoryInput, Moderation, Name, Slug, store};
use crate::audience::Audiences;
use crate::permissions::MANAGE_CATEGORIES;

/// The lock under which nodes make them one at a time.
const MAKING: Lock = Lock::named("forum.categories.defaults");

/// The roles that ask in them.
const ASK: [&str; 3] = ["digital_referent", "leadership", "region_support"];
/// The roles that read and answer in them.
const MEMBERS: [&str; 8] = [
    "digital_referent",
    "leadership",
    "stil_technician",
    "stil_sector_chief",
    "region_support",
    "region_developer",
    "moderator",
    "platform_admin",
];

impl Categories {
    /// Makes a category for each service without one, read and answered by the forum's members: referents, leadership,
    /// STIL and Region. Also how many it made.
    ///
    /// # Errors
    /// Returns `is_forbidden` if the actor may not manage categories, or an error if the database fails.
    pub async fn create_for_services(&self, actor: &Actor) -> Result<usize> {
        actor.require(MANAGE_CATEGORIES, Scope::Platform)?;
        let tx = self.db.begin().await?;
        tx.lock(&MAKING).await?;
        let mut categories = store::all(&tx).await?;
        let roles = access::role_keys(&tx).await?;
        let known = |keys: &[&str]| {
            let there: Vec<_> = keys.iter().filter(|key| roles.contains(**key)).copied().collect();
            Audiences::parse(&there.join(" ")).map_err(|_| Error::bug("a built-in role's key is no audience"))
        };
        let (members, ask) = (known(&MEMBERS)?, known(&ASK)?);
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
