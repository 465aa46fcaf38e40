//! Routes that clash, that axum cannot take, or that ask for a permission that does not exist.

use std::collections::{BTreeMap, BTreeSet};

use atrium_platform::access::core_permissions;
use atrium_platform::plugin::{Mistake, Mistakes, owner};

use super::{CORE, Loaded};
use crate::router::ELSEWHERE;
use crate::routes::{RouteInfo, Who};

/// Finds the mistakes in the declared routes.
pub(super) fn examine(loaded: &Loaded<'_>, mistakes: &mut Mistakes) {
    let mut permissions: BTreeSet<&str> = core_permissions().iter().map(|definition| definition.permission.0).collect();
    permissions.extend(loaded.plugins.iter().flat_map(|p| p.permissions()).map(|definition| definition.permission.0));
    let mut taken: BTreeMap<(&str, &str), &RouteInfo> = BTreeMap::new();
    let mut paths: BTreeMap<&str, &RouteInfo> = BTreeMap::new();
    let mut tree = matchit::Router::new();
    tree.insert(ELSEWHERE, ()).expect("the first route clashes with no other");
    for declared in loaded.declared {
        let info = &declared.info;
        let route = format!("{} {}", info.method, info.path);
        let mut refuse = |what: String| mistakes.add(Mistake::of_plugin(info.plugin, format!("route {route} {what}")));
        if declared.route.is_none() {
            refuse(
                "has a method that is not routed: expected GET, POST, PUT, PATCH, DELETE, HEAD or OPTIONS".to_owned(),
            );
        }
        if let Who::Holder(permission) = info.who
            && !permissions.contains(permission.0)
        {
            refuse(format!("asks for the permission `{permission}`, which no plugin declares"));
        }
        if let Some(problem) = malformed(&info.path) {
            refuse(problem.to_owned());
            continue;
        }
        if let Some(other) = taken.insert((&info.path, info.method.as_str()), info) {
            refuse(format!("is declared by {} too", by(other, info)));
        }
        if paths.contains_key(&*info.path) {
            continue;
        }
        match tree.insert(info.path.clone(), ()) {
            Ok(()) => drop(paths.insert(&info.path, info)),
            Err(matchit::InsertError::Conflict { with }) if with == ELSEWHERE => {
                refuse("begins with a parameter, which would take every path".to_owned());
            }
            Err(matchit::InsertError::Conflict { with }) => {
                let other = paths.get(&*with).map(|other| format!(" of {}", by(other, info))).unwrap_or_default();
                refuse(format!("clashes with {with}{other}: parameters at the same place must have the same name"));
            }
            Err(problem) => refuse(format!("has a path that cannot be routed: {problem}")),
        }
    }
}

/// Returns who declared `other`, in a message about `info`.
fn by(other: &RouteInfo, info: &RouteInfo) -> String {
    let is_own = other.plugin == info.plugin && info.plugin != CORE;
    if is_own { "itself".to_owned() } else { owner(other.plugin) }
}

/// Returns what axum would refuse in a path.
fn malformed(path: &str) -> Option<&'static str> {
    if !path.starts_with('/') {
        return Some("has a path that does not begin with `/`");
    }
    let old = path.split('/').any(|segment| segment.starts_with(':') || segment.starts_with('*'));
    old.then_some("has a parameter of another syntax: expected `{name}`, or `{*name}` for the rest of the path")
}
