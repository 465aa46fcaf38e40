//! Mistakes of plugins and themes, found before the platform starts: all at once, each with its owner, its file and its
//! line where there is one.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::Plugin;
use crate::access::{Permission, PermissionDef, RoleDef, core_permissions, core_roles, is_profile, is_role_key};
use crate::error::{Error, Result};
use crate::jobs::{ScheduledJob, TaskQueue};
use crate::mail::Letters;
use crate::settings::SettingKind;

/// The ids of plugins that the platform keeps for itself.
const TAKEN: [&str; 2] = ["core", "theme"];
/// The longest id of a plugin.
const LONGEST: usize = 30;

/// A mistake of a plugin or a theme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    owner: String,
    file: Option<String>,
    line: Option<usize>,
    what: String,
}

impl Mistake {
    /// Creates a mistake of the plugin `id`.
    pub fn of_plugin(id: &str, what: impl Into<String>) -> Self {
        Self { owner: owner(id), file: None, line: None, what: what.into() }
    }

    /// Creates a mistake of the site that is built, which belongs to no plugin.
    pub(crate) fn of_site(what: impl Into<String>) -> Self {
        Self { owner: "the site".to_owned(), file: None, line: None, what: what.into() }
    }

    /// Names the file.
    #[must_use]
    pub fn in_file(mut self, path: impl Into<String>) -> Self {
        self.file = Some(path.into());
        self
    }

    /// Names the line, from 1.
    #[must_use]
    pub fn at_line(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }
}

/// Returns the owner `id` as messages name it.
#[must_use]
pub fn owner(id: &str) -> String {
    match id {
        "core" => "the platform".to_owned(),
        "theme" => "the theme".to_owned(),
        id => format!("plugin `{id}`"),
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.owner)?;
        if let Some(file) = &self.file {
            write!(f, ", {file}")?;
        }
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.what)
    }
}

/// The mistakes found so far.
#[derive(Debug, Default)]
pub struct Mistakes(Vec<Mistake>);

impl Mistakes {
    /// Adds a mistake.
    pub fn add(&mut self, mistake: Mistake) {
        if !self.0.contains(&mistake) {
            self.0.push(mistake);
        }
    }

    /// Passes if there is no mistake.
    ///
    /// # Errors
    /// Returns an error that names every mistake, one a line.
    pub fn end(self) -> Result<()> {
        match &self.0[..] {
            [] => Ok(()),
            [mistake] => Err(Error::bug(mistake)),
            several => {
                let lines: Vec<String> = several.iter().map(|mistake| format!("\n- {mistake}")).collect();
                Err(Error::bug(format!(
                    "{} mistakes keep the platform from starting:{}",
                    several.len(),
                    lines.concat()
                )))
            }
        }
    }
}

/// Finds the mistakes in the ids, permissions and migrations of `plugins`.
pub fn examine_plugins(plugins: &[Arc<dyn Plugin>], mistakes: &mut Mistakes) {
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    for plugin in plugins {
        let id = plugin.id();
        if !is_id(id) {
            let what = format!(
                "its id is malformed: expected a lower-case letter, then lower-case letters, digits and `_`, {LONGEST} at most"
            );
            mistakes.add(Mistake::of_plugin(id, what));
        }
        if TAKEN.contains(&id) {
            mistakes.add(Mistake::of_plugin(id, format!("the id `{id}` is the platform’s own")));
        }
        *known.entry(id).or_default() += 1;
        let mut names = Vec::new();
        for migration in plugin.migrations() {
            let name = migration.name().to_owned();
            if names.contains(&name) {
                mistakes.add(Mistake::of_plugin(id, format!("its migration `{name}` is listed twice")));
            }
            names.push(name);
        }
    }
    for (id, times) in known.into_iter().filter(|(_, times)| *times > 1) {
        mistakes.add(Mistake::of_plugin(id, format!("its id is that of {times} plugins")));
    }
    examine_permissions(plugins, mistakes);
    examine_roles(plugins, mistakes);
    for plugin in plugins {
        examine_settings(plugin.as_ref(), mistakes);
    }
    #[cfg(feature = "commands")]
    examine_commands(plugins, mistakes);
}

/// Returns what keeps `key` from being a key of the plugin `id`: `forum.first_posts`.
fn not_own(id: &str, key: &str) -> Option<String> {
    match key.strip_prefix(id).and_then(|rest| rest.strip_prefix('.')) {
        None => Some(format!("is not its own: expected a key that begins with `{id}.`")),
        Some(rest) if !is_key(rest) => {
            Some("is malformed: expected words of lower-case letters, digits and `_`, joined by dots".to_owned())
        }
        Some(_) => None,
    }
}

