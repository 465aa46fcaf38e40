//! The catalogue of ATRIUM services, their availability and state, and the announcements.
//!
//! Pages read a snapshot in memory, which a consumer on each node reloads after every change: no SQL, at most a
//! second behind. The help explains what a service does, not this module.

mod actions;
mod announcements;
mod declared;
mod entity;
mod kinds;
mod reader;
mod rows;
mod snapshot;
mod store;

pub use actions::{AvailabilityChange, StateChange};
pub use announcements::AnnouncementText;
pub use declared::Services;
pub(crate) use entity::{announcement, availability, service};
pub(crate) use kinds::declared as declared_events;
pub use reader::Reader;
pub use rows::{Announcement, AnnouncementKind, Service, ServiceState};
pub use snapshot::{Catalogue, Offer};
pub use store::services;

crate::id_type! {
    /// Identifies an announcement.
    pub struct AnnouncementId;
}

/// The kind of events that follow a change of a service.
pub const SERVICE_CHANGED: &str = "core.catalogue.changed";
/// The kind of events that follow a change of an announcement.
pub(crate) const ANNOUNCEMENT_CHANGED: &str = "core.announcement.changed";
