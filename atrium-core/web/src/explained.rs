//! Places that plugins add to "Why this right?": what is asked about them, and what they answer.

use atrium_platform::access::Scope;

/// What a plugin says of one of its places.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ExplainedPlace {
    /// What the place is called, in the reader's language.
    pub label: String,
    /// Where the place lives: who asks about others must be allowed to there.
    pub scope: Scope,
    /// The answer, when the permission is used as the plugin says; else it is what holds at the place's scope.
    pub verdict: Option<Verdict>,
}

/// Whether somebody may do something in a place, and why.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Verdict {
    /// May they?
    pub allowed: bool,
    /// What lets them; in a refusal, each thing that is missing.
    pub reasons: Vec<String>,
    /// In a refusal: does each of the reasons suffice, rather than all together?
    pub any_suffices: bool,
}

impl ExplainedPlace {
    /// A place in which a permission holds as it does at the place's scope.
    #[must_use]
    pub fn new(label: impl Into<String>, scope: Scope) -> Self {
        Self { label: label.into(), scope, verdict: None }
    }

    /// The same, where the plugin decides.
    #[must_use]
    pub fn decided(mut self, allowed: bool, reasons: Vec<String>) -> Self {
        self.verdict = Some(Verdict { allowed, reasons, any_suffices: false });
        self
    }

    /// The same, where each reason of a refusal suffices by itself.
    #[must_use]
    pub fn any_suffices(mut self) -> Self {
        if let Some(verdict) = &mut self.verdict {
            verdict.any_suffices = true;
        }
        self
    }
}