fn examine_settings(plugin: &dyn Plugin, mistakes: &mut Mistakes) {
    let id = plugin.id();
    let mut known = Vec::new();
    for def in plugin.settings() {
        let key = def.key();
        let mut refuse = |what: String| mistakes.add(Mistake::of_plugin(id, format!("setting `{key}` {what}")));
        if let Some(what) = not_own(id, key) {
            refuse(what);
        }
        if def.field().contains('.') {
            refuse("is malformed: expected one word after the plugin’s id".to_owned());
        }
        if let SettingKind::Choice([]) = def.kind() {
            refuse("has no choices".to_owned());
        }
        if def.kind().bounds().is_some_and(|(least, most, _)| least > most) {
            refuse("admits no number: its least is more than its most".to_owned());
        } else if def.check(&def.default()).is_err() {
            refuse(format!("has the default `{}`, which it does not admit", def.default()));
        }
        if known.contains(&key) {
            refuse("is declared twice".to_owned());
        }
        known.push(key);
    }
}

/// Returns the commands of `plugins`, in their order, for a program whose own commands are called `own`.
///
/// # Errors
/// Returns an error that names the plugin and the command if the program has one of that name.
#[cfg(feature = "commands")]
pub fn commands_beside<'p>(
    plugins: impl Iterator<Item = &'p dyn Plugin>,
    own: &[&str],
) -> Result<Vec<super::CommandDef>> {
    let (mut mistakes, mut commands) = (Mistakes::default(), Vec::new());
    for plugin in plugins {
        for def in plugin.commands() {
            if own.contains(&def.name()) {
                let what = format!("command `{}` is one of the program’s own, too", def.name());
                mistakes.add(Mistake::of_plugin(plugin.id(), what));
            }
            commands.push(def);
        }
    }
    mistakes.end()?;
    Ok(commands)
}

/// Finds commands that the command line could not tell apart.
#[cfg(feature = "commands")]
fn examine_commands(plugins: &[Arc<dyn Plugin>], mistakes: &mut Mistakes) {
    let mut known: BTreeMap<String, &str> = BTreeMap::new();
    for plugin in plugins {
        let id = plugin.id();
        for def in plugin.commands() {
            let name = def.name().to_owned();
            let fits = name.starts_with(|first: char| first.is_ascii_lowercase())
                && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            if !fits {
                let what = "is malformed: expected a lower-case letter, then lower-case letters, digits and `-`";
                mistakes.add(Mistake::of_plugin(id, format!("command `{name}` {what}")));
            }
            if let Some(other) = known.get(&name) {
                let whose = if *other == id { "itself".to_owned() } else { owner(other) };
                mistakes.add(Mistake::of_plugin(id, format!("command `{name}` is that of {whose}, too")));
            }
            known.insert(name, id);
        }
    }
}

/// Finds the mistakes in the scheduled jobs of a plugin.
pub(crate) fn examine_jobs(id: &str, jobs: &[ScheduledJob], mistakes: &mut Mistakes) {
    let mut known = Vec::new();
    for job in jobs {
        let name = job.id();
        let mut refuse = |what: String| mistakes.add(Mistake::of_plugin(id, format!("job `{name}` {what}")));
        if let Some(what) = not_own(id, name) {
            refuse(what);
        }
        if let Some(what) = job.mistake() {
            refuse(what);
        }
        if known.contains(&name) {
            refuse("is scheduled twice".to_owned());
        }
        known.push(name);
    }
}

/// Finds the mistakes in the queues of a plugin.
pub(crate) fn examine_queues(id: &str, queues: &[TaskQueue], mistakes: &mut Mistakes) {
    examine_kinds(id, ("task", "has two queues"), queues.iter().map(TaskQueue::kind), mistakes);
}

/// Finds the mistakes in the letters of a plugin.
pub(crate) fn examine_letters(id: &str, letters: &[Letters], mistakes: &mut Mistakes) {
    examine_kinds(id, ("letter", "is composed twice"), letters.iter().map(Letters::kind), mistakes);
}

fn examine_kinds(
    id: &str,
    (what, twice): (&str, &str),
    kinds: impl Iterator<Item = &'static str>,
    mistakes: &mut Mistakes,
) {
    let mut known = Vec::new();
    for kind in kinds {
        let mut refuse = |wrong: &str| mistakes.add(Mistake::of_plugin(id, format!("{what} `{kind}` {wrong}")));
        if let Some(wrong) = not_own(id, kind) {
            refuse(&wrong);
        }
        if known.contains(&kind) {
            refuse(twice);
        }
        known.push(kind);
    }
}

