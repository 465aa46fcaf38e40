//! Places that plugins add to "Why this right?", and what they answer about them.

use atrium_platform::access::Scope;

/// A plugin's answer about one of its places.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ExplainedPlace {
    /// The name of the place, in the reader's language.
    pub label: String,
    /// The scope of the place, where an actor must be allowed to ask about others.
    pub scope: Scope,
    /// The plugin's own answer; `None` if the permission at the place's scope decides.
    pub verdict: Option<Verdict>,
}

/// Whether a person may do something in a place, and why.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Verdict {
    /// `true` if they may.
    pub allowed: bool,
    /// The reasons; in a refusal, each missing condition.
    pub reasons: Vec<String>,
    /// In a refusal, `true` if any one of the conditions would suffice, `false` if all are needed.
    pub any_suffices: bool,
}

impl ExplainedPlace {
    /// Creates a place in which a permission holds as at the place's scope.
    #[must_use]
    pub fn new(label: impl Into<String>, scope: Scope) -> Self {
        Self { label: label.into(), scope, verdict: None }
    }

    /// Sets the plugin's own decision.
    #[must_use]
    pub fn decided(mut self, allowed: bool, reasons: Vec<String>) -> Self {
        self.verdict = Some(Verdict { allowed, reasons, any_suffices: false });
        self
    }

    /// Declares that any one of the missing conditions would suffice.
    #[must_use]
    pub fn any_suffices(mut self) -> Self {
        if let Some(verdict) = &mut self.verdict {
            verdict.any_suffices = true;
        }
        self
    }
}
