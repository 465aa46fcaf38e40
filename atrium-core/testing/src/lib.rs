//! Test support for this workspace and for plugin authors: fresh databases, a whole site in one line, people.
//!
//! ```no_run
//! # async fn example() {
//! use atrium_platform::directory::Profile;
//! use atrium_testing::TestSite;
//!
//! let site = TestSite::new().await;
//! site.visitor().get("/").await.assert_status(200);
//! let referent = site.school().member(Profile::Teacher).give("digital_referent").await;
//! referent.client().await.get("/compte").await.assert_status(200);
//! # }
//! ```

mod client;
mod database;
mod html;
mod operations;
mod people;
mod public_api;
mod rooms;
mod site;
mod templates;
mod world;

pub use client::{Answer, Client};
pub use database::{TestDatabase, append};
pub use html::texts_outside_language;
pub use operations::assert_operations_as_declared;
pub use people::{Member, NewMember, NewSchool, School};
pub use public_api::PublicApi;
pub use rooms::assert_rooms_import_downwards;
pub use site::{ROLES, SERVICES, TestSite, TestSiteBuilder};
pub use templates::assert_templates;
pub use world::World;
