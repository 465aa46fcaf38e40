//! What most programs on the platform name: `use atrium_core::prelude::*`.

pub use crate::access::actions::{AssignmentFilter, NewAssignment};
pub use crate::access::{
    Access, Actor, Permission, PermissionDef, Permissions, Rights, Scope, ScopeKind, Validity, Via,
};
pub use crate::clock::{Clock, Timestamp};
pub use crate::config::Settings;
pub use crate::db::{Db, Pools, SqlMigration, Tx};
pub use crate::directory::actions::{
    Directory, EstablishmentEdit, NewEstablishment, NewGroup, NewPerson, PeopleFilter, PersonEdit, Place,
};
pub use crate::directory::{EstablishmentId, GroupId, PersonId, Profile, Uai};
pub use crate::login::Login;
pub use crate::plugin::{Finding, Plugin, PluginContext};
#[cfg(feature = "search")]
pub use crate::search::{SearchDocument, SearchRequest, SearchSource};
#[cfg(feature = "web")]
pub use crate::web::{
    Files, Form, HostLogin, Json, Locale, NavEntry, Path, Query, RequestContext, Routes, Server, ServerLimits, View,
    WebPlugin, Who,
};
#[cfg(feature = "web")]
pub use crate::{Account, Administration, Atrium};
pub use crate::{Error, Message, Platform, Result};
