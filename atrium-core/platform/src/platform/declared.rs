//! What the site that is built declares in TOML files: its services and its roles, held against its plugins.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::access::{RoleDef, SiteRole, core_permissions, core_roles, read_roles};
use crate::catalogue::Services;
use crate::config::Settings;
use crate::error::{Error, Result};
use crate::plugin::{Mistake, Mistakes, Plugin, owner};

/// A file that the program brings: its name in messages, and its text.
pub(super) type SiteFile = (String, String);

/// Returns the services of the file that the settings name, or of the one that the program brings, and adds what is wrong in it
/// to `mistakes`.
///
/// # Errors
/// Returns an error if the file cannot be read.
pub(super) fn services(settings: &Settings, brought: Option<SiteFile>, mistakes: &mut Mistakes) -> Result<Services> {
    let (file, text) = match (&settings.services, brought) {
        (Some(path), _) => {
            let name = path.display().to_string();
            let text = std::fs::read_to_string(path)
                .map_err(|source| Error::internal(format!("services `{name}` cannot be read"), source))?;
            (name, text)
        }
        (None, Some(brought)) => brought,
        (None, None) => return Ok(Services::default()),
    };
    Ok(Services::read(&text).unwrap_or_else(|wrong| {
        for (line, what) in wrong {
            mistakes.add(Mistake::of_site(what).in_file(&file).at_line(line));
        }
        Services::default()
    }))
}

/// Returns the roles of the site's file, and adds what is wrong in them to `mistakes`: keys of other roles, and permissions
/// that their plugins do not declare.
pub(super) fn roles(brought: Option<SiteFile>, plugins: &[Arc<dyn Plugin>], mistakes: &mut Mistakes) -> Vec<RoleDef> {
    let Some((file, text)) = brought else { return Vec::new() };
    let mut refuse = |line: usize, what: String| mistakes.add(Mistake::of_site(what).in_file(&file).at_line(line));
    let roles = match read_roles(&text) {
        Ok(roles) => roles,
        Err(wrong) => {
            wrong.into_iter().for_each(|(line, what)| refuse(line, what));
            return Vec::new();
        }
    };
    let of_plugins = plugins.iter().flat_map(|plugin| plugin.permissions());
    let declared: BTreeSet<_> =
        of_plugins.chain(core_permissions()).map(|definition| definition.permission.0).collect();
    let mut known: BTreeSet<String> = core_roles().iter().map(|role| role.key().to_owned()).collect();
    known.extend(plugins.iter().flat_map(|plugin| plugin.roles()).map(|role| role.key().to_owned()));
    known.extend(roles.iter().map(|role| role.role.key().to_owned()));
    for SiteRole { role, line, permissions, badge } in &roles {
        let key = role.key();
        let of_plugin = plugins.iter().find(|plugin| plugin.roles().iter().any(|other| other.key() == key));
        let of_core = core_roles().iter().any(|other| other.key() == key).then_some("core");
        if let Some(other) = of_plugin.map(|plugin| plugin.id()).or(of_core) {
            refuse(*line, format!("role `{key}` is that of {}", owner(other)));
        }
        if let Some(name) = role.badge().filter(|name| !known.contains(*name)) {
            refuse(*badge, format!("role `{key}` has the badge of `{name}`, which is no role"));
        }
        for (permission, line) in permissions {
            let part = permission.split('.').next().unwrap_or_default();
            let is_here = part == "core" || plugins.iter().any(|plugin| plugin.id() == part);
            if is_here && !declared.contains(permission.as_str()) {
                refuse(*line, format!("role `{key}` holds `{permission}`, which {} does not declare", owner(part)));
            }
        }
    }
    roles.into_iter().map(|role| role.role).collect()
}
