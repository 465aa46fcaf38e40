//! What pages call profiles, roles, traits of schools and services, in the reader's language. A key is never printed: what
//! has no name is left out, or is said in general words.

use std::collections::BTreeMap;

use atrium_core::markup::AudienceRule;
use atrium_core::web::RequestContext;
use atrium_core::{Message, Result};

use crate::content::TRAITS;

/// The names a page needs.
pub(super) struct Names<'a> {
    cx: &'a RequestContext,
    /// Roles that were made here or are absent, by key.
    custom: BTreeMap<String, String>,
}

impl<'a> Names<'a> {
    /// Loads the names of the roles `keys`. No query unless one of them was made here.
    pub(super) async fn load<'k>(cx: &'a RequestContext, keys: impl Iterator<Item = &'k str> + Send) -> Result<Self> {
        let brought = |key: &&str| cx.built_in_role_name(key).is_some();
        let keys: Vec<_> = keys.filter(|key| !brought(key)).map(str::to_owned).collect();
        let mut custom = BTreeMap::new();
        if !keys.is_empty() {
            let roles = cx.atrium().access().roles().await?;
            for role in keys.iter().filter_map(|key| roles.by_key(key)) {
                custom.insert(role.key.to_string(), cx.role_name(role).to_owned());
            }
        }
        Ok(Self { cx, custom })
    }

    /// Names a profile or a role; `None` for one that is gone.
    pub(super) fn role(&self, key: &str) -> Option<String> {
        match self.cx.built_in_role_name(key) {
            Some(label) => Some(in_sentence(&label)),
            None => self.custom.get(key).cloned(),
        }
    }

    /// Names the schools with a trait; `None` for a trait without a name.
    pub(super) fn of_trait(&self, key: &str) -> Option<String> {
        TRAITS.contains(&key).then(|| self.cx.message(&Message::new(format!("help-trait-{key}"))))
    }

    fn of_service(&self, key: &str) -> Option<String> {
        let service = self.cx.atrium().catalogue().service(key)?;
        let name = self.cx.service_name(&service);
        Some(self.cx.message(&Message::new("help-block-service").with("service", name)))
    }

    /// Names the profiles and roles of `keys`, one a line, that an article is most relevant to.
    pub(super) fn audience(&self, keys: &str) -> Vec<String> {
        keys.lines().filter_map(|key| self.role(key)).collect()
    }

    /// Names the readers of a conditional passage.
    pub(super) fn rule(&self, rule: &AudienceRule) -> String {
        let roles = rule.profiles.iter().chain(&rule.roles).filter_map(|key| self.role(key));
        let traits = rule.traits.iter().filter_map(|key| self.of_trait(key));
        let words: Vec<_> =
            roles.chain(traits).chain(rule.services.iter().filter_map(|key| self.of_service(key))).collect();
        if words.is_empty() { self.cx.t("help-block-some") } else { words.join(", ") }
    }
}

/// Returns a label as it stands inside of a sentence: with a small letter, but for `STIL technician`.
fn in_sentence(label: &str) -> String {
    let mut letters = label.chars();
    let Some(first) = letters.next() else { return String::new() };
    if letters.clone().next().is_some_and(char::is_uppercase) {
        return label.to_owned();
    }
    first.to_lowercase().chain(letters).collect()
}
