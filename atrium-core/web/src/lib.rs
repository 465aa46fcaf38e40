//! The web shell: pages, API, assets, and everything between a request and an action.
//!
//! The only crate of core that knows HTTP. It contains no business rules: handlers extract, call one action, render
//! or redirect.

mod allowance;
mod api;
mod articles;
mod assets;
mod atrium;
mod bearer;
mod bodies;
mod cache;
mod context;
mod cookies;
pub mod dates;
#[cfg(feature = "files")]
mod delivery;
mod digest;
mod elision;
mod encoding;
mod errors;
mod explained;
mod feed;
#[cfg(feature = "files")]
mod file_form;
mod files;
mod first_steps;
mod form;
mod guard;
mod health;
mod home;
mod host;
mod identity;
mod kept;
mod layout;
mod letter;
mod live;
mod locale;
mod login;
mod machines;
mod mistakes;
mod no_context;
mod observe;
mod once;
mod operation;
mod overtaken;
mod parts;
mod path;
mod personal_data;
mod pieces;
mod places;
mod plugin;
mod preview;
mod printing;
mod proxy;
mod rate_limit;
mod render;
mod request_context;
mod resume_form;
mod router;
mod routes;
pub mod schools;
#[cfg(feature = "search")]
mod search;
mod sent;
mod server;
mod service_state;
mod shell;
mod sitemap;
mod storing;
mod template_helpers;
mod token_form;
mod versions;

pub use self::atrium::{Atrium, Builder};
pub use articles::PluginArticles;
pub use dates::Age;
#[cfg(feature = "files")]
pub use delivery::{AttachmentView, FileData};
pub use errors::status_of;
pub use explained::{ExplainedPlace, Verdict};
pub use feed::{FEED_LENGTH, Feed, FeedEntry, FeedLink};
#[cfg(feature = "files")]
pub use file_form::{FileField, FileForm};
pub use files::Files;
pub use first_steps::{FirstStep, StepButton};
pub use form::{FieldErrors, Form, Json, Problems, Query, searched};
pub use home::{HomeLink, HomeSection};
pub use host::HostLogin;
pub use layout::{Bell, NavEntry, NavPlace};
pub use letter::LetterText;
pub use live::{asks_for_events, live_answer};
pub use locale::Locale;
pub use login::link_path;
pub use machines::PublicAddress;
pub use no_context::NoContext;
pub use operation::Operation;
pub use overtaken::Overtaken;
pub use parts::{Choice, Crumb, Pages};
pub use path::Path;
pub use pieces::Piece;
pub use places::Places;
pub use plugin::WebPlugin;
pub use printing::Printing;
pub use rate_limit::RateLimit;
pub use render::Hole;
#[cfg(feature = "testing")]
pub use render::{RenderedSample, TemplateSamples};
pub use request_context::{RequestContext, View};
pub use routes::{RouteInfo, Routes, Who};
pub use schools::{SchoolChoice, SchoolField};
pub use server::{Server, ServerLimits};
pub use service_state::Incident;
pub use sitemap::{SITEMAP_PART, SitemapPage};
pub use token_form::{TokenData, TokenForm, TokenInput, TokenLine, token_secret_page};
pub use versions::{IfMatch, created, versioned};

pub(crate) use health::{collect_figures, figures_router};
pub(crate) use router::build as build_router;
pub(crate) use shell::Shell;

/// The path of the sign-in page.
pub(crate) const SIGN_IN_PATH: &str = "/connexion";
/// The path that signs out (POST).
pub(crate) const SIGN_OUT_PATH: &str = "/deconnexion";
/// The path of the search page.
pub(crate) const SEARCH_PATH: &str = "/recherche";

/// Returns the path of the sign-in page that leads back to `path`, below the mount point.
#[must_use]
pub fn sign_in_path(path: &str) -> String {
    let back = percent_encoding::utf8_percent_encode(path, percent_encoding::NON_ALPHANUMERIC);
    format!("{SIGN_IN_PATH}?suite={back}")
}
