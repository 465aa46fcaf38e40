//! The in-memory catalogue that pages read, replaced as a whole after every change.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use async_trait::async_trait;

use super::kinds::SERVICES_BROUGHT;
use super::{ANNOUNCEMENT_CHANGED, Announcement, SERVICE_CHANGED, Service, Services, availability, store};
use crate::clock::Timestamp;
use crate::db::Db;
use crate::directory::{self, EstablishmentId, Profile};
use crate::error::Result;
use crate::events::{self, Act, Consumer, Delivery, Event, Load, Position, Signature, Snapshot};

/// The services and announcements. Cheap to clone; clones share one snapshot.
#[derive(Clone, Debug)]
pub struct Catalogue(Arc<Snapshot<Rows>>);

/// The catalogue at one position of the outbox.
#[derive(Debug, Default)]
struct Rows {
    position: Position,
    services: Arc<Vec<Service>>,
    exceptions: HashMap<EstablishmentId, HashMap<String, availability::Model>>,
    traits: HashMap<EstablishmentId, BTreeSet<String>>,
    announcements: Vec<Announcement>,
}

/// A service as one school has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The service.
    pub service: Service,
    /// `true` if the service is available there.
    pub available: bool,
    /// `true` if the school states it itself, whatever the general rule says.
    pub is_own: bool,
    /// The launch address for the school.
    pub launch_url: Option<String>,
    /// The version of the school's row; 0 without a row.
    pub version: i64,
}

impl Load for Rows {
    async fn load(db: &Db) -> Result<Self> {
        let position = events::head(db).await?;
        // Past announcements are kept for a day: the clock may be ahead and go back.
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
        for (school, key) in directory::all_traits(db).await? {
            snapshot.traits.entry(school).or_default().insert(key);
        }
        Ok(snapshot)
    }
}

impl Rows {
    /// Returns a school's row about a service, also if the school withdrew it.
    fn said(&self, establishment: EstablishmentId, key: &str) -> Option<&availability::Model> {
        self.exceptions.get(&establishment)?.get(key)
    }
}

impl Catalogue {
    /// Writes the declared `services` and loads the catalogue. Services that were declared once stay.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn open(db: &Db, services: &Services) -> Result<Self> {
        let rows = store::services(db).await?;
        if !store::is_current(&rows, services) {
            let tx = db.begin().await?;
            store::put_declared(&tx, services).await?;
            if !rows.is_empty() {
                // The other nodes have them in memory.
                tx.record(Act::new(Signature::system(), SERVICES_BROUGHT).on("service:all")).await?;
            }
            tx.commit().await?;
        }
        Self::read(db).await
    }

    /// Loads the catalogue from the database.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub(crate) async fn read(db: &Db) -> Result<Self> {
        Ok(Self(Arc::new(Snapshot::open(db).await?)))
    }

    /// Returns every service, in order.
    #[must_use]
    pub fn services(&self) -> Arc<Vec<Service>> {
        self.snapshot().services.clone()
    }

    /// Returns the service with this key.
    #[must_use]
    pub fn service(&self, key: &str) -> Option<Service> {
        self.snapshot().services.iter().find(|service| service.key == key).cloned()
    }

    /// Returns every service as `establishment` has it, in order.
    #[must_use]
    pub fn offers(&self, establishment: EstablishmentId) -> Vec<Offer> {
        let snapshot = self.snapshot();
        let offer = |service: &Service| {
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

    /// Returns the services available to people of `profile` in `establishment`, in order.
    #[must_use]
    pub fn available(&self, establishment: EstablishmentId, profile: Profile) -> Vec<Offer> {
        let mut offers = self.offers(establishment);
        offers.retain(|offer| offer.available && offer.service.is_for(profile));
        offers
    }

    /// Returns the traits of `establishment`, such as `manuels-numeriques`.
    #[must_use]
    pub fn traits(&self, establishment: EstablishmentId) -> BTreeSet<String> {
        self.snapshot().traits.get(&establishment).cloned().unwrap_or_default()
    }

    /// Returns every trait that some school has.
    #[must_use]
    pub fn known_traits(&self) -> BTreeSet<String> {
        self.snapshot().traits.values().flatten().cloned().collect()
    }

    /// Returns the announcements that show at `now`, in the order of their start.
    #[must_use]
    pub fn current_announcements(&self, now: Timestamp) -> Vec<Announcement> {
        self.snapshot().announcements.iter().filter(|announcement| announcement.is_on(now)).cloned().collect()
    }

    /// Returns a value that changes with the visible catalogue: the position read so far, and the number of
    /// announcements that began or ended before `now`.
    #[must_use]
    pub fn moment(&self, now: Timestamp) -> (Position, usize) {
        let snapshot = self.snapshot();
        let passed = |row: &Announcement| usize::from(row.starts_at <= now) + usize::from(row.ends_at <= now);
        (snapshot.position, snapshot.announcements.iter().map(passed).sum())
    }

    pub(super) fn db(&self) -> &Db {
        self.0.db()
    }

    fn snapshot(&self) -> Arc<Rows> {
        self.0.get()
    }

    /// Reloads the catalogue, for callers that just changed it and want to see the change at once.
    ///
    /// # Errors
    /// Returns an error if the database fails; the previous values stay in place.
    pub async fn reload(&self) -> Result<()> {
        self.0.reload().await
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
        // Traits of schools belong to the directory, which has its own kinds of events.
        let concerns = |event: &Event| {
            event.kind == SERVICE_CHANGED
                || event.kind == ANNOUNCEMENT_CHANGED
                || event.subject.starts_with("establishment:")
        };
        if events.iter().any(concerns) { self.reload().await } else { Ok(()) }
    }
}
