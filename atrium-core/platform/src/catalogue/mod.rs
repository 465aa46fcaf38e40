//! The ATRIUM services: what they are called, where they are available, in which state they are; and the announcements.
//!
//! Pages read a snapshot in memory, reloaded after every change by a consumer on each node: no SQL, at most a second
//! behind. What a service does is explained by the help, not here.

mod actions;
mod announcements;
mod built_in;
mod entity;
mod reader;
mod snapshot;
mod store;

pub use actions::{AvailabilityChange, StateChange};
pub use announcements::AnnouncementText;
pub use entity::{announcement, availability, service};
pub use reader::Reader;
pub use snapshot::{Catalogue, Offer};

crate::id_type! {
    /// An announcement.
    pub struct AnnouncementId;
}

/// The kind of events that follow a change of a service.
pub const SERVICE_CHANGED: &str = "core.catalogue.changed";
/// The kind of events that follow a change of an announcement.
pub const ANNOUNCEMENT_CHANGED: &str = "core.announcement.changed";