/// Returns `true` if `id` can be part of table names, permissions and kinds of events.
fn is_id(id: &str) -> bool {
    id.starts_with(|first: char| first.is_ascii_lowercase())
        && id.len() <= LONGEST
        && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn examine_permissions(plugins: &[Arc<dyn Plugin>], mistakes: &mut Mistakes) {
    let all = permissions(plugins);
    for plugin in plugins {
        let (id, mut declared) = (plugin.id(), Vec::new());
        let roles: Vec<_> = core_roles().into_iter().chain(plugin.roles()).collect();
        for definition in plugin.permissions() {
            let key = definition.permission.0;
            let mut refuse = |what: String| mistakes.add(Mistake::of_plugin(id, format!("permission `{key}` {what}")));
            if let Some(what) = not_own(id, key) {
                refuse(what);
            }
            for name in definition.roles {
                let Some(role) = roles.iter().find(|role| role.key() == *name) else {
                    refuse(format!("names the role `{name}`, which {}", whose(name, plugins)));
                    continue;
                };
                if definition.for_region && is_profile(name) {
                    refuse(format!("speaks for the Region, and `{name}` is a profile, which does not"));
                }
                for needed in definition.needs.iter().filter_map(|needed| all.get(needed.0)) {
                    if !needed.is_held_by(role) {
                        refuse(format!("does nothing in the role `{name}`, which lacks `{}`", needed.permission));
                    }
                }
            }
            if definition.for_region && definition.every_role {
                refuse("speaks for the Region, and every role holds it, profiles too".to_owned());
            }
            for needed in definition.needs.iter().filter(|needed| !all.contains_key(needed.0)) {
                refuse(format!("needs `{needed}`, which no plugin declares"));
            }
            if declared.contains(&definition.permission) {
                refuse("is declared twice".to_owned());
            }
            declared.push(definition.permission);
        }
    }
}

/// Finds the mistakes in the roles that plugins bring.
fn examine_roles(plugins: &[Arc<dyn Plugin>], mistakes: &mut Mistakes) {
    let all = permissions(plugins);
    let mut known: Vec<(String, &str)> = core_roles().iter().map(|role| (role.key().to_owned(), "core")).collect();
    for plugin in plugins {
        let id = plugin.id();
        for role in plugin.roles() {
            let key = role.key();
            let mut refuse = |what: String| mistakes.add(Mistake::of_plugin(id, format!("role `{key}` {what}")));
            if !is_role_key(key) {
                refuse(
                    "is malformed: expected two to forty lower-case letters, digits and `_`, beginning with a letter"
                        .to_owned(),
                );
            }
            match known.iter().find(|(other, _)| other == key) {
                Some((_, other)) if *other == id => refuse("is declared twice".to_owned()),
                Some((_, other)) => refuse(format!("is that of {}", owner(other))),
                None => known.push((key.to_owned(), id)),
            }
            for permission in role.permissions() {
                if let Some(what) = not_held(id, &role, permission, &all) {
                    refuse(what);
                }
            }
        }
    }
}

/// Returns what keeps `role` of the plugin `id` from holding `permission`.
fn not_held(id: &str, role: &RoleDef, permission: &str, all: &BTreeMap<&str, PermissionDef>) -> Option<String> {
    let of = permission.split('.').next().unwrap_or_default();
    let Some(definition) = all.get(permission) else {
        return Some(format!("holds `{permission}`, which no plugin declares"));
    };
    if of != id && of != "core" {
        return Some(format!("holds `{permission}`, which is a permission of {}: the site gives that", owner(of)));
    }
    let lacks = |needed: &&Permission| !all.get(needed.0).is_some_and(|needed| needed.is_held_by(role));
    let needed = definition.needs.iter().find(lacks)?;
    Some(format!("holds `{permission}`, which does nothing without `{needed}`"))
}

/// Returns the permissions of core and the plugins.
fn permissions(plugins: &[Arc<dyn Plugin>]) -> BTreeMap<&'static str, PermissionDef> {
    let of_plugins = plugins.iter().flat_map(|plugin| plugin.permissions());
    core_permissions().into_iter().chain(of_plugins).map(|definition| (definition.permission.0, definition)).collect()
}

/// Returns why a plugin cannot name the role `key`.
fn whose(key: &str, plugins: &[Arc<dyn Plugin>]) -> String {
    match plugins.iter().find(|plugin| plugin.roles().iter().any(|role| role.key() == key)) {
        Some(other) => format!("is that of {}: its owner, or the site, says what it holds", owner(other.id())),
        None => "is not built in".to_owned(),
    }
}

/// Returns `true` if `rest` is made of words joined by dots.
fn is_key(rest: &str) -> bool {
    rest.split('.')
        .all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'))
}
