//! What somebody writes of a webhook, and what it must be.

use super::address::Networks;
use super::guard::PublicKinds;
use crate::access::Scope;
use crate::error::{Error, FieldProblem, Message, Result};
use crate::letters;

/// The longest name, in characters.
const LONGEST_NAME: usize = 60;

/// What somebody writes of a webhook.
#[derive(Clone, Debug)]
pub struct WebhookInput {
    /// What it is called.
    pub name: String,
    /// Where it calls: an `https:` URL.
    pub url: String,
    /// Keys of public kinds of events.
    pub kinds: Vec<String>,
    /// Where the events happen: the platform, a sector, a school.
    pub scope: Scope,
}

/// The same, checked.
pub(super) struct Checked {
    pub(super) name: String,
    pub(super) url: String,
    pub(super) kinds: Vec<&'static str>,
    pub(super) scope: Scope,
}

impl WebhookInput {
    /// Checks every field.
    ///
    /// # Errors
    /// Returns `is_invalid` with a problem for each field that is wrong.
    pub(super) fn check(&self, public: &PublicKinds, networks: &Networks) -> Result<Checked> {
        let mut problems = Vec::new();
        let mut refuse = |field: &'static str, message| problems.push(FieldProblem { field: field.into(), message });
        let name = name(&self.name).map_err(|message| refuse("name", message)).ok();
        let url = networks.parse(&self.url).map_err(|message| refuse("url", message)).ok();
        let kinds: Vec<&'static str> =
            public.keys().filter(|key| self.kinds.iter().any(|wanted| wanted == key)).collect();
        if self.kinds.is_empty() {
            refuse("kinds", Message::new("webhook-no-kind"));
        } else if !self.kinds.iter().all(|key| public.has(key)) {
            refuse("kinds", Message::new("field-unknown-choice"));
        }
        if matches!(self.scope, Scope::Group(..)) {
            refuse("scope", Message::new("field-unknown-choice"));
        }
        match (name, url) {
            (Some(name), Some(url)) if problems.is_empty() => {
                Ok(Checked { name, url: url.into(), kinds, scope: self.scope })
            }
            _ => Err(Error::invalid(problems)),
        }
    }
}

fn name(text: &str) -> Result<String, Message> {
    let line = text.trim();
    if letters::is_blank(line) {
        return Err(Message::new("field-required"));
    }
    if line.chars().count() > LONGEST_NAME {
        return Err(Message::new("field-too-long").with("max", LONGEST_NAME));
    }
    letters::check(line).map_err(letters::InvalidLine::message)?;
    Ok(line.to_owned())
}
