//! The catalogue as pages read it: in memory, whole, replaced after every change.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use tokio::sync::Mutex;

use super::{ANNOUNCEMENT_CHANGED, SERVICE_CHANGED, announcement, availability, service, store};
use crate::clock::Timestamp;
use crate::db::Db;
use crate::directory::membership::Profile;
use crate::directory::{self, EstablishmentId};
use crate::error::Result;
use crate::events::{self, Consumer, Delivery, Event, Position};

/// The services and announcements. Cheap to clone; clones share one snapshot.
#[derive(Clone, Debug)]
pub struct Catalogue(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    db: Db,
    snapshot: RwLock<Arc<Snapshot>>,
    // Invariant: held from reading to replacing, so that an older reading never replaces a newer one.
    reloading: Mutex<()>,
}

/// Everything as of one position of the outbox.
#[derive(Debug, Default)]
struct Snapshot {
    position: Position,
    services: Arc<Vec<service::Model>>,
    exceptions: HashMap<EstablishmentId, HashMap<String, availability::Model>>,
    traits: HashMap<EstablishmentId, BTreeSet<String>>,
    announcements: Vec<announcement::Model>,
}

/// A service as one school has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The service.
    pub service: service::Model,
    /// Is it available there?
    pub available: bool,
    /// Does the school say so itself, against or beside the general rule?
    pub is_own: bool,
    /// Where it is opened from there.
    pub launch_url: Option<String>,
    /// Version of what the school says; 0 when it has never said anything.
    pub version: i64,
}

impl Snapshot {
    async fn load(db: &Db) -> Result<Self> {
        // Read first: what is committed meanwhile is offered again, which is harmless.
        let position = events::head(db).await?;
        // Announcements that are over are kept for a day: the clock may be ahead and go back.
        let mut snapshot = Self {
            position,
            services: Arc::new(store::services(db).await?),
            announcements: store::announcements_from(db, db.now().plus_days(-1)).await?,
            ..Self::default()
        };
        for row in store::availability(db).await? {
            let of_school = snapshot.exceptions.entry(row.establishment_id).or_default();
            of_school.insert(row.service_key.clone(), row);
        }
        for row in directory::store::all_traits(db).await? {
            snapshot.traits.entry(row.establishment_id).or_default().insert(row.key);
        }
        Ok(snapshot)
    }

    /// What a school has said of a service, also when it has taken that back.
    fn said(&self, establishment: EstablishmentId, key: &str) -> Option<&availability::Model> {
        self.exceptions.get(&establishment)?.get(key)
    }
}

impl service::Model {
    /// Is it meant for people of this profile?
    #[must_use]
    pub fn is_for(&self, profile: Profile) -> bool {
        self.profiles == "*" || self.profiles.split(' ').any(|key| key == profile.key())
    }
}

impl Catalogue {
    /// Writes the built-in services and loads the catalogue.
    ///
    /// # Errors
    /// The database failed.
    pub async fn open(db: &Db) -> Result<Self> {
        if !store::is_current(&store::services(db).await?) {
            let tx = db.begin().await?;
            store::put_built_in(&tx).await?;
            tx.commit().await?;
        }
        Self::read(db).await
    }

    /// Loads the catalogue as it stands.
    ///
    /// # Errors
    /// The database failed.
    pub async fn read(db: &Db) -> Result<Self> {
        let snapshot = RwLock::new(Arc::new(Snapshot::load(db).await?));
        Ok(Self(Arc::new(Inner { db: db.clone(), snapshot, reloading: Mutex::new(()) })))
    }

    /// Every service, in order.
    #[must_use]
    pub fn services(&self) -> Arc<Vec<service::Model>> {
        self.snapshot().services.clone()
    }

    /// The service with this key.
    #[must_use]
    pub fn service(&self, key: &str) -> Option<service::Model> {
        self.snapshot().services.iter().find(|service| service.key == key).cloned()
    }

    /// Every service as `establishment` has it, in order.
    #[must_use]
    pub fn offers(&self, establishment: EstablishmentId) -> Vec<Offer> {
        let snapshot = self.snapshot();
        let offer = |service: &service::Model| {
            let said = snapshot.said(establishment, &service.key);
            let own = said.filter(|row| row.is_own);
            Offer {
                available: own.map_or(service.everywhere, |own| own.available),
                is_own: own.is_some(),
                launch_url: own.and_then(|own| own.launch_url.clone()).or_else(|| service.launch_url.clone()),
                version: said.map_or(0, |row| row.version),
                service: service.clone(),
            }
        };
        snapshot.services.iter().map(offer).collect()
    }

    /// The services that people of `profile` find in `establishment`, in order.
    #[must_use]
    pub fn available(&self, establishment: EstablishmentId, profile: Profile) -> Vec<Offer> {
        let mut offers = self.offers(establishment);
        offers.retain(|offer| offer.available && offer.service.is_for(profile));
        offers
    }

    /// The traits of `establishment`, such as `manuels-numeriques`.
    #[must_use]
    pub fn traits(&self, establishment: EstablishmentId) -> BTreeSet<String> {
        self.snapshot().traits.get(&establishment).cloned().unwrap_or_default()
    }

    /// Every trait that some school has.
    #[must_use]
    pub fn known_traits(&self) -> BTreeSet<String> {
        self.snapshot().traits.values().flatten().cloned().collect()
    }

    /// The announcements that show at `now`, by their start.
    #[must_use]
    pub fn current_announcements(&self, now: Timestamp) -> Vec<announcement::Model> {
        self.snapshot().announcements.iter().filter(|announcement| announcement.is_on(now)).cloned().collect()
    }

    /// What tells one state of the catalogue from another at `now`: how far it has read, and how many announcements have
    /// begun or ended.
    #[must_use]
    pub fn moment(&self, now: Timestamp) -> (Position, usize) {
        let snapshot = self.snapshot();
        let passed = |row: &announcement::Model| usize::from(row.starts_at <= now) + usize::from(row.ends_at <= now);
        (snapshot.position, snapshot.announcements.iter().map(passed).sum())
    }

    pub(super) fn db(&self) -> &Db {
        &self.0.db
    }

    fn snapshot(&self) -> Arc<Snapshot> {
        self.0.snapshot.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes in what is committed: for whoever changed something here and wants to see it at once.
    ///
    /// # Errors
    /// The database failed; what was known stays.
    pub async fn reload(&self) -> Result<()> {
        let _alone = self.0.reloading.lock().await;
        let fresh = Arc::new(Snapshot::load(&self.0.db).await?);
        *self.0.snapshot.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }
}

#[async_trait]
impl Consumer for Catalogue {
    fn name(&self) -> &'static str {
        "core.catalogue"
    }

    fn delivery(&self) -> Delivery {
        Delivery::PerNode
    }

    async fn position(&self, _db: &Db) -> Result<Option<Position>> {
        Ok(Some(self.snapshot().position))
    }

    async fn lost(&self, _db: &Db) -> Result<()> {
        self.reload().await
    }

    async fn consume(&self, _db: &Db, events: &[Event]) -> Result<()> {
        // Traits of schools belong to the directory, which says so under its own kinds.
        let concerns = |event: &Event| {
            event.kind == SERVICE_CHANGED
                || event.kind == ANNOUNCEMENT_CHANGED
                || event.subject.starts_with("establishment:")
        };
        match events.iter().any(concerns) {
            true => self.reload().await,
            false => Ok(()),
        }
    }
}
