//! What the administrator of a new platform does first, as plugins tell it.

use serde::Serialize;

use super::RequestContext;
use atrium_platform::Message;

/// A step of a new platform's administrator.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct FirstStep {
    /// The title of the step.
    pub title: String,
    /// The purpose of the step.
    pub text: String,
    /// `true` if it is done.
    pub is_done: bool,
    /// The page that does it, below the mount point.
    pub url: String,
    /// The label of the link.
    pub label: String,
    /// A button that does the step, if one suffices.
    pub button: Option<StepButton>,
}

/// A button that does a step.
#[derive(Clone, Debug, Serialize)]
pub struct StepButton {
    /// The path that its form is sent to, below the mount point.
    pub url: String,
    /// The label.
    pub label: String,
}

impl FirstStep {
    /// Creates a step with the messages `{key}-title`, `{key}-text`, `{key}-do` and, once it is done, `{key}-done`.
    pub fn new(cx: &RequestContext, key: &str, is_done: bool, url: impl Into<String>) -> Self {
        let say = |what: &str| cx.message(&Message::new(format!("{key}-{what}")));
        let label = say(if is_done { "done" } else { "do" });
        Self { title: say("title"), text: say("text"), is_done, url: url.into(), label, button: None }
    }

    /// Adds a button that does the step.
    #[must_use]
    pub fn with_button(mut self, url: impl Into<String>, label: impl Into<String>) -> Self {
        self.button = Some(StepButton { url: url.into(), label: label.into() });
        self
    }
}
