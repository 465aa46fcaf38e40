//! What the administrator of a new platform does first, as plugins tell it.

use serde::Serialize;

use super::Cx;
use atrium_platform::Message;

/// Something that the administrator of a new platform does.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct FirstStep {
    /// What there is to do.
    pub title: String,
    /// What it is for.
    pub text: String,
    /// Is it done?
    pub is_done: bool,
    /// The page that does it, below the mount point.
    pub url: String,
    /// What the link there says.
    pub label: String,
    /// What one button does, if one does it.
    pub button: Option<StepButton>,
}

/// A button that does a step.
#[derive(Clone, Debug, Serialize)]
pub struct StepButton {
    /// Where its form is sent, below the mount point.
    pub url: String,
    /// What it says.
    pub label: String,
}

impl FirstStep {
    /// A step whose words are the messages `{key}-title`, `{key}-text`, `{key}-do` and, once it is done, `{key}-done`.
    pub fn new(cx: &Cx, key: &str, is_done: bool, url: impl Into<String>) -> Self {
        let say = |what: &str| cx.message(&Message::new(format!("{key}-{what}")));
        let label = say(if is_done { "done" } else { "do" });
        Self { title: say("title"), text: say("text"), is_done, url: url.into(), label, button: None }
    }

    /// With a button that does it.
    #[must_use]
    pub fn with_button(mut self, url: impl Into<String>, label: impl Into<String>) -> Self {
        self.button = Some(StepButton { url: url.into(), label: label.into() });
        self
    }
}
